"""Columns of ink that no line covers: print that runs up or down a page need not be found, not even as scraps."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.geometry import FloatArray, places_to_quads
from ocr.look import Placed, typical_height
from ocr.view import Grey, show

_LINE_PX = 16
"""Height that the page's typical line has where ink is looked for."""

_WIDTHS = 0.45, 2.2
"""How wide a column is at least and at most, in heights of that line."""

_LONG = 4.0
"""How many times as high as wide it is at least."""

_INK = 0.22, 0.7
"""Share of it that is ink: rules have more, dust and the edges of a photograph less."""

_GROWN = 1.3
"""Lines cover so many times their height: marks and tails lie beyond."""

MOST = 3
"""Columns at most, the longest: photographs are full of them."""


def find_missed_columns(grey: Grey, covers: Sequence[Placed], angle: float) -> list[FloatArray]:
    """Columns of ink beside the lines of a page.

    Args:
        grey: (H, W) page.
        covers: Lines, one at least, whose ink is accounted for.
        angle: In which the page's lines run, in degrees clockwise.

    Returns:
        For each column the (N, 5) places of the squares, one below the other, that it is made of; the longest first.
    """
    places = np.stack([place for place, _ in covers])
    scale = min(_LINE_PX / typical_height(places), 1.0)
    line_px = typical_height(places) * scale
    places[:, 4] *= _GROWN
    found: list[tuple[float, FloatArray]] = []
    for view in show(grey, scale, angle):
        dark = cv2.adaptiveThreshold(view.pixels, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
        to_view = np.linalg.inv(np.vstack([view.to_page, [0, 0, 1]]))[:2]
        for quad in places_to_quads(places):
            cv2.fillConvexPoly(dark, np.rint(quad @ to_view[:, :2].T + to_view[:, 2]).astype(np.int32), 0)
        joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((round(line_px), 1), np.uint8))
        for x, y, width, height, _ in cv2.connectedComponentsWithStats(joined)[2][1:].tolist():
            if not (_WIDTHS[0] * line_px < width < _WIDTHS[1] * line_px and height > _LONG * width):
                continue
            if _INK[0] < dark[y : y + height, x : x + width].mean() < _INK[1]:
                middles = y + height * (np.arange(height // width) + 0.5) / (height // width)
                squares = [np.array([x, middle, x + width, middle, width], np.float32) for middle in middles.tolist()]
                found.append((height / scale, np.stack([view.place_on_page(square) for square in squares])))
    return [squares for _, squares in sorted(found, key=lambda column: -column[0])][:MOST]
