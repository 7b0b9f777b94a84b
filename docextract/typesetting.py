"""Pages set from plain text: what a reader that makes no mistake would return for it in a typewriter's letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from ocr.document import Block, Char, Line, Page, Quad, Word, bounding_quad

CHAR_WIDTH, CHAR_HEIGHT, ROW_PITCH = 10, 20, 30
"""Size of a letter and distance of rows, in pixels. A Hangul syllable is twice as wide."""

_TABS = regex.compile(r" *\t[\t ]*")
_CELL = regex.compile(r"\S+(?: \S+)*")
_WORD = regex.compile(r"\S+")


def set_page(text: str) -> Page:
    """A page with the rows of a text, read with confidence 1; tabs, and two or more spaces, part lines.

    >>> [line.text for line in set_page("TOTAL   9.00").lines]
    ['TOTAL', '9.00']
    """
    rows = [_TABS.sub("    ", row) for row in text.splitlines()]
    lines = tuple(line for index, row in enumerate(rows) for line in _lines(row, index))
    blocks = (Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ()
    width = CHAR_WIDTH * max(map(_columns, rows), default=0)
    return Page(max(width, 1), max(ROW_PITCH * len(rows), 1), blocks)


def _lines(row: str, index: int) -> Iterator[Line]:
    for cell in _CELL.finditer(row):
        words = tuple(_word(row, *word.span(), index) for word in _WORD.finditer(row, *cell.span()))
        yield Line(words, _quad(row, *cell.span(), index), 1.0)


def _word(row: str, start: int, end: int, index: int) -> Word:
    chars = tuple(Char(row[k], _quad(row, k, k + 1, index), 1.0) for k in range(start, end))
    return Word(row[start:end], _quad(row, start, end, index), 1.0, chars)


def _quad(row: str, start: int, end: int, index: int) -> Quad:
    x0, x1 = CHAR_WIDTH * _columns(row[:start]), CHAR_WIDTH * _columns(row[:end])
    y0, y1 = ROW_PITCH * index, ROW_PITCH * index + CHAR_HEIGHT
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
