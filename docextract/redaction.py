"""Blackening what must not leave the house, and the proof that it cannot be read any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np
import regex

from docextract.extraction.rows import Layout, Span, build_layout
from docextract.records import Evidence, Record
from docextract.records.secrets import Secret
from docextract.values.cards import scan_card_numbers
from docextract.values.mrz import find_mrz
from docextract.values.residents import scan_resident_numbers
from ocr.document import Page, Quad
from ocr.imaging import Image, load_image

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

Policy = Literal["pci", "kr_rrn", "mrz", "all"]
"""What is blackened: card numbers, Korean resident and alien numbers, machine readable zones, or all of them."""

# A Korean passport repeats its holder's resident number among the optional data of its zone.
_COVERED: Mapping[Policy, frozenset[str]] = {
    "pci": frozenset({"card_number"}),
    "kr_rrn": frozenset({"resident_number", "mrz"}),
    "mrz": frozenset({"mrz"}),
    "all": frozenset({"card_number", "resident_number", "mrz"}),
}
_MARGIN = 0.15  # of the height of a quad, on every side: quads are tight, and strokes stick out of them
_TELLING = 7  # neighbouring characters of a secret that must not be left; PCI DSS lets six be shown
_NO_CHARACTER = regex.compile(r"[^0-9A-Z]")
_FILLERS = regex.compile(r"<\s?<\s?<|[«《]\s?[<«《]")


def redact(image: ImageInput, record: Record | None, policy: Policy = "all", *, page: Page | None = None) -> Image:
    """An image in which the secrets of its record, and those of its page, are black.

    Numbers are covered whole, the last four digits of card numbers and the birth dates in resident numbers included.

    Args:
        image: What was read.
        record: Its evidence says where the secrets are; None to go by the page alone.
        policy: What is covered.
        page: What a reader made of the image. Without it, only what became a value of the record is covered: not a
            second print of the same number, nor a number that the record has no field for.

    Returns:
        (H, W, 3) uint8 RGB, upright. The pixels under the boxes are gone, not hidden.

    Raises:
        ocr.errors.ImageError: The image cannot be read.
    """
    pixels = load_image(image).copy()
    quads = list(_of_record(record, policy)) if record is not None else []
    if page is not None:
        quads += [quad for _, quad in _of_page(page, policy)]
    for quad in quads:
        points = np.array(quad)
        height = float(np.linalg.norm(points[3] - points[0]) + np.linalg.norm(points[2] - points[1])) / 2
        hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
        mask = np.zeros(pixels.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 1)
        reach = 2 * round(_MARGIN * height) + 3
        pixels[cv2.dilate(mask, np.ones((reach, reach), np.uint8)) > 0] = 0
    return pixels


def legible_secrets(page: Page, record: Record | None = None, policy: Policy = "all") -> tuple[str, ...]:
    """Which secrets can still be read on a page: read the redacted image again, and there should be none.

    Args:
        page: What a reader made of the redacted image.
        record: The record that it was redacted by, as extracted: one loaded from JSON has masks only.
        policy: What was covered.

    Returns:
        The kinds of secrets that the page shows (`card_number`, `resident_number`, `mrz`), and the fields of the
        record of whose values it shows seven neighbouring characters or more.
    """
    found = [kind for kind, _ in _of_page(page, policy)]
    text = _NO_CHARACTER.sub("", page.text.upper())
    for field, evidence in _numbers(record, policy) if record is not None else ():
        value = _NO_CHARACTER.sub("", evidence.value.reveal()) if isinstance(evidence.value, Secret) else ""
        if any(value[k : k + _TELLING] in text for k in range(len(value) - _TELLING + 1)):
            found.append(field)
    return tuple(dict.fromkeys(found))


def _of_record(record: Record, policy: Policy) -> Iterator[Quad]:
    """The quads of the secrets' print."""
    for _, evidence in _numbers(record, policy):
        yield from evidence.words
    zone: Any = getattr(record, "mrz", None)
    if "mrz" in _COVERED[policy] and zone is not None:
        yield from zone.lines


def _numbers(record: Record, policy: Policy) -> Iterator[tuple[str, Evidence]]:
    """The opaque values that a policy covers, by field."""
    return ((field, evidence) for field, evidence in record.evidence.items() if evidence.kind in _COVERED[policy])


def _of_page(page: Page, policy: Policy) -> Iterator[tuple[str, Quad]]:
    """Kinds of secrets and the quads of their print, wherever on the page."""
    layout = build_layout(page)
    for kind, scan in (("card_number", scan_card_numbers), ("resident_number", scan_resident_numbers)):
        if kind in _COVERED[policy]:
            for row in layout.rows:
                for number in scan(row.text):
                    yield from ((kind, quad) for quad in Span(row, number.start, number.end).quads())
    if "mrz" in _COVERED[policy]:
        yield from (("mrz", quad) for quad in _zone(layout))


def _zone(layout: Layout) -> Iterator[Quad]:
    """The lines of a zone; where it is too damaged to be one, whatever has fillers."""
    found = find_mrz([row.text for row in layout.rows])
    for row in layout.rows:
        if (found is not None and row.index in found[0]) or _FILLERS.search(row.text):
            yield from row.whole.quads()
