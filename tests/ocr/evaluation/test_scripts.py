"""Marks are counted where foreign letters stand, and where they do not."""

from __future__ import annotations

import numpy as np

from ocr import charset
from ocr.document import Block, Char, Line, Page, Quad, Word
from ocr.evaluation.scripts import count_marks
from ocr.synthesis import PrintedText, RenderedPage

QUAD: Quad = ((0, 0), (100, 0), (100, 10), (0, 10))


def read(text: str, *marks: charset.Script | None) -> Page:
    chars = tuple(Char(char, QUAD, 1.0, unreadable=mark) for char, mark in zip(text, marks, strict=True))
    line = Line((Word(text, QUAD, 1.0, chars),), QUAD, 1.0)
    return Page(100, 10, (Block((line,), QUAD),))


def test_hits_wrong_scripts_and_false_alarms() -> None:
    text = PrintedText("AЖЯBC", np.array(QUAD, np.float32), np.zeros((5, 4, 2), np.float32), None, 0)
    truth = RenderedPage(np.zeros((10, 100, 3), np.uint8), (text,), "receipt", 0)
    counts = count_marks(truth, read("A\ufffd\ufffdB\ufffd", None, "cyrillic", "greek", None, "han"))
    assert counts == {"foreign": 2, "readable": 3, "marked": 2, "script": 1, "alarms": 1}
    counts = count_marks(truth, read("AKRBC", None, None, None, None, None))
    assert +counts == {"foreign": 2, "readable": 3}
