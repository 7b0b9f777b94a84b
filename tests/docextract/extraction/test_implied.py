"""Receipts whose total is misread in a way that the reader thought of nowhere; two sums tell what it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docextract.pipeline import Extractor
from docextract.records import Receipt

from ..conftest import set_page

EXTRACTOR = Extractor()
SALE = ["TEA   150.00", "SUBTOTAL   150.00", "GST   9.00", "TOTAL   {}", "CASH   200.00", "CHANGE   41.00"]


def extract(rows: list[str], total: str = "") -> Receipt:
    return EXTRACTOR.extract_page(set_page("\n".join(rows).replace("{}", total)), "receipt")


@pytest.mark.parametrize("misread", ["19.00", "1159.00", "158.00", "-159.00"])
def test_two_sums_tell_the_total(misread: str) -> None:
    receipt = extract(SALE, misread)
    assert receipt.total == Decimal("159.00")
    assert receipt.evidence["total"].repaired_from == misread
    (issue,) = [issue for issue in receipt.issues if issue.field == "total"]
    assert (issue.code, issue.detail) == ("repaired", "parts_make_total, paid_less_change_is_total")


def test_the_items_make_one_of_the_sums() -> None:
    rows = ["TEA   12.40", "RICE   26.60", "TOTAL   {}", "CASH   50.00", "CHANGE   11.00"]
    assert extract(rows, "9.00").total == Decimal("39.00")
    assert extract([rows[0], *rows[2:]], "9.00").total == Decimal("9.00")  # an item is missing


@pytest.mark.parametrize("misread", ["295.00", "1.90"])
def test_a_print_that_is_further_away_stays(misread: str) -> None:
    assert "repaired" not in {issue.code for issue in extract(SALE, misread).issues}


def test_one_sum_alone_tells_nothing() -> None:
    assert extract(SALE[:4], "158.00").total == Decimal("158.00")
    assert extract(SALE[3:], "158.00").total == Decimal("158.00")


def test_a_charge_that_was_not_read_is_missing_in_items_and_parts() -> None:
    rows = ["TEA   20.00", "RICE   21.50", "SUBTOTAL   41.50", "BRINGING   3.00", "DISCOUNT   -2.00", "TOTAL   42.50"]
    assert extract(rows).total == Decimal("42.50")


def test_a_summary_is_no_second_sum() -> None:
    rows = ["SUBTOTAL   150.00", "GST   9.00", "TOTAL   19.00", "GST SUMMARY", "공급가액   150.00   GST   9.00"]
    assert "repaired" not in {issue.code for issue in extract(rows).issues}


def test_a_total_that_a_sum_makes_is_as_printed() -> None:
    rows = ["SUBTOTAL   150.00", "GST   9.02", "TOTAL   159.02", "TEA   159.00", "CASH   200.00", "CHANGE   41.00"]
    assert extract(rows).total == Decimal("159.02")


def test_another_amount_is_no_misread_total_where_one_is_right() -> None:
    rows = ["TEA   54.00", "SUBTOTAL   54.00", "GST   6.00", "GRAND TOTAL   60.00", "AMOUNT DUE   50.00"]
    total = extract([*rows, "CASH   70.00", "CHANGE   10.00"]).evidence["total"]
    assert (total.raw, total.repaired_from) == ("60.00", None)


def test_of_what_an_amount_may_mean_the_sums_choose() -> None:
    receipt = extract([*SALE[:4], "CASH   200.000", "CHANGE   41.00"], "159.00")
    assert (receipt.total, receipt.paid) == (Decimal("159.00"), Decimal("200.00"))
    assert extract(["TOTAL RM 159.00", "CASH   200.000"]).paid == Decimal("200000")


def test_what_is_printed_twice_is_not_misread() -> None:
    head = ["TEA   190.80", "SUBTOTAL   180.00", "GST   10.80", "TodySales   190.80", "CASH   190.80", "CHANGE   0.00"]
    receipt = extract([*head, "GST SUMMARY", "TOTAL   10.80"])
    assert "repaired" not in {issue.code for issue in receipt.issues}
    assert receipt.evidence["total"].raw == str(receipt.total)
