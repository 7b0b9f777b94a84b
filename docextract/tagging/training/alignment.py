"""Which words of a receipt its annotated fields are, where the annotation gives the fields as texts only (SROIE)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from rapidfuzz import fuzz

from docextract.tagging.labels import OUTSIDE, begin_label, inside_label
from ocr.document import Line, Page

FIELDS = {"company": "merchant.name", "address": "merchant.address", "date": "date", "total": "total"}
"""SROIE's name of a field -> ours."""

UNKNOWN = -100
"""The label of a word that nothing is known about; it is not learnt from."""

_MOST_LINES = 9  # of one field
_ALIKE = 82.0  # least similarity in percent, letters and digits only: annotators correct and transcribe differently
_SUM = re.compile(r"TOTAL|AMOUNT|\bDUE\b|\bNETT?\b|PAYABLE")
_NO_SUM = re.compile(r"SUB|QTY|QUANTITY|ITEM|TAX|GST|EXC|CHANGE|CASH|ROUNDING|SAVING|DISC|TENDER|PAID")


def align_entities(page: Page, entities: Mapping[str, str]) -> list[int]:
    """A label for each word of a page.

    Names and addresses are the run of lines most like them; dates and totals every word that holds them, but totals
    only where the row says so if any row does, the others being `UNKNOWN`.
    """
    labels = [OUTSIDE] * len(page.words)
    for name in ("date", "total"):
        if wanted := _digits(entities.get(name, "")):
            spots = list(_spots(page, wanted))
            chosen = _sums(page, spots) if name == "total" else spots
            for spot in spots:
                for k, index in enumerate(spot):
                    field = FIELDS[name]
                    label = inside_label(field) if k else begin_label(field)
                    labels[index] = label if spot in chosen else UNKNOWN
    for name in ("address", "company"):
        for k, index in enumerate(_run(page, _plain(entities.get(name, "")))):
            labels[index] = inside_label(FIELDS[name]) if k else begin_label(FIELDS[name])
    return labels


def _run(page: Page, wanted: str) -> list[int]:
    """Indices of the words of the lines that are most like a text, without those that make it less so; maybe none."""
    if not wanted:
        return []
    lines = [indices for _, indices in _indexed(page)]
    texts = [_plain(word.text) for word in page.words]

    def alike(words: Sequence[int]) -> float:
        text = "".join(texts[index] for index in words)
        return fuzz.ratio(text, wanted) if len(text) < 2 * len(wanted) else 0.0

    runs = [
        [index for indices in lines[first:last] for index in indices]
        for first in range(len(lines))
        for last in range(first + 1, min(first + _MOST_LINES, len(lines)) + 1)
    ]
    chosen = max(runs, key=alike, default=[])
    if alike(chosen) < _ALIKE:
        return []
    for indices in lines:  # what stands between the lines of an address, such as a registration number
        chosen = max(chosen, [index for index in chosen if index not in indices], key=alike)
    for part in (slice(1, None), slice(None, -1)):
        while alike(chosen[part]) > alike(chosen):
            chosen = chosen[part]
    return chosen


def _spots(page: Page, wanted: str) -> Iterator[tuple[int, ...]]:
    """Words of a line that together have the digits wanted and no others, the shortest such runs."""
    for line, indices in _indexed(page):
        digits = [_digits(word.text) for word in line.words]
        for first in range(len(indices)):
            for last in range(first + 1, min(first + 4, len(indices)) + 1):
                if digits[first] and digits[last - 1] and "".join(digits[first:last]) == wanted:
                    yield tuple(indices[first:last])


def _sums(page: Page, spots: Sequence[tuple[int, ...]]) -> Sequence[tuple[int, ...]]:
    """Those of some amounts whose row speaks of a total; all where none does."""
    rows = {spot: _row_text(page, spot[0]) for spot in spots}
    return [spot for spot, row in rows.items() if _SUM.search(row) and not _NO_SUM.search(row)] or spots


def _row_text(page: Page, index: int) -> str:
    """The text at the height of a word; annotated receipts stand upright."""
    word = page.words[index]
    middle = fmean(y for _, y in word.quad)
    height = max(y for _, y in word.quad) - min(y for _, y in word.quad)
    beside = (line for line in page.lines if abs(fmean(y for _, y in line.quad) - middle) < 0.6 * height)
    return " ".join(line.text.upper() for line in beside)


def _indexed(page: Page) -> Iterator[tuple[Line, range]]:
    """Lines with the indices of their words."""
    start = 0
    for line in page.lines:
        yield line, range(start, start + len(line.words))
        start += len(line.words)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _digits(text: str) -> str:
    """What tells amounts and dates apart: digits, and the letters of a month."""
    return re.sub(r"RM|MYR|[\W_]", "", text.upper()) if re.search(r"\d|^[A-Z]{3,9}$", text.upper()) else ""
