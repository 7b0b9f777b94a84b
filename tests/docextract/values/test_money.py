from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.money import parse_money, scan_money

AMOUNTS = st.decimals(min_value=0, max_value=999_999, places=2)
SECRET = "4111111111111111"


@given(AMOUNTS, st.sampled_from(["", "RM", "RM ", "$", "US$ ", "€"]), st.sampled_from([",", ""]))
def test_print_with_cents_reads_back(amount: Decimal, mark: str, group: str) -> None:
    assert parse_money(f"{mark}{amount:{group}.2f}") == amount


@given(AMOUNTS)
def test_continental_print_reads_back(amount: Decimal) -> None:
    printed = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert parse_money(printed + " €") == amount


@given(st.integers(min_value=0, max_value=99_999_999))
def test_won_read_back(amount: int) -> None:
    assert parse_money(f"{amount:,}원") == amount
    assert parse_money(f"₩{amount:,}") == amount


@given(AMOUNTS.filter(bool), st.sampled_from(["-{}", "-RM {}", "RM -{}", "({})", "{}-", "(RM{})"]))
def test_negative_print_reads_back(amount: Decimal, pattern: str) -> None:
    assert parse_money(pattern.format(amount)) == -amount


@given(st.text(max_size=40))
def test_any_text_is_scanned_in_order_and_without_overlaps(text: str) -> None:
    readings = list(scan_money(text))
    assert all(0 <= r.start < r.end <= len(text) and 0 < r.quality <= 1 for r in readings)
    assert all(a.end <= b.start for a, b in pairwise(readings))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("TOTAL 9. 00", ["9.00"]),
        ("RM .05", ["0.05"]),
        ("1 234.50", ["1234.50"]),
        ("PEN 2 100.00", ["100.00"]),  # a quantity and a price
        ("2\t100.00", ["100.00"]),
        ("9.00SR", ["9.00"]),
        ("CASH 50.00 CHANGE 5.60", ["50.00", "5.60"]),
        ("RM1O.OO", ["10.00"]),
        ("합계12,000", ["12000"]),
        ("RN10.05", ["10.05"]),
    ],
)
def test_amounts_inside_rows(text: str, amounts: list[str]) -> None:
    assert [str(r.value) for r in scan_money(text) if r.quality > 0.5] == amounts


@pytest.mark.parametrize("text", ["6%", "25/12/2018", "10:30", "GST @6%", "NO", "", "955501234567", "FZ-04"])
def test_what_is_no_amount(text: str) -> None:
    assert not [r for r in scan_money(text) if r.quality > 0.5]


def test_a_point_before_three_digits_is_ambiguous_until_the_currency_is_known() -> None:
    (reading,) = scan_money("1.234")
    assert (reading.value, reading.alternatives) == (Decimal(1234), (Decimal("1.234"),))
    (reading,) = scan_money("1.234", decimals=0)
    assert (reading.value, reading.alternatives) == (Decimal(1234), ())


def test_letters_taken_for_digits_are_reported() -> None:
    (repaired,) = scan_money("RM 1O.00")
    (clean,) = scan_money("RM 10.00")
    assert repaired.value == clean.value
    assert repaired.repaired and not clean.repaired
    assert repaired.quality < clean.quality


@pytest.mark.parametrize("text", ["", "RM", "5.00 6.00", "total 5.00", SECRET])
def test_parse_refuses_what_is_not_one_amount(text: str) -> None:
    with pytest.raises(ValueFormatError) as error:
        parse_money(text)
    assert error.value.kind == "money"
    assert SECRET not in repr(error.value)
