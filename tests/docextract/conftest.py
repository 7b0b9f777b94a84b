"""Pages set from plain text, for everything that begins at a `Page`."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import regex

from docextract.pipeline import Extractor
from ocr.document import Block, Char, Line, Page, Point, Quad, Word, bounding_quad

Typeset = Callable[..., Page]

CHAR_WIDTH, CHAR_HEIGHT, ROW_PITCH = 10, 20, 30


@pytest.fixture(scope="session")
def typeset() -> Typeset:
    return set_page


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of invented receipts, `<name>.txt` beside what they say, `<name>.json`."""
    return Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()


def set_page(text: str, angle: float = 0.0) -> Page:
    """Set a text and turn the page by an angle in radians.

    A character is 10 pixels wide and 20 high, Hangul twice as wide, rows are 30 apart; two or more spaces part lines.
    """
    lines = [line for index, row in enumerate(text.splitlines()) for line in _lines(row, index, angle)]
    blocks = (Block(tuple(lines), bounding_quad(line.quad for line in lines)),) if lines else ()
    return Page(width=1000, height=1000, blocks=blocks)


def _lines(row: str, index: int, angle: float) -> Iterator[Line]:
    for cell in regex.finditer(r"\S+(?: \S+)*", row):
        words = tuple(
            _word(row, cell.start() + word.start(), word[0], index, angle) for word in regex.finditer(r"\S+", cell[0])
        )
        quad = _quad(row, cell.start(), cell.end(), index, angle)
        yield Line(words=words, quad=quad, confidence=0.9)


def _word(row: str, start: int, text: str, index: int, angle: float) -> Word:
    chars = tuple(Char(c, _quad(row, start + k, start + k + 1, index, angle), 0.9) for k, c in enumerate(text))
    return Word(text=text, quad=_quad(row, start, start + len(text), index, angle), confidence=0.9, chars=chars)


def _quad(row: str, start: int, end: int, index: int, angle: float) -> Quad:
    x0, x1 = CHAR_WIDTH * _columns(row[:start]), CHAR_WIDTH * _columns(row[:end])
    y0, y1 = ROW_PITCH * index, ROW_PITCH * index + CHAR_HEIGHT
    a, b, c, d = (_turn(point, angle) for point in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return a, b, c, d


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _turn(point: Point, angle: float) -> Point:
    cos, sin = math.cos(angle), math.sin(angle)
    return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos
