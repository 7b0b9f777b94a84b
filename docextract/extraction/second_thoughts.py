"""What a reader thought of as well, asked where the print as it was read is no value but one exchange makes it one.

Only values that prove themselves are looked for, by a check digit or by a form of which a template says so, and a
repair is taken only where it is the only one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from docextract.extraction.candidates import scan
from docextract.extraction.rows import Row, Span
from docextract.records.base import Kind
from docextract.values.reading import Reading
from ocr.document import Alternative

PROVEN: frozenset[Kind] = frozenset({"card_number"})
"""Kinds whose values have a check digit and a length that chance does not hit."""

_LIKELY = 0.05  # probability of another reading that is tried before all the others
_LONGEST = 200  # characters of a row in which every one is exchanged; no card or document has so many
_MOST_EXCHANGES = 2000  # of a page: a receipt of a hundred rows has 300, and what was doubted more proves nothing
_MOST_SPANS = 100  # of a page, in which every character is exchanged
_DIGITS = 11  # fewer are no such number
_MOST_DIGITS = 32  # a card has no more beside its number: a month, a check code
REPAIRED = 0.8
"""Factor of the quality of a value that was repaired."""


def reread(kind: Kind, span: Span, tried: list[Span]) -> Reading[Any] | None:
    """The only value of a proven kind in a span with one character exchanged for another digit.

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
            reading = next(iter(found.values()))
            return replace(reading, repaired=True, quality=REPAIRED * reading.quality) if len(found) == 1 else None
    return None


def reread_rows(rows: Iterable[Row], find: Callable[[str], Iterable[tuple[int, int]]]) -> list[tuple[Span, str]]:
    """The only print that a search finds with one character exchanged for a likely other one, and what it then says."""
    likely = (
        (row, k, char)
        for row in rows
        if len(row.text) <= _LONGEST
        for k, options in enumerate(row.whole.alternatives)
        for char, probability in options
        if probability >= _LIKELY
    )
    exchanges = list(islice(likely, _MOST_EXCHANGES + 1))
    if len(exchanges) > _MOST_EXCHANGES:
        return []
    found: dict[str, Span] = {}
    for row, k, char in exchanges:
        text = row.text[:k] + char + row.text[k + 1 :]
        found |= {text[start:end]: Span(row, start, end) for start, end in find(text)}
    return [(span, text) for text, span in found.items()] if len(found) == 1 else []


def _exchanged(
    kind: Kind, text: str, others: list[tuple[Alternative, ...]], least: float, below: float
) -> Iterator[Reading[Any]]:
    for k, options in enumerate(others):
        for char, probability in options:
            if char.isdigit() and least <= probability < below:
                yield from scan(kind, text[:k] + char + text[k + 1 :], None)
