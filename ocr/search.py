"""The search for the scale and the direction in which a page is read best, apart from the network that it asks."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ocr.charset import UNKNOWN
from ocr.decoding import Reading, build_line
from ocr.document import Line
from ocr.geometry import FloatArray
from ocr.layout import is_divider
from ocr.leaders import without_leaders
from ocr.model.network import Features
from ocr.view import View, estimate_lean, is_blank, show

FIRST_LOOK_PX = 800_000
"""Area that a page is first looked at with."""

TEXT_HEIGHT_PX = 22.0
"""Height that the page's median line is brought to before it is read."""

TOLERATED = (0.75, 1.15)
"""A look is good enough to read if the factor that would bring its text to that height lies between these: text that is
higher costs time, text that is lower costs letters."""

CLOSER = 4.0
"""How much closer a page is looked at, once, on which nothing is seen from afar: there may still be fine print."""

STRAIGHT = 3.0
"""Degrees by which print may lean and yet be read as it is."""

LOOKS = 3
"""How often a page is looked at, at most, to find its scale."""

UPRIGHT = 0.9
"""A page that is read with less confidence may stand on its head, where capitals and digits read tolerably."""

SIDEWAYS = (0.5, 0.7)
"""With less than the first a page lies on its side and need not be tried upside down, with more than the second not."""

LARGEST_SCALE = 2.5
LARGEST_PX = 24_000_000
LONGEST_PX = 16_384
"""Bounds of what a page is brought to: by how much it is enlarged, its area and its longer side in the network."""

CONFIDENCE = 0.35
"""Lines read with less are no text."""

_NOWHERE: FloatArray = np.zeros((0, 5), np.float32)

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
    places: FloatArray = field(default_factory=lambda: _NOWHERE)
    readings: Sequence[Reading] = ()


class Search:
    """The search on one page. Whoever runs it does what `looks` ask for and lets it go on, until they ask for nothing.

    Attributes:
        grey: (H, W) page.
        looks: What is to be looked at (without features) or to be read (with them) next; empty at the end.
        found: The lines read, at the end.
    """

    def __init__(self, grey: NDArray[np.uint8]) -> None:
        self.grey = grey
        self._steps = self._upright()
        self.found: list[Placed] = []
        self.looks: list[Look] = []
        self.go_on()

    def go_on(self) -> None:
        """Make of what was seen or read what is to be done next."""
        self.looks = next(self._steps, [])

    def _upright(self) -> Iterator[list[Look]]:
        """Read the page the way up in which it is read with the most confidence."""
        lean = estimate_lean(self.grey)
        angles = [0.0, 90.0] if lean is None or abs(lean) < STRAIGHT else [lean, lean + 90.0, 0.0]
        best: list[Placed] = []
        scale = afar = min((FIRST_LOOK_PX / self.grey.size) ** 0.5, 1.0)
        for angle in angles:
            # What does not lean was looked for in vain: the scale is that of no print.
            found, scale = yield from self._along(angle, scale if angle else afar)
            if SIDEWAYS[0] < _confidence(found) < UPRIGHT:
                turned, _ = yield from self._along(angle + 180.0, scale)
                found = max(found, turned, key=_confidence)
            best = max(best, found, key=_confidence)
            if lean is None or _confidence(best) > SIDEWAYS[1]:
                break
        self.found = [
            (place, text)
            for place, line in best
            if line.confidence >= CONFIDENCE and not is_divider(line.text) and (text := without_leaders(line))
        ]

    def _along(self, angle: float, scale: float) -> Generator[list[Look], None, tuple[list[Placed], float]]:
        """Read the page, its print running roughly at an angle.

        Args:
            angle: The angle, in degrees clockwise.
            scale: Where the search for the best scale begins.

        Returns:
            What was read, and the scale at which.
        """
        height, width = self.grey.shape
        largest = min(LARGEST_SCALE, (LARGEST_PX / (height * width)) ** 0.5, LONGEST_PX / max(height, width))
        scale = min(scale, largest)
        looks: list[Look] = []
        for number in range(LOOKS):
            seen = [Look(view) for view in show(self.grey, scale, angle) if not is_blank(view.pixels)]
            if seen:
                looks = seen  # features are large: none wait for the next
                yield looks
            places = np.concatenate([_NOWHERE, *(look.places for look in seen)])
            if len(places):  # huge print is seen, but smaller than it is, and takes more than one step
                ratio = TEXT_HEIGHT_PX / _typical_height(places)
            else:
                ratio = min(CLOSER, 1 / scale) if number == 0 else 1.0
            better = min(scale * ratio, largest)
            if TOLERATED[0] < better / scale < TOLERATED[1]:
                break
            scale = better
        if looks:
            yield looks
        return [placed for look in looks for placed in _lines(look, (width, height))], scale


def lengths(places: FloatArray) -> FloatArray:
    """(M, 5) places -> (M,) their lengths."""
    norms: FloatArray = np.linalg.norm(places[:, 2:4] - places[:, :2], axis=1)
    return norms


def _lines(look: Look, size: tuple[int, int]) -> Iterator[Placed]:
    for reading, place in zip(look.readings, map(look.view.place_on_page, look.places), strict=True):
        line = build_line(reading, place, size)
        if line is not None:
            yield place, line


def _confidence(found: list[Placed]) -> float:
    """Mean confidence of a page's lines, long ones counting more.

    A letter of no script that can be read counts half: upside down, many look like that.
    """
    letters = sum(len(line.text) for _, line in found)
    read = sum((len(line.text) - line.text.count(UNKNOWN) / 2) * line.confidence for _, line in found)
    return read / letters if letters else 0.0


def _typical_height(places: FloatArray) -> float:
    """Median height of (M, 5) places, each counting by its length, since what is no text is short."""
    order = np.argsort(places[:, 4])
    weight = np.cumsum(lengths(places[order]))
    return float(places[order[np.searchsorted(weight, weight[-1] / 2)], 4])
