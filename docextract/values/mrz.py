"""Machine readable zones of travel documents: TD1, TD2, TD3, MRV-A and MRV-B of ICAO Doc 9303, parts 3 to 7.

A reader takes letters for digits and loses count of fillers. What a position must hold is repaired (a date has no
letters, a name no digits), fillers are restored where only one place misses them, and where a check digit does not fit,
what is printed elsewhere on the page is asked first (see `docextract.values.mrz_print`); then characters are exchanged
for what the reader thought of as well, or for their look-alikes, if only one way to do so makes all check digits of the
zone come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from typing import Literal

import regex

from docextract.errors import ValueFormatError
from docextract.values.mrz_formats import LAYOUTS, Format, Layout
from docextract.values.mrz_print import (
    Alternatives,
    Print,
    agree_on_letters,
    is_printed_but_for_one,
    lost_characters,
    printed_alike,
    thought_alike,
)

_DIGIT_OF = str.maketrans("ODQCUILTZEASGBY", "000001112345687")
_LETTER_OF = str.maketrans("012345678", "OIZEASGTB")
_TWINS = {
    "0": "O",
    "O": "0",
    "1": "I",
    "I": "1",
    "2": "Z",
    "Z": "2",
    "5": "S",
    "S": "5",
    "8": "B",
    "B": "8",
    "D": "0",
    "Q": "0",
}
_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_STRAY = 4  # fillers lost or added in one line
_LIKELY = 0.05  # probability of another reading that is tried before all the others
_ZONE = regex.compile(r"[A-Z0-9<]{24,50}")


_DATES = ("birth_date", "expiry_date")
_LETTERS = ("issuer", "nationality", "names")


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
    return str(sum(_VALUES[char] * (7, 3, 1)[k % 3] for k, char in enumerate(field)) % 10)


def parse_mrz(
    lines: Sequence[str],
    alternatives: Sequence[Alternatives] = (),
    *,
    beside: Sequence[Print] = (),
    today: date | None = None,
) -> Mrz:
    """Read a zone from its lines, repairing what can only have been misread.

    Args:
        lines: From top to bottom, as printed or as read.
        alternatives: What a reader thought of as well, of every line.
        beside: What else is printed on the page, dates as YYMMDD: it may say the same.
        today: Decides the century of two-digit years: nobody is born after it, documents run out within fifty years
            of it. By default the day of the call.

    Raises:
        ValueFormatError: The lines are no zone of any format.
    """
    zone = _parse(_prints(lines, alternatives), beside, today or date.today())
    if zone is None:
        raise ValueFormatError("mrz")
    return zone


def find_mrz(
    lines: Sequence[str],
    alternatives: Sequence[Alternatives] = (),
    *,
    beside: Sequence[Print] = (),
    today: date | None = None,
) -> tuple[range, Mrz] | None:
    """The zone among the lines of a page: which lines it is, and what it says; None where there is none.

    At least half of its check digits have to fit. See `parse_mrz` for the arguments.
    """
    prints = _prints(lines, alternatives)
    candidates: list[tuple[range, Mrz]] = []
    for first in range(len(prints)):
        for count in (2, 3):
            rows = prints[first : first + count]
            if len(rows) == count and all(_ZONE.fullmatch(row.text) for row in rows):
                zone = _parse(rows, beside, today or date.today())
                if zone is not None and 2 * sum(zone.checks.values()) >= len(zone.checks):
                    candidates.append((range(first, first + count), zone))
    return max(candidates, key=lambda item: sum(item[1].checks.values()), default=None)


def _prints(lines: Sequence[str], alternatives: Sequence[Alternatives]) -> list[Print]:
    return [Print.of(line, others) for line, others in zip(lines, alternatives or [()] * len(lines), strict=True)]


def _parse(lines: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz | None:
    zones = [zone for name in LAYOUTS if (zone := _read(name, lines, beside, today)) is not None]
    return max(zones, key=lambda zone: (sum(zone.checks.values()) / len(zone.checks), len(zone.checks)), default=None)


def _read(name: Format, lines: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz | None:
    layout = LAYOUTS[name]
    if len(lines) != layout.lines or lines[0].text[:1].translate(_LETTER_OF) not in tuple(layout.codes):
        return None
    names, (numbers, start, _) = layout.fields["names"][0], layout.fields["document_number"]
    fitted = [
        [
            fit
            for whole in (line, *(lost_characters(line, start, beside) if k == numbers else ()))
            for fit in _fit(whole, layout.length, padded=k == names)
        ]
        for k, line in enumerate(lines)
    ]
    zones = [_repair(name, whole, beside, today) for whole in product(*fitted)]
    return max(zones, key=_plausibility, default=None)


def _plausibility(zone: Mrz) -> tuple[int, bool]:
    """How many check digits fit, and whether people are born and documents run out on days that there are."""
    return sum(zone.checks.values()), zone.birth_date is not None and zone.expiry_date is not None


def _fit(line: Print, length: int, *, padded: bool) -> Iterator[Print]:
    """The line in the length that it must have: fillers are added to, or taken from, one of its runs of fillers.

    Or one of two equal characters beside each other, which readers take for one, and one for two.
    """
    missing = length - len(line.text)
    if set(line.text) - set(_VALUES) or abs(missing) > (length // 2 if padded else _STRAY):
        return
    if padded:
        # Behind a name comes nothing but fillers, which a reader takes for letters that look like them.
        tail = regex.search(r"(?<=<<<)[<CKLEXI]+$", line.text)
        end = tail.start() if tail else len(line.text)
        if missing < 0 and set(line.text[length:end]) - {"<"}:
            return
        end = min(end, length)
        yield line.with_fillers(end, len(line.text), length - end)
    elif missing == 0:
        yield line
    else:
        for run in regex.finditer("<+", line.text):
            if missing > 0 or len(run[0]) > -missing:
                yield line.with_fillers(run.start(), run.end(), len(run[0]) + missing)
        if missing > 0:
            yield line.with_fillers(len(line.text), len(line.text), missing)
        if missing == -1:
            yield from (line.without(run.start()) for run in regex.finditer(r"([^<])\1+", line.text))
        elif missing == 1:
            yield from (line.with_twin(k) for k, char in enumerate(line.text) if char != "<")


def _repair(name: Format, prints: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz:
    """Give every position the kind of character that it must hold, then ask the check digits about the others."""
    layout = LAYOUTS[name]
    lines = tuple(line.text for line in prints)
    repaired: list[str] = []
    letters = 1 if name == "TD1" else 2  # permanent residents of the United States have a C1
    lines = _translate(lines, (0, 0, letters), _LETTER_OF, "code", repaired)
    for field in (*_DATES, *_LETTERS):
        lines = _translate(lines, layout.fields[field], _DIGIT_OF if field in _DATES else _LETTER_OF, field, repaired)
    for field, (line, position) in layout.checks.items():
        if lines[line][position] != "<":
            lines = _translate(lines, (line, position, position + 1), _DIGIT_OF, field, repaired)
    if layout.composite:
        lines = _translate(lines, layout.composite_digit, _DIGIT_OF, "composite", repaired)
    lines = _confirm(layout, lines, prints, beside, repaired)
    zone = _interpret(name, lines, today)
    if not zone.valid:
        for least in (_LIKELY, 0.0):
            found = list(_valid_neighbours(zone, prints, least, today))
            if len(found) > 1:  # of which one may be what is printed but for a character that was lost there
                found = [one for one in found if is_printed_but_for_one(one[0].document_number, beside)] or found
            if len(found) == 1:
                zone, fields = found[0]
                repaired += fields
            if found:
                break
    return replace(zone, repaired=tuple(dict.fromkeys(repaired)))


def _confirm(
    layout: Layout, lines: tuple[str, ...], prints: Sequence[Print], beside: Sequence[Print], repaired: list[str]
) -> tuple[str, ...]:
    """The lines with what the page says elsewhere, where the zone alone was misread."""
    for field in ("document_number", *_DATES):
        line, start, end = place = layout.fields[field]
        check_line, position = layout.checks[field]
        if check_digit(lines[line][start:end]) != lines[check_line][position]:
            zone = Print(lines[line][start:end], prints[line].others[start:end])
            for alike in (printed_alike, partial(thought_alike, least=_LIKELY)):
                found = alike(zone, beside)
                valid = [text for text in found if check_digit(text) == lines[check_line][position]]
                if valid:
                    break
            if len(valid) == 1:
                lines = _with(lines, place, valid[0])
                repaired.append(field)
    lines = _with_issuer(layout, lines, beside)
    line, start, end = place = layout.fields["names"]
    text = agree_on_letters(Print(lines[line][start:end], prints[line].others[start:end]), beside)
    if text != lines[line][start:end]:
        lines = _with(lines, place, text)
        repaired.append("names")
    return lines


def _with_issuer(layout: Layout, lines: tuple[str, ...], beside: Sequence[Print]) -> tuple[str, ...]:
    """The lines with a letter that the issuer lost, where it is then the nationality, and the surname as printed."""
    (line, start, end), (names, first, _) = layout.fields["issuer"], layout.fields["names"]
    text, state = lines[line], _part(layout, lines, "nationality")
    printed = {print_.text for print_ in beside}
    if line != names or text[start:end] == state or text[first:].partition("<")[0] in printed:
        return lines
    for k in range(start, end):
        whole = text[:k] + state[k - start] + text[k:-1]
        if text.endswith("<") and whole[start:end] == state and whole[first:].partition("<")[0] in printed:
            return _with(lines, (line, 0, layout.length), whole)
    return lines


def _part(layout: Layout, lines: tuple[str, ...], field: str) -> str:
    line, start, end = layout.fields[field]
    return lines[line][start:end]


def _valid_neighbours(
    zone: Mrz, prints: Sequence[Print], least: float, today: date
) -> Iterator[tuple[Mrz, tuple[str, ...]]]:
    """Zones with all check digits right that differ in one character of every field whose check digit is wrong.

    Where only the composite digit is wrong, that is one of the fields that have no other, or the digit itself.
    """
    layout = LAYOUTS[zone.format]
    wrong = tuple(field for field, fits in zone.checks.items() if not fits and field != "composite")
    unchecked = [field for field in ("optional", "optional_2") if field in layout.fields and field not in zone.checks]
    for fields in [wrong] if wrong else [(field,) for field in (*unchecked, "composite")]:
        for changes in product(*(_exchanges(zone, field, prints, least, today) for field in fields)):
            lines = zone.lines
            for line, k, char in changes:
                lines = _with(lines, (line, k, k + 1), char)
            other = _interpret(zone.format, lines, today)
            if other.valid:
                yield other, fields


def _exchanges(zone: Mrz, field: str, prints: Sequence[Print], least: float, today: date) -> list[tuple[int, int, str]]:
    """Exchanges of one character, as its line, its place and the other one, that make a field's check digit fit."""
    layout = LAYOUTS[zone.format]
    places = [] if field == "composite" else [layout.fields[field]]
    if field == "composite":
        places.append(layout.composite_digit)
    elif field in layout.checks:
        line, position = layout.checks[field]
        places.append((line, position, position + 1))
    found = []
    for place in places:
        line, start, end = place
        digits = field in _DATES or place != layout.fields.get(field)
        for k in range(start, end):
            others = {char.upper() for char, p in prints[line].others[k] if p >= least}
            others |= set(_TWINS.get(zone.lines[line][k], "")) if least == 0 else set()
            for char in sorted(others & set("0123456789" if digits else _VALUES) - {zone.lines[line][k]}):
                checks = _interpret(zone.format, _with(zone.lines, (line, k, k + 1), char), today).checks
                if field == "composite" or checks.get(field, True):
                    found.append((line, k, char))
    return found


def _translate(
    lines: tuple[str, ...], place: tuple[int, int, int], table: Mapping[int, int], field: str, repaired: list[str]
) -> tuple[str, ...]:
    line, start, end = place
    before = lines[line][start:end]
    after = before.translate(table)
    if after == before:
        return lines
    repaired.append(field)
    return _with(lines, place, after)


def _with(lines: tuple[str, ...], place: tuple[int, int, int], text: str) -> tuple[str, ...]:
    line, start, end = place
    return (*lines[:line], lines[line][:start] + text + lines[line][end:], *lines[line + 1 :])


def _interpret(name: Format, lines: tuple[str, ...], today: date) -> Mrz:
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
        birth_date=_date(text["birth_date"], today.year),
        sex="M" if text["sex"] == "M" else "F" if text["sex"] == "F" else None,
        expiry_date=_date(text["expiry_date"], today.year + 50),
        optional=" ".join(part for part in (optional.strip("<"), text.get("optional_2", "").strip("<")) if part),
        checks=checks,
    )


def _date(digits: str, latest: int) -> date | None:
    """The day of YYMMDD in the last century that ends with a year; None where it is incomplete or no day."""
    try:
        year = int(digits[:2])
        return date(latest - (latest - year) % 100, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
