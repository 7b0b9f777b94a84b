"""Boxes to tick, as forms draw them: most fonts have none."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.charset import TICK_BOXES
from ocr.synthesis.fonts import Glyph

_EMPTY = TICK_BOXES[0]
_FINE = 8  # OpenCV's fractions of a pixel are powers of two: strokes are drawn at this scale and reduced


def draw_tick_box(char: str, size_px: int, form: Random, hand: Random) -> Glyph:
    """An empty or a ticked box beside letters of `size_px`: `form` decides on its frame, `hand` on its mark."""
    height = form.uniform(0.6, 1.0) * size_px
    width = height * form.choice((1.0, 1.0, 1.0, form.uniform(0.85, 1.2), form.uniform(1.2, 1.7)))
    stroke = form.uniform(0.03, 0.12) * size_px
    beyond = 0.0 if char == _EMPTY else hand.choice((0.0, 0.0, 0.25)) * height  # a mark made in haste leaves its box
    sheet = np.zeros([round((side + 2 * beyond + stroke) * _FINE) for side in (height, width)], np.uint8)
    origin = np.array((beyond + stroke / 2, beyond + stroke / 2))
    frame = origin + np.array((width, height)) * ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    _stroke(sheet, frame, stroke)
    if char != _EMPTY:
        for line in _mark(hand):
            _stroke(sheet, origin + np.array((width, height)) * line, stroke * hand.uniform(0.8, 1.6), reach=beyond)
    ink = cv2.resize(sheet, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA).astype(np.uint8)
    below = round(beyond + form.uniform(-0.05, 0.2) * size_px)
    gap = round(form.uniform(0.05, 0.2) * size_px)
    return Glyph(ink, gap, below - ink.shape[0], float(ink.shape[1] + 2 * gap))


def _mark(hand: Random) -> list[NDArray[np.float64]]:
    """Strokes in the square from (0, 0) to (1, 1): a cross or a hook."""

    def about(*points: tuple[float, float]) -> NDArray[np.float64]:
        return np.array([(x + hand.uniform(-0.06, 0.06), y + hand.uniform(-0.06, 0.06)) for x, y in points])

    if hand.random() < 0.65:
        edge = hand.choice((0.05, 0.15, 0.25))
        return [about((edge, edge), (1 - edge, 1 - edge)), about((1 - edge, edge), (edge, 1 - edge))]
    return [about((0.15, 0.5), (0.4, 0.85), (0.9, 0.1))]


def _stroke(sheet: NDArray[np.uint8], points: NDArray[np.float64], width: float, *, reach: float = 0.0) -> None:
    """A line through points of the sheet, drawn out at its last by `reach` pixels."""
    if reach:
        last = points[-1] - points[-2]
        points = np.vstack([points[:-1], points[-1] + last * reach / np.hypot(*last)])
    corners = np.rint(points * _FINE).astype(np.int32)[:, None]
    cv2.polylines(sheet, [corners], isClosed=False, color=255, thickness=max(1, round(width * _FINE)))
