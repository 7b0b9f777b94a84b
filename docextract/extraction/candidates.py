"""What locators propose: typed values with the ink they stand in and a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import regex

from docextract.extraction.lexicon import LabelMatch
from docextract.extraction.rows import CELL, Span
from docextract.records.base import Kind, Value
from docextract.records.secrets import CardNumber, ResidentNumber, Secret
from docextract.values.cards import network_of, scan_card_numbers, scan_expiries
from docextract.values.contacts import scan_emails, scan_urls
from docextract.values.currency import CURRENCIES, Currency, scan_currencies
from docextract.values.dates import scan_dates
from docextract.values.licences import scan_licence_numbers
from docextract.values.money import scan_money
from docextract.values.phones import scan_phones
from docextract.values.reading import Reading
from docextract.values.residents import scan_resident_numbers
from docextract.values.times import scan_times

_IDENTIFIER = regex.compile(r"(?=\S*\d)[\p{L}\d][\p{L}\d\-/.#]*[\p{L}\d]|(?<!\S)\d(?!\S)")
_LONG_NUMBER = regex.compile(r"\d{4}[ -]?\d{2}")  # at least a part of a card's or a resident's number
_TEXT = regex.compile(r"[^\s:.\-#=*|][^\t]*[^\s:\-#=*|]|[\p{L}\d]")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Candidate:
    """A value proposed for a field.

    Attributes:
        field: Path of the field.
        value: The typed value.
        kind: Its type.
        spans: Where it is printed; several where it runs over rows.
        score: How well it suits the field, in [0, 1].
        locator: Kind of the locator that proposes it.
        label: The label it was found by.
        alternatives: What the same print may mean as well.
        repaired: Whether letters were taken for digits.
        shared: Whether the print may serve another field as well.
    """

    field: str
    value: Value
    kind: Kind
    spans: tuple[Span, ...]
    score: float
    locator: str
    label: LabelMatch | None = None
    alternatives: tuple[Value, ...] = ()
    repaired: bool = False
    shared: bool = False

    @property
    def position(self) -> tuple[int, int]:
        """Row and character, for the order of the page."""
        return self.spans[0].row.index, self.spans[0].start


def scan(kind: Kind, text: str, currency: Currency | None) -> Iterator[Reading[Any]]:
    """Every value of a type in a part of a row.

    Args:
        kind: The type.
        text: Part of a row's text.
        currency: The currency of the page where it is known: it decides decimals and the order of dates.
    """
    match kind:
        case "money":
            yield from scan_money(text, currency.decimals if currency else None)
        case "date":
            yield from scan_dates(text, currency.date_order if currency else None)
        case "time":
            yield from scan_times(text)
        case "phone":
            yield from scan_phones(text)
        case "currency":
            yield from scan_currencies(text)
        case "email":
            yield from scan_emails(text)
        case "url":
            yield from scan_urls(text)
        case "card_number":
            yield from _hidden(CardNumber, scan_card_numbers(text))
        case "expiry":
            yield from scan_expiries(text)
        case "resident_number":
            yield from _hidden(ResidentNumber, scan_resident_numbers(text))
        case "licence_number":
            yield from scan_licence_numbers(text)
        case "identifier":
            yield from (Reading(m[0], m.start(), m.end(), 1.0) for m in _IDENTIFIER.finditer(text))
        case "text":
            for match in _TEXT.finditer(text):
                yield Reading(" ".join(match[0].split()), match.start(), match.end(), 1.0)


def _hidden(secret: type[Secret], readings: Iterable[Reading[Any]]) -> Iterator[Reading[Any]]:
    return (replace(reading, value=secret(reading.value)) for reading in readings)


def holds_secret(text: str) -> bool:
    """Whether a resident's number, or a card's of a known network, stands somewhere in a text."""
    if _LONG_NUMBER.search(text) is None:
        return False
    cards = (reading.value for reading in scan_card_numbers(text))
    shortest = 14  # of what networks give out today; shorter codes pass Luhn's check too often
    return any(len(number) >= shortest and network_of(number) for number in cards) or any(scan_resident_numbers(text))


def currency_of(code: Value | None) -> Currency | None:
    """What is known about a currency by its ISO 4217 code."""
    return CURRENCIES.get(code) if isinstance(code, str) else None


def cell_bounds(text: str, index: int) -> tuple[int, int]:
    """Begin and end of the cell around an index of a row's text."""
    end = text.find(CELL, index)
    return text.rfind(CELL, 0, index) + 1, len(text) if end < 0 else end
