"""Receipts that were paid in one way or in several."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docextract.extraction.charges import Element
from docextract.extraction.lexicon import Lexicon, phrase_keys
from docextract.extraction.payments import agreeing_payments, find_payments, propose_paid
from docextract.extraction.rows import build_layout
from docextract.extraction.scene import Scene
from docextract.pipeline import Extractor

from ..conftest import Typeset, set_page

KOREA = "별빛마트\n사업자번호 123-45-67891\n사과   3,000   2   6,000\n우유   2,500   2   5,000\n합계   11,000\n"
GERMANY = "Markthalle GmbH\nApfel   2,00 A\nMilch   11,50 A\nSUMME EUR   13,50\n"
MALAYSIA = "BUNGA RAYA SDN BHD\nRICE 5KG   RM 24.90\nOIL   RM 10.10\nJUMLAH   RM 35.00\n"
USA = "CORNER DELI\nBAGEL   $3.50\nCOFFEE   $2.50\nSUBTOTAL   $6.00\nTAX   $0.53\nTOTAL   $6.53\n"


@pytest.mark.parametrize(
    ("text", "payments", "paid", "change"),
    [
        (KOREA + "현금   5,000\n신용카드   6,000", [("현금", 5000), ("신용카드", 6000)], "11000", None),
        (
            KOREA + "상품권   5,000\n현 금   10,000\n거스름돈   4,000",
            [("상품권", 5000), ("현 금", 10000)],
            "15000",
            "4000",
        ),
        (
            KOREA + "포인트사용   1,000\n카드   10,000\n적립포인트   110",
            [("포인트사용", 1000), ("카드", 10000)],
            "11000",
            None,
        ),
        (KOREA + "받은금액   11,000\n현금   1,000\n카드   10,000", [("현금", 1000), ("카드", 10000)], "11000", None),
        (KOREA + "신용카드   11,000\n카드결제   11,000", [("신용카드", 11000)], "11000", None),
        (GERMANY + "Bar   20,00\nRückgeld   6,50", [("Bar", 20)], "20.00", "6.50"),
        (
            GERMANY + "Geg. Gutschein   10,00\nGeg. EC-Karte   3,50",
            [("Geg. Gutschein", 10), ("Geg. EC-Karte", 3.5)],
            "13.50",
            None,
        ),
        (GERMANY + "Gutschein   -5,00\nBar   8,50", [("Gutschein", 5), ("Bar", 8.5)], "13.50", None),
        (GERMANY + "Gegeben   20,00\nZurück   6,50", [], "20.00", "6.50"),
        (MALAYSIA + "TUNAI   RM 50.00\nBAKI   RM 15.00", [("TUNAI", 50)], "50.00", "15.00"),
        (MALAYSIA + "VISA   20.00\nCASH   20.00\nCHANGE   5.00", [("VISA", 20), ("CASH", 20)], "40.00", "5.00"),
        (USA + "GIFT CARD   $5.00\nCASH   $2.00\nCHANGE   $0.47", [("GIFT CARD", 5), ("CASH", 2)], "7.00", "0.47"),
    ],
)
def test_payments(
    typeset: Typeset, extractor: Extractor, text: str, payments: list[tuple[str, float]], paid: str, change: str | None
) -> None:
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(payment.method, payment.amount) for payment in receipt.payments] == payments
    assert (str(receipt.paid), receipt.change and str(receipt.change)) == (paid, change)
    assert not [issue for issue in receipt.issues if issue.code == "contradiction"]
    assert {f"payments.{k}.amount" for k in range(len(payments))} <= receipt.evidence.keys()


def test_the_minus_of_what_was_handed_over_is_none(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset(USA + "CASH   -$7.00\nCHANGE   $0.47"), "receipt")
    assert (str(receipt.paid), str(receipt.payments[0].amount)) == ("7.00", "7.00")
    assert receipt.evidence["paid"].raw == "-$7.00"


def test_of_a_refund_the_minus_stays(typeset: Typeset, extractor: Extractor) -> None:
    text = "CORNER DELI\nBAGEL   -$3.50\nTOTAL   -$3.50\nCASH   -$3.50"
    assert str(extractor.extract_page(typeset(text), "receipt").paid) == "-3.50"


def test_what_is_said_about_a_card_belongs_to_its_payment(typeset: Typeset, extractor: Extractor) -> None:
    text = KOREA + "카드   6,000\n현금   5,000\n신한카드 9410-12**-****-0761\n매입사 : 비씨카드사\n승인번호 22222222"
    card, cash = extractor.extract_page(typeset(text), "receipt").payments
    assert (card.card_company, card.card_number, card.approval_number) == (
        "신한카드",
        "9410-12**-****-0761",
        "22222222",
    )
    assert cash.model_dump(exclude_none=True) == {"method": "현금", "amount": 5000}


def test_two_cards(typeset: Typeset, extractor: Extractor) -> None:
    text = KOREA + (
        "신용카드   6,000\n신용카드   5,000\n국민카드 1234-56**-****-7890\n승인번호 11111111\n"
        "신한카드 9410-12**-****-0761\n승인번호 22222222"
    )
    payments = extractor.extract_page(typeset(text), "receipt").payments
    assert [(p.amount, p.card_company, p.approval_number) for p in payments] == [
        (6000, "국민카드", "11111111"),
        (5000, "신한카드", "22222222"),
    ]


@pytest.mark.parametrize(
    "slip",
    [
        "Card No. **** **** **** 8755\nAMOUNT:   $6.53",
        "Charged   $6.53\nApproval Code   39252112",
    ],
)
def test_the_amount_of_the_only_card_stands_among_its_particulars(
    typeset: Typeset, extractor: Extractor, slip: str
) -> None:
    receipt = extractor.extract_page(typeset(USA + slip), template="receipt")
    assert [payment.amount for payment in receipt.payments] == [Decimal("6.53")]
    assert receipt.evidence["payments.0.amount"].raw == "$6.53"


def test_the_total_alone_is_no_amount_of_a_card(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset(USA + "Approval Code   39252112"), template="receipt")
    assert [payment.amount for payment in receipt.payments] == [None]


def test_the_last_digits_of_a_card_are_no_amount(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset(KOREA + "카드 번호   0187 9416 5086 4619"), template="receipt")
    assert not receipt.payments


def test_a_card_without_an_amount(typeset: Typeset, extractor: Extractor) -> None:
    (payment,) = extractor.extract_page(typeset(KOREA + "결제수단 : 모바일송금\n승인번호 22222222"), "receipt").payments
    assert payment.model_dump(exclude_none=True) == {"method": "모바일송금", "approval_number": "22222222"}


def test_what_is_said_about_one_of_several_cards_stands_below_it(typeset: Typeset, extractor: Extractor) -> None:
    text = KOREA + "카드   2,000\n신용카드   4,000\n승인번호 22222222\n체크카드   5,000"
    payments = extractor.extract_page(typeset(text), "receipt").payments
    assert [payment.approval_number for payment in payments] == [None, "22222222", None]


def payments_of(text: str) -> list[Element]:
    means, layout = ("cash", "card", "visa"), build_layout(set_page(text))
    labels = {row.index: Lexicon(means).find([row]) for row in layout.rows}
    return find_payments(Scene(layout, labels, frozenset()), layout.rows, phrase_keys(means))


@pytest.mark.parametrize(
    ("row", "payments"),
    [
        ("CASH   5.00", [("CASH", "5.00")]),
        ("CASH   2.00   5.00 RM", [("CASH", "5.00")]),
        ("CASH", []),
        ("5.00   CASH", []),
        ("PAY WITH CASH   5.00", []),
        ("CASH 5.00 AND MORE", []),
    ],
)
def test_rows_of_payments(row: str, payments: list[tuple[str, str]]) -> None:
    assert [(p["method"].value, str(p["amount"].value)) for p in payments_of(row)] == payments


@pytest.mark.parametrize(
    ("paid", "methods"),
    [
        (Decimal(11), ["CASH", "CARD", "VISA"]),
        (Decimal(8), ["CASH", "CARD"]),  # the last one repeats the one before it
        (Decimal(6), ["CARD", "VISA"]),
        (Decimal(5), ["CASH"]),
        (Decimal(7), ["CASH", "CARD", "VISA"]),  # none
        (None, ["CASH", "CARD", "VISA"]),
    ],
)
def test_of_the_payments_those_are_taken_that_make_what_was_paid(paid: Decimal | None, methods: list[str]) -> None:
    payments = payments_of("CASH   5.00\nCARD   3.00\nVISA   3.00")
    assert [payment["method"].value for payment in agreeing_payments(payments, paid)] == methods


def test_what_may_have_been_paid_is_the_sum_of_most_payments() -> None:
    payments = payments_of("CASH   5.00\nCARD   3.00\nVISA   3.00")
    assert [int(str(c.value)[:-3]) for c in propose_paid("paid", payments)] == [11, 8, 8, 6]
    assert [str(c.value) for c in propose_paid("paid", payments[:1])] == ["5.00"]
    assert list(propose_paid("paid", [])) == []
