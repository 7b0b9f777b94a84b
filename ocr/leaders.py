"""Leaders: what is printed between a label and its value, or where one is to be written, is no text."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from ocr.document import Char, Line, Quad, Word, mean_confidence

_LEADER = re.compile(r"([-_.])(?: ?\1){3,}")
"""Dots, dashes or a rule, which is read as either. An ellipsis is shorter; asterisks stand for digits as well."""

_DIGITS = 19
"""A number of a card has no more (ISO/IEC 7812)."""


def without_leaders(line: Line) -> Line | None:
    """A line without the leaders in it, or None where nothing else is.

    Words that a leader joins (`TOTAL.....12.80`) come apart, and the line begins and ends with what is left. Dots or
    dashes that stand for the digits of a number (`376763......002`, `....4242`) stay.

    Args:
        line: Its words have characters.
    """
    text = line.text
    leaders = [match.span() for match in _LEADER.finditer(text) if not _hides_digits(text, *match.span())]
    if not leaders:
        return line
    letters: list[Char | None] = []
    for word in line.words:
        letters += [*word.chars, None]
    for first, behind in leaders:
        letters[first:behind] = [None] * (behind - first)
    parts = ([char for char in part if char] for _, part in groupby(letters, bool))
    words = [Word.of(part, _quad(part[0].quad, part[-1].quad)) for part in parts if part]
    if not words:
        return None
    quad = _quad(words[0].quad, words[-1].quad)
    confidence = mean_confidence(char for word in words for char in word.chars)
    return replace(line, words=tuple(words), quad=quad, confidence=confidence)


def _hides_digits(text: str, first: int, behind: int) -> bool:
    """Whether a run stands where digits of a number may be: right before others, and not right behind a letter."""
    if behind - first > _DIGITS:
        return False
    return text[behind : behind + 1].isdigit() and (text[first - 1 : first] or " ")[0] in " 0123456789"


def _quad(first: Quad, last: Quad) -> Quad:
    """From the beginning of one quad to the end of another, of the same line."""
    return first[0], last[1], last[2], first[3]
