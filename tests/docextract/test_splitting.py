"""Collages of rendered documents: their sheets, their prints, and what the reader makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest

from docextract import Extractor
from docextract.frames import move_page
from docextract.pipeline import _are_documents, choose_template
from docextract.rendered_fields import kind_of, perfect_page
from docextract.splitting import cut_out, find_sheets, split_page
from ocr.document import Block, Page, Quad, bounding_quad
from ocr.imaging import Image
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

from .conftest import Typeset

WOOD = (96, 70, 48)
SEEDS = {"card": 3, "receipt": 7, "business_card": 8, "identity": 2}


@cache
def document(family: str, seed: int | None = None) -> RenderedPage:
    return render_page(
        SEEDS[family] if seed is None else seed,
        family,
        size=None,
        corpus=Corpus(),
        fonts=FontLibrary("all"),
        korean=0.0,
        clean=True,
    )


@dataclass(frozen=True)
class Collage:
    image: Image
    quads: tuple[Quad, ...]


def build_collage(families: Sequence[str], angle: float, background: tuple[int, int, int] = WOOD) -> Collage:
    """Documents from left to right, each turned about its middle by an angle in degrees."""
    sheets = [document(family).image for family in families]
    side = round(max(np.hypot(*sheet.shape[:2]) for sheet in sheets)) + 40
    width = side * len(sheets)
    canvas = np.full((side, width, 3), background, np.uint8)
    canvas = np.clip(canvas + np.random.default_rng(1).normal(0, 3, canvas.shape), 0, 255).astype(np.uint8)
    quads = []
    for k, sheet in enumerate(sheets):
        height, across = sheet.shape[:2]
        turn = cv2.getRotationMatrix2D((across / 2, height / 2), -angle, 1.0)
        turn[:, 2] += side * (k + 0.5) - across / 2, side / 2 - height / 2
        cv2.warpAffine(sheet, turn, (width, side), canvas, borderMode=cv2.BORDER_TRANSPARENT)
        corners = np.array([(0, 0, 1), (across, 0, 1), (across, height, 1), (0, height, 1)]) @ turn.T
        quads.append(tuple(map(tuple, corners.tolist())))
    return Collage(canvas, tuple(quads))


def overlap(one: Quad, other: Quad) -> float:
    """Intersection over union."""
    a, b = np.array(one, np.float32), np.array(other, np.float32)
    both = cv2.intersectConvexConvex(a, b)[0]
    return both / (cv2.contourArea(a) + cv2.contourArea(b) - both)


@pytest.mark.parametrize("angle", [0, 7, -20])
@pytest.mark.parametrize(
    "families", [("card", "receipt"), ("receipt", "business_card", "identity"), ("card", "identity", "receipt", "card")]
)
def test_sheets_on_a_table_are_found_with_their_corners(families: Sequence[str], angle: float) -> None:
    collage = build_collage(families, angle)
    found = sorted(find_sheets(collage.image))
    assert len(found) == len(families)
    for quad, wanted in zip(found, sorted(collage.quads), strict=True):
        assert overlap(quad, wanted) > 0.95


def test_a_single_sheet_from_rim_to_rim_is_no_collage() -> None:
    assert find_sheets(document("receipt").image) == []
    assert find_sheets(np.full((300, 400, 3), 250, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 3000, 3), (3000, 1, 3), (1, 1, 3)])
def test_a_strip_of_pixels_has_no_sheets(shape: tuple[int, int, int]) -> None:
    assert find_sheets(np.full(shape, 250, np.uint8)) == []


def test_what_is_cut_out_goes_back_to_where_it_was() -> None:
    collage = build_collage(("card", "receipt"), 12)
    sheet, move = cut_out(collage.image, collage.quads[0])
    height, width = document("card").image.shape[:2]
    assert sheet.shape[:2] == pytest.approx((height, width), abs=1)
    whole: Quad = ((0, 0), (width, 0), (width, height), (0, height))
    assert overlap(move(whole), collage.quads[0]) > 0.99
    assert np.abs(sheet.astype(int) - document("card").image[: sheet.shape[0], : sheet.shape[1]]).mean() < 12


def beside(pages: Sequence[Page], gap: float) -> Page:
    """Pages from left to right on one white page."""
    lines, left = [], 0.0
    for page in pages:

        def move(quad: Quad, left: float = left) -> Quad:
            a, b, c, d = ((x + left, y) for x, y in quad)
            return a, b, c, d

        lines += move_page(page, move, (page.width, page.height)).lines
        left += page.width + gap
    return Page(round(left), 4000, (Block(tuple(lines), bounding_quad(line.quad for line in lines)),))


def _kind(page: Page) -> str | None:
    try:
        return choose_template(page)
    except LookupError:
        return None


@pytest.mark.parametrize(
    "families", [("card", "receipt"), ("receipt", "card", "identity"), ("identity", "receipt", "card", "receipt")]
)
def test_prints_on_a_white_page_are_parted_by_blank_space(families: Sequence[str]) -> None:
    parts = split_page(beside([perfect_page(document(family)) for family in families], gap=80), _are_documents)
    assert [_kind(part) for part in parts] == [kind_of(document(family)) for family in families]


IDENTITY_CARDS = (
    "IDENTITY CARD\nSurname\nWRIGHT\nDate of birth\n27 NOV 1985\nDocument No.\nT55550866\nDate of expiry\n12 SEP 24",
    "IDENTITY CARD\nAddress\n12 Maple Drive\n"
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "IDENTITY CARD\nSurname\nERIKSSON\nDate of birth\n12 AUG 1974\nDocument No.\nD23145890\nDate of expiry\n15 APR 12",
)


@pytest.mark.parametrize(("texts", "count"), [(IDENTITY_CARDS[:2], 2), (IDENTITY_CARDS[1:], 1)])
def test_a_zone_belongs_to_the_print_that_it_says_again(typeset: Typeset, texts: tuple[str, ...], count: int) -> None:
    assert len(split_page(beside([typeset(text) for text in texts], gap=200), _are_documents)) == count


@pytest.mark.parametrize("family", list(SEEDS))
@pytest.mark.parametrize("seed", range(100, 112))
def test_a_single_document_stays_whole(family: str, seed: int) -> None:
    page = perfect_page(document(family, seed))
    assert split_page(page, _are_documents) == [page]


def test_the_reader_reads_each_document_of_a_photograph() -> None:
    families = ("receipt", "identity")
    collage = build_collage(families, 9)
    extractor = Extractor()
    documents = extractor.extract_all(collage.image)
    assert sorted(d.record.template for d in documents if d.record) == sorted(
        str(kind_of(document(family))) for family in families
    )
    for found in documents:
        wanted = max(collage.quads, key=lambda quad: overlap(quad, found.quad))
        assert overlap(found.quad, wanted) > 0.95
        assert found.record is not None and found.record.evidence
        for evidence in found.record.evidence.values():
            middle = np.mean(evidence.quad, axis=0)
            assert cv2.pointPolygonTest(np.array(wanted, np.float32), middle.tolist(), True) > -5
    alone = extractor.extract(document("receipt").image)
    assert [d.record.template for d in extractor.extract_all(document("receipt").image) if d.record] == [alone.template]
    assert extractor.extract_all(np.full((200, 300, 3), 255, np.uint8)) == []
