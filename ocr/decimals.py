"""The decimal mark of a page: whoever prints amounts writes all of them in one way, with a point or with a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr.document import Line, Word

# Amounts with marks of thousands are neither asked nor changed: `1,234.50` and `1.234,50` prove theirs.
_AMOUNT = re.compile(r"(?<![\d.,:/-])\d+([.,])\d\d(?![.,:/-]?\d)", re.ASCII)

_THOUGHT = 0.1
"""Probability of a comma from which on the reader has thought of one; it does so at one point of 500."""

_ENOUGH = 0.2
"""Share of the amounts that takes. One or two of fifteen may be smudged, or printed by another machine."""

_POSSIBLE = 0.0003
"""Probability of a comma that a point has to leave, where the page writes commas: one of thirty does, unless it is a
comma, so that times and dates with points keep them."""


def settle_decimals(lines: Sequence[Line]) -> list[Line]:
    """Set points in amounts right where the page writes commas.

    Points are far more common, so a comma that is small or blurred is easily read as one, yet often with a thought of
    a comma. Where enough of the amounts with two decimals have that, all that may have commas get them; one alone is
    believed only if most others may have commas too.

    Args:
        lines: All lines of a page.

    Returns:
        The same lines in the same order, most of them as they were. A point that was set right stays the first
        of the alternatives, and its confidence is that of a decimal mark of either kind.
    """
    marks = [word.chars[index] for line in lines for word in line.words for index in _marks(word)]
    thoughts = [mark.readings().get(",", 0.0) for mark in marks]
    commas, possible = (sum(thought >= least for thought in thoughts) for least in (_THOUGHT, _POSSIBLE))
    if not commas or commas < _ENOUGH * len(marks) or (commas == 1 and possible <= len(marks) / 2):
        return list(lines)
    return [replace(line, words=tuple(map(_with_commas, line.words))) for line in lines]


def _marks(word: Word) -> Iterator[int]:
    """Where the decimal marks of a word stand among its characters."""
    if len(word.chars) == len(word.text):
        yield from (found.start(1) for found in _AMOUNT.finditer(word.text))


def _with_commas(word: Word) -> Word:
    chars = list(word.chars)
    for index in _marks(word):
        if chars[index].text == "." and chars[index].readings().get(",", 0.0) >= _POSSIBLE:
            chars[index] = chars[index].read_as(",")
    return word.spelt(chars) if chars else word
