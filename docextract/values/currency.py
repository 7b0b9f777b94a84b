"""Currencies: the marks that print them, their decimals, and the order of dates where they are spent.

Decimals follow ISO 4217, orders of day, month and year the short formats of CLDR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from docextract.values.reading import Reading

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Currency:
    """What a currency says about the print around it.

    Attributes:
        decimals: Digits of the minor unit.
        date_order: The usual order of a date's parts.
        country: Where it is spent, as ISO 3166-1 alpha-2; None where that is in many countries.
    """

    decimals: int
    date_order: DateOrder
    country: str | None


CURRENCIES = {
    "AUD": Currency(2, "dmy", "AU"),
    "CAD": Currency(2, "ymd", "CA"),
    "CHF": Currency(2, "dmy", "CH"),
    "CNY": Currency(2, "ymd", "CN"),
    "EUR": Currency(2, "dmy", None),
    "GBP": Currency(2, "dmy", "GB"),
    "HKD": Currency(2, "dmy", "HK"),
    "IDR": Currency(2, "dmy", "ID"),
    "INR": Currency(2, "dmy", "IN"),
    "JPY": Currency(0, "ymd", "JP"),
    "KRW": Currency(0, "ymd", "KR"),
    "MYR": Currency(2, "dmy", "MY"),
    "NZD": Currency(2, "dmy", "NZ"),
    "PHP": Currency(2, "mdy", "PH"),
    "SGD": Currency(2, "dmy", "SG"),
    "THB": Currency(2, "dmy", "TH"),
    "TWD": Currency(2, "ymd", "TW"),
    "USD": Currency(2, "mdy", "US"),
    "VND": Currency(0, "dmy", "VN"),
}

# A mark that several currencies share names them all: the mark alone decides nothing.
_MARKS = {
    "₩": ("KRW",),
    "￦": ("KRW",),
    "원": ("KRW",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "円": ("JPY",),
    "₹": ("INR",),
    "RM": ("MYR",),
    "US$": ("USD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "A$": ("AUD",),
    "C$": ("CAD",),
    "NT$": ("TWD",),
    "$": ("USD", "SGD", "AUD", "CAD", "NZD", "HKD", "TWD"),
    **{code: (code,) for code in CURRENCIES},
}

MARK = "|".join(regex.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True))
"""A regular expression of all marks, for patterns of amounts."""

# Letters must not run on: the RM of FORM and the MYR of a product's name are no currencies.
_SCAN = regex.compile(rf"(?<!\p{{L}})(?P<mark>{MARK})(?!\p{{L}})|(?<=\d\s?)(?P<after>[원円])")
_AT_NUMBER = regex.compile(r"[\d(]")


def currencies_of(mark: str) -> tuple[str, ...]:
    """ISO 4217 codes that a printed mark may stand for; empty for an unknown one.

    >>> currencies_of("RM")
    ('MYR',)
    """
    return _MARKS.get(mark.upper(), ())


def scan_currencies(text: str) -> Iterator[Reading[str]]:
    """Every currency mark of a text, in order.

    A mark that several currencies share is ambiguous and rated low. So is one that stands neither at a number nor in
    brackets: CNY may be short for the Chinese New Year.
    """
    for match in _SCAN.finditer(text):
        codes = currencies_of(match[0])
        quality = (1.0 if len(codes) == 1 else 0.2) * (1.0 if _is_at_number(match) else 0.5)
        yield Reading(codes[0], match.start(), match.end(), quality, codes[1:])


def common_currency(texts: Iterable[str]) -> str | None:
    """The ISO 4217 code that every mark at a number, or in brackets, may stand for; None if there is not just one.

    >>> common_currency(["FINE $10,000", "USD 2.50"]), common_currency(["$10,000"]), common_currency(["$5", "5원"])
    ('USD', None, None)
    """
    marks = [set(currencies_of(m[0])) for text in texts for m in _SCAN.finditer(text) if _is_at_number(m)]
    common = set.intersection(*marks) if marks else set()
    return common.pop() if len(common) == 1 else None


def _is_at_number(mark: regex.Match[str]) -> bool:
    """Whether a mark stands at a number or in brackets."""
    before, after = mark.string[: mark.start()].rstrip(), mark.string[mark.end() :].lstrip(" :.")
    return _AT_NUMBER.search(before[-1:] + after[:1]) is not None
