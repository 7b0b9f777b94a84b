"""Telephone numbers as the digits that are dialled: `+603-6262 9219`, `(954) 537-3585`, `02-1234-5678`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from docextract.errors import ValueFormatError
from docextract.values.reading import Reading, scan_repaired, whole

_PHONE = regex.compile(
    r"(?<![\d.,/])(?P<number>(?:(?:\+|(?<!\w)00(?=[1-9]))\d{1,3}(?:\s?[-–.]\s?|\s)?(?P<trunk>\(0\)\s?)?)?\+?\(?\d{1,4}\)?(?:\s?[-–.]\s?|\s)?"
    r"(?:\d{2,4}(?:\s?[-–.]\s?|\s)?){1,3}\d{2,4})(?![\d,/]|[-.]\d)"
)
_NO_DIGIT = regex.compile(r"\D")
# Calling code (ITU-T E.164) and the prefix of calls within the country, which is no part of a number in E.164.
_COUNTRIES = {
    "AU": ("61", "0"),
    "CA": ("1", "1"),
    "CN": ("86", "0"),
    "DE": ("49", "0"),
    "ES": ("34", ""),
    "FR": ("33", "0"),
    "GB": ("44", "0"),
    "HK": ("852", ""),
    "ID": ("62", "0"),
    "IN": ("91", "0"),
    "IT": ("39", ""),
    "JP": ("81", "0"),
    "KR": ("82", "0"),
    "MY": ("60", "0"),
    "NZ": ("64", "0"),
    "PH": ("63", "0"),
    "SG": ("65", ""),
    "TH": ("66", "0"),
    "TW": ("886", "0"),
    "US": ("1", "1"),
    "VN": ("84", "0"),
}
_SHORTEST, _LONGEST = 7, 15  # digits; the longest is that of ITU-T E.164


def scan_phones(text: str) -> Iterator[Reading[str]]:
    """Every telephone number of a text, in order; one without any separator is rated low."""
    yield from scan_repaired(text, _scan)


def parse_phone(text: str) -> str:
    """The digits of the telephone number that a text is as a whole, after a plus where one is printed.

    A `(0)` behind the code of the country is not dialled with it and left out.

    >>> parse_phone("+603-6262 9219"), parse_phone("+82 (0)2-123-4567")
    ('+60362629219', '+8221234567')

    Raises:
        ValueFormatError: The text is no telephone number, or more than one.
    """
    text = text.strip()
    return whole(text, scan_phones(text), "phone").value


def format_phone(number: str, country: str) -> str:
    """The number as it is dialled from anywhere (ITU-T E.164).

    >>> format_phone("02-1234-5678", "KR"), format_phone("0082-2-1234-5678", "KR")
    ('+82212345678', '+82212345678')

    Args:
        number: A number as it is printed or as `parse_phone` returns it.
        country: Where a number without the code of a country is dialled, as ISO 3166-1 alpha-2.

    Raises:
        ValueFormatError: The text is no telephone number, or it gets too long.
        KeyError: The calling code of the country is not known here.
    """
    code, trunk = _COUNTRIES[country]
    dialled = parse_phone(number)
    if dialled.startswith(("+", "00")):
        digits = dialled.lstrip("+").removeprefix("00")
        if trunk == "0" and digits.startswith(code + trunk):  # +82-02-123-4567 is dialled by nobody, but printed
            digits = code + digits.removeprefix(code + trunk)
    else:
        digits = code + dialled.removeprefix(trunk)
    if len(digits) > _LONGEST:
        raise ValueFormatError("phone")
    return "+" + digits


def _scan(text: str) -> Iterator[Reading[str]]:
    for match in _PHONE.finditer(text):
        digits = _NO_DIGIT.sub("", match[0].replace(match["trunk"] or "", "", 1))
        if _SHORTEST <= len(digits) <= _LONGEST:
            value = "+" + digits if match[0].startswith("+") else digits
            yield Reading(value, match.start(), match.end(), 0.4 if match[0].isdigit() else 1.0)
