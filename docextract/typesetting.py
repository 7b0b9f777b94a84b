"""Pages set from plain text: what a reader that makes no mistake would return for it in a typewriter's letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate

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
    edges = [_edges(row) for row in rows]
    lines = tuple(line for k, row in enumerate(rows) for line in _lines(row, edges[k], ROW_PITCH * k))
    blocks = (Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ()
    width = max((xs[-1] for xs in edges), default=0)
    return Page(max(width, 1), max(ROW_PITCH * len(rows), 1), blocks)


def _edges(row: str) -> list[int]:
    """Where each character of a row begins, and where the last one ends, in pixels."""
    widths = (CHAR_WIDTH * (2 if unicodedata.east_asian_width(char) in "WF" else 1) for char in row)
    return list(accumulate(widths, initial=0))


def _lines(row: str, edges: Sequence[int], y: int) -> Iterator[Line]:
    for cell in _CELL.finditer(row):
        words = tuple(_word(row, edges, *word.span(), y) for word in _WORD.finditer(row, *cell.span()))
        yield Line(words, _quad(edges, *cell.span(), y), 1.0)


def _word(row: str, edges: Sequence[int], start: int, end: int, y: int) -> Word:
    chars = tuple(Char(row[k], _quad(edges, k, k + 1, y), 1.0) for k in range(start, end))
    return Word(row[start:end], _quad(edges, start, end, y), 1.0, chars)


def _quad(edges: Sequence[int], start: int, end: int, y: int) -> Quad:
    x0, x1 = edges[start], edges[end]
    return (x0, y), (x1, y), (x1, y + CHAR_HEIGHT), (x0, y + CHAR_HEIGHT)
