"""Several documents in one image: sheets that stand out from what they lie on, and prints that blank space parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from docextract.frames import Move
from ocr.document import Block, Line, Page, Quad, bounding_quad
from ocr.imaging import Image

_SIGHT_PX = 800  # longer side of the image in which sheets are looked for
_LEAST_AREA = 0.02  # of the image
_MOST_AREA = 0.9
_FULLNESS = 0.85  # of its smallest rectangle that a sheet fills
_LEAST_CONTRAST = 18.0  # from the background, in units of CIELAB, of which 2 are just visible
_GAP = 3.0  # blank space between documents, in heights of a line


def find_sheets(image: Image) -> list[Quad]:
    """The sheets of paper or plastic in an image, as far as they differ from its rim in lightness or colour.

    Args:
        image: (H, W, 3) uint8 RGB.

    Returns:
        The corners of each, clockwise; none where the image shows a single sheet from rim to rim.
    """
    height, width = image.shape[:2]
    scale = min(1.0, _SIGHT_PX / max(height, width))
    if round(scale * min(height, width)) == 0:
        return []  # at that scale nothing is left of a strip as thin as this
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (5, 5), 0).astype(np.float32)
    contrast = _contrast(cv2.cvtColor(blurred / 255, cv2.COLOR_RGB2Lab).astype(np.float32))
    mask = (contrast > _LEAST_CONTRAST).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        hull = cv2.convexHull(contour)
        rectangle = cv2.minAreaRect(hull)
        area, filled = rectangle[1][0] * rectangle[1][1], cv2.contourArea(contour)
        if _LEAST_AREA <= area / mask.size <= _MOST_AREA and filled >= _FULLNESS * area:
            found.append(_clockwise(_corners(hull, rectangle) / scale))
    return found


def cut_out(image: Image, quad: Quad) -> tuple[Image, Move]:
    """A sheet as if it had been scanned alone, and what moves quads from there to the image."""
    a, b, _, d = corners = np.array(quad, np.float32)
    size = max(1, round(float(np.linalg.norm(b - a)))), max(1, round(float(np.linalg.norm(d - a))))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    # OpenCV's origin is the centre of the first pixel, a quad's its outer corner.
    sheet = cv2.warpPerspective(image, cv2.getPerspectiveTransform(corners - 0.5, target - 0.5), size)
    back = cv2.getPerspectiveTransform(target, corners)

    def move(quad: Quad) -> Quad:
        return _to_quad(cv2.perspectiveTransform(np.array([quad], np.float64), back)[0])

    return sheet.view(np.uint8), move


def split_page(page: Page, are_documents: Callable[[Page, Page], bool]) -> list[Page]:
    """Part what blank space parts from side to side, wherever there is a document on both sides.

    Args:
        page: The page.
        are_documents: Whether two parts of the page are documents by themselves.

    Returns:
        Pages in the frame of the whole; the page itself where there is nothing to part.
    """
    for one, other in _cuts(page.lines):
        parts = _only(page, one), _only(page, other)
        if are_documents(*parts):
            return [document for part in parts for document in split_page(part, are_documents)]
    return [page]


def without(page: Page, quads: Sequence[Quad]) -> Page:
    """A page without the lines whose middle is in one of the quads."""
    return _only(page, [line for line in page.lines if not any(_inside(line, quad) for quad in quads)])


def _contrast(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    """(H, W) distance of every pixel from the median colour of the rim. `lab` (H, W, 3)."""
    rim = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    distance: NDArray[np.float64] = np.linalg.norm(lab - np.median(rim, axis=0), axis=2)
    return distance


def _corners(hull: cv2.typing.MatLike, rectangle: cv2.typing.RotatedRect) -> NDArray[np.float64]:
    """(4, 2) corners: of the hull, if it has four, as a photograph at an angle shows them, or of its rectangle."""
    outline = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    corners = outline.reshape(-1, 2) + 0.5 if len(outline) == 4 else cv2.boxPoints(rectangle) + 0.5
    return np.asarray(corners, np.float64)


def _clockwise(corners: NDArray[np.float64]) -> Quad:
    """Corners clockwise from the one at the top left."""
    middle = corners - corners.mean(0)
    ordered = corners[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]
    return _to_quad(np.roll(ordered, -int(np.argmin(ordered.sum(1))), axis=0))


def _to_quad(points: cv2.typing.MatLike) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def _cuts(lines: Sequence[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Ways to part lines along a blank strip, the widest first."""
    if len(lines) < 2:
        return
    least = _GAP * median(line.height for line in lines)
    cuts = []
    for axis in (0, 1):
        spans = sorted((*_span(line, axis), k) for k, line in enumerate(lines))
        reach = -np.inf
        for number, (span, following) in enumerate(pairwise(spans), 1):
            reach = max(reach, span[1])
            if following[0] - reach >= least:
                cuts.append((following[0] - reach, [k for *_, k in spans[:number]]))
    for _, chosen in sorted(cuts, key=lambda cut: -cut[0]):
        first = set(chosen)
        yield [lines[k] for k in sorted(first)], [line for k, line in enumerate(lines) if k not in first]


def _span(line: Line, axis: int) -> tuple[float, float]:
    values = [point[axis] for point in line.quad]
    return min(values), max(values)


def _only(page: Page, lines: Sequence[Line]) -> Page:
    """A page with some of its lines, as one block."""
    blocks = (Block(tuple(lines), bounding_quad(line.quad for line in lines)),) if lines else ()
    return Page(page.width, page.height, blocks, page.metadata)


def _inside(line: Line, quad: Quad) -> bool:
    middle = np.mean(line.quad, axis=0)
    return cv2.pointPolygonTest(np.array(quad, np.float32), (float(middle[0]), float(middle[1])), False) >= 0
