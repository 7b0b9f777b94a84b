"""Telephone numbers as the digits that are dialled: `+603-6262 9219`, `(954) 537-3585`, `02-1234-5678 (내선 12)`.

They are found by their print alone, whatever the country. How a number is dialled from abroad is the matter of the
`phonenumbers` package, which knows the plans of all countries; it is imported when it is first asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import regex

from docextract.errors import ValueFormatError
from docextract.values.reading import Reading, scan_repaired, whole

_PHONE = regex.compile(
    r"(?<![\d,/])(?<!\d\.)(?!\d\s0\d)(?P<number>(?:(?:\+|(?<!\w)00(?=[1-9]))\d{1,3}(?:\s?[-–.]\s?|\s)?(?P<trunk>\(0\)\s?)?)?\+?\(?\d{1,4}\)?(?:\s?[-–.]\s?|\s)?"
    r"(?:\d{2,4}(?:\s?[-–.]\s?|\s)?){1,3}\d{2,4}"
    r"(?:(?<=\+[\d\s()-]{4,12}\d{5})-\d)?)"  # a line of a firm (DIN 5008), whose number ends before
    r"(?:(?<=(?<!\d)0\d{1,2}\W{1,2}\d{3,4}-\d{4})[-~]\d(?!\d))?(?![\d,/]|[-.]\d)"  # and the last of several lines
    r"(?:\s?[,;(]?\s?(?:(?:ext(?:ension|n)?\b\.?|내선(?:\s?번호)?|교환|구내)\s?[:.=]?|x(?=\s?\d{2}))\s?(?P<extension>\d{1,6})(?!\d)\)?)?",
    regex.IGNORECASE,
)
_NO_DIGIT = regex.compile(r"\D")
_EXTENSION = ";ext="  # RFC 3966, 5.3
_SHORTEST, _LONGEST = 7, 15  # digits; the longest is that of ITU-T E.164
_UNASSIGNED = 0.4  # factor of the quality where the country's plan has no such number


def scan_phones(text: str) -> Iterator[Reading[str]]:
    """Every telephone number of a text, in order; one without any separator is rated low."""
    yield from scan_repaired(text, _scan)


def parse_phone(text: str) -> str:
    """The digits of the telephone number that a text is as a whole, after a plus where one is printed.

    A `(0)` behind the code of the country is not dialled with it and left out. An extension follows as in RFC 3966.

    >>> parse_phone("+603-6262 9219"), parse_phone("+82 (0)2-123-4567"), parse_phone("02-123-4567 (내선 12)")
    ('+60362629219', '+8221234567', '021234567;ext=12')

    Raises:
        ValueFormatError: The text is no telephone number, or more than one.
    """
    text = text.strip()
    return whole(text, scan_phones(text), "phone").value


def scan_e164(text: str, country: str | None = None) -> Iterator[Reading[str]]:
    """Every telephone number of a text as it is dialled from anywhere; see `format_phone`.

    One without the code of a country is left out where the country is not known. One that the country's plan has no
    room for is rated low.
    """
    for reading in scan_phones(text):
        try:
            number, assigned = _dialled(reading.value, country)
        except ValueFormatError:
            continue
        yield replace(reading, value=number, quality=reading.quality * (1.0 if assigned else _UNASSIGNED))


def format_phone(number: str, country: str | None = None) -> str:
    """The number as it is dialled from anywhere (ITU-T E.164), an extension behind it as in RFC 3966.

    >>> format_phone("02-1234-5678", "KR"), format_phone("0082-2-1234-5678 ext. 12")
    ('+82212345678', '+82212345678;ext=12')

    Args:
        number: A number as it is printed or as `parse_phone` returns it.
        country: Where a number without the code of a country is dialled, as ISO 3166-1 alpha-2.

    Raises:
        ValueFormatError: The text is no telephone number of the country, or of any where none is given.
    """
    return _dialled(parse_phone(number), country)[0]


def _dialled(number: str, country: str | None) -> tuple[str, bool]:
    """A number of `parse_phone` in E.164, and whether it is in a range that its country has given out."""
    import phonenumbers

    digits, _, extension = number.partition(_EXTENSION)
    try:
        parsed = phonenumbers.parse("+" + digits[2:] if digits.startswith("00") else digits, country)
    except phonenumbers.NumberParseException:
        raise ValueFormatError("phone") from None  # its message may quote the number
    dialled: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(parsed) or len(dialled) > 1 + _LONGEST:
        raise ValueFormatError("phone")
    return dialled + (_EXTENSION + extension if extension else ""), phonenumbers.is_valid_number(parsed)


def _scan(text: str) -> Iterator[Reading[str]]:
    for match in _PHONE.finditer(text):
        printed = match["number"]
        digits = _NO_DIGIT.sub("", printed.replace(match["trunk"] or "", "", 1))
        if _SHORTEST <= len(digits) <= _LONGEST:
            value = "+" + digits if printed.startswith("+") else digits
            extension = _EXTENSION + match["extension"] if match["extension"] else ""
            yield Reading(value + extension, match.start(), match.end(), 0.4 if printed.isdigit() else 1.0)
