"""The search for the scale and the direction in which a page is read best, apart from the network that it asks."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from ocr.across import look_across
from ocr.large import look_from_afar
from ocr.layout import is_divider
from ocr.leaders import without_leaders
from ocr.look import LARGEST_SCALE, NOWHERE, TEXT_HEIGHT_PX, TOLERATED, Look, Placed, confidence_of, typical_height
from ocr.view import estimate_lean, is_blank, show

FIRST_LOOK_PX = 800_000
"""Area that a page is first looked at with."""

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

LARGEST_PX = 24_000_000
LONGEST_PX = 16_384
"""Bounds of what a page is brought to: its area and its longer side in the network."""

CONFIDENCE, SHARE = 0.35, 0.45
"""Lines read with less are no text, nor those with less than this share of the page's: on a clean page what is hardly
legible is a logo or handwriting, on a faint one it may be print. Syllables are doubted more: they are thousands."""


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
            if SIDEWAYS[0] < confidence_of(found) < UPRIGHT:
                turned, _ = yield from self._along(angle + 180.0, scale)
                found = max(found, turned, key=confidence_of)
            best = max(best, found, key=confidence_of)
            if lean is None or confidence_of(best) > SIDEWAYS[1]:
                break
        best = yield from look_from_afar(self.grey, best)
        found = yield from look_across(self.grey, best)
        legible = [(place, line) for place, line in found if line.confidence >= CONFIDENCE]
        least = SHARE * confidence_of(legible)
        legible = [(place, line) for place, line in legible if line.confidence >= least or line.script == "hangul"]
        self.found = [
            (place, text) for place, line in legible if not is_divider(line.text) and (text := without_leaders(line))
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
            places = np.concatenate([NOWHERE, *(look.places for look in seen)])
            if len(places):  # huge print is seen, but smaller than it is, and takes more than one step
                ratio = TEXT_HEIGHT_PX / typical_height(places)
            else:
                ratio = min(CLOSER, 1 / scale) if number == 0 else 1.0
            better = min(scale * ratio, largest)
            if TOLERATED[0] < better / scale < TOLERATED[1]:
                break
            scale = better
        if looks:
            yield looks
        return [placed for look in looks for placed in look.lines((width, height))], scale
