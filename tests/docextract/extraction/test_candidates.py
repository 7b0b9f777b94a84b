"""Every type that a template may name is read from print."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import get_args

import pytest

from docextract.extraction.candidates import holds_secret, scan
from docextract.records import CardNumber, ResidentNumber
from docextract.records.base import Kind, Value
from docextract.values.currency import CURRENCIES

PRINTED: dict[Kind, tuple[str, Value]] = {
    "text": ("  HARVEST  HALL :", "HARVEST HALL"),
    "identifier": ("No. INV-2024/17", "INV-2024/17"),
    "money": ("RM 12.50", Decimal("12.50")),
    "date": ("25/12/2018", date(2018, 12, 25)),
    "time": ("8:13 PM", time(20, 13)),
    "phone": ("02-1234-5678 내선 12", "0212345678;ext=12"),
    "e164": ("+82 (0)2-1234-5678", "+82212345678"),
    "currency": ("RM 12.50", "MYR"),
    "email": ("E. hong@example.co.kr", "hong@example.co.kr"),
    "url": ("www.example.com", "www.example.com"),
    "card_number": ("4111 1111 1111 1111", CardNumber("4111111111111111")),
    "masked_number": ("카드번호 4539-67**-****-8169", "4539-67**-****-8169"),
    "expiry": ("VALID THRU 08/27", date(2027, 8, 31)),
    "resident_number": ("711231-1234567", ResidentNumber("711231-1234567")),
    "licence_number": ("11-23-456789-01", "11-23-456789-01"),
    "passport_number": ("여권번호 M123A4567", "M123A4567"),
    "business_number": ("등록번호 116-82-00276", "116-82-00276"),
}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_type_reads_its_print(kind: Kind) -> None:
    printed, value = PRINTED[kind]
    assert [reading.value for reading in scan(kind, printed, None)] == [value]


def test_the_currency_tells_where_a_number_is_dialled() -> None:
    assert list(scan("e164", "02-1234-5678", None)) == []
    assert list(scan("e164", "02-1234-5678", CURRENCIES["EUR"])) == []
    (reading,) = scan("e164", "02-1234-5678", CURRENCIES["KRW"])
    assert reading.value == "+82212345678"


def test_a_number_that_nobody_has_is_doubtful() -> None:
    (nobody,) = scan("e164", "+82 99-123-4567", None)
    (somebody,) = scan("e164", "+82 2-123-4567", None)
    assert nobody.quality < somebody.quality


def test_the_currency_tells_decimals_and_the_order_of_dates() -> None:
    (won,) = scan("money", "1.234", CURRENCIES["KRW"])
    (dollars,) = scan("date", "07/02/2023", CURRENCIES["USD"])
    assert (won.alternatives, dollars.value) == ((), date(2023, 7, 2))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("INVOICE NO:A-17", ["A-17"]),
        ("7", ["7"]),
        ("A", []),
        ("TABLE 5 / 12", ["5", "12"]),
        ("NO DIGITS", []),
        ("15,99", []),
        ("1.234,50", []),
    ],
)
def test_identifiers_have_a_digit(text: str, values: list[str]) -> None:
    assert [reading.value for reading in scan("identifier", text, None)] == values


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("REF 4111 1111 1111 1111", True),
        ("서울 711231-1234567", True),
        ("4111 1111 1111 1112", False),
        ("서울 7I1231-I234S67", True),  # whoever sees it reads the digits
        ("CARD NO.4111111111111111", True),
        ("12-34", False),
    ],
)
def test_what_holds_a_secret(text: str, secret: bool) -> None:
    assert holds_secret(text) is secret


@pytest.mark.parametrize("kind", ["phone", "e164"])
@pytest.mark.parametrize(
    "secret", ["711231-1234567", "711231 1234567", "3782 822463 10005", "378282-246310-005", "4539 6710 4283 8169"]
)
def test_a_secret_is_no_telephone_number(kind: Kind, secret: str) -> None:
    assert list(scan(kind, f"TEL {secret}", CURRENCIES["KRW"])) == []
