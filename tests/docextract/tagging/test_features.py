from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from docextract.tagging.features import BANDS, BUCKETS, COLUMNS, Words, encode_words, place_words
from ocr.document import Page

Typeset = Callable[..., Page]
TEXT = "BURGER HOUSE\nBurger      9.00\n햄버거      9.00\nTOTAL      18.00"


def encode(page: Page) -> Words:
    return encode_words([word.text for word in page.words], place_words(page))


def pieces(text: str) -> list[int]:
    return encode_words([text], np.zeros((1, 4), np.float32)).pieces.tolist()


def test_places_are_in_text_heights_from_the_top_left(typeset: Typeset) -> None:
    boxes = place_words(typeset(TEXT))  # characters are half as wide as high, rows one and a half heights apart
    assert boxes[0].tolist() == pytest.approx([0, 0, 3, 1], abs=1e-4)
    assert boxes[-1].tolist() == pytest.approx([5.5, 4.5, 8, 5.5], abs=1e-4)


@pytest.mark.parametrize("angle", [0.2, -0.3, math.pi / 2, math.pi])
def test_a_turned_page_looks_the_same(typeset: Typeset, angle: float) -> None:
    upright, turned = encode(typeset(TEXT)), encode(typeset(TEXT, angle))
    assert turned.boxes == pytest.approx(upright.boxes, abs=1e-3)
    assert turned.pieces.tolist() == upright.pieces.tolist()


def test_digits_are_alike_and_case_nearly() -> None:
    assert pieces("12.50") == pieces("99.87")
    assert pieces("12.50") != pieces("12,50")
    assert len(set(pieces("Total")) & set(pieces("TOTAL"))) == len(pieces("TOTAL")) - 1  # all but the shape


def test_a_word_has_pieces_of_its_own() -> None:
    words = encode_words(["TOTAL", "9.00"], np.zeros((2, 4), np.float32))
    assert words.pieces.tolist() == pieces("TOTAL") + pieces("9.00")
    assert words.starts.tolist() == [0, len(pieces("TOTAL"))]


def test_a_window_is_the_encoding_of_its_words(typeset: Typeset) -> None:
    page = typeset(TEXT)
    texts, boxes, whole = [word.text for word in page.words], place_words(page), encode(page)
    part, apart = whole.window(2, 5), encode_words(texts[2:5], boxes[2:5])
    assert part.pieces.tolist() == apart.pieces.tolist()
    assert part.starts.tolist() == apart.starts.tolist()
    assert part.boxes.tolist() == boxes[2:5].tolist()
    assert part.bands.tolist() == whole.bands[2:5].tolist()


def test_damaged_quads_stay_within_bounds(typeset: Typeset) -> None:
    page = typeset(TEXT)
    line = page.lines[1]
    broken = replace(line.words[0], quad=((math.nan, 0.0), (math.inf, 0.0), (1e12, -1e12), (0.0, math.nan)))
    block = replace(page.blocks[0], lines=(replace(line, words=(broken,)), *page.lines))
    words = encode(replace(page, blocks=(block,)))
    assert np.isfinite(words.boxes).all()
    assert ((words.bands >= 0) & (words.bands < BANDS) & (words.columns >= 0) & (words.columns < COLUMNS)).all()
    assert ((words.pieces >= 0) & (words.pieces < BUCKETS)).all()


def test_a_blank_page_has_no_places() -> None:
    assert place_words(Page(10, 10)).shape == (0, 4)
