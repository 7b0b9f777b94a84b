"""Receipts as cafés, taxis, pharmacies, car parks and supermarkets print them."""

from __future__ import annotations

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

REWE = """Markthalle GmbH
Hauptstr. 12
50667 Köln
                 EUR
BIO BANANEN   1,89 B
  0,952 kg x 1,99 EUR/kg
SCHOKOLADE   1,98 B
  2 Stk x   0,99
H-MILCH 3,5%   1,15 B
SUMME   EUR   5,02
Geg. EC-Cash   EUR   5,02
Steuer %   Netto   Steuer   Brutto
B=  7,0%    4,69     0,33     5,02
Gesamtbetrag   4,69   0,33   5,02"""


def test_a_supermarket_in_germany(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset(REWE), "receipt")
    assert [(item.name, str(item.quantity), str(item.unit_price), str(item.total)) for item in receipt.items] == [
        ("BIO BANANEN", "0.952", "1.99", "1.89"),
        ("SCHOKOLADE", "2", "0.99", "1.98"),
        ("H-MILCH 3,5%", "None", "None", "1.15"),
    ]
    assert (str(receipt.subtotal), str(receipt.tax), str(receipt.total)) == ("4.69", "0.33", "5.02")
    assert [(payment.method, str(payment.amount)) for payment in receipt.payments] == [("Geg. EC-Cash", "5.02")]
    assert not [issue for issue in receipt.issues if issue.code == "contradiction"]


@pytest.mark.parametrize(
    ("rows", "name", "quantity", "price"),
    [
        ("Bananen\n  0,412 kg x 1,29 EUR/kg   0,53", "Bananen", "0.412", "1.29"),
        ("Tomaten   0,655 kg x 2,49 EUR/kg   1,63", "Tomaten", "0.655", "2.49"),
        ("Tomaten   0,655 kg x 2,49 EUR/kg   1,65", "Tomaten", "None", "None"),  # more than is lost in rounding
        ("Tomaten   0,655 x 2,49   1,63", "Tomaten", "0.655", "2.49"),
        ("Tomaten   0,65 x 2,49   1,62", "Tomaten", "None", "None"),  # of no unit, and not weighed in grams
        ("휘발유   1,689   29.603   50,000", "휘발유", "29.603", "1689"),
    ],
)
def test_goods_by_weight(
    typeset: Typeset, extractor: Extractor, rows: str, name: str, quantity: str, price: str
) -> None:
    receipt = extractor.extract_page(typeset(f"Markthalle GmbH\n{rows}\nSUMME EUR   9,99"), "receipt")
    (item,) = receipt.items
    assert (item.name and item.name.split()[0], str(item.unit_price)) == (name, price)
    assert price == "None" or str(item.quantity) == quantity


@pytest.mark.parametrize(
    ("row", "method"),
    [
        ("결제수단   신용카드", "신용카드"),
        ("결제: 현금", "현금"),
        ("Paid by   Visa", "Visa"),
        ("Zahlungsart: Girocard", "Girocard"),
    ],
)
def test_a_means_of_payment_without_an_amount(typeset: Typeset, extractor: Extractor, row: str, method: str) -> None:
    receipt = extractor.extract_page(typeset(f"별빛주차장\n주차요금   9,300\n합계   9,300\n{row}"), "receipt")
    assert [(payment.method, payment.amount) for payment in receipt.payments] == [(method, None)]


def test_what_stands_beside_and_below_an_address_is_none_of_it(typeset: Typeset, extractor: Extractor) -> None:
    head = "온누리약국\n서울시 종로구 대학로 101   02-762-0000\n[약제비 영수증]\n환자명: 홍길동\n"
    receipt = extractor.extract_page(typeset(head + "총수납금액   3,700\n카드   3,700"), "receipt")
    assert receipt.merchant.address == "서울시 종로구 대학로 101"
    assert receipt.merchant.phones == ("027620000",)


def test_what_is_no_part_of_the_sums(typeset: Typeset, extractor: Extractor) -> None:
    text = "WALGREENS #04512\n222 MAIN ST\nADVIL 24CT   8.53\nTAX   0.73\nTOTAL   9.26\n"
    receipt = extractor.extract_page(typeset(text + "REWARDS BALANCE   12.34\nNEW BALANCE   412"), "receipt")
    assert (receipt.merchant.name, str(receipt.total)) == ("WALGREENS", "9.26")
    assert (receipt.change, receipt.due) == (None, None)


def test_a_subtotal_without_tax(typeset: Typeset, extractor: Extractor) -> None:
    text = "KEDAI MAJU\nTEH   15.00\nSUBTOTAL EXCL GST   15.00\nGST 6%   0.90\nTOTAL INCL GST   15.90"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert (str(receipt.subtotal), str(receipt.total)) == ("15.00", "15.90")


def test_the_count_beside_a_discount_is_no_part_of_its_name(typeset: Typeset, extractor: Extractor) -> None:
    text = "별빛카페\n라떼   1   6,500\n텀블러 할인   1   -500\n합계   6,000"
    (discount,) = extractor.extract_page(typeset(text), "receipt").discounts
    assert (discount.name, discount.amount) == ("텀블러 할인", -500)
