"""Text that runs across the lines of a page: numbers printed up a margin, Korean from top to bottom.

The network knows print that runs to the right. Of a line that runs up or down it finds the letters as scraps, one below
the other, or but one of them, and reads them badly; of a column of syllables it finds each alone. Such stacks are
looked at once more: syllables put side by side, others turned to either side.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import charset
from ocr.decoding import build_line
from ocr.document import Line
from ocr.geometry import FloatArray, places_to_quads, to_line
from ocr.look import LARGEST_SCALE, TEXT_HEIGHT_PX, TOLERATED, Look, Placed, confidence_of, lengths, typical_height
from ocr.missed import find_missed_columns
from ocr.view import Grey, View, pad_to_divisor, show_part

SCRAP = 2.2
"""A scrap is at most so many times as long as it is high."""

LETTERS = 3
"""Letters that a stack reads at least, and syllables of a column."""

ASIDE, APART = 0.4, 3.0
"""How far the next scrap of a stack is aside of the one above in lengths, and below it in heights, of the larger."""

DOUBTFUL, SURE, BETTER = 0.9, 0.8, 0.05
"""A stack that is read with more confidence than the first is what it seems; what is read in its place needs as much as
the second, and this much more than it."""

ALONE, AROUND = 0.6, 8.0
"""A scrap that is read with less confidence makes a stack of its own, if no line stands where text that runs across may
go on: up and down so many of its lengths, which is how far around any stack is looked."""

LEGIBLE = 0.35
"""Confidence that any line needs. A column needs no more: syllables one below the other already tell that it is one."""

MIXED = 0.2
"""Of two ways to turn a stack, one is believed less by so much, times the share of characters between which a word goes
from letters to digits or back: `00851879` upside down is read as `64STS800`, and with no less confidence."""

BESIDE, LEVEL, MOSTLY = 6.0, 0.25, 0.6
"""A column of syllables is none if more than the third of it have a neighbour to the right, so many heights away at
most and no further up or down than the second."""

MOST = 12
"""Stacks that are looked at on one page, those of most scraps; a texture may hold hundreds."""

_CELL_PX = 26
"""Side of the square around a syllable of a column."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Stack:
    """Scraps one below the other.

    Attributes:
        scraps: Each with its place on the page, from top to bottom.
        along: (2,) direction in which the lines of the page run; down is a quarter turn clockwise of it.
        centers: (N, 2) middles of the scraps.
        extent: Median length of the scraps, a pixel at least: the height of a line that runs down.
        height: Their median height, likewise: that of a column's syllables.
    """

    scraps: tuple[Placed, ...]
    along: _Floats
    centers: _Floats
    extent: float
    height: float

    @classmethod
    def of(cls, found: Sequence[Placed], scraps: Sequence[int], along: _Floats) -> _Stack:
        """The stack of those scraps of what was found."""
        places = np.stack([found[k][0] for k in scraps])
        centers = (places[:, :2] + places[:, 2:4]).astype(np.float64) / 2
        extent, height = float(np.median(lengths(places))), float(np.median(places[:, 4]))
        return cls(tuple(found[k] for k in scraps), along, centers, max(extent, 1.0), max(height, 1.0))

    @property
    def down(self) -> _Floats:
        return np.array([-self.along[1], self.along[0]])

    @property
    def confidence(self) -> float:
        return confidence_of(self.scraps)

    @property
    def is_korean(self) -> bool:
        """Whether most scraps are one syllable each, and not all the same: amounts may have a column of 원."""
        syllables = [line.text for _, line in self.scraps if _syllables(line.text) == len(line.text) == 1]
        return len(self.scraps) >= LETTERS and len(syllables) > len(self.scraps) / 2 and len(set(syllables)) > 1

    @property
    def angle(self) -> float:
        """Of the page's lines, in degrees clockwise."""
        return math.degrees(math.atan2(self.along[1], self.along[0]))


def look_across(grey: Grey, found: Sequence[Placed]) -> Generator[list[Look], None, list[Placed]]:
    """Look again at what may run across the lines of a page.

    Args:
        grey: (H, W) page.
        found: What was read on it.

    Yields:
        What is to be looked at, and then read, next.

    Returns:
        The same, stacks of scraps replaced by what they turned out to be.
    """
    stacks = [*find_stacks(found), *_missed_stacks(grey, found)]
    bare = _without_lines(grey, found) if stacks else grey
    replaced: set[int] = set()
    lines: list[Placed] = []
    for stack in stacks:
        if any(_holds(place, scrap) for place, _ in lines for scrap in stack.scraps):
            continue  # a piece of what another stack has led to
        read = (yield from _look_at_column(grey, stack)) if stack.is_korean else []
        if not read and stack.confidence < DOUBTFUL:
            read = yield from _look_turned(bare, stack)
        lines += read
        replaced |= {id(scrap) for scrap in found for place, _ in read if is_scrap(scrap[0]) and _holds(place, scrap)}
    return [placed for placed in found if id(placed) not in replaced] + lines


def find_stacks(found: Sequence[Placed]) -> list[_Stack]:
    """Scraps one below the other, or alone, that are read with doubt or are syllables, the largest stacks first."""
    if not found:
        return []
    places = np.stack([place for place, _ in found])
    along = _along(places)
    middles = (places[:, :2] + places[:, 2:4]).astype(np.float64) / 2
    x, y = middles @ along, middles @ np.array([-along[1], along[0]])
    extents, heights = lengths(places), places[:, 4]
    scraps = [k for k in np.argsort(y, kind="stable").tolist() if is_scrap(places[k])]
    frame = np.stack([x, y, extents, heights], 1)
    chains = [[scraps[k] for k in chain] for chain in _chain(frame[scraps])]
    stacks = {tuple(chain): _Stack.of(found, chain, along) for chain in chains if len(chain) > 1}
    asked = [
        stack
        for chain, stack in stacks.items()
        if (stack.is_korean and not _begin_rows(frame, chain)) or (stack.confidence < DOUBTFUL and not stack.is_korean)
    ]
    lines = np.delete(frame, scraps, 0)
    alone = (
        k for (k, *others) in chains if not others and found[k][1].confidence < ALONE and _is_free(frame[k], lines)
    )
    asked += [_Stack.of(found, [k], along) for k in islice(alone, MOST)]
    return sorted(asked, key=lambda stack: -len(stack.scraps))[:MOST]


def _missed_stacks(grey: Grey, found: Sequence[Placed]) -> Iterator[_Stack]:
    """Columns of ink beside what was read well enough; of what runs across, scraps hide pieces."""
    known = [placed for placed in found if placed[1].confidence > ALONE or not is_scrap(placed[0])]
    if known:
        along = _along(np.stack([place for place, _ in known]))
        angle = math.degrees(math.atan2(along[1], along[0]))
        for places in find_missed_columns(grey, known, angle):
            squares = [(place, Line((), ((0.0, 0.0),) * 4, 0.0)) for place in places]
            yield _Stack.of(squares, range(len(squares)), along)


def _without_lines(grey: Grey, found: Sequence[Placed]) -> Grey:
    """The page with its lines painted over, which turned would go on before and behind what runs across."""
    bare = grey.copy()
    for place in (place for place, _ in found if not is_scrap(place)):
        quad = np.rint(places_to_quads(place[None])[0]).astype(np.int32)
        (left, top), (right, bottom) = quad.min(0).clip(0).tolist(), quad.max(0).clip(0).tolist()
        if (paper := grey[top : bottom + 1, left : right + 1]).size:  # a place may be beyond the page's edge
            cv2.fillConvexPoly(bare, quad, float(np.median(paper)))
    return bare


def _is_free(scrap: _Floats, lines: _Floats) -> bool:
    """Whether no line stands above or below a scrap; for both see `_chain`."""
    aside = np.abs(lines[:, 0] - scrap[0]) - (lines[:, 2] + scrap[2]) / 2
    return not ((aside < 0) & (np.abs(lines[:, 1] - scrap[1]) < AROUND * scrap[2])).any()


def _begin_rows(frame: _Floats, scraps: Sequence[int]) -> bool:
    """Whether most scraps have a neighbour on the right, as the first syllables of `금   액` above `합   계` have."""
    order = np.argsort(frame[:, 1])
    rows = frame[order, 1]
    beside = 0
    for x, y, extent, height in frame[list(scraps)]:
        first, last = np.searchsorted(rows, (y - LEVEL * height, y + LEVEL * height))
        others = frame[order[first:last]]
        gaps = others[:, 0] - others[:, 2] / 2 - (x + extent / 2)
        beside += bool(((gaps > 0) & (gaps < BESIDE * height)).any())
    return beside > MOSTLY * len(scraps)


def _chain(scraps: _Floats) -> list[list[int]]:
    """Put each scrap behind the nearest above it that none is behind yet.

    Args:
        scraps: (N, 4) each one's middle along and across the lines, its length and its height, from top to bottom.
    """
    chains: list[list[int]] = []
    chain_of: list[list[int]] = []
    ends = np.ones(len(scraps), bool)
    tallest = scraps[:, 3].max(initial=0.0)
    for k, (x, y, extent, height) in enumerate(scraps):
        first = int(np.searchsorted(scraps[:k, 1], y - APART * tallest))
        above = scraps[first:k]
        near = ends[first:k] & (np.abs(above[:, 0] - x) < ASIDE * np.maximum(above[:, 2], extent))
        steps = y - above[:, 1]
        near &= (steps > 0) & (steps < APART * np.maximum(above[:, 3], height))
        if near.any():
            last = first + int(np.flatnonzero(near)[-1])
            ends[last] = False
            chain_of.append(chain_of[last])
            chain_of[k].append(k)
        else:
            chains.append([k])
            chain_of.append(chains[-1])
    return chains


def is_scrap(place: FloatArray) -> bool:
    """Whether a text at a (5,) place is short enough to be a letter or two of one that runs across."""
    return math.dist(place[:2], place[2:4]) < SCRAP * float(place[4])


def _along(places: FloatArray) -> _Floats:
    """(2,) direction in which most of (M, 5) places run, long ones counting more."""
    along = (places[:, 2:4] - places[:, :2]).sum(0, dtype=np.float64)
    direction: _Floats = along / max(float(np.hypot(*along)), 1e-6)
    return direction


def _letters(line: Line) -> int:
    return sum(map(str.isalnum, line.text))


def _syllables(text: str) -> int:
    return sum(charset.script_of(char) == "hangul" for char in text)


def _holds(place: FloatArray, scrap: Placed) -> bool:
    """Whether a scrap lies in a (5,) place that runs across it; what is beside may have made it longer."""
    half = float(place[4]) / 2
    (x0, y0), (x1, y1) = to_line(place, scrap[0][:4].reshape(2, 2)).tolist()
    shared = min(max(y0, y1), half) - max(min(y0, y1), -half)
    within = -half < (x0 + x1) / 2 < math.dist(place[:2], place[2:4]) + half
    return bool(within and shared > 0.5 * min(abs(y1 - y0), 2 * half))


def _look_turned(grey: Grey, stack: _Stack) -> Generator[list[Look], None, list[Placed]]:
    """The stack as lines that run down or up."""
    best: list[Placed] = []
    scale = TEXT_HEIGHT_PX / (1.15 * stack.extent)
    for turn in (90.0, -90.0):
        for _ in range(2):  # scraps may be longer than their line is high
            looks = [Look(view) for view in _views(grey, stack, scale, turn)]
            yield looks
            places = np.concatenate([look.places for look in looks])
            ratio = TEXT_HEIGHT_PX / typical_height(places) if len(places) else 1.0
            if TOLERATED[0] < ratio < TOLERATED[1]:
                break
            scale *= ratio
        yield looks
        read = [
            placed
            for look in looks
            for placed in look.lines(grey.shape[::-1])
            if placed[1].confidence > LEGIBLE
            and _letters(placed[1]) > 1  # the ends of rules one below the other are a `1` each
            and any(_holds(placed[0], scrap) for scrap in stack.scraps)
        ]
        best = max(best, read, key=_likelihood)
    return best if _is_better(best, stack) else []


def _likelihood(read: Sequence[Placed]) -> float:
    """The confidence of lines, less where digits stand among letters."""
    words = [word.text for _, line in read for word in line.words]
    pairs = [pair for word in words for pair in pairwise(word) if all(map(str.isalnum, pair))]
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairs)
    return confidence_of(read) - MIXED * changes / max(sum(map(len, words)), 1)


def _look_at_column(grey: Grey, stack: _Stack) -> Generator[list[Look], None, list[Placed]]:
    """The stack as a column of syllables, which are read side by side."""
    side = 1.15 * stack.height
    strip = next(_views(grey, stack, _CELL_PX / side, 0.0))
    middles = _with_missing(stack.centers, stack.height / 2)
    to_strip = np.linalg.inv(np.vstack([strip.to_page, [0, 0, 1]]))
    at = middles @ to_strip[:2, :2].T + to_strip[:2, 2]
    cells = [cv2.getRectSubPix(strip.pixels, (_CELL_PX, _CELL_PX), (x - 0.5, y - 0.5)) for x, y in at.tolist()]
    row = np.pad(np.hstack(cells), ((_CELL_PX,) * 2,) * 2, mode="edge").astype(np.uint8)
    look = Look(View(pad_to_divisor(row), np.eye(2, 3), (-math.inf, math.inf)))
    yield [look]
    yield [look]
    down = stack.down
    heights = middles @ down
    bounds = np.concatenate([[heights[0] - side / 2], (heights[1:] + heights[:-1]) / 2, [heights[-1] + side / 2]])
    knots = _CELL_PX * np.arange(1, len(bounds) + 1)
    middle = float(np.median(middles @ stack.along)) * stack.along
    columns: list[Placed] = []
    for reading, place in zip(look.readings, look.places, strict=True):
        first, last = np.interp(place[[0, 2]], knots, bounds).tolist()
        across = np.interp(place[0] + reading.edges * (place[2] - place[0]), knots, bounds)
        edges = ((across - first) / max(last - first, 1e-6)).astype(np.float32)
        column = np.concatenate([middle + first * down, middle + last * down, [side]]).astype(np.float32)
        line = build_line(replace(reading, edges=edges), column, grey.shape[::-1])
        if line is not None and line.confidence > LEGIBLE and _syllables(line.text) >= LETTERS:
            columns.append((column, line))
    return columns


def _views(grey: Grey, stack: _Stack, scale: float, turn: float) -> Iterator[View]:
    """The stack and what is around it, seen with its lines turned by so many degrees counter-clockwise."""
    margin = AROUND * stack.extent
    first, last = stack.centers[0] - margin * stack.down, stack.centers[-1] + margin * stack.down
    aside = stack.extent * stack.along
    corners = np.array([first - aside, first + aside, last - aside, last + aside])
    return show_part(grey, corners, min(scale, LARGEST_SCALE), stack.angle + turn)


def _with_missing(centers: _Floats, least: float) -> _Floats:
    """Middles of scraps, and of those between them that were not found, which are so many pixels apart at least."""
    steps = np.linalg.norm(np.diff(centers, axis=0), axis=1)
    counts = np.maximum(np.rint(steps / max(float(np.median(steps)), least)).astype(int), 1)
    parts = [
        np.linspace(start, stop, count, endpoint=False)
        for start, stop, count in zip(centers, centers[1:], counts.tolist(), strict=False)
    ]
    return np.concatenate([*parts, centers[-1:]])


def _is_better(read: Sequence[Placed], stack: _Stack) -> bool:
    """Whether what was read in the place of a stack is what stands there."""
    letters = sum(_letters(line) for _, line in read)
    if letters < LETTERS or sum(any(_holds(place, scrap) for place, _ in read) for scrap in stack.scraps) <= (
        0.6 * len(stack.scraps)
    ):
        return False
    # Digits one below the other make as many letters turned; of what runs across, most are missed otherwise.
    more = letters >= 2 * sum(len(line.text) for _, line in stack.scraps)
    return confidence_of(read) > max(SURE, 0.0 if more else stack.confidence + BETTER)
