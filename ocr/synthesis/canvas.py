"""The sheet that is printed on: pixels, and the list of what was written where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import cv2
import numpy as np

from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.lettering import Lettering, Style, write
from ocr.synthesis.page import FieldSpan, FloatArray, ImageArray, PrintedText

Ink = tuple[int, int, int]

_MARGIN_PX = 1.0
# The sides of embossed print that face the light and that do not.
_LIT, _SHADED = (235, 235, 235), (25, 25, 25)


class Canvas:
    """An RGB sheet. Text that does not fit on it is not written.

    Args:
        width: Width in pixels.
        height: Height in pixels.
        paper: Colour of the sheet.
        ink: Colour of the print.
    """

    def __init__(self, width: int, height: int, paper: Ink = (255, 255, 255), ink: Ink = (20, 20, 20)) -> None:
        self.width, self.height, self.paper, self.ink = width, height, paper, ink
        self.image: ImageArray = plain(width, height, paper)
        self.texts: list[PrintedText] = []
        self._blocks = 0

    def new_block(self) -> int:
        """Number of a new paragraph."""
        self._blocks += 1
        return self._blocks - 1

    def write(
        self,
        fonts: FontLibrary,
        text: str,
        x: float,
        y: float,
        style: Style,
        ink: Ink,
        block: int,
        *,
        room: float,
        right: bool = False,
        spans: Sequence[FieldSpan] = (),
        relief: int = 0,
    ) -> float:
        """Write one line with the top of its capitals at y, from x to the right or (`right`) up to x.

        Args:
            fonts: Where the style's font is drawn from.
            text: What is written, as far as there is room for its words.
            x: Left (or right) edge.
            y: Top of the capitals.
            style: How it is written.
            ink: Its colour.
            block: Number of its paragraph.
            room: Largest width in pixels.
            right: Whether x is the right edge.
            spans: What the parts of `text` mean.
            relief: Height in pixels of embossed print, 0 for flat print.

        Returns:
            The edge where the text ends on its other side; x where nothing was written.
        """
        line = write(fonts, text, style, room)
        if line is None:
            return x
        height, width = line.mask.shape
        x0, y0 = round(x) - (width if right else 0), round(y - line.above)
        if min(x0, y0) < relief or x0 + width + relief > self.width or y0 + height + relief > self.height:
            return x
        if relief:
            self._blend(line, x0 - relief, y0 - relief, _LIT)
            self._blend(line, x0 + relief, y0 + relief, _SHADED)
        self._blend(line, x0, y0, ink)
        self.texts.append(_printed(line, x0, y0, spans, block))
        return float(x0 if right else x0 + width)

    def _blend(self, line: Lettering, x: int, y: int, ink: Ink) -> None:
        height, width = line.mask.shape
        window = self.image[y : y + height, x : x + width]
        cover = line.mask.astype(np.uint16)[:, :, None]
        cover += cover >> 7  # 0 to 256, so that a shift divides
        window[:] = (window * (256 - cover) + cover * np.array(ink, np.uint16)) >> 8

    def crop(self, height: int) -> None:
        """Cut the sheet off below `height`, which must be below all that was written."""
        self.height = min(self.height, height)
        self.image = np.ascontiguousarray(self.image[: self.height])

    def window(self, top: int, bottom: int) -> None:
        """Keep the rows from `top` to `bottom` and the texts that are wholly in them; those cut through are erased."""
        kept = []
        for text in self.texts:
            y0, y1 = text.quad[0, 1], text.quad[2, 1]
            if top <= y0 and y1 <= bottom:
                up = np.array((0, top), np.float32)
                kept.append(replace(text, quad=text.quad - up, char_quads=text.char_quads - up))
            elif y0 < bottom and y1 > top:
                corners = np.rint(text.quad[[0, 2]]).astype(int).tolist()
                cv2.rectangle(self.image, corners[0], corners[1], self.paper, -1)
        self.texts, self.height = kept, bottom - top
        self.image = np.ascontiguousarray(self.image[top:bottom])

    def bar(self, x0: float, y0: float, x1: float, y1: float) -> Ink:
        """A filled bar of ink; returns the colour that text on it has."""
        cv2.rectangle(self.image, (round(x0), round(y0)), (round(x1), round(y1)), self.ink, -1)
        return self.paper

    def shade(self, start: tuple[int, int], end: tuple[int, int], rng: Random) -> None:
        """Print the dots of a screen over what lies between two corners; dark print stands out from them."""
        (x0, y0), (x1, y1) = np.clip((start, end), 0, (self.width, self.height))
        rows, columns = np.mgrid[y0:y1, x0:x1]
        if rng.random() < 0.5:
            dots = ((rows + columns) % rng.choice((2, 3)) == 0) & (columns % 2 == 0)
        else:
            dots = np.random.default_rng(rng.getrandbits(32)).random(rows.shape) < rng.uniform(0.1, 0.35)
        window = self.image[y0:y1, x0:x1]
        np.minimum(window, np.array(self.ink, np.uint8), out=window, where=dots[:, :, None])

    def rule(self, x0: float, x1: float, y: float, rng: Random) -> None:
        """A horizontal line: solid, double or dashed."""
        kind, thickness = rng.choice(("solid", "dashed", "double")), rng.choice((1, 1, 2))
        if kind == "dashed":
            step = rng.randint(3, 9)
            for x in range(round(x0), round(x1), 2 * step):
                cv2.line(self.image, (x, round(y)), (x + step, round(y)), self.ink, thickness)
            return
        for offset in (0, 3) if kind == "double" else (0,):
            cv2.line(self.image, (round(x0), round(y) + offset), (round(x1), round(y) + offset), self.ink, thickness)

    def bar_code(self, x0: float, y0: float, x1: float, y1: float, rng: Random) -> None:
        """Bars and gaps of one to four modules, as on goods and receipts: high, near one another, and no text."""
        x, module = round(x0), rng.uniform(1.0, 3.0)
        while x < x1:
            bar, gap = (max(round(rng.randint(1, 4) * module), 1) for _ in range(2))
            cv2.rectangle(self.image, (x, round(y0)), (min(x + bar, round(x1)) - 1, round(y1)), self.ink, -1)
            x += bar + gap

    def other_ink(self, rng: Random) -> Ink:
        """A coloured or weaker ink that still stands out from the paper."""
        light = sum(self.paper) > 384
        red, green, blue = (rng.randint(0, 130) if light else rng.randint(150, 255) for _ in range(3))
        return red, green, blue


def _printed(line: Lettering, x: int, y: int, spans: Sequence[FieldSpan], block: int) -> PrintedText:
    """The truth about a line that was put at (x, y); runs of spaces count as one."""
    text = line.text.rstrip()
    keep = [k for k, char in enumerate(text) if char != " " or text[k - 1] != " "]
    top, bottom = y - _MARGIN_PX, y + line.mask.shape[0] + _MARGIN_PX
    quads = np.empty((len(keep), 4, 2), np.float32)
    sides = line.spans[keep] + np.float32(x)
    quads[:, :2, 1], quads[:, 2:, 1] = top, bottom
    quads[:, (0, 3), 0], quads[:, (1, 2), 0] = sides[:, :1], sides[:, 1:]
    whole = box_quad(sides[0, 0] - _MARGIN_PX, top, sides[-1, 1] + _MARGIN_PX, bottom)
    moved = [FieldSpan(bisect_left(keep, span.start), bisect_left(keep, span.end), span.field) for span in spans]
    found = tuple(span for span in moved if span.start < span.end)
    fields = [span.field for span in found]
    field = next((name for name in fields if not name.endswith(".label")), fields[0] if fields else None)
    return PrintedText("".join([text[k] for k in keep]), whole, quads, field, block, found)


def plain(width: int, height: int, colour: Ink) -> ImageArray:
    """A sheet `(height, width, 3)` of one colour; OpenCV fills several times faster than NumPy."""
    sheet = np.empty((height, width, 3), np.uint8)
    cv2.rectangle(sheet, (0, 0), (width, height), colour, -1)
    return sheet


def box_quad(x0: float, y0: float, x1: float, y1: float) -> FloatArray:
    """The four corners of an upright box, `(4, 2)`, clockwise from the top left."""
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
