"""Fixed layouts: a template's own frame found on a page by the words that are printed in known places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docextract.extraction.lexicon import LabelMatch, phrase_key
from docextract.extraction.rows import Layout, Row, Span
from docextract.schema.locators import Box
from docextract.schema.template import Anchor
from ocr.document import Point, Quad, Word

_TOLERANCE = 0.6  # text heights by which a corner of an anchor may miss its place
_FOR_HOMOGRAPHY, _FOR_AFFINE = 4, 3  # anchors that determine so many unknowns well, as four corners of one do not

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Frame:
    """Where a template's frame lies on a page.

    Attributes:
        to_template: (3, 3) homography from the page's pixels to the frame of the template.
        support: Share of the template's anchors that are where they belong, in (0, 1].
    """

    to_template: FloatArray
    support: float

    def spans_in(self, box: Box, layout: Layout) -> Iterator[Span]:
        """What is printed inside a box of the frame, row by row: characters, or words where these have no place."""
        for row in layout.rows:
            inside = [bounds for bounds, quad in _pieces(row) if self._holds(box, quad)]
            if inside:
                yield Span(row, inside[0][0], inside[-1][1])

    def _holds(self, box: Box, quad: Quad) -> bool:
        x, y = (sum(values) / 4 for values in zip(*quad, strict=True))
        u, v, w = self.to_template @ (x, y, 1.0)
        return bool(w) and box[0] <= u / w <= box[2] and box[1] <= v / w <= box[3]


def find_frame(anchors: Sequence[Anchor], matches: Iterable[LabelMatch]) -> Frame | None:
    """Find a template's frame by its anchors.

    RANSAC over the corners of all prints of all anchors: a homography from four anchors on, an affine map from three,
    a similarity from one or two.

    Args:
        anchors: The template's.
        matches: Phrases found on the page.

    Returns:
        The frame, or None where the anchors are not there, or not where they belong.
    """
    printed: dict[str, list[Quad]] = {}
    for match in matches:
        printed.setdefault(match.key, []).append(_quad_of(match.span))
    pairs = [(k, quad) for k, anchor in enumerate(anchors) for quad in printed.get(phrase_key(anchor.text), ())]
    if not pairs:
        return None
    places = np.array([_corners(anchors[k].box) for k, _ in pairs])  # (P, 4, 2)
    pixels = np.array([quad for _, quad in pairs], np.float64)  # (P, 4, 2)
    tolerance = _TOLERANCE * float(np.median(np.linalg.norm(pixels[:, 0] - pixels[:, 3], axis=1)))
    found = len({k for k, _ in pairs})
    to_page = _fit(places.reshape(-1, 2), pixels.reshape(-1, 2), found, tolerance)
    if to_page is None or np.linalg.det(to_page[:2, :2]) <= 0:  # nobody prints mirror writing
        return None
    misses = np.linalg.norm(_map(to_page, places) - pixels, axis=2).mean(axis=1)
    agreeing = {k for (k, _), miss in zip(pairs, misses, strict=True) if miss <= tolerance}
    if not agreeing:
        return None
    return Frame(np.linalg.inv(to_page).astype(np.float64), len(agreeing) / len(anchors))


def _fit(source: FloatArray, target: FloatArray, anchors: int, tolerance: float) -> FloatArray | None:
    """(3, 3) map of (N, 2) points onto (N, 2) points that most of them agree on, given by so many anchors."""
    import cv2  # only the few templates with anchors need it

    found: Any  # None where the points determine no map, which the stubs of OpenCV deny
    if anchors >= _FOR_HOMOGRAPHY:
        found, _ = cv2.findHomography(source, target, cv2.RANSAC, tolerance)
    else:
        estimate = cv2.estimateAffine2D if anchors >= _FOR_AFFINE else cv2.estimateAffinePartial2D
        found, _ = estimate(source, target, method=cv2.RANSAC, ransacReprojThreshold=tolerance)
    return None if found is None else np.vstack([found, [[0.0, 0.0, 1.0]]])[:3].astype(np.float64)


def _map(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """A homography at (..., 2) points."""
    mapped = np.concatenate([points, np.ones_like(points[..., :1])], axis=-1) @ matrix.T
    result: FloatArray = mapped[..., :2] / mapped[..., 2:]
    return result


def _corners(box: Box) -> tuple[Point, Point, Point, Point]:
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _quad_of(span: Span) -> Quad:
    quads = span.quads()
    first, last = quads[0], quads[-1]
    return first[0], last[1], last[2], first[3]


def _pieces(row: Row) -> Iterator[tuple[tuple[int, int], Quad]]:
    """Characters of a row's text, or words without places of their characters, as bounds and quad."""
    for start, word in row.words:
        yield from _pieces_of(start, word)


def _pieces_of(start: int, word: Word) -> Iterator[tuple[tuple[int, int], Quad]]:
    if len(word.chars) == len(word.text):
        for k, char in enumerate(word.chars, start):
            yield (k, k + 1), char.quad
    else:
        yield (start, start + len(word.text)), word.quad
