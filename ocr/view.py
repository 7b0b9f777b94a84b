"""How a page is shown to the network: scaled, turned, cut into strips, and the way back to the page's pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import FloatArray
from ocr.model.network import SIZE_DIVISOR

STRIP_PX = 2_500_000
"""Area that goes through the network at once; larger pages go in strips."""

OVERLAP_PX = 96
"""What neighbouring strips share at least, in pixels of the network's input."""

_PAPER = 3.0
"""Standard deviation up to which grey may vary within a small square of paper. Of 255: print of 16 pixels that differs
by 12 from its paper varies by 4, and is the faintest that is read."""

_SQUARE_PX = 16
_BAND_PX = 128

_THUMBNAIL_PX = 800
_INK = 12_000
"""How large a picture, and how many of its inked pixels, it takes to see how print leans."""

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class View:
    """A page, or a strip of it, as the network gets it.

    Attributes:
        pixels: (H, W) grey.
        to_page: (2, 3) affine from pixels of the view to pixels of the page.
        rows: First and last row whose texts count here; those beyond are another strip's.
    """

    pixels: Grey
    to_page: Matrix
    rows: tuple[float, float]

    def place_on_page(self, place: FloatArray) -> FloatArray:
        """(5,) place in the view -> the same in pixels of the page."""
        points = place[:4].reshape(2, 2) @ self.to_page[:, :2].T + self.to_page[:, 2]
        scale = abs(np.linalg.det(self.to_page[:, :2])) ** 0.5
        return np.concatenate([points.ravel(), place[4:] * scale]).astype(np.float32)


def show(grey: Grey, scale: float, angle: float) -> Iterator[View]:
    """The page from top to bottom in overlapping strips, its print upright.

    Args:
        grey: (H, W) page.
        scale: Pixels of the view per pixel of the page.
        angle: Direction in which the print runs on the page, in degrees clockwise from the x axis.
    """
    width, height = (max(round(side * scale), 1) for side in grey.shape[::-1])
    small = np.asarray(
        cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    )
    shrink = np.diag([width / grey.shape[1], height / grey.shape[0], 1.0])
    turn, size = _turn(width, height, angle)
    if angle:
        paper = int(np.median(small))
        centers = turn.copy()  # OpenCV's (0, 0) is the middle of the first pixel, ours its corner
        centers[:2, 2] += turn[:2, :2] @ [0.5, 0.5] - 0.5
        # Linear interpolation would blur print that comes to lie half-way between pixels.
        small = np.asarray(cv2.warpAffine(small, centers[:2], size, flags=cv2.INTER_CUBIC, borderValue=(paper,)))
    strips = _strips(size[1], size[0])
    to_whole: Matrix = np.linalg.inv(turn @ shrink).astype(np.float64)
    # Neighbours meet in the middle of what they share.
    seams = [(bottom + top) / 2 for (_, bottom), (top, _) in pairwise(strips)]
    for (top, bottom), rows in zip(strips, pairwise([-math.inf, *seams, math.inf]), strict=True):
        to_page = to_whole.copy()
        to_page[:, 2] += to_page[:, 1] * top
        yield View(pad_to_divisor(small[top:bottom].astype(np.uint8)), to_page[:2], (rows[0] - top, rows[1] - top))


def show_part(grey: Grey, points: Matrix, scale: float, angle: float) -> Iterator[View]:
    """As `show`, but of the page no more than the upright rectangle around (N, 2) points, which may lie beyond it."""
    size = np.array(grey.shape[::-1])
    x0, y0 = np.floor(points.min(0)).clip(0, size - 1).astype(int).tolist()
    x1, y1 = np.ceil(points.max(0)).clip((x0 + 1, y0 + 1), size).astype(int).tolist()
    for view in show(grey[y0:y1, x0:x1], scale, angle):
        to_page = view.to_page.copy()
        to_page[:, 2] += (x0, y0)
        yield replace(view, to_page=to_page)


def is_blank(pixels: Grey) -> bool:
    """Whether (H, W) pixels show nothing but paper, and the noise of a scanner."""
    bands = (pixels[top : top + _BAND_PX] for top in range(0, len(pixels), _BAND_PX))
    return all(_unevenness(band) < _PAPER for band in bands)  # the first with print will do


def estimate_lean(grey: Grey) -> float | None:
    """How far lines of print lean, from the rows of ink that they make (projection profiles; Postl, 1986).

    Args:
        grey: (H, W) page.

    Returns:
        Degrees clockwise in [-45, 45), or None on an empty page. One that lies on its side or its head leans as if it
        stood.
    """
    shrink = min(_THUMBNAIL_PX / max(grey.shape), 1.0)
    size = max(round(grey.shape[1] * shrink), 1), max(round(grey.shape[0] * shrink), 1)
    small = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)  # or weave has rows too
    dark = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    ink = np.argwhere(dark).astype(np.float64)
    if not len(ink):
        return None
    rng = np.random.default_rng(0)
    ink = rng.permutation(ink)[:_INK]
    ink += rng.random(ink.shape)  # or the raster would make rows of its own at 45 degrees
    y, x = np.ascontiguousarray(ink.T)
    angles = np.arange(-45.0, 45.0)
    sharpness = [_sharpness(y * math.cos(angle) - x * math.sin(angle)) for angle in np.radians(angles).tolist()]
    return float(angles[int(np.argmax(sharpness))])


def _sharpness(across: Matrix) -> int:
    """How much neighbouring rows differ in ink, given (N,) how far down the ink stands."""
    rows = ((across - across.min()) / 1.5).astype(np.intp)
    return int(np.square(np.diff(np.bincount(rows))).sum())


def _unevenness(pixels: Grey) -> float:
    """The largest standard deviation of grey within a square."""
    size = [-(-side // _SQUARE_PX) for side in pixels.shape[::-1]]
    grey = pixels.astype(np.float32)
    mean, mean_square = (cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (grey, grey * grey))
    return math.sqrt(max(float((mean_square - mean * mean).max()), 0.0))


def _turn(width: int, height: int, angle: float) -> tuple[Matrix, tuple[int, int]]:
    """(3, 3) turn of a picture that brings a direction to the x axis, and the size that holds it all."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ turn[:2, :2].T
    turn[:2, 2] = -corners.min(0)
    across, down = np.ceil(np.ptp(corners, 0) - 1e-6).astype(int).tolist()
    return turn, (across, down)


def _strips(height: int, width: int) -> list[tuple[int, int]]:
    """Rows [top, bottom) of equal overlapping strips that cover the page, each of at most `STRIP_PX`."""
    most = max(STRIP_PX // width, 4 * OVERLAP_PX)
    if height <= most:
        return [(0, height)]
    count = -(-(height - OVERLAP_PX) // (most - OVERLAP_PX))
    rows = -(-(height + (count - 1) * OVERLAP_PX) // count)
    tops = np.linspace(0, height - rows, count).round().astype(int).tolist()
    return [(top, top + rows) for top in tops]


def pad_to_divisor(grey: Grey) -> Grey:
    """(H, W) pixels as the network takes them: prolonged to the right and downwards."""
    height, width = grey.shape
    return np.pad(grey, ((0, -height % SIZE_DIVISOR), (0, -width % SIZE_DIVISOR)), mode="edge")
