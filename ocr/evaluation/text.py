"""How well labelled pages are read: CLEval (Baek et al. 2020) for detection and end to end, and F1 of words.

The package `cleval` is under the MIT licence but needs others under the GPL, so nothing here installs it; where it is
not there, the scores are without CLEval's.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ocr.datasets.boxes import find_image, read_boxes
from ocr.document import Page
from ocr.reader import Reader

ILLEGIBLE = "###"
"""What labels say where nobody can read the print (ICDAR 2015): finding or missing it counts neither way."""

Readings = Mapping[str, tuple[Page, float]]
"""What was read of each page, and the seconds it took."""


def read_pages(reader: Reader, folder: Path, stems: Sequence[str]) -> Readings:
    """Read the pages of a labelled folder one after the other."""
    readings = {}
    for stem in stems:
        started = time.perf_counter()
        page = reader.read(find_image(folder, stem))
        readings[stem] = page, time.perf_counter() - started
    return readings


def score_pages(readings: Readings, folder: Path, *, cased: bool = False) -> dict[str, float]:
    """Compare readings with labels.

    Args:
        readings: At least one.
        folder: Holds `boxes/<stem>.csv`.
        cased: Whether case counts.

    Returns:
        "detection" and "end to end" (CLEval's harmonic means), "words" (F1 of words as a multiset, whatever their
        place), "seconds a page" (median).
    """
    hits = given = wanted = 0
    for stem, (page, _) in readings.items():
        _, texts = read_boxes(folder / "boxes" / f"{stem}.csv")
        got = _words([word.text for word in page.words], cased)
        truth = _words([word for text in texts if text != ILLEGIBLE for word in text.split()], cased)
        hits += (got & truth).total()
        given, wanted = given + got.total(), wanted + truth.total()
    return _score_cleval(readings, folder, cased=cased) | {
        "words": round(2 * hits / max(given + wanted, 1), 4),
        "seconds a page": round(float(np.median([seconds for _, seconds in readings.values()])), 3),
    }


def _score_cleval(readings: Readings, folder: Path, *, cased: bool) -> dict[str, float]:
    try:
        from cleval import CLEvalMetric
    except ModuleNotFoundError:
        return {}
    metric = CLEvalMetric(case_sensitive=cased)
    metric.sync_on_compute = False  # only one of the processes that train evaluates
    for stem, (page, _) in readings.items():
        quads, texts = read_boxes(folder / "boxes" / f"{stem}.csv")
        metric(
            np.array([line.quad for line in page.lines], np.float32).reshape(-1, 8),
            quads.reshape(-1, 8),
            [line.text.replace(" ", "") for line in page.lines],
            [text.replace(" ", "") for text in texts],
            [text == ILLEGIBLE for text in texts],
        )
    scores = metric.compute()
    return {"detection": round(float(scores["det_h"]), 4), "end to end": round(float(scores["e2e_h"]), 4)}


def predictions(page: Page, seconds: float) -> dict[str, object]:
    """A page in the form that scorers of several engines share: boxes (M, 8) in pixels, texts, seconds."""
    return {
        "seconds": seconds,
        "boxes": [[value for point in line.quad for value in point] for line in page.lines],
        "texts": [line.text for line in page.lines],
    }


def _words(words: Sequence[str], cased: bool) -> Counter[str]:
    return Counter(words if cased else [word.upper() for word in words])
