"""Numbers that carry their own check, made so that they pass it."""

from __future__ import annotations

from datetime import date
from random import Random

_MRZ_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def luhn_digit(number: str) -> str:
    """The digit to append to a card number's first digits (ISO/IEC 7812-1, annex B).

    >>> luhn_digit("411111111111111")
    '1'
    """
    doubled = [int(char) * (2 - k % 2) for k, char in enumerate(reversed(number))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def mrz_digit(field: str) -> str:
    """The check digit of a field of a machine readable zone (ICAO Doc 9303-3, 4.9).

    >>> mrz_digit("520727")
    '3'
    """
    return str(sum(_MRZ_VALUES[char] * (7, 3, 1)[k % 3] for k, char in enumerate(field)) % 10)


def business_number(rng: Random) -> str:
    """A Korean business registration number with its check digit, as 123-45-67891."""
    head = [rng.randint(1, 9), *(rng.randrange(10) for _ in range(8))]
    total = sum(digit * weight for digit, weight in zip(head, _BUSINESS_WEIGHTS, strict=True)) + head[8] * 5 // 10
    text = "".join(map(str, [*head, -total % 10]))
    return f"{text[:3]}-{text[3:5]}-{text[5:]}"


def resident_number(rng: Random, born: date, *, male: bool, foreign: bool = False) -> str:
    """A Korean resident's or foreigner's number that nobody can have: before October 2020 its check digit is wrong."""
    century = (0 if born.year < 2000 else 2) + (4 if foreign else 0)
    head = f"{born:%y%m%d}{century + (1 if male else 2)}" + "".join(str(rng.randrange(10)) for _ in range(5))
    check = (11 - sum(int(char) * weight for char, weight in zip(head, _RESIDENT_WEIGHTS, strict=True)) % 11) % 10
    wrong = (check + rng.choice((1, 3, 4, 5, 6, 7, 9))) % 10
    return f"{head[:6]}-{head[6:]}{wrong}"


def td3(
    country: str, surname: str, given: str, number: str, born: date, sex: str, expires: date, optional: str
) -> list[str]:
    """The two lines of a passport's machine readable zone (ICAO Doc 9303-4, 4.2)."""
    names = f"{surname}<<{given}".replace(" ", "<")
    upper = f"P<{country}{names}"[:44].ljust(44, "<")
    number, optional = number.ljust(9, "<"), optional.ljust(14, "<")
    parts = [checked(number), checked(f"{born:%y%m%d}"), checked(f"{expires:%y%m%d}") + checked(optional)]
    lower = f"{parts[0]}{country}{parts[1]}{sex}{parts[2]}"
    return [upper, lower + mrz_digit("".join(parts))]


def td1(country: str, surname: str, given: str, number: str, born: date, sex: str, expires: date) -> list[str]:
    """The three lines of an identity card's machine readable zone (ICAO Doc 9303-5, 4.2)."""
    upper = f"I<{country}{checked(number.ljust(9, '<'))}".ljust(30, "<")
    dates = [checked(f"{born:%y%m%d}"), checked(f"{expires:%y%m%d}")]
    middle = f"{dates[0]}{sex}{dates[1]}{country}".ljust(29, "<")
    check = mrz_digit(upper[5:] + "".join(dates) + middle[18:29])
    return [upper, middle + check, f"{surname}<<{given}".replace(" ", "<")[:30].ljust(30, "<")]


def checked(field: str) -> str:
    """A field of a machine readable zone with its check digit behind it."""
    return field + mrz_digit(field)
