"""Blackening what must not leave the house, and the proof that it cannot be read any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np
import regex
from numpy.typing import NDArray

from docextract.arguments import check_type
from docextract.errors import SecretUnavailableError
from docextract.extraction.rows import Layout, Span, build_layout
from docextract.records import Evidence, Record
from docextract.records.secrets import Secret
from docextract.secret_print import SCANNERS, Scanner, find_over_rows, find_zone_rows
from ocr.document import Page, Quad
from ocr.imaging import Image, load_image

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

Policy = Literal["pci", "pci_truncated", "kr_rrn", "kr_identifiers", "mrz", "all"]
"""What is blackened.

`pci`: card numbers. `pci_truncated`: card numbers but for their first six and last four digits, which PCI DSS 3.5.1
lets be kept. `kr_rrn`: Korean resident and alien numbers. `kr_identifiers`: these and the numbers of passports and
driver's licences, the unique identifiers of Korea's Personal Information Protection Act, article 24. `mrz`: machine
readable zones. `all`: all of them, whole.
"""

# A Korean passport repeats its holder's resident number among the optional data of its zone.
_COVERED: Mapping[Policy, frozenset[str]] = {
    "pci": frozenset({"card_number"}),
    "pci_truncated": frozenset({"card_number"}),
    "kr_rrn": frozenset({"resident_number", "mrz"}),
    "kr_identifiers": frozenset({"resident_number", "licence_number", "passport_number", "mrz"}),
    "mrz": frozenset({"mrz"}),
    "all": frozenset({"card_number", "resident_number", "licence_number", "passport_number", "mrz"}),
}
_KINDS = {"document_number": "passport_number"}  # of fields that have another type: a zone's parts are text
_FIRST, _LAST = 6, 4  # digits of a card number that a truncated one shows
_MARGIN = 0.15  # of the height of a quad, on every side: quads are tight, and strokes stick out of them
_TELLING = 7  # neighbouring characters of a secret that must not be left; PCI DSS lets six be shown
_NO_CHARACTER = regex.compile(r"[^0-9A-Z]")
_DIGIT = regex.compile(r"[^ \t./:·_-]")  # of the print of a card number, look-alikes included


@dataclass(frozen=True, slots=True, repr=False)
class _Print:
    """Where a secret stands on a page: all of it, and the part that a policy covers."""

    quads: tuple[Quad, ...]
    covered: tuple[Quad, ...]


def redact(image: ImageInput, record: Record | None, policy: Policy = "all", *, page: Page | None = None) -> Image:
    """An image in which the secrets of its record, and those of its page, are black.

    Numbers are covered whole, the last four digits of card numbers and the birth dates in resident numbers included,
    unless the policy says otherwise.

    Args:
        image: What was read.
        record: Its evidence says where the secrets are; None to go by the page alone. Of a document of several pages,
            `record.on_page(k)` has the evidence of one.
        policy: What is covered.
        page: What a reader made of the image. Without it, only what became a value of the record is covered: not a
            second print of the same number, nor a number that the record has no field for. A record does not know
            where the digits of a number are: without the page it is covered whole even where it may be truncated.

    Returns:
        (H, W, 3) uint8 RGB, upright. The pixels under the boxes are gone, not hidden. What has no place, its quad not
        being finite, cannot be covered; `legible_secrets` tells.

    Raises:
        ocr.errors.ImageError: The image cannot be read.
        ValueError: There is no such policy, neither a record nor a page, or the page was read in an image of another
            size.
        TypeError: The record or the page is of another type.
    """
    _check(policy, record, page)
    if record is None and page is None:
        raise ValueError("a record or a page is needed: nothing else tells where secrets are")
    pixels = load_image(image).copy()
    if page is not None and pixels.shape[1::-1] != (page.width, page.height):
        raise ValueError("the page was read in an image of another size: its places are not those of this one")
    prints = list(_of_page(page, policy)) if page is not None else []
    on_page = {quad for found in prints for quad in found.quads}
    quads = {quad for found in prints for quad in found.covered}
    if record is not None:
        quads |= set(_of_record(record, policy)) - on_page
        quads |= set(_repeated(record, policy, page)) - on_page if page is not None else set()
    for quad in quads:
        _blacken(pixels, np.array(quad, np.float64))
    return pixels


def _blacken(pixels: Image, points: NDArray[np.float64]) -> None:
    """Fill a quad, (4, 2), and a margin around it; only the crop that holds them is touched."""
    if not np.isfinite(points).all():
        return
    limit = np.array(pixels.shape[1::-1])
    points = np.clip(points, -limit, 2 * limit)  # OpenCV's fixed-point coordinates would overflow far beyond the image
    height = float(np.linalg.norm(points[3] - points[0]) + np.linalg.norm(points[2] - points[1])) / 2
    reach = round(_MARGIN * height) + 1
    hull = cv2.convexHull(np.round(points).astype(np.int32)).reshape(-1, 2)
    x0, y0 = np.clip(hull.min(0) - reach, 0, limit)
    x1, y1 = np.clip(hull.max(0) + reach + 1, 0, limit)
    if x0 < x1 and y0 < y1:
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillConvexPoly(mask, hull - (x0, y0), 1)
        kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        pixels[y0:y1, x0:x1][cv2.dilate(mask, kernel) > 0] = 0


def _check(policy: Policy, record: Record | None, *pages: Page | None) -> None:
    if policy not in list(_COVERED):  # which a policy need not be hashable for
        raise ValueError(f"there is no policy {policy!r}; there are: {', '.join(_COVERED)}")
    check_type(Record, record)
    check_type(Page, *pages)


def legible_secrets(
    page: Page, record: Record | None = None, policy: Policy = "all", *, before: Page | None = None
) -> tuple[str, ...]:
    """Which secrets can still be read on a page: read the redacted image again, and there should be none.

    Args:
        page: What a reader made of the redacted image.
        record: The record that it was redacted by, as extracted.
        policy: What was covered.
        before: What the reader made of the original image. Without it, what is left of a number that no field of the
            record has goes unnoticed, since a part of a number does not look like one.

    Returns:
        The kinds of secrets that are legible, such as `card_number` and `mrz`, and the fields of the record whose
        values are. A value is legible if seven of its characters in a row are; with `pci_truncated` the digits that
        may be kept do not count.

    Raises:
        SecretUnavailableError: The record was loaded from JSON or a pickle, where there are only masks to look for.
        ValueError: There is no such policy.
        TypeError: The record or a page is of another type.
    """
    _check(policy, record, page, before)
    layout = build_layout(page)
    found = [kind for kind, _ in _printed(layout, policy)]
    found += _kinds([row.text for row in layout.rows], policy)
    found += _kinds([line.text for line in page.lines], policy)  # also those that have no place in a row
    text = _characters(page.text)
    for kind, spans in _printed(build_layout(before), policy) if before is not None else ():
        if _shows(text, _characters("".join(span.text for span in spans)), policy):
            found.append(kind)
    for field, evidence in _numbers(record, policy) if record is not None else ():
        value = evidence.value.reveal() if isinstance(evidence.value, Secret) else str(evidence.value)
        if _shows(text, _characters(value), policy):
            found.append(field)
    return tuple(dict.fromkeys(found))


def _characters(text: str) -> str:
    """What is compared of a text."""
    return _NO_CHARACTER.sub("", text.upper())


def _shows(text: str, value: str, policy: Policy) -> bool:
    if policy == "pci_truncated":
        text = text.replace(value[:_FIRST] + value[-_LAST:], " ")
    return any(value[k : k + _TELLING] in text for k in range(len(value) - _TELLING + 1))


def _kinds(texts: Sequence[str], policy: Policy) -> Iterator[str]:
    """The kinds of secrets in the rows of a page, each by itself."""
    for kind, scan in _scanners(policy):
        if any(True for text in texts for _ in scan(text)):
            yield kind
    if "mrz" in _COVERED[policy] and find_zone_rows(texts):
        yield "mrz"


def _scanners(policy: Policy) -> Iterator[tuple[str, Scanner]]:
    return ((kind, scan) for kind, scan in SCANNERS.items() if kind in _COVERED[policy])


def _of_record(record: Record, policy: Policy) -> Iterator[Quad]:
    """The quads of the secrets' print."""
    for _, evidence in _numbers(record, policy):
        yield from evidence.words or (evidence.quad,)
    zone: Any = getattr(record, "mrz", None)
    if "mrz" in _COVERED[policy] and zone is not None:
        yield from zone.lines


def _numbers(record: Record, policy: Policy) -> Iterator[tuple[str, Evidence]]:
    """The values that a policy covers, by field."""
    for field, evidence in record.evidence.items():
        if _KINDS.get(field, evidence.kind) in _COVERED[policy]:
            yield field, evidence


def _repeated(record: Record, policy: Policy, page: Page) -> Iterator[Quad]:
    """Where else on its page the values of a record stand, however they are printed there."""
    found = (evidence.value for _, evidence in _numbers(record, policy))
    values = {_characters(_clear(value)) for value in found if isinstance(value, str | Secret)}
    for row in build_layout(page).rows:
        places = [k for k, char in enumerate(row.text) if _characters(char)]
        text = "".join(row.text[k].upper() for k in places)
        for value in (value for value in values if len(value) >= _TELLING):
            for match in regex.finditer(value, text):
                yield from Span(row, places[match.start()], places[match.end() - 1] + 1).quads()


def _clear(value: str | Secret) -> str:
    """The text of a value, "" where there is only a mask of it."""
    try:
        return value.reveal() if isinstance(value, Secret) else value
    except SecretUnavailableError:
        return ""


def _of_page(page: Page, policy: Policy) -> Iterator[_Print]:
    """The secrets wherever on the page."""
    layout = build_layout(page)
    for _, spans in _printed(layout, policy):
        quads = tuple(quad for span in spans for quad in span.quads())
        yield _Print(quads, _truncated(spans) if policy == "pci_truncated" else quads)
    if "mrz" in _COVERED[policy]:
        for index in find_zone_rows([row.text for row in layout.rows]):
            row = layout.rows[index]
            lines = tuple(cell.line.quad for cell in row.cells)  # also print of which no character was made
            yield _Print((*lines, *row.whole.quads()), lines)


def _printed(layout: Layout, policy: Policy) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The kinds of numbers with where they are printed, those that go on in the row below in several parts."""
    for kind, scan in _scanners(policy):
        for row in layout.rows:
            for number in scan(row.text):
                yield kind, (Span(row, number.start, number.end),)
        for spans in find_over_rows(layout, scan):
            yield kind, spans


def _truncated(spans: Sequence[Span]) -> tuple[Quad, ...]:
    """Where the digits of a card number stand that must not be kept; whole words where characters have no quads."""
    digits = [(span, match.start()) for span in spans for match in _DIGIT.finditer(span.row.text, span.start, span.end)]
    hidden: dict[Span, list[int]] = {}
    for span, place in digits[_FIRST:-_LAST]:
        hidden.setdefault(span, []).append(place)
    parts = (Span(span.row, places[0], places[-1] + 1) for span, places in hidden.items())
    return tuple(quad for part in parts for quad in part.quads())
