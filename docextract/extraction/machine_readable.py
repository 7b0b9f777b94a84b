"""The machine readable zone of a page."""

from __future__ import annotations

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


def find_zone(layout: Layout) -> Zone | None:
    """The machine readable zone of a page, set right by what is printed beside it."""
    texts, others = [row.text for row in layout.rows], [row.whole.alternatives for row in layout.rows]
    cells = [(span, other) for row, other in zip(layout.rows, others, strict=True) for _, span in row.cell_spans()]
    beside = [Print.of(span.text, other[span.start : span.end]) for span, other in cells]
    beside += [Print.of(f"{reading.value:%y%m%d}") for row in layout.rows for reading in scan_dates(row.text)]
    found = find_mrz(texts, others, beside=beside)
    if found is None:
        return None
    indices, mrz = found
    return Zone(mrz, tuple(layout.rows[index] for index in indices))
