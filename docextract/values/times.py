"""Times of day: `8:13:39 PM`, `5:59P`, `13 : 58`, `오후 3:22`, `22시 51분`, `午後3時`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import regex

from docextract.values.reading import Reading, scan_repaired, whole

_HALVES = {"오전": "A", "오후": "P", "午前": "A", "午後": "P", "上午": "A", "下午": "P"}
_HALF = rf"(?P<half_before>{'|'.join(_HALVES)})\s?"
_CLOCK = regex.compile(
    rf"""
    (?<!\d|\d\s?:) (?:{_HALF})?
    (?P<hour>\d?\d) \s?:\s? (?P<minute>\d\d) (?:\s?:\s?(?P<second>\d\d))? (?![\d:])
    (?:\s?(?P<half>[AP])\.?M\b\.?|(?P<half>[AP])\b)?
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_DOTTED = regex.compile(  # 8.13 PM: without AM or PM it would be an amount
    r"(?<![\d.,])(?P<hour>\d?\d)(?:\.(?P<minute>\d\d))(?:\.(?P<second>\d\d))?\s?(?P<half>[AP])\.?M\b\.?",
    regex.IGNORECASE,
)
_BARE = regex.compile(r"(?<![\d.,])(?P<hour>\d\d)[.,](?P<minute>\d\d)(?![\d.,]|\s?%)")
_ONLY_LABELLED = 0.13  # an amount looks the same: it is a time where nothing but a label's own weight can lower this
_HOUR = r"(?<!\d)(?P<hour>\d?\d)\s?[시時时]"
_UNITS = regex.compile(rf"(?:{_HALF})?{_HOUR}\s?(?P<minute>\d?\d)\s?[분分](?:\s?(?P<second>\d?\d)\s?[초秒])?")
_FULL_HOUR = regex.compile(rf"{_HALF}{_HOUR}(?!\s?[\d반半]|[간間])")  # alone it may as well be a number of hours


def scan_times(text: str) -> Iterator[Reading[time]]:
    """Every time of day of a text, in order."""
    yield from scan_repaired(text, _scan)


def parse_time(text: str) -> time:
    """The time of day that a text is as a whole.

    >>> parse_time("8:13:39 PM")
    datetime.time(20, 13, 39)

    Raises:
        ValueFormatError: The text is no time of day, or more than one.
    """
    text = text.strip()
    return whole(text, scan_times(text), "time").value


def _scan(text: str) -> Iterator[Reading[time]]:
    for pattern, quality in ((_CLOCK, 1.0), (_UNITS, 1.0), (_FULL_HOUR, 1.0), (_DOTTED, 0.8), (_BARE, _ONLY_LABELLED)):
        for match in pattern.finditer(text):
            value = _time(match)
            if value is not None:
                yield Reading(value, match.start(), match.end(), quality)


def _time(match: regex.Match[str]) -> time | None:
    """Hours past 12 keep their meaning beside a PM: tills print `13:14:15 PM`."""
    groups = match.groupdict()
    hour, minute, second = int(groups["hour"]), int(groups.get("minute") or 0), int(groups.get("second") or 0)
    half = (groups.get("half") or _HALVES.get(groups.get("half_before") or "", "")).upper()
    if half == "P" and hour < 12:
        hour += 12
    elif half == "A" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)
