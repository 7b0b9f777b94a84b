"""Words as numbers: hashed pieces of their spelling, and places relative to the page in units of text height.

Letters of shapes: N words, G pieces of all words together.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ocr.document import Line, Page

BUCKETS = 8192
"""How many numbers the pieces are hashed to; there is no vocabulary that a word could be missing from."""

BANDS, COLUMNS = 64, 16
"""Into how many parts the text's extent is cut downwards and across."""

_FARTHEST = 400.0  # text heights from the first word; keeps damaged quads from getting out of hand


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """What the network sees of some words.

    Attributes:
        pieces: (G,) int64, below `BUCKETS`, word after word.
        starts: (N,) int64, index of each word's first piece.
        boxes: (N, 4) float32, x0 y0 x1 y1 along the reading direction, in text heights from the text's top left.
        bands: (N,) int64, below `BANDS`: how far down the text.
        columns: (N,) int64, below `COLUMNS`: how far across.
    """

    pieces: NDArray[np.int64]
    starts: NDArray[np.int64]
    boxes: NDArray[np.float32]
    bands: NDArray[np.int64]
    columns: NDArray[np.int64]

    def window(self, first: int, last: int) -> Words:
        """The words from one index up to, not including, another."""
        bounds = np.append(self.starts, len(self.pieces))
        begin, end = bounds[first], bounds[min(last, len(self.starts))]
        part = slice(first, last)
        return Words(
            self.pieces[begin:end],
            self.starts[part] - begin,
            self.boxes[part],
            self.bands[part],
            self.columns[part],
        )


def encode_words(texts: Sequence[str], boxes: NDArray[np.float32]) -> Words:
    """Words in reading order.

    Args:
        texts: N words.
        boxes: (N, 4) as `place_words` gives them.
    """
    hashed = [[zlib.crc32(piece.encode()) % BUCKETS for piece in _pieces(text)] for text in texts]
    starts = np.cumsum([0, *map(len, hashed)], dtype=np.int64)[:-1]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    share = middle / np.maximum(boxes[:, 2:].max(0, initial=1.0), 1.0)
    return Words(
        pieces=np.array([piece for pieces in hashed for piece in pieces], np.int64),
        starts=starts,
        boxes=boxes,
        bands=np.clip(share[:, 1] * BANDS, 0, BANDS - 1).astype(np.int64),
        columns=np.clip(share[:, 0] * COLUMNS, 0, COLUMNS - 1).astype(np.int64),
    )


def place_words(page: Page) -> NDArray[np.float32]:
    """(N, 4) boxes of the words of a page; see `Words.boxes`. Coordinates that are no numbers count as 0."""
    quads = np.array([word.quad for word in page.words], np.float64).reshape(-1, 4, 2)
    angle, height = _reading_frame(page.lines)
    cos, sin = math.cos(angle), math.sin(angle)
    turned = np.nan_to_num(quads, posinf=0.0, neginf=0.0) @ np.array([[cos, -sin], [sin, cos]]) / height
    boxes = np.concatenate([turned.min(1), turned.max(1)], 1)
    origin = boxes[:, :2].min(0, initial=np.inf) if len(boxes) else np.zeros(2)
    placed: NDArray[np.float32] = np.clip(boxes - np.tile(origin, 2), 0.0, _FARTHEST).astype(np.float32)
    return placed


def _reading_frame(lines: Sequence[Line]) -> tuple[float, float]:
    """Median angle in radians and median text height in pixels; short lines have no angle to speak of."""
    long = [line for line in lines if len(line.text) >= 4] or lines
    angles = [line.angle for line in long if math.isfinite(line.angle)]
    heights = [line.height for line in lines if math.isfinite(line.height) and line.height > 0]
    first = angles[0] if angles else 0.0
    angle = first + median([math.remainder(a - first, math.tau) for a in angles] or [0.0])
    return angle, median(heights or [1.0])


def _pieces(text: str) -> Iterator[str]:
    """Spellings that words have in common: the word, pairs and triples of its characters, and its shape.

    All digits are alike, and so is case but for the shape: what a number is shows in its form, not in its value.
    """
    folded = "".join("0" if char.isdigit() else char for char in text.casefold()[:40])
    marked = f"<{folded}>"
    yield marked
    for length in (2, 3):
        yield from (marked[k : k + length] for k in range(len(marked) - length + 1))
    yield "shape " + "".join(map(_shape, text[:12]))


def _shape(char: str) -> str:
    if char.isdigit():
        return "0"
    if "가" <= char <= "힣":
        return "가"
    return ("A" if char.isupper() else "a") if char.isalpha() else char
