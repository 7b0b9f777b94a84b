"""The name of a shop or firm as it prints it everywhere: large, in letters of its own, now and then light on dark."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from ocr.charset import script_of
from ocr.synthesis.canvas import Canvas
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.lettering import Style, write
from ocr.synthesis.page import FieldSpan

_ROLES = ("display",) * 4 + ("sans",) * 3 + ("serif", "capitals", "sans_italic", "serif_italic")
_KOREAN_ROLES = ("korean_display",) * 3 + ("korean_sans", "korean_serif")
_SMALLEST_PX = 12.0


def draw_logo(
    canvas: Canvas,
    rng: Random,
    fonts: FontLibrary,
    text: str,
    *,
    box: tuple[float, float, float],
    em_px: float,
    align: str = "center",
    field: str | None = None,
) -> float:
    """Print a name once, smaller than asked for where it would be too wide.

    Args:
        canvas: What it is printed on.
        rng: Source of chance.
        fonts: What it is printed in.
        text: The name.
        box: Left edge, right edge and top of the capitals, in pixels.
        em_px: Size of its font.
        align: "left", "center" or "right".
        field: What it means.

    Returns:
        The y below it; the top where no font can print it or it does not fit.
    """
    left, right, top = box
    role = rng.choice(_KOREAN_ROLES if any(script_of(char) == "hangul" for char in text) else _ROLES)
    text = text.upper() if role == "capitals" or rng.random() < 0.3 else text
    style = _style(rng, fonts, role, em_px)
    line = write(fonts, text, style)
    if line is None:
        return top
    inverse = rng.random() < 0.15
    padding = rng.uniform(0.1, 0.5) * em_px if inverse else 0.0
    room = right - left - 2 * padding
    if line.mask.shape[1] > room:
        style = replace(style, em_px=0.97 * style.em_px * room / line.mask.shape[1])  # other rasters are wider
        line = write(fonts, text, style)
    if line is None or style.em_px < _SMALLEST_PX:
        return top
    height, width = line.mask.shape
    gap = right - left - width - 2 * padding
    x = left + padding + {"left": 0.0, "center": gap / 2, "right": gap}[align]
    y = top + line.above + padding
    below = y - line.above + height + padding
    if below > canvas.height - 1:
        return top
    ink = canvas.ink if rng.random() < 0.8 else canvas.other_ink(rng)
    if inverse:
        ink = canvas.bar(x - padding, top, x + width + padding, below)
    spans = [FieldSpan(0, len(text), field)] if field else []
    canvas.write(fonts, text, x, y, style, ink, canvas.new_block(), room=math.inf, spans=spans)
    return float(below)


def _style(rng: Random, fonts: FontLibrary, role: str, em_px: float) -> Style:
    families = fonts.families(role)
    font = rng.choice(families[rng.choice(sorted(families))])
    wide, high = rng.choice((1.0, 1.0, rng.uniform(0.75, 1.4))), rng.choice((1.0, 1.0, 1.0, rng.uniform(1.0, 1.5)))
    tracking_em = rng.choice((0.0, 0.0, rng.uniform(-0.06, 0.0), rng.uniform(0.0, 0.4)))
    return Style(font, em_px, (wide, high), tracking_em=tracking_em, bold=rng.random() < 0.3)
