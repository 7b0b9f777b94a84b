"""Dates whose labels cannot be read, told by the order in which the dates of a document must come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import Span
from docextract.extraction.scene import Scene
from docextract.extraction.solver import Choice, Verdict

_SCORE = 0.3


def find_between(
    scene: Scene, order: Sequence[str], choice: Mapping[str, Candidate], verdicts: Sequence[Verdict]
) -> Choice:
    """The one field of the order that has no date but both neighbours, if one date alone of the page is between them.

    Args:
        scene: The page.
        order: Date fields from the earliest to the latest.
        choice: The candidates of fields that are known.
        verdicts: On all candidates; a date that is proposed for any field is not looked at.
    """
    known = [choice[name].value if name in choice else None for name in order]
    missing = [k for k, value in enumerate(known) if value is None]
    if len(missing) != 1 or not 0 < missing[0] < len(order) - 1:
        return {}
    before, after = known[missing[0] - 1], known[missing[0] + 1]
    if not isinstance(before, date) or not isinstance(after, date):
        return {}
    proposed = {verdict.candidate.value for verdict in verdicts}
    found = {}
    for row in scene.layout.rows:
        for reading in scene.read("date", row.text):
            if before < reading.value < after and reading.value not in proposed:
                found[reading.value] = Candidate(
                    field=order[missing[0]],
                    value=reading.value,
                    kind="date",
                    spans=(Span(row, reading.start, reading.end),),
                    score=_SCORE * reading.quality,
                    locator="order",
                    alternatives=reading.alternatives,
                    repaired=reading.repaired,
                )
    return {c.field: c for c in found.values()} if len(found) == 1 else {}
