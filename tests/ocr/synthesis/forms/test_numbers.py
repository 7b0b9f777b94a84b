"""Check digits, against published examples and against other ways to compute them."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from ocr.synthesis.forms.numbers import business_number, luhn_digit, mrz_digit, resident_number, td1, td3


def luhn_passes(number: str) -> bool:
    """The check as a cash register does it: from the right, every second digit doubled."""
    total = 0
    for place, char in enumerate(reversed(number)):
        value = int(char) * (1 + place % 2)
        total += sum(map(int, str(value)))
    return total % 10 == 0


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117"])
def test_published_card_numbers(number: str) -> None:
    assert luhn_digit(number[:-1]) == number[-1]


def test_made_card_numbers_pass() -> None:
    rng = Random(0)
    for _ in range(200):
        head = "".join(rng.choices("0123456789", k=rng.randint(12, 18)))
        number = head + luhn_digit(head)
        assert luhn_passes(number)
        assert not luhn_passes(head + str((int(number[-1]) + 1) % 10))


# ICAO Doc 9303-4, appendix B.
SPECIMEN = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]


def test_the_passport_specimen_of_icao() -> None:
    born, expires = date(1974, 8, 12), date(2012, 4, 15)
    assert td3("UTO", "ERIKSSON", "ANNA MARIA", "L898902C3", born, "F", expires, "ZE184226B") == SPECIMEN


# ICAO Doc 9303-5, appendix B, without its optional data.
def test_the_identity_card_specimen_of_icao() -> None:
    lines = td1("UTO", "ERIKSSON", "ANNA MARIA", "D23145890", date(1974, 8, 12), "F", date(2012, 4, 15))
    assert lines == [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ]


@pytest.mark.parametrize(("field", "digit"), [("D23145890", "7"), ("340712", "7"), ("950712", "2"), ("<<<<<<", "0")])
def test_digits_of_fields(field: str, digit: str) -> None:
    assert mrz_digit(field) == digit


def test_long_names_are_cut_to_the_line() -> None:
    lines = td3("UTO", "A" * 30, "B" * 30, "X1", date(2000, 1, 1), "M", date(2030, 1, 1), "")
    assert [len(line) for line in lines] == [44, 44]


def test_business_numbers_pass_the_tax_office() -> None:
    rng = Random(1)
    for _ in range(200):
        number = business_number(rng).replace("-", "")
        digits = [int(char) for char in number]
        total = sum(a * b for a, b in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3), strict=False))
        total += digits[8] * 5 // 10 + digits[8] * 5 % 10
        assert (10 - total % 10) % 10 == digits[9]


@pytest.mark.parametrize("foreign", [False, True])
def test_resident_numbers_belong_to_nobody(foreign: bool) -> None:
    rng = Random(2)
    for year, male, mark in ((1975, True, "1"), (1975, False, "2"), (2003, True, "3"), (2003, False, "4")):
        number = resident_number(rng, date(year, 2, 9), male=male, foreign=foreign)
        assert number[:7] == f"{year % 100:02}0209-"
        assert int(number[7]) == int(mark) + (4 if foreign else 0)
        digits = [int(char) for char in number.replace("-", "")]
        total = sum(a * b for a, b in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False))
        real = (11 - total % 11) % 10
        assert digits[12] not in (real, (real + 2) % 10)
