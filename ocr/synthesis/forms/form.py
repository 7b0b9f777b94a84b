"""Writing a form: lines that know what they mean, one below the other or at given places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Literal

from ocr.synthesis.canvas import Canvas
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import Font, FontLibrary
from ocr.synthesis.lettering import Style, write
from ocr.synthesis.page import FieldSpan

# Factors of width and size that a text is tried with until it fits its room.
_FITS = ((1.0, 1.0), (0.85, 1.0), (0.72, 1.0), (0.72, 0.88), (0.65, 0.75))

Align = Literal["left", "center", "right"]
Part = tuple[str, str | None]
"""Words, and the field they belong to."""


class Form:
    """A canvas with a pen.

    Args:
        canvas: Where it is written.
        rng: Source of chance.
        corpus: What is written.
        fonts: What it is written in.
        style: How most of it is written.
        korean: Whether it is in Korean.
    """

    def __init__(
        self, canvas: Canvas, rng: Random, corpus: Corpus, fonts: FontLibrary, style: Style, *, korean: bool
    ) -> None:
        self.canvas, self.rng, self.corpus, self.fonts, self.style, self.korean = (
            canvas,
            rng,
            corpus,
            fonts,
            style,
            korean,
        )
        self.left, self.right, self.y = 0.0, float(canvas.width), 0.0
        self.leading = 1.3
        self.block = canvas.new_block()

    def sized(self, scale: float, *, font: Font | None = None, tracking_em: float | None = None) -> Style:
        """The form's style in another size, at least 10.5 px, and with another font or tracking where given."""
        style = replace(self.style, em_px=max(10.5, scale * self.style.em_px), font=font or self.style.font)
        return style if tracking_em is None else replace(style, tracking_em=tracking_em)

    def feed(self, lines: float = 1.0, style: Style | None = None) -> None:
        """Move the pen down by some lines of a style."""
        style = style or self.style
        self.y += lines * self.leading * style.em_px * style.stretch[1]

    def pause(self, lines: float = 0.5) -> None:
        """Leave some space, and begin a new paragraph."""
        self.feed(lines)
        self.block = self.canvas.new_block()

    def put(
        self,
        parts: Sequence[Part] | str,
        x: float,
        *,
        y: float | None = None,
        align: Align = "left",
        room: float | None = None,
        style: Style | None = None,
        relief: int = 0,
        joint: str = " ",
    ) -> tuple[float, float]:
        """Write whole at the pen's height or at `y`, narrower or smaller where there is no room.

        `joint` stands between the parts.

        Returns:
            Its left and right edge; (x, x) where no font can write it or it would be too small.
        """
        text, spans = _joined(parts, joint)
        room = self.canvas.width - 1.0 if room is None else room
        found = self._fitting(text, style or self.style, room)
        if found is None:
            return x, x
        style, width = found
        start = {"left": x, "center": x - width / 2, "right": x - width}[align]
        top = self.y if y is None else y
        end = self.canvas.write(
            self.fonts, text, start, top, style, self.canvas.ink, self.block, room=room + 1, spans=spans, relief=relief
        )
        return start, end

    def place(
        self,
        parts: Sequence[Part],
        place: tuple[float, float, float],
        style: Style,
        *,
        align: Align = "left",
        relief: int = 0,
    ) -> float:
        """Write at an x, y with some room, all three in shares of the sheet; returns the share where it ends."""
        x, y, room = place[0] * self.canvas.width, place[1] * self.canvas.height, place[2] * self.canvas.width
        return self.put(parts, x, y=y, room=room, style=style, align=align, relief=relief)[1] / self.canvas.width

    def _fitting(self, text: str, style: Style, room: float) -> tuple[Style, float] | None:
        """The style in which a text is no wider than the room, and its width."""
        others = [font for fonts in self.fonts.families(style.font.role).values() for font in fonts]
        for font in (style.font, *self.rng.sample(others, min(4, len(others)))):
            if write(self.fonts, text, replace(style, font=font)) is None:
                continue
            for squeeze, shrink in _FITS:
                wide = style.stretch[0] * squeeze
                fitted = replace(style, font=font, em_px=style.em_px * shrink, stretch=(wide, style.stretch[1]))
                line = write(self.fonts, text, fitted, room)
                if line is not None and line.text == text:
                    return fitted, float(line.mask.shape[1])
        return None

    def line(
        self, parts: Sequence[Part] | str, align: Align = "left", style: Style | None = None, joint: str = " "
    ) -> None:
        """Write a line between the margins and feed."""
        x = {"left": self.left, "center": (self.left + self.right) / 2, "right": self.right}[align]
        self.put(parts, x, align=align, room=self.right - self.left, style=style, joint=joint)
        self.feed(1, style)

    def wrapped(self, text: str, field: str | None, align: Align = "left", style: Style | None = None) -> None:
        """Write words on as many lines as they need."""
        words = text.split(" ")
        style = style or self.style
        while words:
            line = write(self.fonts, " ".join(words), style, self.right - self.left)
            count = len(line.text.split(" ")) if line else len(words)
            self.line([(" ".join(words[:count]), field)], align, style)
            words = words[count:]

    def pair(
        self,
        label: str,
        value: str,
        field: str,
        *,
        value_x: float | None = None,
        joined: bool = False,
        style: Style | None = None,
    ) -> None:
        """Write a label and its value: on the right margin, from `value_x`, or right behind it; then feed."""
        style = style or self.style
        if joined:
            self.line([(label, f"{field}.label"), (value, field)], style=style)
            return
        gap = 1.3 * style.em_px * style.stretch[1]
        width = self.right - self.left
        _, end = self.put([(label, f"{field}.label")], self.left, room=0.55 * width, style=style)
        if value_x is None:
            self.put([(value, field)], self.right, align="right", room=self.right - end - gap, style=style)
        else:
            start = max(value_x, end + gap)
            self.put([(value, field)], start, room=self.right - start, style=style)
        self.feed(1, style)

    def rule(self) -> None:
        """A separator: printed characters, or a line that is drawn."""
        rng = self.rng
        if rng.random() < 0.5:
            char = rng.choice("----=*.")
            line = write(self.fonts, char * 4, self.style)
            count = int((self.right - self.left) / (line.mask.shape[1] / 4)) if line else 0
            self.line([(char * max(3, count - 1), None)])
        else:
            self.canvas.rule(self.left, self.right, self.y + 0.3 * self.style.em_px, rng)
            self.feed(0.6)


def _joined(parts: Sequence[Part] | str, joint: str) -> tuple[str, list[FieldSpan]]:
    """Parts with a joint between them, and where each one is."""
    if isinstance(parts, str):
        return parts, []
    text, spans = "", []
    for words, field in parts:
        if text:
            text += joint
        if field:
            spans.append(FieldSpan(len(text), len(text) + len(words), field))
        text += words
    return text, spans
