"""Moving a sheet into a photograph: pixels and the points of the truth by the same map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.synthesis.page import FloatArray, ImageArray, PrintedText, as_image

Wave = tuple[float, float, float]
"""Amplitude and length in pixels, and phase."""
STILL: Wave = (0.0, 1.0, 0.0)
"""The wave that moves nothing."""


@dataclass(frozen=True, slots=True)
class Warp:
    """Where points of a sheet go in the photograph.

    A homography, then waves: a shift of x that depends on y and of y that depends on x, as a curled page shows.

    Attributes:
        matrix: `(3, 3)` homography from the sheet to the photograph, both counted from outer corners of pixels.
        waves: Of x along y, and of y along x.
    """

    matrix: NDArray[np.float64]
    waves: tuple[Wave, Wave] = (STILL, STILL)

    @property
    def _flat(self) -> bool:
        return self.waves == (STILL, STILL)

    def points(self, points: FloatArray) -> FloatArray:
        """Move points `(..., 2)` of the sheet into the photograph."""
        flat = _project(points.reshape(-1, 2), self.matrix)
        moved = flat
        # The waves are defined on the photograph, so that its pixels need no search; points find them by iteration.
        for _ in range(0 if self._flat else 5):
            moved = flat - np.stack([_sway(self.waves[0], moved[:, 1]), _sway(self.waves[1], moved[:, 0])], 1)
        return moved.reshape(points.shape).astype(np.float32)

    def texts(self, texts: Sequence[PrintedText]) -> list[PrintedText]:
        """The truth about texts after the move."""
        if not texts:
            return []
        quads = [quad for text in texts for quad in (text.quad[None], text.char_quads)]
        moved = np.split(self.points(np.concatenate(quads)), np.cumsum([len(quad) for quad in quads])[:-1])
        pairs = zip(texts, moved[::2], moved[1::2], strict=True)
        return [replace(text, quad=quad[0], char_quads=chars) for text, quad, chars in pairs]

    def image(self, image: ImageArray, background: ImageArray) -> ImageArray:
        """The sheet `(h, w, 3)` as it lies on a background `(H, W, 3)`, which is the photograph's size."""
        height, width = background.shape[:2]
        photograph = background.copy()
        if self._flat:
            # OpenCV counts from the centres of pixels.
            matrix = _shift(-0.5) @ self.matrix @ _shift(0.5)
            cv2.warpPerspective(image, matrix, (width, height), photograph, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
            return photograph
        x, y = np.arange(width, dtype=np.float64) + 0.5, np.arange(height, dtype=np.float64)[:, None] + 0.5
        u = (x + _sway(self.waves[0], y)).astype(np.float32)
        v = (y + _sway(self.waves[1], x)).astype(np.float32)
        a, b, c = np.linalg.inv(self.matrix).astype(np.float32)
        scale = c[0] * u + c[1] * v + c[2]
        half = np.float32(0.5)
        map_x, map_y = (a[0] * u + a[1] * v + a[2]) / scale - half, (b[0] * u + b[1] * v + b[2]) / scale - half
        cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, photograph, cv2.BORDER_TRANSPARENT)
        return photograph


def random_warp(
    texts: Sequence[PrintedText], sheet: tuple[int, int], size: tuple[int, int], rng: Random, strength: float
) -> Warp:
    """A rotation with perspective and waves that puts a sheet into a photograph with all its texts inside.

    Args:
        texts: What is printed on the sheet.
        sheet: Its width and height in pixels.
        size: Those of the photograph.
        rng: Source of chance.
        strength: How far to go; 1 is usual.
    """
    width, height = sheet
    angle = math.radians(rng.gauss(0, 1.5 * strength) if rng.random() < 0.85 else rng.uniform(-8, 8) * strength)
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    tilt = np.eye(3)
    tilt[2, :2] = rng.gauss(0, 0.035 * strength) / width, rng.gauss(0, 0.035 * strength) / height
    matrix = tilt @ turn @ np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    waves = _random_wave(rng, strength), _random_wave(rng, strength)
    corners = np.concatenate([text.quad for text in texts]) if texts else np.array([(0, 0), sheet], np.float32)
    seen = _project(corners, matrix)
    low, high = seen.min(0), seen.max(0)
    border = 3 + max(amplitude for amplitude, _, _ in waves)
    scale = min(1.0 if rng.random() < 0.6 else rng.uniform(0.85, 1.15), *(np.array(size) - 2 * border) / (high - low))
    # The sheet's middle goes to the photograph's, unless a text would leave it.
    free = np.array(size) - 2 * border - scale * (high - low)
    middle = np.array(size) / 2 - border + scale * low + [rng.gauss(0, 4 * strength) for _ in range(2)]
    offset = border + np.clip(middle, 0, free) - scale * low
    place = np.array([[scale, 0, offset[0]], [0, scale, offset[1]], [0, 0, 1]])
    return Warp(place @ matrix, waves)


def turned(
    image: ImageArray, texts: Sequence[PrintedText], quarters: int
) -> tuple[ImageArray, tuple[PrintedText, ...]]:
    """The page turned clockwise by quarters of a full turn; quads keep starting at the top left of reading."""
    height, width = image.shape[:2]
    matrices = (
        np.eye(3),
        np.array([[0, -1, height], [1, 0, 0], [0, 0, 1.0]]),
        np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]),
        np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1.0]]),
    )
    moved = Warp(matrices[quarters % 4]).texts(texts)
    return as_image(np.ascontiguousarray(np.rot90(image, -quarters % 4))), tuple(moved)


def _random_wave(rng: Random, strength: float) -> Wave:
    if rng.random() > 0.3:
        return STILL
    return rng.uniform(0.5, 2.5) * strength, rng.uniform(250, 900), rng.uniform(0, 2 * math.pi)


def _sway(wave: Wave, at: NDArray[np.float64]) -> NDArray[np.float64]:
    amplitude, length, phase = wave
    sway: NDArray[np.float64] = amplitude * np.sin(at * (2 * math.pi / length) + phase)
    return sway


def _project(points: NDArray[np.floating], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points `(n, 2)` under a homography."""
    return np.asarray(cv2.perspectiveTransform(points[:, None].astype(np.float64), matrix)[:, 0], np.float64)


def _shift(by: float) -> NDArray[np.float64]:
    return np.array([[1, 0, by], [0, 1, by], [0, 0, 1.0]])
