"""What a reader thought of as well, asked where the print as it was read is no value but one exchange makes it one.

Only values that prove themselves by a check digit are looked for, and a repair is taken only where it is the only one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docextract.extraction.candidates import scan
from docextract.extraction.rows import Span
from docextract.records.base import Kind
from docextract.values.reading import Reading

PROVEN: frozenset[Kind] = frozenset({"card_number"})
"""Kinds whose values have a check digit and a length that chance does not hit."""

_LIKELY = 0.05  # probability of another reading that is tried before all the others
_DIGITS = 11  # fewer are no such number
_REPAIRED = 0.75  # factor of the quality


def reread(kind: Kind, span: Span) -> Reading[Any] | None:
    """The only value of a proven kind in a span with one character exchanged for another digit."""
    text = span.row.text[span.start : span.end]
    if sum(char.isdigit() for char in text) < _DIGITS:
        return None
    others = span.row.alternatives[span.start : span.end]
    for least in (_LIKELY, 0.0):
        found = {reading.value: reading for reading in _exchanged(kind, text, others, least)}
        if found:
            reading = next(iter(found.values()))
            return replace(reading, repaired=True, quality=_REPAIRED * reading.quality) if len(found) == 1 else None
    return None


def _exchanged(
    kind: Kind, text: str, others: list[tuple[tuple[str, float], ...]], least: float
) -> Iterator[Reading[Any]]:
    for k, options in enumerate(others):
        for char, probability in options:
            if char.isdigit() and probability >= least:
                yield from scan(kind, text[:k] + char + text[k + 1 :], None)
