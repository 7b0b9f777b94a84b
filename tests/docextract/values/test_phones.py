from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.phones import parse_phone, scan_phones

DIGITS = st.text(alphabet="0123456789", min_size=4, max_size=4)


@given(DIGITS, DIGITS, st.sampled_from(["02-{}-{}", "(012) {}-{}", "+603-{} {}", "03 {} {}", "02){}-{}"]))
def test_print_reads_back(first: str, last: str, form: str) -> None:
    printed = form.format(first, last)
    plus = "+" if printed.startswith("+") else ""
    assert parse_phone(printed) == plus + "".join(filter(str.isdigit, printed))


def test_several_numbers_in_a_row() -> None:
    values = [reading.value for reading in scan_phones("TEL : 07-5547360 / 016-7993391")]
    assert values == ["075547360", "0167993391"]


@pytest.mark.parametrize("text", ["25/12/2018", "12.50", "", "123"])
def test_what_is_no_number(text: str) -> None:
    assert list(scan_phones(text)) == []


def test_digits_without_separators_are_doubtful() -> None:
    (bare,) = scan_phones("0355223344")
    (printed,) = scan_phones("03-5522 3344")
    assert bare.value == printed.value
    assert bare.quality < printed.quality


def test_parse_refuses_what_is_not_one_number() -> None:
    with pytest.raises(ValueFormatError):
        parse_phone("TEL 03-5522 3344")


@pytest.mark.parametrize(
    ("printed", "number"),
    [("+82-2-760-5524", "+8227605524"), ("+82 2 2763 5524", "+82227635524"), ("+1 (212) 555-0142", "+12125550142")],
)
def test_a_country_code_may_precede_a_short_area_code(printed: str, number: str) -> None:
    assert parse_phone(printed) == number
