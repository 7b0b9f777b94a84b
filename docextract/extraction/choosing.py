"""Which template a page was made for."""

from __future__ import annotations

from collections.abc import Sequence

from docextract.schema.patterns import compile_pattern
from docextract.schema.template import Match

_PATTERN_SECONDS = 0.1  # for one pattern in one row; then it counts as no match


def fitness(match: Match, rows: Sequence[str]) -> float:
    """How well a template fits, in [0, 1], by the texts of a page's rows."""
    if any(_found(pattern, rows) for pattern in match.none):
        return 0.0
    return sum(_found(pattern, rows) for pattern in match.any) / len(match.any)


def _found(pattern: str, rows: Sequence[str]) -> bool:
    compiled = compile_pattern(pattern)
    try:
        return any(compiled.search(row, timeout=_PATTERN_SECONDS) for row in rows)
    except TimeoutError:
        return False
