"""Numbers of Korean passports: `M12345678`, since December 2021 `M123A4567`.

The letter tells the kind of passport. The number itself has no check digit; the machine readable zone, which repeats
it, has one: see `docextract.values.mrz`.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from docextract.values.reading import Reading, whole

# Passports for many journeys and for a single one, of residents abroad, of the government and of diplomats.
_NUMBER = regex.compile(r"(?<![\p{L}\d])[MSRGD](?:\d{8}|\d{3}[A-Z]\d{4})(?![\p{L}\d])")


def scan_passport_numbers(text: str) -> Iterator[Reading[str]]:
    """Every number of a text, in order.

    Nothing is repaired: a number has letters of its own, of which some look like digits.
    """
    for match in _NUMBER.finditer(text):
        yield Reading(match[0], match.start(), match.end(), 1.0)


def parse_passport_number(text: str) -> str:
    """The number that a text is as a whole.

    >>> parse_passport_number("M123A4567")
    'M123A4567'

    Raises:
        ValueFormatError: The text is no such number, or more than one.
    """
    text = text.strip()
    return whole(text, scan_passport_numbers(text), "passport_number").value
