"""What the kernels of both backends take and return: the checks of their arguments and the types of their results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.language import LanguageModel

ALTERNATIVES = 4
"""Other readings kept per character."""

MIN_PROB = 1e-3
"""A class is no alternative unless it is this probable in one frame at least."""

MAX_BEAM = 1024
MAX_FRAMES = 1 << 14  # keeps the products of sizes within 32 bits

COMPONENT_COLUMNS = ("x0", "y0", "x1", "y1", "height", "score", "count", "consistency")
"""Columns of what `component_geometry` returns."""

PIXEL_VARIANCE = 1 / 12
"""Of the area of one pixel along an axis: what a row of pixels is thick."""

BLOB, STROKE = 4.0, 16.0
"""Elongations, ratios of the variances along and across: below the first a component's shape says nothing about its
direction, above the second all."""

INSET = 0.2
"""Of its height, by which a text reaches beyond its kernel at either end at least."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CtcLine:
    """What was read on one line: L characters, A = `ALTERNATIVES`.

    A frame t covers [t, t + 1) of the line, so character i covers [start[i], stop[i]).

    Attributes:
        labels: (L,) int32. Classes, no blank among them.
        start: (L,) int32. First frame of the character on the best alignment of `labels`.
        stop: (L,) int32. One past its last frame.
        peak: (L,) int32. Frame in [start, stop) where the class is most probable.
        confidence: (L,) float32 in [0, 1]. Probability that exactly this character stands there: with the alignment
            kept outside of a window (the character's frames and one frame on either side, but no frame of a
            neighbour), the share of all paths through the window that leave every other character of the line as it
            is. All alignments count, so a character whose peak falls between two frames is not punished for it.
        alternatives: (L, A) int32. The most probable other classes in its place, best first; 0 where there are fewer.
        alternative_probs: (L, A) float32. Their probabilities, measured as `confidence` is, so that a row and its
            `confidence` sum to at most 1; what is missing says "no character here" or "more than one".
    """

    labels: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    peak: NDArray[np.int32]
    confidence: NDArray[np.float32]
    alternatives: NDArray[np.int32]
    alternative_probs: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"CtcLine({len(self)} characters)"


def check_frames(
    classes: NDArray[np.int32],
    log_probs: NDArray[np.float32],
    lengths: NDArray[np.int32],
    beam: int = 1,
    language: LanguageModel | None = None,
) -> None:
    """Check the arguments of the CTC kernels.

    Raises:
        TypeError: An argument is no array.
        ValueError: A dtype, a shape or a value is not what the kernels are specified for.
    """
    _check_array("classes", classes, np.int32, 3)
    _check_array("log_probs", log_probs, np.float32, 3)
    _check_array("lengths", lengths, np.int32, 1)
    lines, frames, kept = classes.shape
    if log_probs.shape != classes.shape or lengths.shape != (lines,) or kept == 0:
        raise ValueError("classes and log_probs must be (N, T, K) with K > 0, lengths must be (N,)")
    if frames > MAX_FRAMES:
        raise ValueError(f"a line may have {MAX_FRAMES} frames at most")
    if not 1 <= beam <= MAX_BEAM:
        raise ValueError(f"beam must lie in [1, {MAX_BEAM}]")
    if lines and not 0 <= lengths.min() <= lengths.max() <= frames:
        raise ValueError("lengths must lie in [0, T]")
    if classes.min(initial=0) < 0:
        raise ValueError("classes must not be negative")
    idle = np.arange(frames) >= lengths[:, None]  # (N, T)
    if language is not None and not (idle | (classes < len(language.letters)).all(axis=2)).all():
        raise ValueError("the language model must know all classes of the frames in use")
    best = log_probs[:, :, 0]
    if not ((best > -100) & (best < 0.001) | idle).all():  # exp(-100) is about the least float32
        raise ValueError("the first log probability of every used frame must lie in (-100, 0]")
    if not ((log_probs[:, :, 1:] <= log_probs[:, :, :-1]) | idle[:, :, None]).all():
        raise ValueError("log_probs must not rise from one class of a used frame to the next")


def check_maps(prob: NDArray[np.float32], geometry: NDArray[np.float32], threshold: float) -> None:
    """Check the arguments of `component_geometry`.

    Raises:
        TypeError: An argument is no array.
        ValueError: A dtype, a shape or the threshold is not what the kernel is specified for.
    """
    _check_array("prob", prob, np.float32, 2)
    _check_array("geometry", geometry, np.float32, 3, contiguous=False)
    if geometry.shape != (*prob.shape, 5):
        raise ValueError("prob must be (H, W) and geometry (H, W, 5)")
    if not 0 < threshold < 1:
        raise ValueError("threshold must lie in (0, 1)")


def check_components(components: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hand on what `component_geometry` found.

    Raises:
        ValueError: A number is not finite, because the geometry map was not.
    """
    if not np.isfinite(components).all():
        raise ValueError("geometry must be finite wherever prob is above the threshold")
    return components


def _check_array(name: str, array: object, dtype: type[np.generic], ndim: int, *, contiguous: bool = True) -> None:
    """Raise what Cython raises for a typed argument: TypeError for no array, ValueError for one of another kind."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} must be an array")
    if array.dtype != dtype or array.ndim != ndim or (contiguous and not array.flags.c_contiguous):
        order = "C-contiguous " if contiguous else ""
        raise ValueError(f"{name} must be a {order}array of {dtype.__name__} with {ndim} dimensions")
