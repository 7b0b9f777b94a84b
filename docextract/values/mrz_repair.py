"""Misread characters of machine readable zones, see `docextract.values.mrz`, set right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import product

from docextract.values.mrz_formats import LAYOUTS, Format, Layout
from docextract.values.mrz_print import Print, agree_on_letters, is_printed_but_for_one, printed_alike, thought_alike
from docextract.values.mrz_zone import VALUES, Mrz, check_digit, interpret

_DIGIT_OF = str.maketrans("ODQCUILTZEASGBY", "000001112345687")
LETTER_OF = str.maketrans("012345678", "OIZEASGTB")
"""Letters that digits resemble, for `str.translate`."""
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
_LIKELY = 0.05  # probability of another reading that is tried before all the others
_DATES = ("birth_date", "expiry_date")
_LETTERS = ("issuer", "nationality", "names")


def repair(name: Format, prints: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz:
    """Give every position the kind of character that it must hold, then ask the check digits about the others."""
    layout = LAYOUTS[name]
    lines = tuple(line.text for line in prints)
    repaired: list[str] = []
    letters = 1 if name == "TD1" else 2  # permanent residents of the United States have a C1
    of_kind = [((0, 0, letters), LETTER_OF, "code")]
    of_kind += [(layout.fields[field], _DIGIT_OF, field) for field in _DATES]
    of_kind += [(layout.fields[field], LETTER_OF, field) for field in _LETTERS]
    of_kind += [
        ((line, position, position + 1), _DIGIT_OF, field)
        for field, (line, position) in layout.checks.items()
        if lines[line][position] != "<"
    ]
    if layout.composite:
        of_kind.append((layout.composite_digit, _DIGIT_OF, "composite"))
    for place, table, field in of_kind:
        lines = _translate(lines, prints, place, table, field, repaired)
    lines = _confirm(layout, lines, prints, beside, repaired)
    zone = interpret(name, lines, today)
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
            other = interpret(zone.format, lines, today)
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
            for char in sorted(others & set("0123456789" if digits else VALUES) - {zone.lines[line][k]}):
                checks = interpret(zone.format, _with(zone.lines, (line, k, k + 1), char), today).checks
                if field == "composite" or checks.get(field, True):
                    found.append((line, k, char))
    return found


def _translate(
    lines: tuple[str, ...],
    prints: Sequence[Print],
    place: tuple[int, int, int],
    table: Mapping[int, int],
    field: str,
    repaired: list[str],
) -> tuple[str, ...]:
    """The lines with what a table translates exchanged in a place."""
    line, start, end = place
    before = lines[line][start:end]
    after = "".join(_in_kind(*read, table) for read in zip(before, prints[line].others[start:end], strict=True))
    if after == before:
        return lines
    repaired.append(field)
    return _with(lines, place, after)


def _in_kind(char: str, others: Sequence[tuple[str, float]], table: Mapping[int, int]) -> str:
    """What a table makes of a character, or rather what the reader thought of as well, if it is of the same kind."""
    alike = char.translate(table)
    if alike == char:
        return char
    of_kind = str.isalpha if alike.isalpha() else str.isdigit
    likely = [(p, other.upper()) for other, p in others if p >= _LIKELY and other.upper() in VALUES and of_kind(other)]
    return max(likely, default=(0.0, alike))[1]


def _with(lines: tuple[str, ...], place: tuple[int, int, int], text: str) -> tuple[str, ...]:
    line, start, end = place
    return (*lines[:line], lines[line][:start] + text + lines[line][end:], *lines[line + 1 :])
