"""Tables that a template describes: columns by the labels in their header, rows down to where they end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from docextract.extraction.candidates import Candidate
from docextract.extraction.lexicon import phrase_keys
from docextract.extraction.rows import Row, Span
from docextract.extraction.scene import Scene, matches
from docextract.schema.template import Column, Table
from ocr.document import Quad

_HEADER_LABELS = 2  # that make a row the header of a table with so many columns

Extent = tuple[float, float]
"""Begin and end along the reading direction, in pixels."""


def find_tables(tables: Mapping[str, Table], scene: Scene) -> dict[str, Candidate]:
    """The cells of a template's tables, by paths such as `works.0.price`.

    The labels of a header are taken from the scene: the *total* above a column is not the total.
    """
    return {
        f"{name}.{index}.{column}": candidate
        for name, table in tables.items()
        for index, row in enumerate(_find_rows(table, scene))
        for column, candidate in row.items()
    }


def _find_rows(table: Table, scene: Scene) -> list[dict[str, Candidate]]:
    header, extents = _find_header(table, scene)
    if header is None:
        return []
    scene.labels[header.index].clear()
    found: list[dict[str, Candidate]] = []
    for row in scene.layout.rows[header.index + 1 :]:
        if matches(scene, table.skip, row.text):
            continue
        cells = {} if matches(scene, table.stop, row.text) else _read_row(table, scene, row, extents)
        if not cells:
            break
        if all(name in cells or not column.required for name, column in table.columns.items()):
            found.append(cells)
        elif found:
            found[-1] = _continued(found[-1], cells)
    return found


def _find_header(table: Table, scene: Scene) -> tuple[Row | None, dict[str, Extent]]:
    """The row with the labels of most columns, and where along the row these stand."""
    best: dict[str, Extent] = {}
    header = None
    for row in scene.layout.rows:
        extents = {
            name: _extent(label.span.quads(), scene.layout.angle)
            for name, column in table.columns.items()
            for label in scene.labels[row.index]
            if label.key in phrase_keys(column.labels)
        }
        if len(extents) >= min(_HEADER_LABELS, len(table.columns)) and len(extents) > len(best):
            header, best = row, extents
    return header, best


def _read_row(table: Table, scene: Scene, row: Row, extents: Mapping[str, Extent]) -> dict[str, Candidate]:
    """The best value in each column of a row."""
    spans: dict[str, list[Span]] = {}
    for name, span in _pieces(scene, row, extents):
        spans.setdefault(name, []).append(span)
    cells = {name: _read_cell(name, table.columns[name], scene, found) for name, found in spans.items()}
    return {name: candidate for name, candidate in cells.items() if candidate is not None}


def _pieces(scene: Scene, row: Row, extents: Mapping[str, Extent]) -> Iterator[tuple[str, Span]]:
    """Cells of a row with their columns; one that runs along several columns was read as one and is cut into words."""
    for _, span in row.cell_spans():
        extent = _extent(span.quads(), scene.layout.angle)
        if sum(_distance(extent, column) < 0 for column in extents.values()) < 2:
            yield _nearest(extent, extents), span
            continue
        for start, word in row.words:
            if span.start <= start < span.end:
                part = Span(row, start, start + len(word.text))
                yield _nearest(_extent(part.quads(), scene.layout.angle), extents), part


def _read_cell(name: str, column: Column, scene: Scene, spans: Sequence[Span]) -> Candidate | None:
    whole = Span(spans[0].row, spans[0].start, spans[-1].end)
    readings = scene.read(column.type, whole.row.text[whole.start : whole.end])
    best = max(readings, key=lambda reading: reading.quality, default=None)
    if best is None:
        return None
    return Candidate(
        field=name,
        value=best.value,
        kind=column.type,
        spans=(Span(whole.row, whole.start + best.start, whole.start + best.end),),
        score=best.quality,
        locator="table",
        alternatives=best.alternatives,
        repaired=best.repaired,
    )


def _continued(cells: Mapping[str, Candidate], below: Mapping[str, Candidate]) -> dict[str, Candidate]:
    """A row with the texts of the row below joined to its own."""
    return dict(cells) | {
        name: Candidate(
            field=name,
            value=f"{cell.value} {more.value}",
            kind="text",
            spans=cell.spans + more.spans,
            score=min(cell.score, more.score),
            locator="table",
        )
        for name, cell in cells.items()
        if cell.kind == "text" and (more := below.get(name)) is not None
    }


def _nearest(extent: Extent, columns: Mapping[str, Extent]) -> str:
    return min(columns, key=lambda name: _distance(extent, columns[name]))


def _distance(a: Extent, b: Extent) -> float:
    """Gap between two stretches; negative where they overlap, by how much."""
    return max(a[0], b[0]) - min(a[1], b[1])


def _extent(quads: Iterable[Quad], angle: float) -> Extent:
    along = [x * math.cos(angle) + y * math.sin(angle) for quad in quads for x, y in quad]
    return min(along), max(along)
