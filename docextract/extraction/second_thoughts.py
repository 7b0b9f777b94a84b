"""What a reader thought of as well, asked where the print as it was read is no value but one exchange makes it one.

Only values that prove themselves are looked for, by a check digit or by a form of which a template says so, and a
repair is taken only where it is the only one, or of a form far more probable than any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import nlargest
from itertools import combinations, islice
from operator import itemgetter
from typing import Any

from docextract.extraction.candidates import scan
from docextract.extraction.rows import Row, Span
from docextract.records.base import Kind
from docextract.values.reading import Reading
from ocr.charset import UNKNOWN
from ocr.document import Alternative

PROVEN: frozenset[Kind] = frozenset({"card_number"})
"""Kinds whose values have a check digit and a length that chance does not hit."""
ASCII: frozenset[Kind] = frozenset({"email", "url"})
"""Kinds whose values have no other characters."""

_LIKELY = 0.05  # probability of another reading that is tried before all the others
_THOUGHT_OF = 0.03  # and of one that is tried where a form has to come out
_AHEAD = 4.0  # times as probable as any other has to be what is taken where several come out
_LONGEST = 200  # characters of a row in which every one is exchanged; no card or document has so many
_MOST_EXCHANGES = 2000  # of a page: a receipt of a hundred rows has 300, and what was doubted more proves nothing
_MOST_SPANS = 100  # of a page, in which every character is exchanged
_FEW = 4  # likely digits of which two are exchanged: six pairs, of which one in ten makes a number by chance
_LOCAL = 16  # digits of cards that no international network gave out
_DIGITS = 11  # fewer are no such number
_MOST_DIGITS = 32  # a card has no more beside its number: a month, a check code
REPAIRED = 0.8
"""Factor of the quality of a value that was repaired."""


def reread(kind: Kind, span: Span, tried: list[Span]) -> Reading[Any] | None:
    """The only value of a proven kind in a span with one character exchanged for another digit, or else with two.

    Args:
        kind: The kind.
        span: The span.
        tried: Grows by the span, if it has as many digits as a value. On a page with many such, none is one.
    """
    text = span.row.text[span.start : span.end]
    if len(text) > _LONGEST or not _DIGITS <= sum(char.isdigit() for char in text) <= _MOST_DIGITS:
        return None
    if len(tried) == _MOST_SPANS:
        return None
    tried.append(span)
    others = span.alternatives
    for least, below in ((_LIKELY, math.inf), (0.0, _LIKELY)):
        found = {reading.value: reading for reading in _exchanged(kind, text, others, least, below)}
        if found:
            break
    else:
        found = {reading.value: reading for reading in _exchanged_twice(kind, text, others)}
    if len(found) != 1:
        return None
    (reading,) = found.values()
    return replace(reading, repaired=True, quality=REPAIRED * reading.quality)


def reread_rows(rows: Iterable[Row], find: Callable[[str], Iterable[tuple[int, int]]]) -> list[tuple[Span, str]]:
    """What a search finds in rows with one character exchanged for another that the reader thought of as well.

    Returns:
        The print and what it then says, if there is but one or one that is far more probable than all others.
    """
    likely = (
        (row, k, char, probability)
        for row in rows
        if len(row.text) <= _LONGEST
        for k, options in enumerate(row.whole.alternatives)
        for char, probability in options
        if probability >= _THOUGHT_OF
    )
    exchanges = list(islice(likely, _MOST_EXCHANGES + 1))
    if len(exchanges) > _MOST_EXCHANGES:
        return []
    found: dict[str, tuple[float, Span]] = {}
    for row, k, char, probability in sorted(exchanges, key=itemgetter(3)):
        text = row.text[:k] + char + row.text[k + 1 :]
        found |= {text[start:end]: (probability, Span(row, start, end)) for start, end in find(text)}
    ranked = nlargest(2, found.items(), key=lambda item: item[1][0])
    if len(ranked) > 1 and ranked[0][1][0] < _AHEAD * ranked[1][1][0]:
        return []
    return [(span, text) for text, (_, span) in ranked[:1]]


def legible(span: Span) -> str:
    """The characters of a span, with the ASCII that the reader thought of for those that it could not read."""
    text = span.row.text[span.start : span.end]
    if UNKNOWN not in text:
        return text
    likely = [(char for char, p in others if p >= _LIKELY and len(char) == 1) for others in span.alternatives]
    others = [next(filter(str.isascii, chars), UNKNOWN) for chars in likely]
    return "".join(other if char == UNKNOWN else char for char, other in zip(text, others, strict=True))


def _exchanged(
    kind: Kind, text: str, others: list[tuple[Alternative, ...]], least: float, below: float
) -> Iterator[Reading[Any]]:
    for k, options in enumerate(others):
        for char, probability in options:
            if char.isdigit() and least <= probability < below:
                yield from _scan_usual(kind, text[:k] + char + text[k + 1 :])


def _exchanged_twice(kind: Kind, text: str, others: list[tuple[Alternative, ...]]) -> Iterator[Reading[Any]]:
    """Values of a text with two characters exchanged for likely digits, where few are so likely."""
    likely = [(k, char) for k, options in enumerate(others) for char, p in options if char.isdigit() and p >= _LIKELY]
    if len(likely) > _FEW:
        return
    for (first, one), (second, other) in combinations(likely, 2):
        if first != second:
            yield from _scan_usual(kind, text[:first] + one + text[first + 1 : second] + other + text[second + 1 :])


def _scan_usual(kind: Kind, text: str) -> Iterator[Reading[Any]]:
    """Card numbers of a network, or of the sixteen digits of local cards: others pass Luhn's check by chance."""
    for reading in scan(kind, text, None):
        if reading.value.network is not None or len(reading.value.reveal()) == _LOCAL:
            yield reading
