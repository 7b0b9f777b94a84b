"""What a rendered page is: pixels, and the truth about every text on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MatLike = np.ndarray[Any, np.dtype[Any]]
FloatArray = NDArray[np.float32]
ImageArray = NDArray[np.uint8]


def as_image(pixels: MatLike | None) -> ImageArray:
    """The same pixels as uint8; fractions are cut off. OpenCV's stubs promise neither a type nor a result."""
    if pixels is None:
        raise ValueError("OpenCV gave no image")
    return pixels.astype(np.uint8, copy=False)


class FieldSpan(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, and what they mean."""

    start: int
    end: int
    field: str


@dataclass(frozen=True, slots=True)
class PrintedText:
    """One line of print: words on a baseline, cut at gaps wider than about 1.2 line heights.

    Frame: pixels, (0, 0) the outer corner of the top left pixel. Points go clockwise from the top left of the reading
    direction.

    Attributes:
        text: The characters as printed, words apart by single spaces, all of `ocr.charset`.
        quad: `(4, 2)`, from the top of the capitals to the bottom of the ink, with a pixel of margin.
        char_quads: `(N, 4, 2)`, one for each character of `text`: as wide as its ink (a space: as the gap), as high
            as the line.
        field: What the text means ("total", "items[0].name"), or None. Where it has parts, the first that is no label.
        block: Number of the paragraph it belongs to.
        spans: The parts that mean something. A label has the name of its field with ".label" behind it.
        legible: Whether damage has left enough of it to be read, see `ocr.synthesis.legibility`.
    """

    text: str
    quad: FloatArray
    char_quads: FloatArray
    field: str | None
    block: int
    spans: tuple[FieldSpan, ...] = ()
    legible: bool = True


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page: `image` `(H, W, 3)` uint8 RGB, its texts, and what it was made from.

    Attributes:
        image: The pixels.
        texts: What is printed.
        kind: One of `KINDS`.
        seed: That decided it.
        strength: How badly it was damaged, see `damage`; 0 if not at all.
    """

    image: ImageArray
    texts: tuple[PrintedText, ...]
    kind: str
    seed: int
    strength: float = 0.0
