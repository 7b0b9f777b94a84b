"""Time every compiled kernel against its NumPy reference on inputs of the size of real pages.

    python benchmarks/kernels.py

A kernel stays only while it is at least 5 times as fast as its reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.kernels import _components, _ctc, reference

CLASSES = 2509
KEPT = 8


def synthesise_frames(
    lines: int, frames: int, seed: int = 0
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
    """Outputs of a recogniser: a peak every few frames, often doubtful, over a flat remainder of `CLASSES` classes."""
    rng = np.random.default_rng(seed)
    classes = np.zeros((lines, frames, KEPT), np.int32)
    log_probs = np.zeros((lines, frames, KEPT), np.float32)
    for line in range(lines):
        truth, twin, other = 0, 0, 0
        for frame in range(frames):
            if frame % 4 == 0:
                truth, twin, other = rng.choice(np.arange(1, CLASSES), 3, replace=False)
            listed = [0, truth, twin, other]
            logits = np.array([9.0, 11.0 if frame % 4 in (1, 2) else 2.0, 8.0, 3.0]) + rng.normal(0, 1.5, 4)
            rest = rng.choice(np.setdiff1d(np.arange(1, 64), listed), KEPT - 4, replace=False)
            values = np.concatenate([logits, rng.uniform(-1, 1, KEPT - 4)])
            order = np.argsort(-values)
            classes[line, frame] = np.concatenate([listed, rest])[order]
            log_probs[line, frame] = values[order] - np.log(np.exp(values).sum() + CLASSES * 0.1)
    return classes, log_probs, rng.integers(frames // 4, frames + 1, lines).astype(np.int32)


def synthesise_maps(
    height: int, width: int, texts: int, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Outputs of a location head for lines of text in two columns, 5 pixels high, kernels half as high."""
    rng = np.random.default_rng(seed)
    prob = rng.uniform(0, 0.2, (height, width)).astype(np.float32)
    geometry = rng.normal(size=(height, width, 5)).astype(np.float32)
    rows = texts // 2
    for text in range(texts):
        row, column = divmod(text, 2)
        x = column * width // 2 + 3
        y = round((row + 0.5) * height / rows)
        length = min(int(rng.uniform(0.2, 0.9) * (width / 2 - 8)), 80)
        along = np.arange(length) + 0.5
        prob[y - 1 : y + 1, x : x + length] = rng.uniform(0.6, 1, (2, length))
        values = (np.full(length, np.log(5)), np.ones(length), np.zeros(length), np.log(along), np.log(length - along))
        geometry[y - 1 : y + 1, x : x + length] = np.stack(values, axis=-1)
    return prob, geometry


def best_ms(function: Callable[[], Any], budget_s: float = 1.0) -> float:
    """Least time of a call in milliseconds, over as many calls as the budget allows."""
    function()
    times: list[float] = []
    while sum(times) < budget_s:
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def main() -> None:
    """Print one line per kernel and size."""
    print(f"{'kernel':<20}{'input':<34}{'numpy ms':>10}{'cython ms':>11}{'ratio':>8}")
    for lines, frames in ((60, 96), (60, 160), (8, 48)):
        arrays = synthesise_frames(lines, frames)
        for name in ("ctc_best_path", "ctc_prefix_beam"):
            report(name, f"{lines} lines x {frames} frames x {KEPT}", _ctc, arrays)
    for height, width, texts in ((350, 160, 80), (400, 400, 80), (1000, 1000, 200)):
        maps = synthesise_maps(height, width, texts)
        size = f"{height} x {width}, {texts} texts, {(maps[0] > 0.5).mean():.0%} ink"
        report("component_geometry", size, _components, (*maps, 0.5))


def report(name: str, size: str, compiled: object, arguments: tuple[Any, ...]) -> None:
    """Time one kernel of both backends on the same input."""
    slow = best_ms(lambda: getattr(reference, name)(*arguments))
    fast = best_ms(lambda: getattr(compiled, name)(*arguments))
    print(f"{name:<20}{size:<34}{slow:>10.2f}{fast:>11.2f}{slow / fast:>8.1f}")


if __name__ == "__main__":
    main()
