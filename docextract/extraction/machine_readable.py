"""The machine readable zone of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docextract.extraction.rows import Layout, Row
from docextract.values.dates import scan_dates
from docextract.values.mrz import find_mrz
from docextract.values.mrz_print import Print
from docextract.values.mrz_zone import Mrz


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Zone:
    """A machine readable zone and the rows that hold its lines."""

    mrz: Mrz
    rows: tuple[Row, ...]


def _cut(rows: Sequence[Row]) -> list[int]:
    """How many of its characters later than the row above it each row begins: the lines of a zone are flush.

    The edge of a picture or a finger may hide where they begin, on a leaning page of one line more than of another.
    """
    starts = [row.cells[0].x0 for row in rows]
    pitches = [(row.cells[-1].x1 - start) / max(len(row.text), 1) for row, start in zip(rows, starts, strict=True)]
    later = zip(starts, starts[1:], pitches[1:], strict=False)
    return [0, *(max(round((x0 - above) / pitch), 0) if pitch > 0 else 0 for above, x0, pitch in later)][: len(rows)]


def find_zone(layout: Layout) -> Zone | None:
    """The machine readable zone of a page, set right by what is printed beside it."""
    texts, others = [row.text for row in layout.rows], [row.whole.alternatives for row in layout.rows]
    cells = [(span, other) for row, other in zip(layout.rows, others, strict=True) for _, span in row.cell_spans()]
    beside = [Print.of(span.text, other[span.start : span.end]) for span, other in cells]
    beside += [Print.of(f"{reading.value:%y%m%d}") for row in layout.rows for reading in scan_dates(row.text)]
    found = find_mrz(texts, others, cut=_cut(layout.rows), beside=beside)
    if found is None:
        return None
    indices, mrz = found
    return Zone(mrz, tuple(layout.rows[index] for index in indices))
