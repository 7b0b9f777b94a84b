"""Numbers of Korean businesses, `123-45-67891`, and of companies in the register of the courts, `110111-0062432`.

The last digit of both checks the others. A company's number looks like that of a resident, which
`docextract.values.residents` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from docextract.errors import ValueFormatError
from docextract.values.reading import Reading, scan_repaired, whole

_BUSINESS = regex.compile(
    r"(?<![\d.,/-])(?:\d{3}\s?[-–]\s?\d\d\s?[-–]\s?\d{5}|(?P<bare>(?<!\w)\d{10}(?!\w)))(?![\d/-]|[.,]\d)"
)
_CORPORATE = regex.compile(r"(?<![\d.,/-])(?:\d{6}\s?[-–]\s?\d{7}|(?P<bare>(?<!\w)\d{13}(?!\w)))(?![\d/-]|[.,]\d)")
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CORPORATE_WEIGHTS = (1, 2) * 6
_NO_DIGIT = regex.compile(r"\D")
_BUSINESS_LENGTH, _CORPORATE_LENGTH = 10, 13
_MISREAD = 0.5  # printed like a number, but the check digit is wrong: a digit was misread, or it is something else
_BARE = 0.5  # digits without hyphens: one run in ten passes by chance


def passes_checksum(number: str) -> bool:
    """Whether the last digit of a business' or a company's number checks the others; hyphens do not count.

    >>> passes_checksum("123-45-67891"), passes_checksum("110111-0062432"), passes_checksum("123-45-67890")
    (True, True, False)

    Raises:
        ValueFormatError: The number has neither 10 nor 13 digits.
    """
    digits = [int(char) for char in _NO_DIGIT.sub("", number)]
    if len(digits) == _BUSINESS_LENGTH:
        total = sum(digit * weight for digit, weight in zip(digits, _BUSINESS_WEIGHTS, strict=False))
        total += digits[8] * _BUSINESS_WEIGHTS[8] // 10
    elif len(digits) == _CORPORATE_LENGTH:
        total = sum(digit * weight for digit, weight in zip(digits, _CORPORATE_WEIGHTS, strict=False))
    else:
        raise ValueFormatError("registration_number")
    return digits[-1] == -total % 10


def format_business_number(number: str) -> str:
    """The number as it is printed.

    >>> format_business_number("1234567891")
    '123-45-67891'

    Raises:
        ValueFormatError: It has other than 10 digits.
    """
    digits = _digits(number, _BUSINESS_LENGTH, "business_number")
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def format_corporate_number(number: str) -> str:
    """The number as it is printed.

    >>> format_corporate_number("1101110062432")
    '110111-0062432'

    Raises:
        ValueFormatError: It has other than 13 digits.
    """
    digits = _digits(number, _CORPORATE_LENGTH, "corporate_number")
    return f"{digits[:6]}-{digits[6:]}"


def scan_business_numbers(text: str) -> Iterator[Reading[str]]:
    """Every business number of a text, as `123-45-67891`; one whose check digit is wrong is rated low.

    Ten digits without hyphens have to pass the check.
    """
    yield from scan_repaired(text, lambda clean: _scan(clean, _BUSINESS, format_business_number))


def parse_business_number(text: str) -> str:
    """The business number that a text is as a whole; ask `passes_checksum` whether it was read right.

    >>> parse_business_number("123 - 45 - 67891")
    '123-45-67891'

    Raises:
        ValueFormatError: The text is no such number, or ten digits that do not pass the check.
    """
    text = text.strip()
    return whole(text, scan_business_numbers(text), "business_number").value


def scan_corporate_numbers(text: str) -> Iterator[Reading[str]]:
    """Every company's number of a text, as `110111-0062432`; one whose check digit is wrong is rated low.

    Thirteen digits without a hyphen have to pass the check.
    """
    yield from scan_repaired(text, lambda clean: _scan(clean, _CORPORATE, format_corporate_number))


def parse_corporate_number(text: str) -> str:
    """The company's number that a text is as a whole; ask `passes_checksum` whether it was read right.

    >>> parse_corporate_number("110111 - 0062432")
    '110111-0062432'

    Raises:
        ValueFormatError: The text is no such number, or thirteen digits that do not pass the check.
    """
    text = text.strip()
    return whole(text, scan_corporate_numbers(text), "corporate_number").value


def _scan(text: str, pattern: regex.Pattern[str], form: Callable[[str], str]) -> Iterator[Reading[str]]:
    for match in pattern.finditer(text):
        number = form(match[0])
        if passes_checksum(number):
            yield Reading(number, match.start(), match.end(), _BARE if match["bare"] else 1.0)
        elif not match["bare"]:
            yield Reading(number, match.start(), match.end(), _MISREAD)


def _digits(number: str, length: int, kind: str) -> str:
    digits = _NO_DIGIT.sub("", number)
    if len(digits) != length:
        raise ValueFormatError(kind)
    return digits
