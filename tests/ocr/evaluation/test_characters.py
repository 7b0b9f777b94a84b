"""Overlap and average precision of characters, on quads whose scores are known."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.document import Block, Char, Line, Page, Quad, Word
from ocr.evaluation.characters import FoundCharacters, compare_characters, score_characters
from ocr.geometry import FloatArray
from ocr.layout import is_divider
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page


@pytest.fixture(scope="module")
def truth() -> RenderedPage:
    """A receipt with dividers, whichever fonts this machine has."""
    corpus, fonts = Corpus(), FontLibrary("heldout")
    pages = (render_page(seed, "receipt", size=None, corpus=corpus, fonts=fonts, korean=0.5) for seed in range(20))
    return next(page for page in pages if any(is_divider(text.text) for text in page.texts))


def as_page(truth: RenderedPage) -> Page:
    """The page that a perfect reader returns, its words as long as its texts; it leaves dividers out."""
    lines = []
    for text in truth.texts:
        if is_divider(text.text):
            continue
        printed = zip(text.text, text.char_quads.tolist(), strict=True)
        chars = tuple(Char(char, as_quad(quad), 0.9) for char, quad in printed if char != " ")
        word = Word(text.text.replace(" ", ""), chars[0].quad, 0.9, chars)
        lines.append(Line((word,), word.quad, 0.9))
    return Page(truth.image.shape[1], truth.image.shape[0], (Block(tuple(lines), lines[0].quad),))


def as_quad(points: list[list[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return a, b, c, d


def boxes(*lefts: float, width: float = 10) -> FloatArray:
    quads = [[(x, 0), (x + width, 0), (x + width, 20), (x, 20)] for x in lefts]
    return np.array(quads, np.float32).reshape(-1, 4, 2)


def found(quads: FloatArray, scores: list[float], printed: FloatArray) -> dict[str, float]:
    return score_characters([FoundCharacters(quads, np.array(scores, np.float32), printed)])


def test_a_perfect_reader_finds_all_characters_but_dividers(truth: RenderedPage) -> None:
    page = compare_characters(truth, as_page(truth))
    scores = score_characters([page])
    assert scores["characters"] == len(page.quads) > 0
    assert scores["mean IoU"] == pytest.approx(1.0, abs=1e-3)
    assert scores["AP@50"] == 1.0


def test_a_shift_by_a_third_leaves_half_of_the_union() -> None:
    scores = found(boxes(3.4, 40), [0.9, 0.8], boxes(0, 40))
    assert scores["mean IoU"] == pytest.approx((6.6 / 13.4 + 1) / 2, abs=1e-4)
    assert scores["AP@50"] == pytest.approx(0.25)  # half is found, and half of what is that sure is wrong


def test_a_wrong_one_costs_only_what_comes_after_it() -> None:
    printed = boxes(0, 20, 40)
    assert found(boxes(0, 20, 40, 80), [0.9, 0.8, 0.7, 0.6], printed)["AP@50"] == 1.0
    first_wrong = found(boxes(80, 0, 20, 40), [0.9, 0.8, 0.7, 0.6], printed)
    assert first_wrong["AP@50"] == pytest.approx(0.75)


def test_a_character_is_found_once() -> None:
    assert found(boxes(0, 0), [0.9, 0.8], boxes(0, 40))["AP@50"] == 0.5


def test_nothing_found_is_nothing_right() -> None:
    assert found(boxes(), [], boxes(0, 20)) == {"characters": 2, "AP@50": 0.0, "mean IoU": 0.0}
