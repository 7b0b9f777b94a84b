"""Blackening what must not leave the house, and the proof that it cannot be read any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np
import regex

from docextract.records import CardNumber, Record, ResidentNumber
from docextract.records.secrets import Secret
from ocr.document import Page, Quad
from ocr.imaging import Image, load_image

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

Policy = Literal["pci", "kr_rrn", "mrz", "all"]
"""What is blackened: card numbers, Korean resident and alien numbers, machine readable zones, or all of them."""

_MARGIN = 0.15  # of the height of a quad, on every side: quads are tight, and strokes stick out of them
_TELLING = 7  # neighbouring characters of a secret that must not be left; PCI DSS lets six be shown
_NO_CHARACTER = regex.compile(r"[^0-9A-Z]")


def redact(image: ImageInput, record: Record, policy: Policy = "all") -> Image:
    """An image in which the secrets of its record are black.

    Values are covered whole, the last four digits of card numbers and the birth dates in resident numbers included.

    Args:
        image: What the record was extracted from.
        record: Its evidence says where the secrets are.
        policy: What is covered.

    Returns:
        (H, W, 3) uint8 RGB, upright. The pixels under the boxes are gone, not hidden.

    Raises:
        ocr.errors.ImageError: The image cannot be read.
    """
    pixels = load_image(image).copy()
    for _, quad in _covered(record, policy):
        points = np.array(quad)
        height = float(np.linalg.norm(points[3] - points[0]) + np.linalg.norm(points[2] - points[1])) / 2
        hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
        mask = np.zeros(pixels.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 1)
        reach = 2 * round(_MARGIN * height) + 3
        pixels[cv2.dilate(mask, np.ones((reach, reach), np.uint8)) > 0] = 0
    return pixels


def legible_fields(page: Page, record: Record, policy: Policy = "all") -> tuple[str, ...]:
    """Which secrets of a record can still be read on a page: read the redacted image again, and there should be none.

    Args:
        page: What a reader made of the redacted image.
        record: The record that it was redacted by, as extracted: one loaded from JSON has masks only.
        policy: What was covered.

    Returns:
        Names of fields of whose values the page shows seven neighbouring characters or more, and `mrz` where it shows
        the fillers of a zone.
    """
    text = _NO_CHARACTER.sub("", page.text.upper())
    found = []
    for field in dict.fromkeys(name for name, _ in _covered(record, policy)):
        if field == "mrz":
            legible = "<<" in page.text
        else:
            secret = record.evidence[field].value
            value = _NO_CHARACTER.sub("", secret.reveal()) if isinstance(secret, Secret) else ""
            legible = any(value[k : k + _TELLING] in text for k in range(len(value) - _TELLING + 1))
        if legible:
            found.append(field)
    return tuple(found)


def _covered(record: Record, policy: Policy) -> Iterator[tuple[str, Quad]]:
    """Names of fields and the quads of their print."""
    for field, evidence in record.evidence.items():
        if (policy in ("pci", "all") and isinstance(evidence.value, CardNumber)) or (
            policy in ("kr_rrn", "all") and isinstance(evidence.value, ResidentNumber)
        ):
            for quad in evidence.words:
                yield field, quad
    zone: Any = getattr(record, "mrz", None)
    if policy in ("mrz", "all") and zone is not None:
        for quad in zone.lines:
            yield "mrz", quad
