from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from docextract.extraction.charges import Element, add_up, find_discounts, find_taxes
from docextract.extraction.lexicon import Lexicon, phrase_keys
from docextract.extraction.rows import build_layout
from docextract.extraction.scene import Scene
from docextract.pipeline import Extractor
from docextract.values.currency import CURRENCIES
from ocr.document import Page

Typeset = Callable[..., Page]
TAXES, DISCOUNTS = ("gst", "tax", "vat", "부가세"), ("discount", "total discount")


@pytest.fixture
def scene(typeset: Typeset) -> Callable[[str], Scene]:
    def build(text: str) -> Scene:
        layout = build_layout(typeset(text))
        labels = {row.index: [] for row in layout.rows}
        for match in Lexicon([*TAXES, *DISCOUNTS, "service charge", "id", "total"]).find(layout.rows):
            labels[match.span.row.index].append(match)
        return Scene(layout, labels, frozenset(), currency=CURRENCIES["MYR"])

    return build


def said(elements: list[Element]) -> list[dict[str, str]]:
    return [{field: str(candidate.value) for field, candidate in element.items()} for element in elements]


@pytest.mark.parametrize(
    ("text", "taxes"),
    [
        ("GST 6%   2.51", [{"name": "GST", "rate": "6", "amount": "2.51"}]),
        ("VAT 8,5% : 1.00", [{"name": "VAT", "rate": "8.5", "amount": "1.00"}]),
        ("SR @ 6%   41.90   2.51", [{"name": "SR", "rate": "6", "base": "41.90", "amount": "2.51"}]),
        ("A 19%   995.01   836.14   158.87", [{"rate": "19", "base": "995.01", "amount": "158.87"}]),
        ("ZRL 0%   5.00   0.00", [{"name": "ZRL", "rate": "0", "base": "5.00", "amount": "0.00"}]),
        ("SR 6%   41.90   9.99", []),
        ("Milk 2%   3.10", []),
        ("Service charge 10%   20.00   2.00", []),
        ("GST ID   000123456789", []),
        ("GST   ID   5.00", []),
        ("GST   -2.00", []),
    ],
)
def test_rows_of_taxes(scene: Callable[[str], Scene], text: str, taxes: list[dict[str, str]]) -> None:
    page = scene(text)
    assert said(find_taxes(page, page.layout.rows, phrase_keys(TAXES))) == taxes


def test_what_a_summary_says_again_is_one_tax(scene: Callable[[str], Scene]) -> None:
    page = scene("GST   2.51\nSR 6%   41.90   2.51\nTax   1.00\nTAX 6%   2.51\nGST 6%   2.51")
    assert said(find_taxes(page, page.layout.rows, phrase_keys(TAXES))) == [
        {"name": "SR", "rate": "6", "base": "41.90", "amount": "2.51"},
        {"name": "Tax", "amount": "1.00"},
    ]


def test_discounts_without_their_sum(scene: Callable[[str], Scene]) -> None:
    page = scene("Total discount   3.00\nMember discount   -2.00\nCOUPON 5   -1.00\nTEA   1.00\nDiscount 1.00 on tea")
    found = find_discounts(page, page.layout.rows, phrase_keys(DISCOUNTS), ["^COUPON", "^Member"], phrase_keys(TAXES))
    assert said(found) == [{"name": "Member discount", "amount": "-2.00"}, {"name": "COUPON 5", "amount": "-1.00"}]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Total   32.20\nYou saved   -12.20\nTotal   20.00", ["-12.20"]),
        ("Total   32.20\nYou saved   -10.00\nGutschein   -2.20\nTax   1.00\nTotal   21.00", ["-10.00", "-2.20"]),
        ("Total   32.20\nYou saved   -12.20\nTotal   21.00", []),
        ("Total   32.20\nYou saved   12.20\nTotal   44.40", []),
        ("Total   32.20\nYou saved   -12.20", []),
        ("Total   32.20\n   -12.20\nTotal   20.00", []),
        ("Total   32.20\nTax   -12.20\nTotal   20.00", []),
    ],
)
def test_a_minus_that_a_sum_needs_is_a_discount(scene: Callable[[str], Scene], text: str, amounts: list[str]) -> None:
    page = scene(text)
    keys = phrase_keys(DISCOUNTS), (), phrase_keys((*TAXES, "total"))
    assert [discount["amount"] for discount in said(find_discounts(page, page.layout.rows, *keys))] == amounts


def test_a_sum_stands_where_its_parts_stand(scene: Callable[[str], Scene]) -> None:
    page = scene("GST   2.51\nTax   1.00")
    amounts = [tax["amount"] for tax in find_taxes(page, page.layout.rows, phrase_keys(TAXES))]
    sum_ = add_up("tax", amounts, 0.4)
    assert (sum_.value, [span.text for span in sum_.spans], sum_.shared) == (Decimal("3.51"), ["2.51", "1.00"], True)


def test_digits_that_python_does_not_know_are_no_rate(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset("SHOP\nTAX \U000116d0\U000116d1%   0.60\nTOTAL   10.60"), "receipt")
    assert receipt.total == Decimal("10.60")
