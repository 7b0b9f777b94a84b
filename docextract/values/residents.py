"""Numbers of Korean residents and of foreigners in Korea: `711231-1234567`, in print often `711231-1******`.

Six digits of the birth date, one for the century and the sex, six more. The last of them used to be a check digit, but
those given out since October 2020 are random: a wrong one proves nothing.

The number of a company may look the same. It is told apart only where it is labelled as one and both check digits say
so: whoever hides resident numbers by what is read here rather hides a company's than shows a person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import regex

from docextract.values import registrations
from docextract.values.reading import Reading, scan_repaired, whole

_MASK = r"[*#●xX×\ufffd]"  # as printed or, beside such a sign, as what readers put for one that they do not know
_NUMBER = regex.compile(
    r"(?<!\d|\d-)(?P<born>\d{6})(?:\s?[-–—−]\s?|(?P<space>\s))"
    # Readers lose count of signs that are all alike.
    rf"(?P<rest>[0-9](?:\d{{6}}|(?={_MASK}*[*#●xX×]){_MASK}{{5,7}}\d?)|[*#●xX×]{{7}})(?![\d*]|-\d)"
)
_COMPANY = regex.compile(r"법인\s?(?:등록\s?)?번호\s?[:：.]?\s?$")
_LABEL = 24  # characters before a number that its label is looked for in
_SPACED = 0.6  # a hyphen may have been lost
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CENTURIES = {
    "9": 1800,
    "0": 1800,
    "1": 1900,
    "2": 1900,
    "5": 1900,
    "6": 1900,
    "3": 2000,
    "4": 2000,
    "7": 2000,
    "8": 2000,
}


def scan_resident_numbers(text: str) -> Iterator[Reading[str]]:
    """Every number of a text whose birth date exists, as `711231-1234567`, with `*` for what the print hides."""
    yield from scan_repaired(text, _scan)


def parse_resident_number(text: str) -> str:
    """The number that a text is as a whole.

    >>> parse_resident_number("711231 - 1******")
    '711231-1******'

    Raises:
        ValueFormatError: The text is no such number, or its birth date does not exist.
    """
    text = text.strip()
    return whole(text, scan_resident_numbers(text), "resident_number").value


def birth_date_of(number: str) -> date | None:
    """The birth date in a number, None where the digit that tells the century is hidden or the date does not exist."""
    century = _CENTURIES.get(number[7])
    if century is None:
        return None
    try:
        return date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return None


def sex_of(number: str) -> Literal["M", "F"] | None:
    """The sex in a number, None where it is hidden."""
    return None if number[7] == "*" else "M" if int(number[7]) % 2 else "F"


def is_foreign(number: str) -> bool | None:
    """Whether the number is that of a foreigner, None where it is hidden."""
    return None if number[7] == "*" else number[7] in "5678"


def passes_checksum(number: str) -> bool | None:
    """Whether the last digit is the check digit of the others; None where digits are hidden.

    Only a number given out before October 2020 has to pass.
    """
    if "*" in number:
        return None
    digits = [int(char) for char in number if char != "-"]
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return digits[12] == ((13 if is_foreign(number) else 11) - total % 11) % 10


def _scan(text: str) -> Iterator[Reading[str]]:
    for match in _NUMBER.finditer(text):
        rest = match["rest"]
        number = f"{match['born']}-{rest if rest.isdigit() else (rest[0] if rest[0].isdigit() else '*') + '*' * 6}"
        # Without its century a date may exist if it does in the 21st, whose first year had a leap day.
        dated = number if number[7] != "*" else number[:7] + "3" + number[8:]
        before = text[max(0, match.start() - _LABEL) : match.start()]
        if birth_date_of(dated) is not None and not _is_company(number, before):
            yield Reading(number, match.start(), match.end(), _SPACED if match["space"] else 1.0)


def _is_company(number: str, before: str) -> bool:
    """Whether a number is a company's: forms for both say so in one label, as 주민(법인)등록번호 does."""
    labelled = _COMPANY.search(before) is not None and "주민" not in before
    return labelled and passes_checksum(number) is False and registrations.passes_checksum(number)
