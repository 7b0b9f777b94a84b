"""The kind of a page is told by what is printed on it."""

from __future__ import annotations

from collections import Counter

import pytest

from docextract.errors import NoTemplateFitsError
from docextract.pipeline import Extractor, choose_template
from docextract.records import BusinessCard, Receipt
from docextract.rendered_fields import FIRST_SEED, kind_of, perfect_page
from ocr.synthesis import Corpus, FontLibrary, render_page

from .conftest import Typeset

SEEDS = 24


@pytest.mark.parametrize("family", ["receipt", "card", "identity", "business_card"])
def test_kinds_of_rendered_documents(family: str) -> None:
    corpus, fonts = Corpus(), FontLibrary("all")
    wrong, count = Counter[tuple[str, str]](), 0
    for korean in (0.0, 1.0):
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
            rendered = render_page(seed, family, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=True)
            kind = kind_of(rendered)
            if kind is not None:
                count += 1
                try:
                    chosen = choose_template(perfect_page(rendered))
                except NoTemplateFitsError:
                    chosen = "none"
                if chosen != kind:
                    wrong[kind, chosen] += 1
    assert wrong.total() <= 0.03 * count, wrong


def test_extraction_without_a_template(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("CORNER SHOP\nTea   2.00\nTOTAL   2.00\nCASH   5.00\nCHANGE   3.00"))
    assert isinstance(record, Receipt) and record.total == 2
    record = extractor.extract_page(typeset("Ann Lee\nSales Manager\nann@example.com\nTel +44 20 7946 0958"))
    assert isinstance(record, BusinessCard) and record.emails == ("ann@example.com",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("identity_card", "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nPARK<<MINSU<<<<<<<<<<<<<"),
        ("identity_card", "IMMIGRANT VISA\nPassport Number\n555123ABC\nVIUTOTRAVELER<<HAPPYPERSON<<<<<<<<<<<<<<<<<<"),
        ("identity_card", "UTOPIA   VISA\nNaaro de passporte\nL8988901C\nV<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        ("passport", "P<UTOPARK<<MINSU<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    ],
)
def test_documents_with_a_machine_readable_zone(typeset: Typeset, kind: str, text: str) -> None:
    assert choose_template(typeset(text)) == kind


def test_a_page_of_no_kind(extractor: Extractor, typeset: Typeset) -> None:
    for text in ("", "It was the best of times, it was the worst of times"):
        with pytest.raises(NoTemplateFitsError):
            extractor.extract_page(typeset(text))
