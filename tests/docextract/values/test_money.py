from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
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


@given(
    st.integers(min_value=0, max_value=99_999_999), st.sampled_from(["{:,}円", "{:,} 円", "￥{:,}", "¥{:,}", "￦{:,}"])
)
def test_yen_and_wide_marks_read_back(amount: int, form: str) -> None:
    assert parse_money(form.format(amount)) == amount


@given(AMOUNTS, st.sampled_from(["'", "’"]), st.sampled_from(["", "CHF "]))
def test_swiss_print_reads_back(amount: Decimal, apostrophe: str, mark: str) -> None:
    assert parse_money(mark + f"{amount:,.2f}".replace(",", apostrophe)) == amount


@given(st.integers(min_value=0, max_value=99), st.integers(min_value=0, max_value=9_999_999), st.booleans())
def test_indian_print_reads_back(crores: int, rest: int, paise: bool) -> None:
    lakhs, thousands, ones = rest // 100_000, rest // 1000 % 100, rest % 1000
    printed = f"₹{crores},{lakhs:02},{thousands:02},{ones:03}" + (".05" if paise else "")
    assert parse_money(printed) == crores * 10_000_000 + rest + (Decimal("0.05") if paise else 0)


@given(
    st.integers(min_value=1, max_value=99_999_999), st.sampled_from(["△{:,}", "▲{:,}", "△ {:,}원", "₩△{:,}", "△{:,}円"])
)
def test_triangles_are_minus_signs(amount: int, form: str) -> None:
    assert parse_money(form.format(amount)) == -amount


@given(AMOUNTS.filter(bool), st.sampled_from(["-{}", "-RM {}", "RM -{}", "({})", "{}-", "(RM{})"]))
def test_negative_print_reads_back(amount: Decimal, pattern: str) -> None:
    assert parse_money(pattern.format(amount)) == -amount


@given(st.text(max_size=40))
@example("\U000116d0")  # a digit of Unicode 16
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
        ("合計 1,200円", ["1200"]),
        ("할인 △1,000 합계 ￦11,000", ["-1000", "11000"]),
        ("Total 1'234.50", ["1234.50"]),
        ("NET 1,23,456.00 INR", ["123456.00"]),
    ],
)
def test_amounts_inside_rows(text: str, amounts: list[str]) -> None:
    assert [str(r.value) for r in scan_money(text) if r.quality > 0.5] == amounts


@pytest.mark.parametrize(
    "text", ["6%", "25/12/2018", "10:30", "GST @6%", "NO", "", "955501234567", "FZ-04", "1,2,3", "12,34,56"]
)
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


@pytest.mark.parametrize(
    ("text", "printed", "typical"),
    [
        ("계산원: 45", "45", False),
        ("인원: 4", "4", False),
        ("금액(원): 45", "45", False),
        ("원 45", "원 45", True),
        ("45원", "45원", True),
        ("合計円 45", "45", False),
    ],
)
def test_the_last_syllable_of_a_word_is_no_mark_of_a_currency(text: str, printed: str, typical: bool) -> None:
    (reading,) = scan_money(text)
    assert text[reading.start : reading.end] == printed
    assert (reading.quality > 0.5) == typical


def test_long_numbers_without_a_mark_are_codes() -> None:
    assert [str(reading.value) for reading in scan_money("1234567")] == ["1234567"]
    assert list(scan_money("12345678")) == []
    assert [str(reading.value) for reading in scan_money("₩12345678")] == ["12345678"]


def test_the_mark_tells_what_a_point_means() -> None:
    (reading,) = scan_money("₩1.234", decimals=2)
    assert (reading.value, reading.alternatives) == (Decimal(1234), ())
    (reading,) = scan_money("RM 1.234", decimals=0)
    assert (reading.value, reading.alternatives) == (Decimal(1234), (Decimal("1.234"),))


def test_what_else_a_negative_amount_may_be_is_negative() -> None:
    (reading,) = scan_money("-1.234")
    assert (reading.value, reading.alternatives) == (Decimal(-1234), (Decimal("-1.234"),))


def test_numbers_of_two_digits_are_rather_quantities() -> None:
    (two,), (three,) = scan_money("12", decimals=0), scan_money("120", decimals=0)
    assert two.quality < 0.2 < 0.5 < three.quality
