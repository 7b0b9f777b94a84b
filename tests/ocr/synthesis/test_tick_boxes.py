"""Boxes to tick are drawn beside letters of any font."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from ocr import charset
from ocr.charset import TICK_BOXES
from ocr.synthesis import FontLibrary
from ocr.synthesis.lettering import Style, write
from ocr.synthesis.tick_boxes import draw_tick_box

EMPTY, TICKED = TICK_BOXES


@pytest.mark.parametrize("size_px", [20, 32, 56])
@pytest.mark.parametrize("seed", range(20))
def test_a_mark_is_what_tells_a_ticked_box_from_an_empty_one(size_px: int, seed: int) -> None:
    empty, ticked = (draw_tick_box(char, size_px, Random(seed), Random(seed)) for char in (EMPTY, TICKED))
    height, width = empty.mask.shape
    inside = empty.mask[height // 4 : -(height // 4), width // 4 : -(width // 4)]
    assert not inside.any() and empty.mask[height // 2].any() and empty.mask[:, width // 2].any()
    # The frame is the same one: a mark in haste leaves it on all sides alike.
    top, left = (ticked.mask.shape[0] - height) // 2, (ticked.mask.shape[1] - width) // 2
    framed = ticked.mask[top : top + height, left : left + width]
    assert framed[height // 4 : -(height // 4), width // 4 : -(width // 4)].max() > 128
    assert 0.5 * size_px < height < 1.3 * size_px and 0.4 * size_px < width < 2 * size_px


def test_the_boxes_of_a_text_have_one_frame(builtin_fonts: FontLibrary) -> None:
    style = Style(builtin_fonts.fonts[0], 20.0)
    one, other = write(builtin_fonts, f"{EMPTY} A", style), write(builtin_fonts, f"{EMPTY} B", style)
    assert one is not None and other is not None and (one.text, other.text) == (f"{EMPTY} A", f"{EMPTY} B")
    assert np.array_equal(one.spans[0], other.spans[0])


def test_any_mark_is_a_tick() -> None:
    assert charset.encode("☒") == charset.encode(TICKED) != charset.encode(EMPTY)
    assert charset.decode(charset.class_count() - 1) == TICKED
