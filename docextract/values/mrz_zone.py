"""What the lines of a machine readable zone say, see `docextract.values.mrz`, and whether their check digits fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import regex

from docextract.values.mrz_formats import LAYOUTS, Format

VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
"""What a character counts in a check digit."""


@dataclass(frozen=True, slots=True, repr=False)
class Mrz:
    """What a machine readable zone says.

    Attributes:
        format: Its format.
        lines: Its lines after repair, which `parse_mrz` takes back.
        document_code: Kind of document, such as `P` or `ID`.
        issuer: Code of the issuing state, of up to three letters.
        nationality: Code of the holder's nationality.
        surname: Primary identifier.
        given_names: Secondary identifier, "" where there is none.
        document_number: Without fillers, in full where it runs on into the optional data.
        birth_date: None where it is not known in full.
        sex: `M`, `F`, or None where it is unspecified.
        expiry_date: None where there is none.
        optional: Optional data of the issuing state, without fillers at its end.
        checks: By name of the field, and `composite`: whether the check digit fits.
        repaired: Names of the fields in which characters were changed.
    """

    format: Format
    lines: tuple[str, ...]
    document_code: str
    issuer: str
    nationality: str
    surname: str
    given_names: str
    document_number: str
    birth_date: date | None
    sex: Literal["M", "F"] | None
    expiry_date: date | None
    optional: str
    checks: Mapping[str, bool]
    repaired: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether every check digit fits."""
        return all(self.checks.values())

    def place_of(self, part: str) -> tuple[int, int, int]:
        """Line, first character and the one behind the last of an attribute's print."""
        fields = LAYOUTS[self.format].fields
        return fields[{"surname": "names", "given_names": "names", "document_code": "code"}.get(part, part)]

    def __repr__(self) -> str:
        return f"Mrz({self.format}, {sum(self.checks.values())} of {len(self.checks)} check digits fit)"


def check_digit(field: str) -> str:
    """The check digit of a field (Doc 9303-3, 4.9).

    >>> check_digit("520727")
    '3'
    """
    return str(sum(VALUES[char] * (7, 3, 1)[k % 3] for k, char in enumerate(field)) % 10)


def interpret(name: Format, lines: tuple[str, ...], today: date) -> Mrz:
    """What the lines of a zone of a format say; `today` decides the century of two-digit years, see `parse_mrz`."""
    layout = LAYOUTS[name]
    text = {field: lines[line][start:end] for field, (line, start, end) in layout.fields.items()}
    printed = {field: lines[line][position] for field, (line, position) in layout.checks.items()}
    checks = {field: check_digit(text[field]) == digit for field, digit in printed.items()}
    number, optional = text["document_number"], text["optional"]
    if "optional" in checks and not optional.strip("<"):
        checks["optional"] = printed["optional"] in "<0"
    if printed["document_number"] == "<" and (rest := regex.match(r"([A-Z0-9]+)([0-9])(?:<|$)", optional)):
        # Doc 9303-5, 4.2.2, note j: a number of more than nine characters goes on in the optional data.
        checks["document_number"] = check_digit(number + "<" + rest[1]) == rest[2] or (
            check_digit(number + rest[1]) == rest[2]
        )
        number, optional = number + rest[1], optional[rest.end() :]
    checks["document_number"] &= not number.startswith("<")  # its beginning is cut off, which a filler says nothing of
    if layout.composite:
        covered = "".join(lines[line][start:end] for line, start, end in layout.composite)
        line, position, _ = layout.composite_digit
        checks["composite"] = check_digit(covered) == lines[line][position]
    surname, _, given = text["names"].strip("<").partition("<<")
    return Mrz(
        format=name,
        lines=lines,
        document_code=text["code"].rstrip("<"),
        issuer=text["issuer"].rstrip("<"),
        nationality=text["nationality"].rstrip("<"),
        surname=surname.replace("<", " "),
        given_names=" ".join(given.replace("<", " ").split()),
        document_number=number.strip("<"),
        birth_date=_date(text["birth_date"], today),
        sex="M" if text["sex"] == "M" else "F" if text["sex"] == "F" else None,
        expiry_date=_date(text["expiry_date"], date(today.year + 50, 12, 31)),
        optional=" ".join(part for part in (optional.strip("<"), text.get("optional_2", "").strip("<")) if part),
        checks=checks,
    )


def _date(digits: str, latest: date) -> date | None:
    """The day of YYMMDD in the hundred years that end with a day; None where it is incomplete or no day."""
    try:
        year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        year = latest.year - (latest.year - year) % 100
        return date(year if (year, month, day) <= (latest.year, latest.month, latest.day) else year - 100, month, day)
    except ValueError:
        return None
