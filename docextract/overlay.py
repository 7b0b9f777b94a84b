"""A picture of what was read: the image with every line outlined and, for a record, every value's ink coloured.

Labels are names of fields and numbers, so they need no font for the document's script.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from docextract.records import Record
from ocr.document import Page, Quad
from ocr.imaging import Image

Color = tuple[int, int, int]

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT_PX = 22  # capital height of that font at scale 1
_SUBPIXEL_BITS = 4
_GREY: Color = (150, 150, 150)
_BLACK: Color = (0, 0, 0)
_CONFIDENCE_BANDS: tuple[tuple[float, str, Color], ...] = (
    (0.95, "from 0.95", (0, 140, 60)),
    (0.80, "0.80 to 0.95", (215, 130, 0)),
    (0.0, "below 0.80", (205, 30, 30)),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of the legend and the quads it explains."""

    label: str
    color: Color
    quads: tuple[Quad, ...]


def draw_overlay(image: Image, page: Page, record: Record | None = None) -> Image:
    """Draw a page, and the record extracted from it, over its image.

    Without a record, lines are coloured by confidence. With one, lines are grey and the words behind each value have
    the colour that the legend gives to its field. Words of scripts that cannot be read are grey.

    Args:
        image: (H, W, 3) uint8 RGB, upright: the frame of the page's quads.
        page: What was read.
        record: What was extracted from the page; of a document of several pages, `record.on_page(k)`.

    Returns:
        (H', W', 3) uint8 RGB: the image at the left, its top left corner where it was, and the legend at the right.
    """
    entries = [*(_by_confidence(page) if record is None else _by_field(record)), *_unread(page)]
    thickness = max(1, round(max(image.shape[:2]) / 900))
    tinted = image.copy()
    for entry in entries:
        for quad in entry.quads:
            cv2.fillPoly(tinted, [_fixed_point(quad)], entry.color, cv2.LINE_AA, _SUBPIXEL_BITS)
    canvas = cv2.addWeighted(tinted, 0.2, image, 0.8, 0).view(np.uint8)
    if record is not None:
        _outline(canvas, (line.quad for line in page.lines), _GREY, 1)
    for entry in entries:
        _outline(canvas, entry.quads, entry.color, thickness)
    return _beside(canvas, _draw_legend(entries, text_px=max(9, image.shape[0] // 70)))


def _unread(page: Page) -> list[_Entry]:
    """An entry for every script that cannot be read and of which there are words."""
    quads: dict[str, list[Quad]] = {}
    for word in page.words:
        if word.unreadable:
            quads.setdefault(word.unreadable, []).append(word.quad)
    return [
        _Entry(f"{script}, not read: {_count(words, 'word')}", _GREY, tuple(words)) for script, words in quads.items()
    ]


def _by_confidence(page: Page) -> list[_Entry]:
    quads: dict[str, list[Quad]] = {label: [] for _, label, _ in _CONFIDENCE_BANDS}
    for line in page.lines:
        quads[next(label for low, label, _ in _CONFIDENCE_BANDS if line.confidence >= low)].append(line.quad)
    return [
        _Entry(f"confidence {label}: {_count(quads[label], 'line')}", color, tuple(quads[label]))
        for _, label, color in _CONFIDENCE_BANDS
    ]


def _by_field(record: Record) -> list[_Entry]:
    """One entry a field, its rows (`items.0.name`, `items.1.name`) together, in the order of the record's evidence."""
    quads: dict[str, list[Quad]] = {}
    confidence: dict[str, float] = {}
    for path, evidence in record.evidence.items():
        field = ".".join(part for part in path.split(".") if not part.isdigit())
        quads.setdefault(field, []).extend(evidence.words)
        confidence[field] = min(confidence.get(field, 1.0), evidence.confidence)
    return [
        _Entry(f"{field} {confidence[field]:.2f}", _distinct_color(k), tuple(words))
        for k, (field, words) in enumerate(quads.items())
    ]


def _count(quads: Sequence[Quad], name: str) -> str:
    return f"{len(quads)} {name}{'' if len(quads) == 1 else 's'}"


def _distinct_color(k: int) -> Color:
    """Hues that a golden-ratio walk keeps apart, at alternating depth; dark enough to be read on paper."""
    red, green, blue = colorsys.hsv_to_rgb((0.6 + k * 0.618034) % 1.0, 0.95, 0.85 if k % 2 == 0 else 0.6)
    return round(255 * red), round(255 * green), round(255 * blue)


def _fixed_point(quad: Quad) -> cv2.typing.MatLike:
    """(4, 2) int32. OpenCV's origin is the centre of the first pixel, a quad's its outer corner."""
    return np.rint((np.array(quad) - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)


def _outline(canvas: Image, quads: Iterable[Quad], color: Color, thickness: int) -> None:
    points = [_fixed_point(quad) for quad in quads]
    cv2.polylines(canvas, points, True, color, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def _draw_legend(entries: Sequence[_Entry], text_px: int) -> Image:
    scale = text_px / _FONT_HEIGHT_PX
    row = 2 * text_px
    widths = [cv2.getTextSize(entry.label, _FONT, scale, 1)[0][0] for entry in entries]
    legend = np.full((row * (len(entries) + 1), max(widths, default=0) + 3 * row, 3), 255, np.uint8)
    for k, entry in enumerate(entries):
        top = row // 2 + k * row
        swatch = (text_px, top + text_px // 2), (2 * text_px, top + 3 * text_px // 2)
        cv2.rectangle(legend, *swatch, entry.color, cv2.FILLED)
        cv2.putText(legend, entry.label, (3 * text_px, swatch[1][1]), _FONT, scale, _BLACK, 1, cv2.LINE_AA)
    return legend


def _beside(left: Image, right: Image) -> Image:
    height = max(left.shape[0], right.shape[0])
    both = [np.pad(part, ((0, height - part.shape[0]), (0, 0), (0, 0)), constant_values=255) for part in (left, right)]
    return np.hstack(both)
