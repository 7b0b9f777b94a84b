"""How much of a text damage has left: what nobody can read is no truth to teach or to measure with."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.synthesis.page import FloatArray, ImageArray, PrintedText, as_image

_HEIGHT = 24  # pixels that a line is brought to
_WINDOW = 33  # and the width of the part of it, about one Hangul syllable and a half, that is looked at at once
_BLUR = 1.0  # deviation in those pixels: noise finer than a stroke hides none
_SHADE = 10.0  # and shadows coarser than a letter
_INK = 8.0  # deviation of brightness on the clean sheet below which there is nothing to read


def legibility(clean: ImageArray, damaged: ImageArray, texts: Sequence[PrintedText]) -> list[float]:
    """The least correlation between a text as it was printed and as it can be seen, of all its parts.

    Contrast and brightness make no difference to it, lost strokes, blur, noise and stripes do.

    Args:
        clean: `(H, W, 3)`, the sheet where it lies in the photograph, undamaged.
        damaged: `(H, W, 3)`, the photograph.
        texts: Where to look.

    Returns:
        A number in -1 to 1 for each text; 1 for one without ink.
    """
    before, after = (as_image(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)) for image in (clean, damaged))
    return [_least_correlation(_strip(before, text.quad), _strip(after, text.quad)) for text in texts]


def _strip(grey: ImageArray, quad: FloatArray) -> FloatArray:
    """The text upright and alone, `(24, width)`."""
    length = float(np.linalg.norm(quad[1] - quad[0]))
    height = max(float(np.linalg.norm(quad[3] - quad[0])), 1.0)
    width = max(round(_HEIGHT * length / height), 2)
    corners = np.array([(0, 0), (width, 0), (width, _HEIGHT), (0, _HEIGHT)], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32) - 0.5, corners)
    strip = cv2.warpPerspective(grey, matrix, (width, _HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    fine = cv2.GaussianBlur(strip.astype(np.float32), (0, 0), _BLUR)
    return fine - cv2.GaussianBlur(fine, (0, 0), _SHADE)


def _least_correlation(before: FloatArray, after: FloatArray) -> float:
    window = (min(_WINDOW, before.shape[1]), 1)

    def mean(values: FloatArray) -> FloatArray:
        """Over each window, `(width,)`."""
        return np.asarray(cv2.blur(values.mean(0, keepdims=True), window, borderType=cv2.BORDER_REFLECT)[0], np.float32)

    a, b = mean(before), mean(after)
    together = mean(before * after) - a * b
    spread_before = np.sqrt(np.maximum(mean(before * before) - a * a, 0))
    spread_after = np.sqrt(np.maximum(mean(after * after) - b * b, 1e-3))
    ink = spread_before > _INK
    return float((together / (np.maximum(spread_before, 1e-3) * spread_after))[ink].min(initial=1.0))
