"""Numbers that must not leave the house, for those who hide them: rather too much is found than too little.

`docextract.values` says what is a number and what it means. Here it is enough that somebody who looks at the picture
could make the number out, whatever the reader made of it: a digit taken for a letter, lost hyphens, a number that goes
on in the row below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import regex

from docextract.extraction.rows import Layout, Span
from docextract.values import registrations, residents
from docextract.values.cards import network_of, passes_luhn, scan_card_numbers
from docextract.values.licences import scan_licence_numbers
from docextract.values.mrz import find_mrz
from docextract.values.passports import scan_passport_numbers
from docextract.values.reading import Reading, scan_repaired, without_overlaps
from docextract.values.residents import scan_resident_numbers

Scanner = Callable[[str], Iterable[Reading[str]]]

_LIKE = r"[\dA-Za-z|!?\ufffd]"  # what a reader may make of a digit
_MISREAD = 2  # digits of a number that may be something else
_SHORTEST, _LONGEST = 13, 19  # digits of a card number
_APART = r"(?:[ \t-]{1,3}|[ \t]?[./:·_][ \t]?)"
_GROUPED = regex.compile(  # 4-4-4-4 or, of American Express and Diners, 4-6-5 and 4-6-4
    rf"(?<!\d|\d[ .,/-]){_LIKE}{{4}}(?:(?:{_APART}{_LIKE}{{4}}){{3}}|{_APART}{_LIKE}{{6}}{_APART}{_LIKE}{{4,5}})"
    r"(?!\d|[ .,/-]\d)"
)
_GLUED = regex.compile(rf"(?<![\p{{L}}\d])[3-6]{_LIKE}{{14,15}}(?![\p{{L}}\d])")
_RUN = regex.compile(r"\d+(?:[ \t-]{1,3}\d+)+|\d{13,}")
_RESIDENT = regex.compile(rf"(?<![\w-])(?P<born>{_LIKE}{{6}})\s?[-–—−.:·~]\s?(?P<rest>{_LIKE}{{7}})(?![\w-])")
_BARE_RESIDENT = regex.compile(r"(?<!\d)\d{13}(?!\d)")
_COMPANY = regex.compile(r"법인")
_LICENCE = regex.compile(
    r"(?<!\d)(?P<region>\d\d)"
    r"(?:[ \t.-]{1,3}\d\d[ \t.-]{1,3}\d{6}[ \t.-]{1,3}\d\d|(?<![\w.,/-]\d\d)\d{10}(?![\w.,/-]))(?!\d)"
)
_REGIONS = range(11, 29)
_PASSPORT = regex.compile(r"(?<![\p{L}\d])[MSRGD]\s?\d{3}\s?[\dA-Z]\s?\d{4}(?![\p{L}\d])", regex.IGNORECASE)
_FILLERS = regex.compile(r"<\s?<\s?<|[«《]\s?[<«《]")
_ZONE = regex.compile(r"(?=.*[<«《])(?=(?:.*\d){6})[A-Z0-9<«《]{28,50}", regex.IGNORECASE)
_MOST_ROWS = 4  # that a number stands in
_ENDS, _BEGINS = regex.compile(r"[\d-]$"), regex.compile(r"^[\d-]")  # of cells between which a number goes on
_DIGITS, _CHARACTER = regex.compile(r"\d+"), regex.compile(_LIKE)


def find_zone_rows(texts: Sequence[str]) -> set[int]:
    """Which rows are lines of a machine readable zone; where it is too damaged to be one, whatever looks like one."""
    found = find_mrz(texts)
    like = (k for k, text in enumerate(texts) if _FILLERS.search(text) or _ZONE.fullmatch("".join(text.split())))
    return {*(found[0] if found else ()), *like}


def find_over_rows(layout: Layout, scan: Scanner) -> Iterator[tuple[Span, ...]]:
    """Numbers that go on in the row below: where their parts are, from the first to the last."""
    for spans in _going_on(layout):
        ends = list(accumulate(len(part.text) + 1 for part in spans))
        for number in scan(" ".join(part.text for part in spans)):
            if number.start < ends[0] - 1 and number.end > ends[-2]:
                yield tuple(
                    Span(
                        part.row,
                        max(part.start, part.end + 1 + number.start - end),
                        min(part.end, part.end + 1 + number.end - end),
                    )
                    for part, end in zip(spans, ends, strict=True)
                )


def _going_on(layout: Layout) -> Iterator[tuple[Span, ...]]:
    """Cells in which a number may go on: those below each other, and the end of a row and the beginning of the next."""
    for row in layout.rows:
        for _, span in row.cell_spans():
            yield from _stacks(layout, span)
    for row, lower in pairwise(layout.rows):
        *_, (last, end) = row.cell_spans()
        first, begin = next(lower.cell_spans())
        if first.x1 <= last.x0 and _ENDS.search(end.text) and _BEGINS.search(begin.text):
            yield end, begin


def _stacks(layout: Layout, first: Span) -> Iterator[tuple[Span, ...]]:
    """A cell and those below it, in which a number may go on: two cells, three, and so on."""
    spans: tuple[Span, ...] = (first,)
    for row in layout.rows[first.row.index + 1 : first.row.index + _MOST_ROWS]:
        last = spans[-1]
        _, below = next(row.cell_spans_across(last.row.cell_at(last.start)), (None, None))
        if below is None or not (_ENDS.search(last.text) and _BEGINS.search(below.text)):
            return
        spans = (*spans, below)
        yield spans


def _scan_cards(text: str) -> Iterable[Reading[str]]:
    return without_overlaps([*scan_card_numbers(text), *scan_repaired(text, _scan_groups), *_scan_runs(text)])


def _scan_groups(text: str) -> Iterator[Reading[str]]:
    """What is printed as a card number, whether it passes Luhn's check or not: a digit that was misread breaks it."""
    for pattern, misread in ((_GROUPED, _MISREAD), (_GLUED, 1)):
        for match in pattern.finditer(text):
            characters = _CHARACTER.findall(match[0])
            if sum(char.isdigit() for char in characters) >= len(characters) - misread:
                yield Reading(match[0], match.start(), match.end(), 0.5)


def _scan_runs(text: str) -> Iterator[Reading[str]]:
    """Card numbers among other digits, such as the month that they end with."""
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _DIGITS.finditer(run[0])]
        for k, (start, _) in enumerate(groups):
            digits = ""
            for first, end in groups[k:]:
                digits += run[0][first:end]
                if len(digits) > _LONGEST:
                    break
                if len(digits) >= _SHORTEST and network_of(digits) and passes_luhn(digits):
                    yield Reading(digits, run.start() + start, run.start() + end, 0.9)


def _scan_residents(text: str) -> Iterable[Reading[str]]:
    return without_overlaps([*scan_resident_numbers(text), *_scan_like_residents(text)])


def _scan_like_residents(text: str) -> Iterator[Reading[str]]:
    """Numbers without a hyphen that pass their check, and those that are only printed like one: a digit was misread."""
    for match in _BARE_RESIDENT.finditer(text):
        number = f"{match[0][:6]}-{match[0][6:]}"
        if residents.birth_date_of(number) and residents.passes_checksum(number):
            yield Reading(number, match.start(), match.end(), 0.5)
    for match in _RESIDENT.finditer(text):
        number = match["born"] + match["rest"]
        digits = sum(char.isdigit() for char in number)
        company = digits == len(number) and registrations.passes_checksum(number)
        if digits >= len(number) - _MISREAD and not (company and _COMPANY.search(text, 0, match.start())):
            yield Reading(number, match.start(), match.end(), 0.5)


def _scan_licences(text: str) -> Iterable[Reading[str]]:
    like = (
        Reading(match[0], match.start(), match.end(), 0.5)
        for match in _LICENCE.finditer(text)
        if int(match["region"]) in _REGIONS
    )
    return without_overlaps([*scan_licence_numbers(text), *like])


def _scan_passports(text: str) -> Iterable[Reading[str]]:
    like = (Reading(match[0], match.start(), match.end(), 0.5) for match in _PASSPORT.finditer(text))
    return without_overlaps([*scan_passport_numbers(text), *like])


SCANNERS: Mapping[str, Scanner] = {
    "card_number": _scan_cards,
    "resident_number": _scan_residents,
    "licence_number": _scan_licences,
    "passport_number": _scan_passports,
}
"""What finds the numbers of a kind in a text."""
