"""Telephone numbers as the digits that are dialled: `+603-6262 9219`, `(954) 537-3585`, `02-1234-5678`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from docextract.values.reading import Reading, scan_repaired, whole

_PHONE = regex.compile(
    r"(?<![\d.,/])(?P<number>(?:\+\d{1,3}(?:\s?[-–.]\s?|\s)?)?\+?\(?\d{1,4}\)?(?:\s?[-–.]\s?|\s)?"
    r"(?:\d{2,4}(?:\s?[-–.]\s?|\s)?){1,3}\d{2,4})(?![\d,/]|[-.]\d)"
)
_NO_DIGIT = regex.compile(r"\D")
_SHORTEST, _LONGEST = 7, 15  # digits; the longest is that of ITU-T E.164


def scan_phones(text: str) -> Iterator[Reading[str]]:
    """Every telephone number of a text, in order; one without any separator is rated low."""
    yield from scan_repaired(text, _scan)


def parse_phone(text: str) -> str:
    """The digits of the telephone number that a text is as a whole, after a plus where one is printed.

    >>> parse_phone("+603-6262 9219")
    '+60362629219'

    Raises:
        ValueFormatError: The text is no telephone number, or more than one.
    """
    text = text.strip()
    return whole(text, scan_phones(text), "phone").value


def _scan(text: str) -> Iterator[Reading[str]]:
    for match in _PHONE.finditer(text):
        digits = _NO_DIGIT.sub("", match[0])
        if _SHORTEST <= len(digits) <= _LONGEST:
            value = "+" + digits if match[0].startswith("+") else digits
            yield Reading(value, match.start(), match.end(), 0.4 if match[0].isdigit() else 1.0)
