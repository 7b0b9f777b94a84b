"""The machine readable zone of a page."""

from __future__ import annotations

from dataclasses import dataclass

from docextract.extraction.rows import Layout, Row
from docextract.values.dates import scan_dates
from docextract.values.mrz import Mrz, find_mrz
from docextract.values.mrz_print import Print


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Zone:
    """A machine readable zone and the rows that hold its lines."""

    mrz: Mrz
    rows: tuple[Row, ...]


def find_zone(layout: Layout) -> Zone | None:
    """The machine readable zone of a page, set right by what is printed beside it."""
    cells = [(row, span) for row in layout.rows for _, span in row.cell_spans()]
    beside = [Print.of(span.text, row.alternatives[span.start : span.end]) for row, span in cells]
    beside += [Print.of(f"{reading.value:%y%m%d}") for row in layout.rows for reading in scan_dates(row.text)]
    found = find_mrz([row.text for row in layout.rows], [row.alternatives for row in layout.rows], beside=beside)
    if found is None:
        return None
    indices, mrz = found
    return Zone(mrz, tuple(layout.rows[index] for index in indices))
