"""From labelled quads to what the location head is taught.

Letters of shapes: M texts, H and W the page's size in pixels, h and w the same at stride 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import FloatArray, places_to_quads
from ocr.model.config import GEOMETRY_CHANNELS, LOCATION_MAPS

STRIDE = 4
# A kernel thinner than this many pixels falls between the cells of the map.
MIN_THICKNESS_PX = 6.0
_SHIFT = 4  # fixed-point bits of OpenCV's polygons


@dataclass(frozen=True, slots=True)
class LocationTargets:
    """Truth for the location head.

    Attributes:
        maps: (3, h, w) uint8, 1 inside the kernels of lines, words and paragraphs.
        care: (h, w) uint8, 0 where a text is cut by the border and nothing is asked.
        geometry: (5, h, w) float16, see `ocr.model.heads.LocationMaps`; defined inside the kernels of lines.
    """

    maps: NDArray[np.uint8]
    care: NDArray[np.uint8]
    geometry: NDArray[np.float16]


def build_location_targets(
    size: tuple[int, int],
    places: FloatArray,
    *,
    shrink: float,
    words: FloatArray | None = None,
    blocks: NDArray[np.int64] | None = None,
    ignored: FloatArray | None = None,
) -> LocationTargets:
    """Draw the maps.

    Args:
        size: (H, W), multiples of 4.
        places: (M, 5) the lines.
        shrink: Thickness of a kernel over the height of its text.
        words: (K, 5) the words, where they are known.
        blocks: (M,) paragraph of each line, where they are known.
        ignored: (J, 4, 2) quads in which nothing is asked.
    """
    h, w = size[0] // STRIDE, size[1] // STRIDE
    maps = np.zeros((len(LOCATION_MAPS), h, w), np.uint8)
    care = np.ones((h, w), np.uint8)
    if ignored is not None:
        for quad in ignored:
            cv2.fillConvexPoly(care, _fixed(quad), 0, shift=_SHIFT)
    owner = np.zeros((h, w), np.int32)
    kernels = _kernels(places, shrink)
    for k, kernel in enumerate(kernels, start=1):
        cv2.fillConvexPoly(owner, _fixed(kernel), k, shift=_SHIFT)
    maps[0] = owner > 0
    if words is not None:
        for kernel in _kernels(words, shrink):
            cv2.fillConvexPoly(maps[1], _fixed(kernel), 1, shift=_SHIFT)
    if blocks is not None:
        for block in np.unique(blocks):
            points = kernels[blocks == block].reshape(-1, 2)
            cv2.fillConvexPoly(maps[2], _fixed(cv2.convexHull(points)[:, 0]), 1, shift=_SHIFT)
    care[maps[0] > 0] = 1
    return LocationTargets(maps=maps, care=care, geometry=_geometry(owner, places))


def _kernels(places: FloatArray, shrink: float) -> FloatArray:
    """(M, 5) -> (M, 4, 2): thinner and shorter than the text, but never too thin for the map."""
    kernels = places.copy()
    height = places[:, 4]
    along = places[:, 2:4] - places[:, :2]
    length = np.maximum(np.linalg.norm(along, axis=1), 1e-6)
    inset = np.minimum((1 - shrink) / 2 * height, length / 4)
    step = along / length[:, None] * inset[:, None]
    kernels[:, :2] += step
    kernels[:, 2:4] -= step
    kernels[:, 4] = np.maximum(height * shrink, np.minimum(MIN_THICKNESS_PX, height * 0.8))
    return places_to_quads(kernels)


def _fixed(quad: FloatArray) -> NDArray[np.int32]:
    # The centre of cell (0, 0) lies half a stride inside the page.
    return np.round((quad / STRIDE - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _geometry(owner: NDArray[np.int32], places: FloatArray) -> NDArray[np.float16]:
    geometry = np.zeros((GEOMETRY_CHANNELS, *owner.shape), np.float16)
    rows, columns = np.nonzero(owner)
    if not len(rows):
        return geometry
    place = places[owner[rows, columns] - 1]
    at = (np.stack([columns, rows], 1) + 0.5) * STRIDE
    along = place[:, 2:4] - place[:, :2]
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    before = ((at - place[:, :2]) * along).sum(1)
    after = ((place[:, 2:4] - at) * along).sum(1)
    geometry[:, rows, columns] = np.stack(
        [
            np.log(np.maximum(place[:, 4], 1.0)),
            along[:, 0],
            along[:, 1],
            np.log1p(np.maximum(before, 0.0)),
            np.log1p(np.maximum(after, 0.0)),
        ]
    )
    return geometry
