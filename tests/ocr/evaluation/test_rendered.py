"""Errors per character count what a reader of a page would count."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.document import Block, Line, Page, Quad, Word
from ocr.evaluation.rendered import count_errors
from ocr.synthesis import PrintedText, RenderedPage


def quad(x: float, y: float, width: float, height: float = 10) -> Quad:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def read(*words: tuple[str, float, float]) -> Page:
    placed = [Word(text, quad(x, y, 8 * len(text)), 1.0) for text, x, y in words]
    lines = tuple(Line((word,), word.quad, 1.0) for word in placed)
    return Page(200, 100, (Block(lines, quad(0, 0, 200, 100)),))


@pytest.fixture
def truth() -> RenderedPage:
    texts = (("합계 1,200", 0.0), ("- - - - - -", 20.0), ("thank you", 40.0))
    printed = tuple(
        PrintedText(text, np.array(quad(0, y, 100), np.float32), np.zeros((len(text), 4, 2), np.float32), None, k)
        for k, (text, y) in enumerate(texts)
    )
    return RenderedPage(np.zeros((100, 200, 3), np.uint8), printed, "receipt", 0)


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        ((("합계", 0, 0), ("1,200", 40, 0), ("thank", 0, 40), ("you", 50, 40)), 0),
        ((("합게", 0, 0), ("1,200", 40, 0), ("thank", 0, 40), ("you", 50, 40)), 1),  # a wrong syllable
        ((("thank", 0, 40), ("you", 50, 40)), 8),  # a text that was missed
        ((("합계", 0, 0), ("1,200", 40, 0), ("thank", 0, 40), ("you", 50, 40), ("ghost", 120, 80)), 5),
        ((("합계", 0, 0), ("1,200", 40, 0), ("-----=", 0, 20), ("thank", 0, 40), ("you", 50, 40)), 0),  # a divider
        ((("합계1,200", 0, 0), ("thank", 0, 40), ("you", 50, 40)), 1),  # a space that was missed
    ],
)
def test_errors_are_counted(truth: RenderedPage, words: tuple[tuple[str, float, float], ...], errors: int) -> None:
    assert count_errors(truth, read(*words)) == errors
