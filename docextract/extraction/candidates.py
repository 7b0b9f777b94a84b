"""What locators propose: typed values with the ink they stand in and a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import regex

from docextract.extraction.lexicon import LabelMatch
from docextract.extraction.rows import Span
from docextract.records.base import Kind, Value
from docextract.records.secrets import CardNumber, ResidentNumber, Secret
from docextract.values.cards import network_of, scan_card_numbers, scan_expiries, scan_masked_numbers
from docextract.values.contacts import scan_emails, scan_urls
from docextract.values.currency import CURRENCIES, Currency, scan_currencies
from docextract.values.dates import scan_dates
from docextract.values.licences import scan_licence_numbers
from docextract.values.money import scan_money
from docextract.values.passports import scan_passport_numbers
from docextract.values.phones import scan_e164, scan_phones
from docextract.values.reading import Reading
from docextract.values.registrations import scan_business_numbers
from docextract.values.residents import scan_resident_numbers
from docextract.values.times import scan_times

_IDENTIFIER = regex.compile(  # no amount; registers of companies print theirs in groups: 51 824 753 556
    r"(?<![^\s:.])(?:[A-Z]{2} )?\d{2,3} \d{3,4}(?: \d{2,5}){1,2}(?!\S| \d)|"
    r"(?<!\S)\d{3} \d\d \d{5}(?!\S)|(?<!\S)(?:\d{9}|\d{5} \d{4}) ?RT ?\d{4}|"
    r"(?<!\d[.,])(?!\d{1,3}(?:[.,]?\d{3})*[.,]\d\d(?![\w\-/.#]))[\p{L}\d][\p{L}\d\-/.#]*[\p{L}\d]|(?<!\S)\d(?!\S)"
)
_NUMERIC: frozenset[Kind] = frozenset({"money", "date", "time", "phone", "e164", "expiry"})  # none without a digit
_DIGIT = regex.compile(r"\d")
_LONG_NUMBER = regex.compile(r"[\dOoQDIl|!ZSsB]{4}[ -]?[\dOoQDIl|!ZSsB]{2}")  # a part of a card's or a resident's
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
        repaired: Whether letters were taken for digits, or digits for others.
        shared: Whether the print may serve another field as well.
        proven: Whether check digits of its own speak for it, none of which were needed to repair it.
        disproved: Whether its own check digit says that a character was misread.
        lead: How far it is ahead of the next best value of its field; known of chosen candidates only.
        also: What is known by how it was found: fields beside its own with their values.
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
    proven: bool = False
    disproved: bool = False
    lead: float = 1.0
    also: tuple[tuple[str, str], ...] = ()

    @property
    def position(self) -> tuple[int, int]:
        """Row and character, for the order of the page."""
        return self.spans[0].row.index, self.spans[0].start

    @property
    def amount(self) -> Decimal:
        """The value, which is an amount of money."""
        assert isinstance(self.value, Decimal)
        return self.value


def scan(kind: Kind, text: str, currency: Currency | None) -> Iterator[Reading[Any]]:
    """Every value of a type in a part of a row.

    Args:
        kind: The type.
        text: Part of a row's text.
        currency: The currency of the page where it is known: it decides decimals, the order of
            dates and where telephone numbers are dialled.
    """
    if kind in _NUMERIC and _DIGIT.search(text) is None:
        return
    match kind:
        case "money":
            yield from scan_money(text, currency.decimals if currency else None)
        case "date":
            yield from scan_dates(text, currency.date_order if currency else None)
        case "time":
            yield from scan_times(text)
        case "phone":
            yield from _harmless(text, scan_phones(text))
        case "e164":
            yield from _harmless(text, scan_e164(text, currency.country if currency else None))
        case "currency":
            yield from scan_currencies(text)
        case "email":
            yield from scan_emails(text)
        case "url":
            yield from scan_urls(text)
        case "card_number":
            yield from _hidden(CardNumber, scan_card_numbers(text))
        case "masked_number":
            yield from scan_masked_numbers(text)
        case "expiry":
            yield from scan_expiries(text)
        case "resident_number":
            yield from _hidden(ResidentNumber, scan_resident_numbers(text))
        case "licence_number":
            yield from scan_licence_numbers(text)
        case "passport_number":
            yield from scan_passport_numbers(text)
        case "business_number":
            yield from scan_business_numbers(text)
        case "identifier":
            found = _IDENTIFIER.finditer(text)
            yield from (Reading(m[0], m.start(), m.end(), 1.0) for m in found if _DIGIT.search(m[0]))
        case "text":
            for match in _TEXT.finditer(text):
                yield Reading(" ".join(match[0].split()), match.start(), match.end(), 1.0)


def _hidden(secret: type[Secret], readings: Iterable[Reading[Any]]) -> Iterator[Reading[Any]]:
    return (replace(reading, value=secret(reading.value)) for reading in readings)


def _harmless(text: str, readings: Iterable[Reading[Any]]) -> Iterator[Reading[Any]]:
    """Those that are no part of a secret: the groups of some look like those of telephone numbers."""
    secrets = list(_secrets(text))
    return (r for r in readings if not any(r.start < secret.end and secret.start < r.end for secret in secrets))


def holds_secret(text: str) -> bool:
    """Whether a resident's number, or a card's of a known network, stands somewhere in a text."""
    return any(True for _ in _secrets(text))


def _secrets(text: str) -> Iterator[Reading[str]]:
    if _LONG_NUMBER.search(text) is None:
        return
    shortest = 14  # of what networks give out today; shorter codes pass Luhn's check too often
    for reading in scan_card_numbers(text):
        if len(reading.value) >= shortest and network_of(reading.value):
            yield reading
    yield from scan_resident_numbers(text)


def currency_of(code: Value | None) -> Currency | None:
    """What is known about a currency by its ISO 4217 code."""
    return CURRENCIES.get(code) if isinstance(code, str) else None
