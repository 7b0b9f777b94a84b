"""From a string to the ink of one line, with a box for every character."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.charset import TICK_BOXES
from ocr.synthesis.fonts import Face, Font, FontLibrary, Glyph
from ocr.synthesis.page import as_image
from ocr.synthesis.tick_boxes import draw_tick_box


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is printed.

    Attributes:
        font: The font.
        em_px: Size of the font in the page's pixels.
        stretch: Width and height by which glyphs are stretched.
        tracking_em: Extra space after every character.
        word_gap_em: Extra width of a space.
        bold: Strokes are a pixel of the raster wider than the font has them.
        dots: Print as a dot matrix does: every pixel black or white.
    """

    font: Font
    em_px: float
    stretch: tuple[float, float] = (1.0, 1.0)
    tracking_em: float = 0.0
    word_gap_em: float = 0.0
    bold: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Lettering:
    """The ink of one line.

    Attributes:
        text: What is written: the string asked for, or as many of its words as fit.
        mask: `(h, w)` uint8 coverage. Its height is that of the line box: the same for every line of a style, except
            where ink reaches further.
        spans: `(N, 2)` left and right of every character, in pixels from the mask's left.
        above: How far the mask reaches above the top of the capitals, in pixels.
    """

    text: str
    mask: NDArray[np.uint8]
    spans: NDArray[np.float32]
    above: float


def write(fonts: FontLibrary, text: str, style: Style, room_px: float = np.inf) -> Lettering | None:
    """Write a line, leaving away the words that do not fit into `room_px`.

    Returns:
        The ink, or None where the font lacks a character or nothing fits.
    """
    wide, high = style.stretch
    face = fonts.face(style.font, style.em_px * max(1.0, high))
    scale = style.em_px / face.size_px
    pen = 0.0
    placed: list[tuple[str, Glyph, float]] = []
    for char in text:
        glyph = _glyph(fonts, face, char, style, text)
        if glyph is None:
            return None
        if (pen + glyph.advance) * scale * wide > room_px:
            placed = _whole_words(text, placed)
            break
        placed.append((char, glyph, pen))
        pen += glyph.advance + face.size_px * (style.tracking_em + (style.word_gap_em if char == " " else 0.0))
    if not any(char != " " for char, _, _ in placed):
        return None
    raster, spans, above = _compose(face, placed)
    height, width = raster.shape
    size = max(1, round(width * scale * wide)), max(1, round(height * scale * high))
    smoothing = cv2.INTER_AREA if size[1] < 0.6 * height else cv2.INTER_LINEAR
    mask = as_image(cv2.resize(_press(raster, style), size, interpolation=smoothing)).reshape(size[::-1])
    written = "".join(char for char, _, _ in placed)
    return Lettering(written, mask, spans * np.float32(size[0] / width), above * size[1] / height)


def _glyph(fonts: FontLibrary, face: Face, char: str, style: Style, text: str) -> Glyph | None:
    """A character as a font has it; boxes are drawn, alike for all texts of a style, and foreign letters borrowed."""
    if char in TICK_BOXES:
        return draw_tick_box(char, face.size_px, Random(f"{style.font.family} {style.em_px}"), Random(text))
    return face.glyph(char) or fonts.borrow(char, face.size_px, text)


def _whole_words(text: str, placed: list[tuple[str, Glyph, float]]) -> list[tuple[str, Glyph, float]]:
    """Cut back to the last word that fits; a first word that is too long is cut itself."""
    written = text[: len(placed)]
    end = written.rfind(" ")
    if text[len(placed)] == " " or end <= 0:
        end = len(written.rstrip())
    return placed[:end]


def _compose(face: Face, placed: list[tuple[str, Glyph, float]]) -> tuple[NDArray[np.uint8], NDArray[np.float32], int]:
    """Coverage of a row of glyphs, their spans, and how far it reaches above capitals, in pixels of the raster."""
    up, down, left, right = face.ascent_px, max(1, round(0.4 * face.descent_px)), placed[0][1].left, 0
    spans = []
    for _, glyph, pen in placed:
        height, width = glyph.mask.shape
        start = round(pen) + glyph.left
        spans.append((start, start + width))
        left, right = min(left, start), max(right, start + width)
        up, down = max(up, -glyph.top), max(down, glyph.top + height)
    mask = np.zeros((up + down, right - left), np.uint8)
    for (start, end), (char, glyph, _) in zip(spans, placed, strict=True):
        if char != " ":
            y = up + glyph.top
            window = mask[y : y + glyph.mask.shape[0], start - left : end - left]
            np.maximum(window, glyph.mask, out=window)
    for k in range(1, len(placed) - 1):
        if placed[k][0] == " ":
            spans[k] = spans[k - 1][1], max(spans[k - 1][1] + 1, spans[k + 1][0])
    return mask, np.array(spans, np.float32) - left, up - face.ascent_px


def _press(mask: NDArray[np.uint8], style: Style) -> NDArray[np.uint8]:
    """Black and white dots, thicker strokes."""
    if style.dots:
        mask = np.where(mask > 100, np.uint8(255), np.uint8(0))
    return as_image(cv2.dilate(mask, np.ones((1, 2), np.uint8))) if style.bold else mask
