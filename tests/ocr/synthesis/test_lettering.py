"""Lines of ink: characters in order, each span on its ink, no word cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr.synthesis import FontLibrary
from ocr.synthesis.lettering import Style, write


@pytest.fixture
def style(builtin_fonts: FontLibrary) -> Style:
    return Style(builtin_fonts.fonts[0], 30.0)


def test_spans_cover_the_ink_of_their_characters(builtin_fonts: FontLibrary, style: Style) -> None:
    line = write(builtin_fonts, "W i l l", style)
    assert line is not None and line.text == "W i l l"
    inked = line.mask.max(0) > 60
    for char, (left, right) in zip(line.text, line.spans, strict=True):
        columns = inked[round(left) : round(right)]
        assert columns.any() != (char == " ")
    outside = np.ones(len(inked), bool)
    for left, right in line.spans:
        outside[int(left) : int(np.ceil(right)) + 1] = False
    assert not (inked & outside).any()


def test_characters_stand_from_left_to_right(builtin_fonts: FontLibrary, style: Style) -> None:
    line = write(builtin_fonts, "Total 1,234.50", replace(style, tracking_em=0.1))
    assert line is not None
    centres = line.spans.mean(1)
    assert (np.diff(centres) > 0).all()


def test_words_that_do_not_fit_are_left_away(builtin_fonts: FontLibrary, style: Style) -> None:
    whole = write(builtin_fonts, "one two three", style)
    assert whole is not None
    cut = write(builtin_fonts, "one two three", style, whole.mask.shape[1] * 0.7)
    assert cut is not None and cut.text == "one two"
    assert cut.mask.shape[1] <= whole.mask.shape[1] * 0.7
    assert write(builtin_fonts, "one", style, 2.0) is None


def test_a_missing_character_writes_nothing(builtin_fonts: FontLibrary, style: Style) -> None:
    assert write(builtin_fonts, "A 한 B", style) is None


@pytest.mark.parametrize(("stretch", "shape"), [((2.0, 1.0), (1, 2)), ((1.0, 2.0), (2, 1)), ((0.5, 1.0), (1, 0.5))])
def test_stretching_scales_ink_and_spans(
    builtin_fonts: FontLibrary, style: Style, stretch: tuple[float, float], shape: tuple[float, float]
) -> None:
    plain, stretched = (write(builtin_fonts, "Sum 42", replace(style, stretch=to)) for to in ((1.0, 1.0), stretch))
    assert plain is not None and stretched is not None
    ratio = np.array(stretched.mask.shape) / np.array(plain.mask.shape)
    assert ratio == pytest.approx(shape, rel=0.06)
    assert stretched.spans[-1, 1] == pytest.approx(plain.spans[-1, 1] * shape[1], rel=0.05)


def test_capitals_start_where_the_line_says(builtin_fonts: FontLibrary, style: Style) -> None:
    capital, bracket = (write(builtin_fonts, text, style) for text in ("H", "H|"))
    assert capital is not None and bracket is not None
    assert capital.above == 0
    width = round(capital.spans[0, 1])
    first_row = np.flatnonzero(bracket.mask[:, :width].max(1) > 60)[0]
    assert first_row == pytest.approx(bracket.above, abs=1)
