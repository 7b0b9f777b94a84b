"""Rows: the lines of a page that a reader's eye joins across a gap, such as a label and its amount.

A receipt photographed by hand is turned and bent, so rows are chains of neighbours rather than bands of equal height:
each line is joined to the nearest one on its right that stands at its height, if that one finds it nearest on its left.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import accumulate, islice
from operator import itemgetter
from statistics import median

import numpy as np

from docextract.extraction.bending import level
from ocr.document import Alternative, Line, Page, Point, Quad, Word, part_by_direction

CELL = "\t"
"""Stands between the lines of a row in its text; a space stands between the words of a line."""

_SAME_HEIGHT = 0.6  # of the mean text height, between the middles of neighbours in a row
_HIGHER = 3.0  # times as high as a line its neighbour may be
_DROP = 3.0  # pixels to the side that a pixel up or down counts as
_OVERLAP = 1.0  # of the mean text height, by which the boxes of neighbours may overlap
_COLUMN = 2  # lines, at least, that make a column
_GUTTER = 2.0  # blank space between columns, in text heights
_GUTTERS = 3  # the widest so many are tried
_LABEL = 12  # characters of a label, at most
_FARTHEST = 1e6  # pixels from the page's corner, beyond which nothing has a place


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PlacedLine:
    """A line in the frame of the page's own reading direction, in pixels; `y` is where it would be on flat paper."""

    line: Line
    x0: float
    x1: float
    y: float
    height: float

    def overlaps(self, other: PlacedLine) -> bool:
        """Whether a part of one stands above or below a part of the other."""
        return other.x0 < self.x1 and self.x0 < other.x1


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Row:
    """Lines side by side.

    Attributes:
        index: From the top of the page, from 0.
        cells: From left to right.
        text: The words of all cells; see `CELL`.
        words: Every word with the index in `text` at which it begins.
    """

    index: int
    cells: tuple[PlacedLine, ...]
    text: str = field(init=False)
    words: tuple[tuple[int, Word], ...] = field(init=False)
    _ends: tuple[int, ...] = field(init=False)  # of the cells in `text`
    _widest: float = field(init=False)  # of the cells

    def __post_init__(self) -> None:
        words, texts, ends, start = [], [], [], 0
        for cell in self.cells:
            for word in cell.line.words:
                words.append((start, word))
                start += len(word.text) + 1
            texts.append(cell.line.text)
            ends.append(start - 1)
        object.__setattr__(self, "text", CELL.join(texts))
        object.__setattr__(self, "words", tuple(words))
        object.__setattr__(self, "_ends", tuple(ends))
        object.__setattr__(self, "_widest", max((cell.x1 - cell.x0 for cell in self.cells), default=0.0))

    @property
    def y(self) -> float:
        """Mean of the cells' middles in the frame of the reading direction."""
        return sum(cell.y for cell in self.cells) / len(self.cells)

    @property
    def height(self) -> float:
        """Mean text height."""
        return sum(cell.height for cell in self.cells) / len(self.cells)

    @property
    def whole(self) -> Span:
        """All of the row."""
        return Span(self, 0, len(self.text))

    def cell_spans(self) -> Iterator[tuple[PlacedLine, Span]]:
        """The cells with where in `text` they stand, from left to right."""
        return map(self._cell_span, range(len(self.cells)))

    def cell_spans_across(self, other: PlacedLine) -> Iterator[tuple[PlacedLine, Span]]:
        """Those of the cells that stand above or below some part of another row's."""
        reach = other.x1 - other.x0 + self._widest  # twice as far as the middles of such cells are apart
        first = bisect_left(self.cells, other.x0 + other.x1 - reach, key=_twice_middle)
        last = bisect_right(self.cells, other.x0 + other.x1 + reach, key=_twice_middle)
        return ((cell, span) for cell, span in map(self._cell_span, range(first, last)) if cell.overlaps(other))

    def _cell_span(self, k: int) -> tuple[PlacedLine, Span]:
        return self.cells[k], Span(self, self._ends[k - 1] + len(CELL) if k else 0, self._ends[k])

    def cell_at(self, index: int) -> PlacedLine:
        """The cell that holds the character of `text` at an index."""
        return self.cells[bisect_left(self._ends, index)]


def _twice_middle(cell: PlacedLine) -> float:
    return cell.x0 + cell.x1


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Span:
    """Characters `start` to `end` of a row's text."""

    row: Row
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters, a space between cells."""
        return self.row.text[self.start : self.end].replace(CELL, " ")

    def overlaps(self, other: Span) -> bool:
        """Whether both hold a common character."""
        return self.row is other.row and max(self.start, other.start) < min(self.end, other.end)

    @property
    def alternatives(self) -> list[tuple[Alternative, ...]]:
        """For each character of `text`, what the reader thought of as well; nothing where it did not say."""
        found: list[tuple[Alternative, ...]] = [()] * (self.end - self.start)
        for start, word, first, last in self._parts():
            if len(word.chars) == len(word.text):
                place = start + first - self.start
                found[place : place + last - first] = [char.alternatives for char in word.chars[first:last]]
        return found

    def words(self) -> Iterator[tuple[Word, int, int]]:
        """Each word with the part of its characters that lies in the span."""
        return ((word, first, last) for _, word, first, last in self._parts())

    def _parts(self) -> Iterator[tuple[int, Word, int, int]]:
        """The same, with where the row's text has the word."""
        words = self.row.words
        for start, word in islice(words, max(0, bisect_right(words, self.start, key=itemgetter(0)) - 1), None):
            if start >= self.end:
                return
            first, last = max(self.start - start, 0), min(self.end - start, len(word.text))
            if first < last:
                yield start, word, first, last

    def quads(self) -> tuple[Quad, ...]:
        """A quad for each word; of its characters where the span holds a part of it and characters have quads."""
        quads: list[Quad] = []
        for word, first, last in self.words():
            if last - first < len(word.text) and len(word.chars) == len(word.text):
                a, b = word.chars[first].quad, word.chars[last - 1].quad
                quads.append((a[0], b[1], b[2], a[3]))
            else:
                quads.append(word.quad)
        return tuple(quads)

    @property
    def confidence(self) -> float:
        """The lowest confidence of the words."""
        return min((word.confidence for word, _, _ in self.words()), default=0.0)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Layout:
    """The rows of a page from top to bottom, and the angle of its reading direction in radians."""

    rows: tuple[Row, ...]
    angle: float

    def bound(self, quads: Iterable[Quad]) -> Quad:
        """Smallest rectangle along the reading direction around some quads."""
        points = [point for quad in quads for point in quad]
        xs, ys = zip(*([_rotate(point, -self.angle) for point in points] if self.angle else points), strict=True)
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        a, b, c, d = (_rotate(point, self.angle) for point in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
        return a, b, c, d


def build_layout(page: Page, *, columns: bool = False) -> Layout:
    """Find the rows of a page. A line without words, or without a place, is in none.

    Lines that run across the others, such as a number along an edge, count as rows below them.

    Args:
        page: The page.
        columns: Whether what stands in columns with little in common is read column by column.
    """
    lines = _with_place([line for line in page.lines if line.words])
    angle = _reading_angle(lines)
    along, across = part_by_direction(lines, angle)
    placed = sorted(_place(along, angle), key=lambda cell: cell.y)
    chains = [chain for column in (_columns(placed) if columns else [placed]) for chain in _from_top(column)]
    bottom = placed[-1].y + placed[-1].height if placed else 0.0
    chains += [[replace(cell, y=bottom + cell.height * k)] for k, cell in enumerate(_place(across, angle), 1)]
    return Layout(tuple(Row(index, tuple(chain)) for index, chain in enumerate(chains)), angle)


def _with_place(lines: list[Line]) -> list[Line]:
    """Those whose coordinates, and those of their words, are numbers of a size that pages have."""
    return [line for line in lines if _is_near(line.quad) and all(_is_near(word.quad) for word in line.words)]


def _is_near(quad: Quad) -> bool:
    return all(-_FARTHEST < x < _FARTHEST and -_FARTHEST < y < _FARTHEST for x, y in quad)  # NaN is not


def _reading_angle(lines: list[Line]) -> float:
    """Angle of the page: the median of the lines that are long enough to have a direction; 0 if that is next to it.

    Angles are taken relative to the first line's, so that a page upside down does not average around the full turn.
    """
    long = [line for line in lines if len(line.text) >= 4]
    if not long:
        return 0.0
    first = long[0].angle
    angle = first + median(math.remainder(line.angle - first, math.tau) for line in long)
    return angle if abs(angle) > 1e-3 else 0.0


def _place(lines: Sequence[Line], angle: float) -> list[PlacedLine]:
    """Lines turned upright, and placed as if the page were flat."""
    if not lines:
        return []
    cos, sin = math.cos(angle), math.sin(angle)
    corners = np.array([line.quad for line in lines], np.float64) @ ((cos, -sin), (sin, cos))  # (M, 4, 2)
    left, right = corners[..., 0].min(1).tolist(), corners[..., 0].max(1).tolist()
    heights = [line.height for line in lines]
    flat = level(corners[:, (0, 3)].mean(1), corners[:, (1, 2)].mean(1), np.array(heights)).tolist()
    return [PlacedLine(*placed) for placed in zip(lines, left, right, flat, heights, strict=True)]


def _columns(lines: list[PlacedLine]) -> list[list[PlacedLine]]:
    """Part lines, sorted by y, where blank space runs from top to bottom and few labels have something beyond it.

    Labels and their values stand in columns, too, but side by side.
    """
    if len(lines) < 2 * _COLUMN:
        return [lines]
    least = _GUTTER * median(line.height for line in lines)
    by_left = sorted(lines, key=lambda line: line.x0)
    reach = [*accumulate((line.x1 for line in by_left), max)]
    gaps = ((by_left[k].x0 - reach[k - 1], k) for k in range(_COLUMN, len(lines) - _COLUMN + 1))
    gutters = nlargest(_GUTTERS, (gap for gap in gaps if gap[0] > 0 and gap[0] >= least))
    rows = _chains(lines) if gutters else []
    for _, k in gutters:
        left = [line for line in lines if line.x0 < by_left[k].x0]
        right = [line for line in lines if line.x0 >= by_left[k].x0]
        across = sum(_labels_beyond(row, by_left[k].x0) for row in rows)
        if 2 * across <= min(len(left), len(right)):
            return [*_columns(left), *_columns(right)]
    return [lines]


def _labels_beyond(row: list[PlacedLine], x: float) -> bool:
    """Whether a row has something beyond `x`, and before it what may be its label."""
    if not row[0].x0 < x <= row[-1].x0:
        return False
    last = next(cell for cell in reversed(row) if cell.x0 < x).line.text
    return len(last) <= _LABEL and not any(map(str.isdecimal, last))


def _from_top(lines: list[PlacedLine]) -> list[list[PlacedLine]]:
    """The rows of lines, sorted by y."""
    return sorted(_chains(lines), key=lambda row: sum(cell.y for cell in row) / len(row))


def _chains(lines: list[PlacedLine]) -> list[list[PlacedLine]]:
    """Split lines, sorted by y, into chains from left to right."""
    right = _nearest_right(lines)
    left = _nearest_right([PlacedLine(line.line, -line.x1, -line.x0, line.y, line.height) for line in lines])
    linked = {a: b for a, b in enumerate(right) if b is not None and left[b] == a}
    chains = []
    for index in set(range(len(lines))) - set(linked.values()):
        chain = [index]
        while chain[-1] in linked:
            chain.append(linked[chain[-1]])
        chains.append([lines[k] for k in chain])
    return chains


def _nearest_right(lines: list[PlacedLine]) -> list[int | None]:
    """Index of the nearest line on the right of each at the same height."""
    bands = _bands(lines)
    tops, bottoms = [lines[band[0]].y for band in bands], [lines[band[-1]].y for band in bands]
    for band in bands:
        band.sort(key=lambda index: lines[index].x0)
    edges = [[lines[index].x0 for index in band] for band in bands]
    nearest = []
    for me in lines:
        reach = _SAME_HEIGHT * (1 + _HIGHER) / 2 * me.height
        overlap = _OVERLAP * (1 + _HIGHER) / 2 * me.height
        best, best_cost = None, math.inf
        for k in range(bisect_left(bottoms, me.y - reach), bisect_right(tops, me.y + reach)):
            for place in range(bisect_left(edges[k], me.x1 - overlap), len(edges[k])):
                if edges[k][place] - me.x1 >= best_cost:
                    break
                cost = _cost(me, lines[bands[k][place]])
                if cost < best_cost:
                    best, best_cost = bands[k][place], cost
        nearest.append(best)
    return nearest


def _bands(lines: list[PlacedLine]) -> list[list[int]]:
    """Indices of lines, sorted by y, in bands about as high as the reach of a line."""
    high = 2 * _SAME_HEIGHT * median(line.height for line in lines) if lines else 0.0
    bands: list[list[int]] = []
    for index, line in enumerate(lines):
        if not bands or line.y - lines[bands[-1][0]].y > high:
            bands.append([])
        bands[-1].append(index)
    return bands


def _cost(me: PlacedLine, you: PlacedLine) -> float:
    """How far a line is from being the next one on the right; infinite where it cannot be."""
    height = (me.height + you.height) / 2
    gap, drop = you.x0 - me.x1, abs(you.y - me.y)
    beyond = you.x0 + you.x1 > me.x0 + me.x1
    if not beyond or drop >= _SAME_HEIGHT * height or gap <= -_OVERLAP * height:
        return math.inf
    return max(gap, 0.0) + _DROP * drop


def _rotate(point: Point, angle: float) -> Point:
    if angle == 0.0:
        return point
    cos, sin = math.cos(angle), math.sin(angle)
    return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos
