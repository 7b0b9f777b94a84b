"""Titles on business cards of which a letter is misread."""

from __future__ import annotations

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

CARD = "Harvest Solutions Ltd\n{}\n{}\nMobile +44 7700 900123\njane.doe@example.com"


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("Founter", "Founder"),
        ("Senicr Engineer", "Senior Engineer"),
        ("SALES MANAGOR", "SALES MANAGER"),
        ("대표이시", "대표이사"),
        ("책임연구윈", "책임연구원"),
    ],
)
def test_a_title_with_one_letter_misread(typeset: Typeset, extractor: Extractor, printed: str, title: str) -> None:
    card = extractor.extract_page(typeset(CARD.format("Jane Doe", printed)), "business_card")
    assert (card.titles, card.names, card.companies) == ((title,), ("Jane Doe",), ("Harvest Solutions Ltd",))
    assert card.evidence["titles.0"].raw == printed
    assert [issue.field for issue in card.issues if issue.code == "repaired"] == ["titles.0"]


@pytest.mark.parametrize(
    "title", ["Senior Engineer", "Sensor Engineer", "Produce Manager", "Managing Partner", "대표이사"]
)
def test_a_title_that_is_like_another(typeset: Typeset, extractor: Extractor, title: str) -> None:
    card = extractor.extract_page(typeset(CARD.format("Jane Doe", title)), "business_card")
    assert card.titles == (title,)
    assert card.issues == ()


@pytest.mark.parametrize(
    ("name", "line"), [("Anna Gartner", "Family owned"), ("Jane Doe", "Well designed"), ("Jane Doe", "Founded 1998")]
)
def test_what_is_no_title(typeset: Typeset, extractor: Extractor, name: str, line: str) -> None:
    card = extractor.extract_page(typeset(CARD.format(name, line)), "business_card")
    assert (card.titles, card.names) == ((), (name,))
