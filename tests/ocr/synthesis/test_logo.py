"""Signs: a name whole and large within its box, or nothing at all."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from ocr.synthesis import FontLibrary
from ocr.synthesis.canvas import Canvas
from ocr.synthesis.logo import draw_logo

BOX = 20.0, 280.0, 12.0


def draw(fonts: FontLibrary, seed: int, text: str = "New Harbour", *, height: int = 200) -> tuple[Canvas, float]:
    canvas = Canvas(300, height)
    return canvas, draw_logo(canvas, Random(seed), fonts, text, box=BOX, em_px=60, align="right", field="merchant.name")


@pytest.mark.parametrize("seed", range(12))
def test_a_name_is_printed_whole_within_its_box(builtin_fonts: FontLibrary, seed: int) -> None:
    canvas, below = draw(builtin_fonts, seed)
    (printed,) = canvas.texts
    assert printed.text.lower() == "new harbour" and printed.field == "merchant.name"
    ink = np.argwhere(np.abs(canvas.image.astype(int) - canvas.paper).max(2) > 60)
    assert BOX[2] - 2 <= ink[:, 0].min() and ink[:, 0].max() <= below + 1
    assert BOX[0] - 2 <= ink[:, 1].min() and ink[:, 1].max() <= BOX[1] + 2
    assert ink[:, 1].max() > BOX[1] - 35, "it is not aligned to the right"


def test_some_signs_are_light_on_dark(builtin_fonts: FontLibrary) -> None:
    dark = [draw(builtin_fonts, seed)[0].image.mean() < 200 for seed in range(60)]
    assert 2 <= sum(dark) <= 25


@pytest.mark.parametrize(("text", "height"), [("뷁뷁", 200), ("New Harbour", 24), ("a word " * 40, 200)])
def test_nothing_is_printed_that_no_font_has_or_that_does_not_fit(
    builtin_fonts: FontLibrary, text: str, height: int
) -> None:
    canvas, below = draw(builtin_fonts, 3, text, height=height)
    assert below == BOX[2] and not canvas.texts
    assert (canvas.image == canvas.paper).all()
