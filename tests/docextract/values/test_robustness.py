"""Whatever a reader makes of a page: every scanner takes any text, and every parser has one error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values import (
    cards,
    contacts,
    currency,
    dates,
    licences,
    money,
    mrz,
    passports,
    phones,
    registrations,
    residents,
    times,
)
from docextract.values.reading import Reading

Scan = Callable[[str], Iterable[Reading[Any]]]

# Each with a print that it reads, so that long texts are full of values.
SCANNERS: dict[str, tuple[Scan, str]] = {
    "business_number": (registrations.scan_business_numbers, "116-82-00276"),
    "card_number": (cards.scan_card_numbers, "4111 1111 1111 1111"),
    "corporate_number": (registrations.scan_corporate_numbers, "110111-0062432"),
    "currency": (currency.scan_currencies, "RM"),
    "date": (dates.scan_dates, "25/12/2018"),
    "e164": (lambda text: phones.scan_e164(text, "KR"), "02-1234-5678"),
    "email": (contacts.scan_emails, "hong@example.com"),
    "expiry": (cards.scan_expiries, "08/27"),
    "licence_number": (licences.scan_licence_numbers, "11-23-456789-01"),
    "money": (money.scan_money, "RM 1,234.50"),
    "passport_number": (passports.scan_passport_numbers, "M123A4567"),
    "phone": (phones.scan_phones, "02-1234-5678"),
    "resident_number": (residents.scan_resident_numbers, "711231-1234567"),
    "time": (times.scan_times, "10:15"),
    "url": (contacts.scan_urls, "www.example.com"),
}
PARSERS: dict[str, Callable[[str], object]] = {
    "business_number": registrations.parse_business_number,
    "card_number": cards.parse_card_number,
    "corporate_number": registrations.parse_corporate_number,
    "date": dates.parse_date,
    "email": contacts.parse_email,
    "expiry": cards.parse_expiry,
    "licence_number": licences.parse_licence_number,
    "money": money.parse_money,
    "mrz": lambda text: mrz.parse_mrz(text.split("\n")),
    "passport_number": passports.parse_passport_number,
    "phone": phones.parse_phone,
    "resident_number": residents.parse_resident_number,
    "time": times.parse_time,
    "url": contacts.parse_url,
}
PRINTED = st.text("0123456789 -./:,()*+@OIlSB'₩원년월일시분RMJANPK<\t٣５²\u200b")
LENGTH = 20_000


@pytest.mark.parametrize("kind", SCANNERS)
@given(text=st.one_of(st.text(), PRINTED))
@example("\ud800")
@example("٠٢-١٢٣٤-٥٦٧٨ ４１１１ １１１１ １１１１ １１１１ ２０１８-１２-２５")
def test_any_text_is_scanned_in_order_and_without_overlaps(kind: str, text: str) -> None:
    readings = list(SCANNERS[kind][0](text))
    assert all(0 <= r.start < r.end <= len(text) and 0 < r.quality <= 1 for r in readings)
    assert all(a.end <= b.start for a, b in pairwise(readings))


@pytest.mark.parametrize("kind", PARSERS)
@given(text=st.one_of(st.text(), PRINTED))
@example("\ud800")
def test_any_text_is_a_value_or_one_error_that_does_not_quote(kind: str, text: str) -> None:
    try:
        PARSERS[kind](text)
    except ValueFormatError as error:
        assert error.kind == kind
        assert str(error) == f"the text is not a value of type {kind}"
        assert error.__cause__ is None


@pytest.mark.parametrize("kind", SCANNERS)
def test_long_texts_are_read_to_their_end(kind: str) -> None:
    scan, printed = SCANNERS[kind]
    (value,) = {reading.value for reading in scan(printed)}
    count = LENGTH // (len(printed) + 1)
    assert [reading.value for reading in scan("\t".join([printed] * count))] == [value] * count


@pytest.mark.parametrize("kind", SCANNERS)
@pytest.mark.parametrize("unit", ["O", "1", " ", "A", "1 ", "1/", "1'", "(", "a@", "a.", "O1", "-", "1,", "RM", "MAR "])
def test_long_runs_of_almost_a_value_hold_none_of_doubtful_bounds(kind: str, unit: str) -> None:
    """Patterns that try every split of such a run would be at it for minutes."""
    text = "A" + unit * (LENGTH // len(unit)) + "A"
    assert all(text[r.start : r.end].strip() == text[r.start : r.end] for r in SCANNERS[kind][0](text))
