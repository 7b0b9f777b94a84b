"""Receipts of Europe, rendered and read without a mistake."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from docextract.pipeline import Extractor
from docextract.records import Receipt
from docextract.rendered_fields import FIRST_SEED, perfect_page, printed_fields
from docextract.values.dates import scan_dates
from ocr.document import Page
from ocr.synthesis import Corpus, FontLibrary, render_page

from ..conftest import Typeset

SEEDS = 40


def european_receipts() -> Iterator[tuple[Page, dict[str, str]]]:
    """Pages of receipts with a comma before the cents, and what is printed for each of their fields."""
    corpus, fonts = Corpus(None), FontLibrary("heldout")
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        rendered = render_page(seed, "receipt", size=None, corpus=corpus, fonts=fonts, korean=0.0, clean=True)
        printed = printed_fields(rendered)
        if re.search(r",\d\d\b", printed["total"]):
            yield perfect_page(rendered), printed


def money(text: str) -> Decimal:
    amount = Decimal(re.sub(r"[^0-9.]", "", text.translate(str.maketrans(",.", ".,"))))
    return -amount if text.startswith("-") else amount


def verdicts(receipt: Receipt, printed: dict[str, str]) -> Iterator[tuple[str, bool]]:
    for name in {"subtotal", "tax", "total", "paid", "change"} & printed.keys():
        yield name, getattr(receipt, name) == money(printed[name])
    yield "date", receipt.date == next(scan_dates(printed["date"], "dmy")).value
    totals = [money(text) for field, text in printed.items() if re.fullmatch(r"items\[\d+\]\.total", field)]
    found = Counter(item.total for item in receipt.items)
    yield from (("items", found[total] >= count) for total, count in Counter(totals).items())


def test_fields_of_rendered_receipts(extractor: Extractor) -> None:
    wanted, right = Counter[str](), Counter[str]()
    for page, printed in european_receipts():
        for name, fits in verdicts(extractor.extract_page(page, "receipt"), printed):
            wanted[name] += 1
            right[name] += fits
    least = {"date": 1.0, "total": 1.0, "subtotal": 0.95, "tax": 0.95, "paid": 0.95, "change": 0.95, "items": 0.75}
    assert wanted.keys() == least.keys() and wanted["total"] >= 10
    assert {
        name: right[name] / wanted[name] for name, share in least.items() if right[name] < share * wanted[name]
    } == {}


def test_labels_of_a_till_in_germany(extractor: Extractor, typeset: Typeset) -> None:
    text = """Markthalle GmbH
USt-IdNr. DE123456789
Tel. 030 1234567
Datum 05.03.2024   Uhrzeit 18.30
Bon-Nr 4711
Artikel   Menge   Preis   EUR
Apfel   2   1,00   2,00 A
Milch   1   1.234,50   1.234,50 B
Zwischensumme   1.236,50
MwSt 19%   197,42
SUMME   EUR 1.236,50
Bar   1.240,00
Wechselgeld   3,50"""
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert (str(receipt.date), str(receipt.time), receipt.receipt_number) == ("2024-03-05", "18:30:00", "4711")
    assert receipt.merchant.registration_number == "DE123456789"
    assert [(i.name, str(i.total), i.tax_code) for i in receipt.items] == [
        ("Apfel", "2.00", "A"),
        ("Milch", "1234.50", "B"),
    ]
    amounts = (receipt.subtotal, receipt.tax, receipt.total, receipt.paid, receipt.change)
    assert list(map(str, amounts)) == ["1236.50", "197.42", "1236.50", "1240.00", "3.50"]


@pytest.mark.parametrize("printed", ["1,17", "-1,17", "1,17-"])
def test_change_that_is_handed_back_may_have_a_minus(extractor: Extractor, typeset: Typeset, printed: str) -> None:
    page = typeset(f"REWE MARKT\nSUMME EUR   8,83\nBar        10,00\nRückgeld    {printed}\n03.09.2026")
    record = extractor.extract_page(page, template="receipt")
    assert (record.paid, record.change) == (Decimal("10.00"), Decimal("1.17"))
    assert record.issues == ()
