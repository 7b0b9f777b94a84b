"""Pages set from plain text, for everything that begins at a `Page`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from docextract import typesetting
from docextract.pipeline import Extractor
from ocr.document import Alternative, Block, Char, Line, Page, Point, Word, bounding_quad

Typeset = Callable[..., Page]
Part = TypeVar("Part", Line, Word, Char)


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


@pytest.fixture(scope="session")
def reading_extractor() -> Extractor:
    """With the bundled weights, loaded once."""
    return Extractor()


def set_page(text: str, angle: float = 0.0) -> Page:
    """A text as `typesetting` sets it, read with confidence 0.9, on a page turned by an angle in radians."""
    lines = tuple(_turned_line(line, angle) for line in typesetting.set_page(text).lines)
    blocks = (Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ()
    return Page(width=1000, height=1000, blocks=blocks)


def _turned_line(line: Line, angle: float) -> Line:
    words = tuple(
        _turned(replace(word, chars=tuple(_turned(c, angle) for c in word.chars)), angle) for word in line.words
    )
    return _turned(replace(line, words=words), angle)


def _turned(part: Part, angle: float) -> Part:
    a, b, c, d = (_turn(point, angle) for point in part.quad)
    return replace(part, quad=(a, b, c, d), confidence=0.9)


def _turn(point: Point, angle: float) -> Point:
    cos, sin = math.cos(angle), math.sin(angle)
    return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos


def doubting(page: Page, alternatives: dict[int, tuple[Alternative, ...]]) -> Page:
    """The page with what the reader thought of as well, by index of the character on the page, spaces left out."""
    indices = iter(range(10**6))

    def doubt(word: Word) -> Word:
        chars = tuple(replace(char, alternatives=alternatives.get(next(indices), ())) for char in word.chars)
        return replace(word, chars=chars)

    def doubt_line(line: Line) -> Line:
        return replace(line, words=tuple(map(doubt, line.words)))

    return replace(page, blocks=tuple(Block(tuple(map(doubt_line, b.lines)), b.quad) for b in page.blocks))
