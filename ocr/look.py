"""One look at a page: what is to be seen, what was found in it, and what that says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ocr.charset import UNKNOWN
from ocr.decoding import Reading, build_line
from ocr.document import Line
from ocr.geometry import FloatArray
from ocr.model.network import Features
from ocr.view import View

TEXT_HEIGHT_PX = 22.0
"""Height that the median line of what is looked at is brought to before it is read."""

TOLERATED = (0.75, 1.15)
"""A look is good enough to read if the factor that would bring its text to that height lies between these: text that is
higher costs time, text that is lower costs letters."""

LARGEST_SCALE = 2.5
"""By how much a page is enlarged at most."""

NOWHERE: FloatArray = np.zeros((0, 5), np.float32)
"""The places of no text."""

Placed = tuple[FloatArray, Line]
"""A line with its (5,) place, both in pixels of the page."""


@dataclass(slots=True, repr=False, eq=False)
class Look:
    """A view, and what whoever runs the search finds in it.

    Attributes:
        view: What is to be seen.
        features: What the network made of it and of other views of its size; None before it was looked at.
        index: Which of the features' images it is.
        places: (M, 5) the texts found, in pixels of the view.
        readings: What they say; empty before they were read.
    """

    view: View
    features: Features | None = None
    index: int = 0
    places: FloatArray = field(default_factory=lambda: NOWHERE)
    readings: Sequence[Reading] = ()

    def lines(self, size: tuple[int, int]) -> Iterator[Placed]:
        """What was read, in pixels of a page of (width, height)."""
        for reading, place in zip(self.readings, map(self.view.place_on_page, self.places), strict=True):
            line = build_line(reading, place, size)
            if line is not None:
                yield place, line


def lengths(places: FloatArray) -> FloatArray:
    """(M, 5) places -> (M,) their lengths."""
    norms: FloatArray = np.linalg.norm(places[:, 2:4] - places[:, :2], axis=1)
    return norms


def typical_height(places: FloatArray) -> float:
    """Median height of (M, 5) places, each counting by about the characters that it has room for.

    What is no text is short, and a few names in large print are not what a page is read for.
    """
    order = np.argsort(places[:, 4])
    weight = np.cumsum(lengths(places[order]) / np.maximum(places[order, 4], 1.0))
    return float(places[order[np.searchsorted(weight, weight[-1] / 2)], 4])


def confidence_of(found: Sequence[Placed]) -> float:
    """Mean confidence of lines, long ones counting more.

    A letter of no script that can be read counts half: upside down, many look like that.
    """
    letters = sum(len(line.text) for _, line in found)
    read = sum((len(line.text) - line.text.count(UNKNOWN) / 2) * line.confidence for _, line in found)
    return read / letters if letters else 0.0
