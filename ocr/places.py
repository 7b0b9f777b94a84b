"""From the network's maps to the places of texts.

Letters of shapes: M texts, h and w the size at stride 4.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

import numpy as np

from ocr.geometry import FloatArray
from ocr.kernels import component_geometry
from ocr.model.heads import STRIDE, LocationMaps

PROBABILITY = 0.3
"""A pixel with more than this belongs to the kernel of a text."""

SCORE = 0.4
"""A text whose kernel is less sure than this on average is dropped."""

SUNK = 0.94
ACROSS = 3
"""Between two texts one above the other lies a cell whose probability is less than this share of the highest among so
many cells on either side, across the reading direction: texts that nearly touch have kernels that run together."""

LIKE_HEIGHT = 1.6
ASIDE = 0.4
SHARED = 0.3
"""Two places are of one text if neither is this many times higher than the other, the shorter one's ends are at most
this many heights aside of the longer one, and this share of it lies within."""

SQUARE_PX = 32
"""Pieces of one text are sought in squares that they share: few texts stand in one, on textures too."""

_Place = list[float]
"""x0, y0, x1, y1, height of one of few: arrays cost more than they compute."""


def find_places(maps: LocationMaps, image: int = 0) -> tuple[FloatArray, FloatArray]:
    """Texts that the location head found on one image of the batch.

    Returns:
        (M, 5) places in pixels of the network's input, and (M,) scores.
    """
    geometry = maps.geometry[image].float().cpu().numpy().transpose(1, 2, 0)
    probability = _part_texts(maps.logits[image, 0].sigmoid().float().cpu().numpy(), geometry)
    # The head speaks of pixels of the input and log(1 + distance), the kernel of map cells and log(distance).
    asked = probability > PROBABILITY
    inside = geometry[asked].astype(np.float64)
    distances = np.log(np.maximum(np.expm1(inside[:, 3:].clip(max=10.0)), 1.0) / STRIDE)
    cells = np.zeros_like(geometry)
    cells[asked] = np.concatenate([inside[:, :1] - np.log(STRIDE), inside[:, 1:3], distances], 1)
    found = component_geometry(np.ascontiguousarray(probability), cells, PROBABILITY)
    found = found[(found[:, 5] > SCORE) & (found[:, 6] >= 2)]
    return found[:, :5] * STRIDE, found[:, 5]


def _part_texts(probability: FloatArray, geometry: FloatArray) -> FloatArray:
    """Set cells between texts that lie one above the other to 0.

    Args:
        probability: (h, w) of the texts' kernels.
        geometry: (h, w, 5) as in `LocationMaps`, channels last.
    """
    rows, columns = np.nonzero(probability > PROBABILITY)
    cos, sin = geometry[rows, columns, 1:3].T
    norm = np.maximum(np.hypot(cos, sin), 1e-6)
    steps = np.arange(1, ACROSS + 1)[:, None]
    last_row, last_column = np.subtract(probability.shape, 1)
    highest = [
        probability[
            np.rint(rows + way * cos / norm).astype(int).clip(0, last_row),
            np.rint(columns - way * sin / norm).astype(int).clip(0, last_column),
        ].max(0)
        for way in (steps, -steps)
    ]
    between = probability[rows, columns] < SUNK * np.minimum(*highest)
    parted = probability.copy()
    parted[rows[between], columns[between]] = 0.0
    return parted


def join_pieces(places: FloatArray) -> FloatArray:
    """Make one place of those that overlap along one line: a text that was found twice, or in pieces.

    Args:
        places: (M, 5).

    Returns:
        (N, 5), N <= M, the longest first.
    """
    joined: list[_Place] = []
    at: defaultdict[tuple[int, int], set[int]] = defaultdict(set)  # which of them a square may have to do with
    lengths = np.linalg.norm(places[:, 2:4] - places[:, :2], axis=1)
    for place in places[np.argsort(-lengths, kind="stable")].tolist():
        for k in sorted(set().union(*(at[square] for square in _squares(place) if square in at))):
            if (whole := _joined(joined[k], place)) is not None:
                joined[k] = whole
                break
        else:
            k, whole = len(joined), place
            joined.append(whole)
        for square in _squares(whole, ASIDE * whole[4]):
            at[square].add(k)
    return np.array(joined, np.float32).reshape(-1, 5)


def _squares(place: _Place, margin: float = 0.0) -> Iterator[tuple[int, int]]:
    """The squares of a grid that a place's middle line, with a margin around it, runs through."""
    (x0, y0), (x1, y1) = sorted((place[:2], place[2:4]), key=itemgetter(1))
    for row in range(int((y0 - margin) // SQUARE_PX), int((y1 + margin) // SQUARE_PX) + 1):
        top, bottom = max(row * SQUARE_PX - margin, y0), min((row + 1) * SQUARE_PX + margin, y1)
        slope = (x1 - x0) / (y1 - y0) if bottom > top else 0.0
        left, right = sorted((x0 + slope * (top - y0), x1 + slope * (bottom - y1)))
        for column in range(int((left - margin) // SQUARE_PX), int((right + margin) // SQUARE_PX) + 1):
            yield row, column


def _joined(longer: _Place, place: _Place) -> _Place | None:
    """A place prolonged by another that overlaps it, or None where the other one is of another text."""
    x, y, stop_x, stop_y, height = longer
    if not 1 / LIKE_HEIGHT < place[4] / height < LIKE_HEIGHT:
        return None
    length = max(math.hypot(stop_x - x, stop_y - y), 1e-6)
    cos, sin = (stop_x - x) / length, (stop_y - y) / length
    ends = [(place[k] - x, place[k + 1] - y) for k in (0, 2)]
    first, last = (dx * cos + dy * sin for dx, dy in ends)
    aside = max(abs(dx * sin - dy * cos) for dx, dy in ends)
    shared = min(last, length) - max(first, 0.0)
    if aside > ASIDE * height or last <= first or shared < SHARED * (last - first):
        return None
    first, last = min(first, 0.0), max(last, length)
    return [x + first * cos, y + first * sin, x + last * cos, y + last * sin, height]
