"""What is redacted is gone from the pixels, and a reader that looks again finds nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.redaction import Policy, legible_secrets, redact
from docextract.rendered_fields import perfect_page
from ocr.document import Block, Line, Page, Word
from ocr.imaging import Image
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

from .conftest import Typeset

KINDS = {"card": "payment_card", "identity": "passport"}


@pytest.fixture(params=["card", "identity"])
def rendered(request: pytest.FixtureRequest) -> RenderedPage:
    fonts = FontLibrary("all", folders=())
    for seed in range(2**41, 2**41 + 40):
        page = render_page(seed, request.param, size=None, corpus=Corpus(), fonts=fonts, korean=0.0, clean=True)
        if request.param == "card" or any("PASSPORT" in text.text for text in page.texts):
            return page
    raise AssertionError("no passport among the seeds")


def reread(page: Page, image: Image) -> Page:
    """A perfect reader's view of a redacted image: words whose ink is black are gone."""

    def visible(word: Word) -> bool:
        x, y = np.mean(word.quad, 0).astype(int)
        return bool(image[y, x].any())

    left = [tuple(word for word in line.words if visible(word)) for line in page.lines]
    lines = tuple(Line(words, line.quad, 1.0) for words, line in zip(left, page.lines, strict=True) if words)
    return Page(page.width, page.height, (Block(lines, page.blocks[0].quad),))


def test_secrets_are_black_and_the_rest_is_untouched(rendered: RenderedPage, extractor: Extractor) -> None:
    page = perfect_page(rendered)
    record = extractor.extract_page(page, template=KINDS[rendered.kind])
    image = redact(rendered.image, record)
    changed = (image != rendered.image).any(2)
    assert 0.005 < changed.mean() < 0.3
    assert not image[changed].any()
    assert legible_secrets(page, record)
    assert legible_secrets(reread(page, image), record) == ()


@pytest.mark.parametrize(("policy", "covered"), [("pci", True), ("all", True), ("kr_rrn", False), ("mrz", False)])
def test_policies(policy: Policy, covered: bool, extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("4111 1111 1111 1111\nVALID THRU 08/27"), template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert bool((redact(paper, record, policy) == 0).any()) is covered


def test_a_leaning_number_is_covered_to_its_ends(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("\n\n\n          4111 1111 1111 1111\n          VALID THRU 08/27", angle=0.4)
    record = extractor.extract_page(page, template="payment_card")
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), record)
    for word in page.lines[0].words:
        inside = np.mean(word.quad, 0) + 0.98 * (np.array(word.quad) - np.mean(word.quad, 0))
        assert not image[inside[:, 1].astype(int), inside[:, 0].astype(int)].any()


def test_a_real_reader_finds_nothing_in_what_is_left(extractor: Extractor) -> None:
    sheet = np.full((300, 900, 3), 245, np.uint8)
    for text, y in (("4111 1111 1111 1111", 110), ("VALID THRU 08/27", 190), ("NORA MILLER", 260)):
        cv2.putText(sheet, text, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (30, 30, 30), 3, cv2.LINE_AA)
    reader = Reader()
    page = reader.read(sheet)
    record: Record = extractor.extract_page(page, template="payment_card")
    assert legible_secrets(page, record) == ("card_number", "number")
    again = reader.read(redact(sheet, record))
    assert legible_secrets(again, record) == ()
    assert "1111" not in again.text and len(again.lines) >= 2


def test_what_the_record_has_no_field_for_is_covered_by_the_page(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("CORNER SHOP\nTOTAL   2.00\nVISA 4111 1111 1111 1111\n711231-1234567\nCASH  2.00")
    record = extractor.extract_page(page, template="receipt")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert legible_secrets(page, record) == ("card_number", "resident_number")
    assert legible_secrets(reread(page, redact(paper, record)), record) == ("card_number", "resident_number")
    assert legible_secrets(reread(page, redact(paper, record, page=page)), record) == ()
    assert legible_secrets(reread(page, redact(paper, None, page=page))) == ()


def test_a_second_print_of_a_number_is_covered_by_the_page(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1111\nVALID THRU 08/27\n4111 1111 1111 1111")
    record = extractor.extract_page(page, template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert legible_secrets(reread(page, redact(paper, record)), record)
    assert not legible_secrets(reread(page, redact(paper, record, page=page)), record)
