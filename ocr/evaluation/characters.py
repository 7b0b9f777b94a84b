"""How well single characters are found: overlap of their quads, and the average precision of finding them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.document import Page
from ocr.evaluation.rendered import FIRST_SEED
from ocr.geometry import FloatArray
from ocr.layout import is_divider
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

OVERLAP = 0.5
"""A character is found where a quad and its own share more than this of their union."""


@dataclass(frozen=True, slots=True)
class FoundCharacters:
    """Characters of one page.

    Attributes:
        quads: (M, 4, 2) as found.
        scores: (M,) how sure each is.
        truth: (N, 4, 2) as printed.
    """

    quads: FloatArray
    scores: FloatArray
    truth: FloatArray


def evaluate_characters(
    reader: Reader, count: int, *, korean: float, corpora: Path | None, clean: bool = False
) -> dict[str, float]:
    """Render pages in fonts held out from training, read them and compare the quads of characters.

    Args:
        reader: Reads.
        count: Pages of all kinds.
        korean: Share of Korean, 0 to 1.
        corpora: Folder of texts, or None for the small ones of the package.
        clean: Leave the pages without damage.

    Returns:
        See `score_characters`.
    """
    corpus, fonts = Corpus(corpora), FontLibrary("heldout")
    found = []
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        truth = render_page(seed, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=clean)
        found.append(compare_characters(truth, reader.read(truth.image)))
    return score_characters(found)


def compare_characters(truth: RenderedPage, page: Page) -> FoundCharacters:
    """What was read beside what is printed; dividers are left out, as the reader leaves them out."""
    return FoundCharacters(
        quads=np.array([char.quad for char in page.chars], np.float32).reshape(-1, 4, 2),
        scores=np.array([char.confidence for char in page.chars], np.float32),
        truth=printed_quads(truth),
    )


def printed_quads(truth: RenderedPage) -> FloatArray:
    """(N, 4, 2) quads of all characters of a page but spaces and dividers."""
    printed = [
        quad
        for text in truth.texts
        if not is_divider(text.text)
        for char, quad in zip(text.text, text.char_quads, strict=True)
        if char != " "
    ]
    return np.array(printed, np.float32).reshape(-1, 4, 2)


def score_characters(pages: Sequence[FoundCharacters]) -> dict[str, float]:
    """Scores of some pages together.

    Returns:
        "characters" printed, "AP@50" whatever a character is read as, and their "mean IoU" with the best quad found.
    """
    overlaps = [_overlaps(page) for page in pages]
    best = [rows.max(0, initial=0.0) for rows in overlaps]
    return {
        "characters": sum(len(page.truth) for page in pages),
        "AP@50": round(_average_precision(pages, overlaps), 4),
        "mean IoU": round(float(np.concatenate(best).mean()), 4),
    }


def _average_precision(pages: Iterable[FoundCharacters], overlaps: Iterable[FloatArray]) -> float:
    """Area under the falling envelope of precision over recall (Everingham et al., 2010, all points)."""
    hits: list[NDArray[np.bool_]] = []
    scores: list[FloatArray] = []
    printed = 0
    for page, overlap in zip(pages, overlaps, strict=True):
        hits.append(_hits(overlap, page.scores))
        scores.append(page.scores)
        printed += len(page.truth)
    order = np.argsort(-np.concatenate(scores), kind="stable")
    right = np.concatenate(hits)[order].cumsum()
    precision = right / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(right, prepend=0) * envelope).sum() / max(printed, 1))


def _hits(overlap: FloatArray, scores: FloatArray) -> NDArray[np.bool_]:
    """(M,) whether each character found is one that is printed and that no surer one has taken."""
    free = overlap.copy()
    hit = np.zeros(len(overlap), np.bool_)
    for row in np.argsort(-scores, kind="stable"):
        column = int(free[row].argmax()) if free.shape[1] else -1
        if column >= 0 and free[row, column] > OVERLAP:
            hit[row] = True
            free[:, column] = 0.0
    return hit


def _overlaps(page: FoundCharacters) -> FloatArray:
    """(M, N) intersections over unions."""
    found, truth = page.quads.astype(np.float32), page.truth.astype(np.float32)
    overlap = np.zeros((len(found), len(truth)), np.float32)
    low = np.maximum(found.min(1)[:, None], truth.min(1)[None])
    high = np.minimum(found.max(1)[:, None], truth.max(1)[None])
    for row, column in zip(*np.nonzero((high > low).all(-1)), strict=True):
        shared, _ = cv2.intersectConvexConvex(found[row], truth[column])
        areas = cv2.contourArea(found[row]) + cv2.contourArea(truth[column])
        overlap[row, column] = shared / max(areas - shared, 1e-6)
    return overlap
