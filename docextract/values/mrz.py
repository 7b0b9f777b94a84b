"""Machine readable zones of travel documents: TD1, TD2, TD3, MRV-A and MRV-B of ICAO Doc 9303, parts 3 to 7.

A reader takes letters for digits and loses count of fillers. What a position must hold is repaired (a date has no
letters, a name no digits), fillers are restored where only one place misses them, and where a check digit does not fit,
what is printed elsewhere on the page is asked first (see `docextract.values.mrz_print`); then characters are exchanged
for what the reader thought of as well, or for their look-alikes, if only one way to do so makes all check digits of the
zone come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from heapq import nlargest
from itertools import product

import regex

from docextract.errors import ValueFormatError
from docextract.values.mrz_formats import LAYOUTS, Format
from docextract.values.mrz_print import Alternatives, Print, lost_characters
from docextract.values.mrz_repair import LETTER_OF, repair
from docextract.values.mrz_zone import VALUES, Mrz

_STRAY = 4  # fillers lost or added in one line
_MOST_TRIED = 16  # zones that a page may have, nearly all of which are none
_ZONE = regex.compile(r"[A-Z0-9<]{24,50}")


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
    cut: Sequence[int] = (),
    beside: Sequence[Print] = (),
    today: date | None = None,
) -> tuple[range, Mrz] | None:
    """The zone among the lines of a page: which lines it is, and what it says; None where there is none.

    At least half of its check digits have to fit, or those of both dates.

    Args:
        lines: Of the page; see `parse_mrz` for this and what follows.
        alternatives: For each of them.
        cut: How many characters later than the line above it each line begins; none by default. What a line of the zone
            below the first has fewer than its format is then missing there, and is not looked for elsewhere in it.
        beside: What else is printed.
        today: The day.
    """
    prints = _prints(lines, alternatives)
    prints = [replace(print_, cut=count) for print_, count in zip(prints, cut, strict=True)] if cut else prints
    fillers = {k: print_.text.count("<") for k, print_ in enumerate(prints) if _ZONE.fullmatch(print_.text)}
    places = [range(first, first + count) for first in fillers for count in (2, 3)]
    places = [place for place in places if fillers.keys() >= set(place)]
    tried = nlargest(_MOST_TRIED, places, key=lambda place: sum(fillers[k] for k in place) / len(place))
    candidates: list[tuple[range, Mrz]] = []
    for place in sorted(tried, key=lambda place: (place.start, place.stop)):
        zone = _parse(prints[place.start : place.stop], beside, today or date.today())
        if zone is not None and _is_likely(zone):
            candidates.append((place, zone))
    return max(candidates, key=lambda item: sum(item[1].checks.values()), default=None)


def _is_likely(zone: Mrz) -> bool:
    """Whether enough of a zone comes out that chance does not make it: two days of which both check digits fit do."""
    born = zone.checks["birth_date"] and zone.birth_date is not None
    expires = zone.checks["expiry_date"] and zone.expiry_date is not None
    return 2 * sum(zone.checks.values()) >= len(zone.checks) or (born and expires)


def _prints(lines: Sequence[str], alternatives: Sequence[Alternatives]) -> list[Print]:
    return [Print.of(line, others) for line, others in zip(lines, alternatives or [()] * len(lines), strict=True)]


def _parse(lines: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz | None:
    zones = [zone for name in LAYOUTS if (zone := _read(name, lines, beside, today)) is not None]
    return max(zones, key=lambda zone: (sum(zone.checks.values()) / len(zone.checks), len(zone.checks)), default=None)


def _read(name: Format, lines: Sequence[Print], beside: Sequence[Print], today: date) -> Mrz | None:
    layout = LAYOUTS[name]
    if len(lines) != layout.lines or lines[0].text[:1].translate(LETTER_OF) not in tuple(layout.codes):
        return None
    names, (numbers, start, _) = layout.fields["names"][0], layout.fields["document_number"]
    fitted = [
        [
            fit
            for whole in (
                line.with_beginning(layout.length - len(line.text)) if k else line,
                *(lost_characters(line, start, beside) if k == numbers else ()),
            )
            for fit in _fit(whole, layout.length, padded=k == names)
        ]
        for k, line in enumerate(lines)
    ]
    zones = [repair(name, whole, beside, today) for whole in product(*fitted)]
    return max(zones, key=_plausibility, default=None)


def _plausibility(zone: Mrz) -> tuple[int, bool]:
    """How many check digits fit, and whether people are born and documents run out on days that there are."""
    return sum(zone.checks.values()), zone.birth_date is not None and zone.expiry_date is not None


def _fit(line: Print, length: int, *, padded: bool) -> Iterator[Print]:
    """The line in the length that it must have: fillers are added to, or taken from, one of its runs of fillers.

    Or one of two equal characters beside each other, which readers take for one, and one for two.
    """
    missing = length - len(line.text)
    if set(line.text) - set(VALUES) or abs(missing) > (length // 2 if padded else _STRAY):
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
