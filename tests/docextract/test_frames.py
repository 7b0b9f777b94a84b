from __future__ import annotations

from collections.abc import Callable

from docextract import Extractor, Receipt
from docextract.frames import join_pages, move_page, move_record, part_record
from ocr.document import Page, Quad

Typeset = Callable[..., Page]
FIRST = "BUNGA RAYA SDN BHD\n07/02/2023\n\nTEA   4.00\nCAKE   5.00"
SECOND = "MILK   1.00\n\nTOTAL   RM 10.00"


def double(quad: Quad) -> Quad:
    a, b, c, d = ((2 * x, 2 * y) for x, y in quad)
    return a, b, c, d


def test_pages_are_one_document_and_values_know_theirs(typeset: Typeset, extractor: Extractor) -> None:
    pages = [typeset(FIRST), typeset(SECOND)]
    receipt = extractor.extract_pages(pages, "receipt")
    assert isinstance(receipt, Receipt) and str(receipt.total) == "10.00" and receipt.date is not None
    assert (receipt.evidence["date"].page, receipt.evidence["total"].page) == (0, 1)
    alone = extractor.extract_page(pages[1], "receipt").evidence["total"]
    assert receipt.evidence["total"].model_copy(update={"page": 0}).words == alone.words
    assert receipt.evidence["total"].quad == alone.quad and alone.label is not None
    assert receipt.evidence["total"].label == alone.label


def test_one_page_is_a_page(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset(FIRST + SECOND)
    assert extractor.extract_pages([page], "receipt") == extractor.extract_page(page, "receipt")
    assert join_pages([page]) == page


def test_joined_and_parted_nothing_has_moved(typeset: Typeset, extractor: Extractor) -> None:
    pages = [typeset("\n"), typeset(FIRST), typeset("")]
    record = part_record(extractor.extract_page(join_pages(pages), "receipt"), pages)
    alone = extractor.extract_page(pages[1], "receipt")
    assert {evidence.page for evidence in record.evidence.values()} == {1}
    for field, evidence in alone.evidence.items():
        assert record.evidence[field].words == evidence.words


def test_what_moves_with_a_page_moves_with_its_record(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset(FIRST)
    moved = move_record(extractor.extract_page(page, "receipt"), double)
    again = extractor.extract_page(move_page(page, double, (2000, 2000)), "receipt")
    assert moved.evidence["date"].quad == again.evidence["date"].quad
    assert moved.evidence["date"].words == again.evidence["date"].words


def test_the_zone_of_a_passport_stays_on_its_page(typeset: Typeset, extractor: Extractor) -> None:
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    pages = [typeset("PASSPORT"), typeset(zone)]
    passport = extractor.extract_pages(pages, "passport")
    alone = extractor.extract_page(pages[1], "passport")
    assert passport.mrz.lines == alone.mrz.lines  # type: ignore[attr-defined]
    assert passport.evidence["document_number"].page == 1
