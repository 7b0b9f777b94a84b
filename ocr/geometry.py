"""Places and quads: a place is what the decoder is pointed at, a quad is what a user sees.

A place is `(x0, y0, x1, y1, height)`: the middles of a text's left and right edge in reading direction, and its height,
in pixels; a quad is four points, clockwise from the top left of the reading direction. In both, (0, 0) is the outer
corner of the first pixel.

Letters of shapes: M texts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def quads_to_places(quads: FloatArray) -> FloatArray:
    """(M, 4, 2) quads -> (M, 5) places; the height is the mean of the left and right edge."""
    left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
    height = (np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1) + np.linalg.norm(quads[:, 2] - quads[:, 1], axis=1)) / 2
    return np.concatenate([left, right, height[:, None]], 1).astype(np.float32)


def places_to_quads(places: FloatArray) -> FloatArray:
    """(M, 5) places -> (M, 4, 2) rectangles around their lines."""
    start, stop, height = places[:, :2], places[:, 2:4], places[:, 4:5]
    along = stop - start
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    up = np.stack([along[:, 1], -along[:, 0]], 1) * height / 2
    return np.stack([start + up, stop + up, stop - up, start - up], 1).astype(np.float32)


def to_line(place: FloatArray, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Points (..., 2) in the frame of a (5,) place: x from its beginning in reading direction, y down across it."""
    along = (place[2:4] - place[:2]).astype(np.float64)
    along /= max(float(np.hypot(*along)), 1e-6)
    frame: NDArray[np.float64] = (points - place[:2]) @ np.stack([along, [-along[1], along[0]]], 1)
    return frame


def slice_place(place: FloatArray, parts: FloatArray) -> FloatArray:
    """Parts (N, 2) of a (5,) place, each between two fractions of its length, as (N, 4, 2) quads."""
    start, along = place[:2], place[2:4] - place[:2]
    ends = [start + fractions[:, None] * along for fractions in parts.astype(np.float32).T]
    return places_to_quads(np.concatenate([*ends, np.full((len(parts), 1), place[4])], 1).astype(np.float32))
