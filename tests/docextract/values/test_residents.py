from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.residents import (
    birth_date_of,
    is_foreign,
    parse_resident_number,
    passes_checksum,
    scan_resident_numbers,
    sex_of,
)
from ocr.synthesis.forms.numbers import resident_number


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_print_reads_back(born: date, male: bool, foreign: bool, rng: Random) -> None:
    number = resident_number(rng, born, male=male, foreign=foreign)
    assert parse_resident_number(number) == number
    assert birth_date_of(number) == born
    assert sex_of(number) == ("M" if male else "F")
    assert is_foreign(number) is foreign


def test_the_checksum_of_before_2020() -> None:
    # 2*8 + 3*0 + 4*0 + 5*1 + 6*0 + 7*1 + 8*2 + 9*3 + 2*4 + 3*5 + 4*6 + 5*7 = 153; (11 - 153 % 11) % 10 = 1
    assert passes_checksum("800101-2345671") is True
    assert passes_checksum("800101-2345672") is False
    assert passes_checksum("800101-2******") is None
    # Of foreigners: 2*8 + 5*1 + 7*1 + 8*6 + 9*3 + 2*4 + 3*5 + 4*6 + 5*7 = 185; (13 - 185 % 11) % 10 = 4
    assert passes_checksum("800101-6345674") is True
    assert passes_checksum("800101-6345672") is False


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("711231-1******", "711231-1******"),
        ("711231 - *******", "711231-*******"),
        ("711231-1xxxxxx", "711231-1******"),
        ("711231-1●●●●●●", "711231-1******"),
        ("711231—1234567", "711231-1234567"),
        ("711231 1234567", "711231-1234567"),  # a hyphen may have been lost
        ("711231-1****\ufffd\ufffd", "711231-1******"),  # misread signs
        ("711231-1*****", "711231-1******"),
        ("711231-1*******", "711231-1******"),
        ("711231-1******1", "711231-1******"),
    ],
)
def test_hidden_digits_stay_hidden(printed: str, number: str) -> None:
    assert parse_resident_number(printed) == number


def test_what_is_hidden_is_unknown() -> None:
    assert birth_date_of("711231-*******") is None
    assert sex_of("711231-*******") is None and is_foreign("711231-*******") is None


@pytest.mark.parametrize(
    "text",
    [
        *("711331-1234567", "010229-1234567", "711231-123456", "02-1234-5678", "711231-12345678"),
        *("711231-1\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd", "711231-1****"),
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_resident_number(text)


def test_a_leap_day_of_a_hidden_century_may_exist() -> None:
    assert parse_resident_number("000229-*******") == "000229-*******"
    with pytest.raises(ValueFormatError):
        parse_resident_number("000229-1234567")  # 1900 had none


@pytest.mark.parametrize("text", ["NO-{}", "{}-", "{}/", "No.{}.", "({})"])
def test_what_touches_a_number_does_not_hide_it(text: str) -> None:
    (reading,) = scan_resident_numbers(text.format("711231-1234567"))
    assert reading.value == "711231-1234567"


def test_letters_that_look_like_digits_are_repaired_and_said() -> None:
    (reading,) = scan_resident_numbers("7I1231-1234S67")
    assert reading.value == "711231-1234567" and reading.repaired


@pytest.mark.parametrize("label", ["법인등록번호 ", "법인 등록번호 : ", "법인번호: ", "(주)하늘 법인등록번호 "])
@pytest.mark.parametrize("number", ["110111-0062432", "110111-1129497", "130111-0006246"])
def test_the_number_of_a_company_is_told_by_its_label_and_its_check_digit(label: str, number: str) -> None:
    assert list(scan_resident_numbers(label + number)) == []


@pytest.mark.parametrize(
    "text",
    [
        "110111-0062432",  # no label
        "등록번호 110111-0062432",
        "주민(법인)등록번호 110111-0062432",
        "주민/법인등록번호 110111-0062432",
        "법인등록번호(주민등록번호) 110111-0062432",
        "법인등록번호 711231-1234567",  # a company's check digit would be another
        "법인등록번호 110111-0062432 대표 800101-2345671",
        "법인등록번호 110111-0062432 711231-1234562",
    ],
)
def test_what_may_be_a_resident_number_is_read_as_one(text: str) -> None:
    assert any(text.endswith(reading.value) for reading in scan_resident_numbers(text))


@given(st.dates(date(1900, 1, 1), date(2020, 9, 30)), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_a_number_whose_check_digit_is_right_is_never_taken_for_a_company(
    born: date, male: bool, foreign: bool, rng: Random
) -> None:
    number = resident_number(rng, born, male=male, foreign=foreign)
    number = next(n for last in range(10) if passes_checksum(n := f"{number[:-1]}{last}"))
    assert [reading.value for reading in scan_resident_numbers(f"법인등록번호 {number}")] == [number]


def test_those_born_before_1900() -> None:
    assert birth_date_of("991231-9234567") == date(1899, 12, 31) and sex_of("991231-9234567") == "M"
    assert birth_date_of("991231-0234567") == date(1899, 12, 31) and sex_of("991231-0234567") == "F"


def test_a_number_without_its_hyphen_is_doubtful() -> None:
    (spaced,), (typical,) = scan_resident_numbers("711231 1234567"), scan_resident_numbers("711231-1234567")
    assert spaced.value == typical.value and spaced.quality < typical.quality
