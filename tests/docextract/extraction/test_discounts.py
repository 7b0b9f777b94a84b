"""What is taken off a whole receipt, where it is printed between the items and the total."""

from __future__ import annotations

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

USA = "CORNER DELI\nBAGEL   $3.50\nCOFFEE   $22.50\n"
GERMANY = "Markthalle GmbH\nApfel   2,00 A\nMilch   11,50 A\n"
KOREA = "별빛마트\n사업자번호 123-45-67891\n사과   3,000   2   6,000\n우유   2,500   2   5,000\n"


@pytest.mark.parametrize(
    ("text", "discounts"),
    [
        (USA + "You saved   -4.40\nTOTAL   $21.60", [("You saved", "-4.40")]),
        (USA + "You saved   -4.40\nTAX   $2.00\nTOTAL   $23.60", [("You saved", "-4.40")]),
        (USA + "TAX   $2.00\nYou saved   -4.40\nTOTAL   $23.60", [("You saved", "-4.40")]),
        (USA + "You saved   -4.40\nDiscount   -1.60\nTOTAL   $20.00", [("You saved", "-4.40"), ("Discount", "-1.60")]),
        (USA + "Discount   -1.60\nYou saved   -4.40\nTOTAL   $20.00", [("Discount", "-1.60"), ("You saved", "-4.40")]),
        (
            USA + "Member discount   -2.00\nLoyalty discount   -2.00\nTOTAL   $22.00",
            [("Member discount", "-2.00"), ("Loyalty discount", "-2.00")],
        ),
        (USA + "Member discount   -2.00\nTotal discount   -2.00\nTOTAL   $24.00", [("Total discount", "-2.00")]),
        (GERMANY + "Gutschein   -5,00\nSUMME EUR   8,50", [("Gutschein", "-5.00")]),
        (KOREA + "쿠폰   -1,000\n합계   10,000", [("쿠폰", "-1000")]),
        (KOREA + "모바일상품권   -1,000\n합계   10,000", [("모바일상품권", "-1000")]),
    ],
)
def test_a_minus_that_makes_the_items_the_total_is_taken_off_all_of_them(
    typeset: Typeset, extractor: Extractor, text: str, discounts: list[tuple[str, str]]
) -> None:
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(discount.name, str(discount.amount)) for discount in receipt.discounts] == discounts
    assert [item.discount for item in receipt.items] == [None, None]
    assert receipt.discount == sum(discount.amount for discount in receipt.discounts)
    assert receipt.payments == ()


@pytest.mark.parametrize(
    ("text", "discounts"),
    [
        (USA + "You saved   -4.40\nTOTAL   $22.00", [None, "-4.40"]),  # the sums do not come out
        (USA + "You saved   -4.40", [None, "-4.40"]),
        (
            USA.replace("COFFEE", "Member price   -1.00\nCOFFEE") + "Member price   -2.00\nTOTAL   $23.00",
            ["-1.00", "-2.00"],
        ),
        (USA + "PROMO   -4.40\nTOTAL   $21.60", [None, "-4.40"]),  # the template has it as an item's
        (USA + "-4.40\nTOTAL   $21.60", [None, "-4.40"]),
    ],
)
def test_what_is_taken_off_one_item(
    typeset: Typeset, extractor: Extractor, text: str, discounts: list[str | None]
) -> None:
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [item.discount and str(item.discount) for item in receipt.items] == discounts
    assert (receipt.discount, receipt.discounts) == (None, ())


def test_items_less_their_own_discounts_and_that_of_all(typeset: Typeset, extractor: Extractor) -> None:
    text = USA.replace("COFFEE", "PROMO   -0.50\nCOFFEE") + "You saved   -4.00\nTOTAL   $21.50"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [item.discount and str(item.discount) for item in receipt.items] == ["-0.50", None]
    assert [str(discount.amount) for discount in receipt.discounts] == ["-4.00"]


def test_what_is_returned_is_an_item(typeset: Typeset, extractor: Extractor) -> None:
    text = USA + "BAGEL RETURNED   1   -3.50   -3.50\nTOTAL   $22.50"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [str(item.total) for item in receipt.items] == ["3.50", "22.50", "-3.50"]
    assert receipt.discounts == ()


@pytest.mark.parametrize(
    ("paid", "payments"),
    [("", []), ("\nBar   10,00\nRückgeld   1,50", [("Bar", 10)]), ("\nGutschein   8,50", [("Gutschein", 8.5)])],
)
def test_a_voucher_that_is_a_discount_is_no_payment(
    typeset: Typeset, extractor: Extractor, paid: str, payments: list[tuple[str, float]]
) -> None:
    text = GERMANY + "Zwischensumme   13,50\nGutschein   -5,00\nSUMME EUR   8,50" + paid
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert (str(receipt.subtotal), str(receipt.discount), str(receipt.total)) == ("13.50", "-5.00", "8.50")
    assert [(payment.method, payment.amount) for payment in receipt.payments] == payments
    assert not [issue for issue in receipt.issues if issue.code == "contradiction"]


def test_what_is_said_about_coupons_takes_nothing_off(typeset: Typeset, extractor: Extractor) -> None:
    text = KOREA + "합계   11,000\n카드   11,000\n쿠폰적립   1,000\n쿠폰 잔액   3,000\n쿠폰번호   12,345"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert (receipt.discount, receipt.discounts, receipt.total) == (None, (), 11000)
