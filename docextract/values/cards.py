"""Numbers of payment cards and the month they end with: `4111 1111 1111 1111`, `08/27`.

Numbers follow ISO/IEC 7812: the first digits name the network, the last one is Luhn's check digit.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Literal

import regex

from docextract.errors import ValueFormatError
from docextract.values.reading import Reading, scan_repaired, whole

Network = Literal["visa", "mastercard", "amex", "discover", "jcb", "unionpay", "diners", "maestro"]

# First and last prefix, and how many digits there are. Networks overlap; the first line that fits is the answer.
_NETWORKS: tuple[tuple[Network, str, str, tuple[int, ...]], ...] = (
    ("amex", "34", "34", (15,)),
    ("amex", "37", "37", (15,)),
    ("diners", "300", "305", (14,)),
    ("diners", "36", "36", (14,)),
    ("diners", "38", "39", (14,)),
    ("jcb", "3528", "3589", (16, 17, 18, 19)),
    ("visa", "4", "4", (13, 16, 19)),
    ("mastercard", "51", "55", (16,)),
    ("mastercard", "2221", "2720", (16,)),
    ("discover", "6011", "6011", (16, 19)),
    ("discover", "644", "649", (16, 19)),
    ("discover", "65", "65", (16, 19)),
    ("unionpay", "62", "62", (16, 17, 18, 19)),
    ("maestro", "50", "50", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("maestro", "56", "58", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("maestro", "6", "6", (12, 13, 14, 15, 16, 17, 18, 19)),
)
_GROUPS = {"amex": (4, 6, 5), "diners": (4, 6, 4)}
_NUMBER = regex.compile(r"(?<!\d|\d[.,/-])\d(?:(?:[ \t-]{0,3}|(?<=\d{4})\. ?(?=\d{4}))\d){11,18}(?!\d|[.,/-]\d)")
_EXPIRY = regex.compile(r"(?<![\d/.-])(?P<month>0[1-9]|1[0-2]|[1-9])\s?[/-]\s?(?P<year>20\d\d|\d\d)(?!\d|\s?[/-]\s?\d)")
_MASKED = regex.compile(r"(?<![\w*•#])(?=[\d -]{0,12}[*xX•#]{2})[\d*xX•#]{4,6}(?:[ -]?[\d*xX•#]{2,8}){1,4}(?![\w*•#])")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # what the digits of twice a digit come to
_STARS = str.maketrans("xX•#", "****")
_NO_DIGIT = regex.compile(r"\D")


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is right (ISO/IEC 7812-1, annex B).

    >>> passes_luhn("4111111111111111")
    True
    """
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def network_of(digits: str) -> Network | None:
    """The network of a number, None for one that no international network gives out, as local cards in Korea have."""
    for network, first, last, lengths in _NETWORKS:
        if len(digits) in lengths and first <= digits[: len(first)] <= last:
            return network
    return None


def format_card_number(digits: str) -> str:
    """The number in the groups of its network.

    >>> format_card_number("378282246310005")
    '3782 822463 10005'
    """
    groups, at = [], 0
    for size in _GROUPS.get(network_of(digits) or "", (4,) * 5):
        groups.append(digits[at : at + size])
        at += size
    return " ".join(group for group in groups if group)


def scan_card_numbers(text: str) -> Iterator[Reading[str]]:
    """Every number of a text that passes Luhn's check, as digits only; one of no known network is rated low."""
    yield from scan_repaired(text, _scan_numbers)


def parse_card_number(text: str) -> str:
    """The digits of the card number that a text is as a whole.

    >>> parse_card_number("4111-1111-1111-1111")
    '4111111111111111'

    Raises:
        ValueFormatError: The text is no card number, or its check digit is wrong.
    """
    text = text.strip()
    return whole(text, scan_card_numbers(text), "card_number").value


def scan_masked_numbers(text: str) -> Iterator[Reading[str]]:
    """Every card number of a text that is printed with stars, or what stands for them, in place of digits."""
    for match in _MASKED.finditer(text):
        if any(char.isdigit() for char in match[0]):
            yield Reading(match[0].translate(_STARS), match.start(), match.end(), 1.0)


def scan_expiries(text: str) -> Iterator[Reading[date]]:
    """Every month of a text that a card may end with, as the last day of it."""
    yield from scan_repaired(text, _scan_expiries)


def parse_expiry(text: str) -> date:
    """The last day on which a card with this print is valid.

    >>> parse_expiry("02/28")
    datetime.date(2028, 2, 29)

    Raises:
        ValueFormatError: The text is no month of a year.
    """
    text = text.strip()
    return whole(text, scan_expiries(text), "expiry").value


def format_expiry(day: date) -> str:
    """The month as cards print it.

    Raises:
        ValueFormatError: The year is beyond what two digits can mean.
    """
    if not 2000 <= day.year < 2100:
        raise ValueFormatError("expiry")
    return f"{day:%m/%y}"


def _scan_numbers(text: str) -> Iterator[Reading[str]]:
    for match in _NUMBER.finditer(text):
        digits = _NO_DIGIT.sub("", match[0])
        if passes_luhn(digits) and digits.strip("0"):
            yield Reading(digits, match.start(), match.end(), 1.0 if network_of(digits) else 0.6)


def _scan_expiries(text: str) -> Iterator[Reading[date]]:
    for match in _EXPIRY.finditer(text):
        year, month = int(match["year"]) % 100 + 2000, int(match["month"])
        yield Reading(
            date(year, month, monthrange(year, month)[1]),
            match.start(),
            match.end(),
            0.9 if len(match["month"]) == 2 else 0.4,
        )
