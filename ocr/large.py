"""Large print, names of shops above all, read once more at the height of other print.

A page is looked at so that most of its print has the height that the network knows best. What is much larger is found
there, and read worse than from afar.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence

import numpy as np

from ocr.geometry import FloatArray, places_to_quads, to_line
from ocr.look import LARGEST_SCALE, Look, Placed, typical_height
from ocr.view import Grey, View, show_part

LARGE = 1.8
"""So many times as high as the page's print is what is looked at again."""

HEIGHT_PX = 28.0
"""Height that it is brought to: large letters are drawn with more detail than small ones."""

MOST = 8
"""Lines at most, the largest."""

SURE, LESS = 0.9, 0.12
"""What was read with more confidence than the first is kept where the second reading is less confident by more than the
second: small print that stands in a line with large is not legible from afar."""

AROUND = 1.0
"""How far around a line is looked, in its heights."""

COVERED = 0.7
"""Share of a line that what is read in its place covers at least."""


def look_from_afar(grey: Grey, found: Sequence[Placed]) -> Generator[list[Look], None, list[Placed]]:
    """Look again at the largest lines of a page.

    Args:
        grey: (H, W) page.
        found: What was read on it.

    Yields:
        What is to be looked at, and then read, next.

    Returns:
        The same, large lines replaced by what they are from afar, where one line is found in their place.
    """
    lines = list(found)
    if not found:
        return lines
    least = LARGE * typical_height(np.stack([place for place, _ in found]))
    large = sorted((k for k, (place, _) in enumerate(found) if place[4] > least), key=lambda k: -found[k][0][4])
    for k in large[:MOST]:
        place, line = found[k]
        looks = [Look(view) for view in _show_line(grey, place)]
        yield looks
        yield looks
        read = [placed for look in looks for placed in look.lines(grey.shape[::-1]) if _covers(placed[0], place)]
        if len(read) == 1 and (line.confidence < SURE or read[0][1].confidence > line.confidence - LESS):
            lines[k] = read[0]
    return lines


def _show_line(grey: Grey, place: FloatArray) -> Iterator[View]:
    (x0, y0, x1, y1), height = place[:4].tolist(), float(place[4])
    around = place + np.array([0, 0, 0, 0, 2 * AROUND * height], np.float32)
    length = max(math.dist((x0, y0), (x1, y1)), 1e-6)
    margin = np.array([x1 - x0, y1 - y0]) * (AROUND * height / length)
    around[:2] -= margin
    around[2:4] += margin
    corners = places_to_quads(around[None])[0].astype(np.float64)
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    return show_part(grey, corners, min(HEIGHT_PX / height, LARGEST_SCALE), angle)


def _covers(other: FloatArray, place: FloatArray) -> bool:
    """Whether a place runs along the middle of another for most of its length."""
    half, length = float(place[4]) / 2, math.dist(place[:2], place[2:4])
    (x0, y0), (x1, y1) = to_line(place, other[:4].reshape(2, 2)).tolist()
    return bool(abs(y0 + y1) / 2 < half and min(x1, length) - max(x0, 0.0) > COVERED * length)
