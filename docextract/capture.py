"""What a photographer could do better: advice measured on the document's text, while it can still be taken again.

All thresholds are measured, see docs/service.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from docextract.arguments import check_type
from docextract.records import Record
from ocr.document import Line, Page, Quad
from ocr.imaging import Image, load_image

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

Code = Literal["NO_DOCUMENT", "TOO_SMALL", "TOO_BLURRY", "CUT_OFF", "GLARE_OVER"]
Grey = NDArray[np.uint8]

SMALLEST_TEXT_PX = 9.0
"""Height of the median line below which it is too small."""

WIDEST_EDGE = 0.17
"""Width of a letter's edges, relative to the height of the line, above which they are blurred."""

NARROWEST_BLUR_PX = 2.4
"""Edges of small print are no narrower than the pixels; this wide, it is not the pixels."""

BORDER = 0.1
"""Distance from the border, relative to the height of the line, at which a line touches it."""

GLARE_LEVEL = 250
"""From here on a pixel has no detail left, if all its channels are there."""

PAPER_LEVEL = 244
"""Paper this white is scanned or overexposed everywhere, and hides what glare would be."""

GLARE_SHARE = 0.08
"""Share of a word of a field, or of a gap between two of them, under glare that matters."""


@dataclass(frozen=True, slots=True)
class CaptureIssue:
    """Something to do better in the next photograph.

    Attributes:
        code: `NO_DOCUMENT`: there is no text. `TOO_SMALL`: go nearer. `TOO_BLURRY`: hold still, or focus. `CUT_OFF`:
            text runs out of the picture. `GLARE_OVER`: a reflection covers a field.
        where: The side for `CUT_OFF` (left, top, right, bottom), the field's path for `GLARE_OVER`, otherwise None.
    """

    code: Code
    where: str | None = None

    def __str__(self) -> str:
        return f"{self.code}:{self.where}" if self.where else self.code


def check_capture(image: ImageInput, page: Page, record: Record | None = None) -> tuple[CaptureIssue, ...]:
    """Tell what is wrong with a photograph of a document.

    Args:
        image: What the page was read in, as for `docextract.extract`.
        page: What was read in it.
        record: What was extracted from the page; without it nothing is said about glare.

    Returns:
        The issues, the most important first; none for a good photograph.

    Raises:
        ocr.errors.ImageError: The image cannot be read.
        TypeError: The page or the record is of another type.
    """
    check_type(Page, page)
    check_type(Record, record)
    pixels = load_image(image)
    lines = [line for line in page.lines if line.height > 0]
    if not lines:
        return (CaptureIssue("NO_DOCUMENT"),)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).view(np.uint8)
    issues: list[CaptureIssue] = []
    if text_height_px(lines) < SMALLEST_TEXT_PX:
        issues.append(CaptureIssue("TOO_SMALL"))
    if is_blurred(grey, lines):
        issues.append(CaptureIssue("TOO_BLURRY"))
    issues += [CaptureIssue("CUT_OFF", side) for side in sides_touched(lines, page.width, page.height)]
    if record is not None and paper_level(grey, lines) < PAPER_LEVEL:
        glare = find_glare(pixels, text_height_px(lines))
        for path, found in record.evidence.items():
            if glare_share(glare, (*found.words, *find_gaps(found.words))) > GLARE_SHARE:
                issues.append(CaptureIssue("GLARE_OVER", path))
    return tuple(issues)


def text_height_px(lines: list[Line]) -> float:
    """Height of the median line, each counting by its letters."""
    heights = np.array([line.height for line in lines])
    order = np.argsort(heights)
    letters = np.cumsum([len(lines[k].text) for k in order])
    return float(heights[order[np.searchsorted(letters, letters[-1] / 2)]])


def edge_width_px(grey: Grey, line: Line) -> float:
    """Width of the letters' edges: their contrast by their steepest slope. About 1.5 where edges are sharp.

    Args:
        grey: (H, W) picture.
        line: A line in it.
    """
    crop = _upright_crop(grey, line).astype(np.float32)
    contrast = float(np.percentile(crop, 95) - np.percentile(crop, 5))
    slope = np.hypot(cv2.Scharr(crop, cv2.CV_32F, 1, 0), cv2.Scharr(crop, cv2.CV_32F, 0, 1)) / 32
    return contrast / max(float(np.percentile(slope, 97)), 1e-6)


def is_blurred(grey: Grey, lines: list[Line]) -> bool:
    """Whether the edges of the median line are wide, for its height and at all."""
    widths = np.array([edge_width_px(grey, line) for line in lines])
    heights = np.array([line.height for line in lines])
    return bool(np.median(widths / heights) > WIDEST_EDGE and np.median(widths) > NARROWEST_BLUR_PX)


def sides_touched(lines: Iterable[Line], width: int, height: int) -> list[str]:
    """The sides of a picture, clockwise from the left, that some line touches."""
    touched: set[str] = set()
    for line in lines:
        margin = BORDER * line.height
        xs, ys = zip(*line.quad, strict=True)
        reach = {"left": min(xs), "top": min(ys), "right": width - max(xs), "bottom": height - max(ys)}
        touched |= {side for side, distance in reach.items() if distance <= margin}
    return [side for side in ("left", "top", "right", "bottom") if side in touched]


def paper_level(grey: Grey, lines: list[Line]) -> float:
    """Grey value of the paper around the median line's letters."""
    return float(np.median([np.percentile(_upright_crop(grey, line), 80) for line in lines]))


def find_glare(image: Image, text_height: float) -> NDArray[np.bool_]:
    """(H, W) pixels of saturated spots that are at least half as wide as text is high."""
    saturated = (image.min(axis=2) >= GLARE_LEVEL).astype(np.uint8)
    side = max(3, round(text_height / 2))
    spots = cv2.morphologyEx(saturated, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return spots.astype(np.bool_)


def glare_share(glare: NDArray[np.bool_], quads: Iterable[Quad]) -> float:
    """Largest share of one of the quads that lies under glare."""
    return max((float(glare[rows, columns].mean()) for rows, columns in _boxes(glare, quads)), default=0.0)


def find_gaps(words: Sequence[Quad]) -> list[Quad]:
    """Where there is room for a word between two of a line that follow each other: a spot may have swallowed it.

    Args:
        words: Quads in reading order.
    """
    gaps: list[Quad] = []
    for word, following in pairwise(words):
        left, end, base, _ = np.array(word)
        along, height = (end - left) / max(float(np.hypot(*(end - left))), 1e-6), float(np.hypot(*(base - end)))
        gap = np.array(following[0]) - end
        if gap @ along > height and abs(gap[0] * along[1] - gap[1] * along[0]) < height / 2:
            gaps.append((word[1], following[0], following[3], word[2]))
    return gaps


def _boxes(pixels: NDArray[np.bool_], quads: Iterable[Quad]) -> Iterator[tuple[slice, slice]]:
    """The quads' bounds as slices, empty ones left out."""
    height, width = pixels.shape
    for quad in quads:
        xs, ys = zip(*quad, strict=True)
        x0, x1 = max(int(min(xs)), 0), min(int(max(xs)) + 1, width)
        y0, y1 = max(int(min(ys)), 0), min(int(max(ys)) + 1, height)
        if x0 < x1 and y0 < y1:
            yield slice(y0, y1), slice(x0, x1)


def _upright_crop(grey: Grey, line: Line) -> Grey:
    """The line cut out of the picture, its letters upright, at the picture's scale."""
    a, b, _, d = line.quad
    width, height = max(round(float(np.hypot(b[0] - a[0], b[1] - a[1]))), 2), max(round(line.height), 2)
    corners = np.array([a, b, d], np.float32) - 0.5
    to_crop = cv2.getAffineTransform(corners, np.array([(0, 0), (width, 0), (0, height)], np.float32) - np.float32(0.5))
    return cv2.warpAffine(grey, to_crop, (width, height), borderMode=cv2.BORDER_REPLICATE).view(np.uint8)
