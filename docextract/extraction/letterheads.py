"""Whole rows that are a value: the name and the address in a letterhead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

import regex

from docextract.extraction.rows import Row, Span
from docextract.extraction.scene import Scene, matches, search
from docextract.schema.locators import LinesLocator

_LABEL = 3  # letters at least of a label that ends a value: `T` and `NO` begin lines of addresses as well
_VALUE = regex.compile(r"\s?[:#]|\W+\d")
_PITCH = 2.0  # text heights between the middles of rows that belong together, at most


def find_letterheads(scene: Scene, locator: LinesLocator) -> Iterator[tuple[Span, ...]]:
    """What a locator takes for the value, from the top of the page, those before what shall follow them first."""
    runs: Iterable[list[Row]] = _runs(scene, locator)
    if locator.before is not None:
        runs = sorted(runs, key=lambda run: not _is_before(scene, run, locator))
    for run in runs:
        spans = tuple(span for row in run if (span := _stripped(scene, row, locator.strip)) is not None)
        if spans:
            yield spans


def _runs(scene: Scene, locator: LinesLocator) -> Iterator[list[Row]]:
    """The rows that may be a value, from the top of the page."""
    rows = scene.layout.rows
    for first, row in enumerate(rows[: max(1, round(locator.top * len(rows)))]):
        if first > 0 and matches(scene, locator.until, row.text):
            return
        barred = (*locator.stop, *locator.skip, *(locator.join if first > 0 else ()))
        if matches(scene, barred, row.text):
            continue
        run = _run(scene, rows, first, locator)
        joined = [row.text for row in run[: 1 + _joined(scene, run, locator)]]
        if matches(scene, locator.start, " ".join(joined)):
            yield run


def _is_before(scene: Scene, run: Sequence[Row], locator: LinesLocator) -> bool:
    behind = scene.layout.rows[run[-1].index + 1 :][:1]
    return any(matches(scene, locator.before, row.text) for row in behind)


def _joined(scene: Scene, run: list[Row], locator: LinesLocator) -> int:
    """How many rows right behind the first of a run are joined to it."""
    return sum(1 for _ in takewhile(lambda row: matches(scene, locator.join, row.text), run[1:]))


def _run(scene: Scene, rows: tuple[Row, ...], first: int, locator: LinesLocator) -> list[Row]:
    """The rows from the first one on that belong together: no more than a gap tells paragraphs apart."""
    run = [rows[first]]
    count = 1
    for above, row in pairwise(map(rows.__getitem__, range(first, len(rows)))):  # most runs are short
        if not matches(scene, locator.join, row.text):
            if count >= locator.most or row.y - above.y > _PITCH * max(above.height, row.height):
                break
            if matches(scene, locator.end, run[-1].text) or matches(scene, locator.stop, row.text):
                break
            if _is_labelled(scene, row):
                break
            if matches(scene, locator.skip, row.text):
                continue
            count += 1
        run.append(row)
    return run


def _is_labelled(scene: Scene, row: Row) -> bool:
    """Whether a row begins with a label, and a colon or digits follow: CHK 701234 is no line of an address."""
    first = next(iter(scene.labels[row.index]), None)
    if first is None or first.span.start > 0 or first.similarity < 1 or len(first.key) < _LABEL:
        return False
    return _VALUE.match(row.text, first.span.end) is not None


def _stripped(scene: Scene, row: Row, patterns: Sequence[str]) -> Span | None:
    start, end = 0, len(row.text)
    for pattern in patterns:
        for match_start, match_end in search(scene, pattern, row.text):
            if match_start == start:
                start = match_end
            elif match_end == end:
                end = match_start
    while start < end and row.text[start].isspace():
        start += 1
    while start < end and row.text[end - 1].isspace():
        end -= 1
    return Span(row, start, end) if start < end else None
