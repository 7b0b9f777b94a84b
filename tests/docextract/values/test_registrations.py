from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.registrations import (
    format_business_number,
    format_corporate_number,
    parse_business_number,
    parse_corporate_number,
    passes_checksum,
    scan_business_numbers,
    scan_corporate_numbers,
)
from ocr.synthesis.forms.numbers import business_number

RNG = st.randoms(use_true_random=False)
HEADS = st.text(alphabet="0123456789", min_size=12, max_size=12)


def corporate_number(head: str) -> str:
    """Twelve digits and the check digit that makes the sum, every second digit counted twice, a multiple of ten."""
    odd, even = sum(map(int, head[::2])), sum(map(int, head[1::2]))
    return f"{head[:6]}-{head[6:]}{-(odd + 2 * even) % 10}"


@given(RNG, st.sampled_from(["-", " - ", "–", ""]))
def test_printed_business_numbers_read_back(rng: Random, hyphen: str) -> None:
    number = business_number(rng)
    assert passes_checksum(number)
    assert parse_business_number(number.replace("-", hyphen)) == number
    assert format_business_number(number.replace("-", "")) == number


@given(HEADS, st.sampled_from(["-", " - ", "–", ""]))
def test_printed_corporate_numbers_read_back(head: str, hyphen: str) -> None:
    number = corporate_number(head)
    assert passes_checksum(number)
    assert parse_corporate_number(number.replace("-", hyphen)) == number
    assert format_corporate_number(number.replace("-", "")) == number


@given(RNG, st.integers(0, 9), st.integers(1, 9))
def test_a_misread_digit_of_a_business_number_is_noticed(rng: Random, at: int, by: int) -> None:
    digits = [int(char) for char in business_number(rng) if char != "-"]
    digits[at] = (digits[at] + by) % 10
    number = format_business_number("".join(map(str, digits)))
    # Every weight but the ninth has an inverse modulo 10, and the carry added to the ninth makes that one unique too.
    assert not passes_checksum(number)
    (reading,) = scan_business_numbers(number)
    assert reading.value == number and reading.quality <= 0.5


@given(HEADS, st.integers(0, 12), st.integers(1, 9))
def test_a_misread_digit_of_a_corporate_number_is_noticed_but_for_a_doubled_five(head: str, at: int, by: int) -> None:
    digits = [int(char) for char in corporate_number(head) if char != "-"]
    digits[at] = (digits[at] + by) % 10
    doubled = at % 2 == 1
    assert passes_checksum(format_corporate_number("".join(map(str, digits)))) is (doubled and by == 5)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("사업자등록번호: 116-82-00276", ["116-82-00276"]),
        ("등록번호116-82-00276 TEL 02-1234-5678", ["116-82-00276"]),
        ("사업자 1168200276", ["116-82-00276"]),
        ("TEL 010-1234-5678", []),
        ("1168200277", []),  # ten digits that do not pass
        ("116-82-002760", []),
        ("4116-82-00276", []),
    ],
)
def test_business_numbers_inside_rows(text: str, numbers: list[str]) -> None:
    assert [reading.value for reading in scan_business_numbers(text)] == numbers


def test_corporate_numbers_inside_rows() -> None:
    (reading,) = scan_corporate_numbers("법인등록번호 : 110111-0062432 (대표)")
    assert (reading.value, reading.quality) == ("110111-0062432", 1.0)


def test_letters_that_look_like_digits_are_repaired_and_said() -> None:
    (reading,) = scan_business_numbers("1I6-82-OO276")
    assert reading.value == "116-82-00276" and reading.repaired


@pytest.mark.parametrize("text", ["", "116-82", "116-82-00276-1", "번호 116-82-00276", "1234567890"])
def test_parse_refuses_what_is_not_one_number(text: str) -> None:
    with pytest.raises(ValueFormatError) as error:
        parse_business_number(text)
    assert error.value.kind == "business_number"


@pytest.mark.parametrize("number", ["", "116-82-0027", "110111-006243", "116-82-002761"])
def test_other_lengths_have_neither_form_nor_check(number: str) -> None:
    for ask in (passes_checksum, format_business_number, format_corporate_number):
        with pytest.raises(ValueFormatError):
            ask(number)
