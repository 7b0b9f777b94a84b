from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.cards import (
    format_card_number,
    format_expiry,
    network_of,
    parse_card_number,
    parse_expiry,
    passes_luhn,
    scan_card_numbers,
    scan_expiries,
    scan_masked_numbers,
)
from ocr.synthesis.forms.numbers import luhn_digit

# Numbers that the networks publish for tests.
PUBLISHED = {
    "4111111111111111": "visa",
    "4222222222222": "visa",
    "5555555555554444": "mastercard",
    "2223003122003222": "mastercard",
    "378282246310005": "amex",
    "6011111111111117": "discover",
    "3530111333300000": "jcb",
    "30569309025904": "diners",
    "6200000000000005": "unionpay",
    "6759649826438453": "maestro",
}


@pytest.mark.parametrize(("digits", "network"), PUBLISHED.items())
def test_published_numbers(digits: str, network: str) -> None:
    assert passes_luhn(digits)
    assert network_of(digits) == network
    assert parse_card_number(format_card_number(digits)) == digits


@pytest.mark.parametrize(
    ("first", "last", "network", "length"),
    [
        ("34", "34", "amex", 15),
        ("37", "37", "amex", 15),
        ("300", "305", "diners", 14),
        ("38", "39", "diners", 14),
        ("3528", "3589", "jcb", 16),
        ("51", "55", "mastercard", 16),
        ("2221", "2720", "mastercard", 16),
        ("644", "659", "discover", 16),
        ("620", "629", "unionpay", 16),
        ("56", "58", "maestro", 12),
    ],
)
def test_ranges_end_where_they_end(first: str, last: str, network: str, length: int) -> None:
    def at(prefix: int) -> str | None:
        return network_of(str(prefix).ljust(length, "0"))

    assert at(int(first)) == at(int(last)) == network
    assert network not in (at(int(first) - 1), at(int(last) + 1))
    assert network_of(first.ljust(length - 1, "0")) != network or network == "maestro"


@pytest.mark.parametrize(
    ("digits", "printed"),
    [
        ("4111111111111111", "4111 1111 1111 1111"),
        ("378282246310005", "3782 822463 10005"),
        ("30569309025904", "3056 930902 5904"),
        ("4222222222222", "4222 2222 2222 2"),
        ("6759649826438453000", "6759 6498 2643 8453 000"),
    ],
)
def test_numbers_are_printed_in_the_groups_of_their_network(digits: str, printed: str) -> None:
    assert format_card_number(digits) == printed


@given(st.from_regex(r"[3-6][0-9]{14}", fullmatch=True), st.sampled_from(["", " ", "-", "  "]))
def test_print_reads_back(head: str, sep: str) -> None:
    digits = head + luhn_digit(head)
    printed = sep.join(digits[k : k + 4] for k in range(0, 16, 4))
    assert parse_card_number(printed) == digits


@given(st.from_regex(r"4[0-9]{14}", fullmatch=True), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_never_a_number(head: str, position: int, shift: int) -> None:
    digits = head + luhn_digit(head)
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]
    assert not passes_luhn(wrong)
    assert list(scan_card_numbers(wrong)) == []


def test_letters_that_look_like_digits_are_repaired_and_said() -> None:
    (reading,) = scan_card_numbers("4lll 1111 1111 1111")
    assert reading.value == "4111111111111111"
    assert reading.repaired


@pytest.mark.parametrize(
    "text", ["", "4111 1111 1111 1112", "0000 0000 0000 0000", "411.1 1111 1111 1111", "12.50", "2024-03-15 18:42:33"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_card_number(text)


@pytest.mark.parametrize("text", ["NO.{}", "CARD-{}", "VISA/{}", "{}-", "{}/VISA", "{}.", "A,{}; B"])
def test_what_touches_a_number_does_not_hide_it(text: str) -> None:
    (reading,) = scan_card_numbers(text.format("4111111111111111"))
    assert reading.value == "4111111111111111"


@pytest.mark.parametrize("text", ["4111. 1111 1111 1111", "4111 1111.1111 1111"])
def test_a_speck_between_groups_is_no_end_of_a_number(text: str) -> None:
    assert parse_card_number(text) == "4111111111111111"


def test_local_cards_have_no_network_and_are_doubtful() -> None:
    number = "94100000000000" + "0"
    number += luhn_digit(number)
    (reading,) = scan_card_numbers(number)
    assert network_of(number) is None and reading.quality < 1


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_months_read_back_as_their_last_day(day: date) -> None:
    last = parse_expiry(format_expiry(day))
    assert (last.year, last.month) == (day.year, day.month)
    assert (last + timedelta(1)).month != last.month


@pytest.mark.parametrize("text", ["13/27", "00/27", "12/03/2024", "0827", ""])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_expiry(text)


def test_years_that_two_digits_cannot_mean_are_not_printed() -> None:
    with pytest.raises(ValueFormatError):
        format_expiry(date(2100, 1, 1))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1234-56**-****-7890", ["1234-56**-****-7890"]),
        ("XXXXXXXXXXXX1111", ["************1111"]),
        ("Card: 94101234****076*", ["94101234****076*"]),
        ("**** **** **** 1111 visa", ["**** **** **** 1111"]),
        ("4111 1111 1111 1111", []),
        ("* * * * * *", []),
        ("2 XL 12.00", []),
    ],
)
def test_numbers_that_the_print_masks(text: str, numbers: list[str]) -> None:
    assert [reading.value for reading in scan_masked_numbers(text)] == numbers


def test_what_is_printed_less_like_a_month_of_expiry_is_doubtful() -> None:
    (short,), (typical,) = scan_expiries("8/27"), scan_expiries("08/27")
    assert short.value == typical.value and short.quality < 0.5 < typical.quality


def test_stars_alone_are_no_number() -> None:
    assert list(scan_masked_numbers("**** **** **** ****")) == []
