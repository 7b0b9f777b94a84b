"""Numbers of Korean driver's licences: `11-23-456789-01`, on older cards `서울 23-456789-01`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from docextract.values.reading import Reading, scan_repaired, whole

_REGIONS = {
    **{
        "서울": 11,
        "부산": 12,
        "경기": 13,
        "강원": 14,
        "충북": 15,
        "충남": 16,
        "전북": 17,
        "전남": 18,
        "경북": 19,
        "경남": 20,
    },
    **{"제주": 21, "대구": 22, "인천": 23, "광주": 24, "대전": 25, "울산": 26, "경기북부": 28},
}
_CODES = range(11, 29)
_NUMBER = regex.compile(
    r"(?<![\d-])(?P<region>\d\d|"
    + "|".join(sorted(_REGIONS, key=len, reverse=True))
    + r")\s?[-–\s]\s?(?P<year>\d\d)\s?[-–]\s?(?P<serial>\d{6})\s?[-–]\s?(?P<last>\d\d)(?![\d-])"
)


def scan_licence_numbers(text: str) -> Iterator[Reading[str]]:
    """Every number of a text as `11-23-456789-01`, whether its region is printed as a code or by name."""
    yield from scan_repaired(text, _scan)


def parse_licence_number(text: str) -> str:
    """The number that a text is as a whole.

    >>> parse_licence_number("서울 23-456789-01")
    '11-23-456789-01'

    Raises:
        ValueFormatError: The text is no such number, or there is no region of its code.
    """
    text = text.strip()
    return whole(text, scan_licence_numbers(text), "licence_number").value


def _scan(text: str) -> Iterator[Reading[str]]:
    for match in _NUMBER.finditer(text):
        region = _REGIONS[match["region"]] if match["region"] in _REGIONS else int(match["region"])
        if region in _CODES:
            value = f"{region:02}-{match['year']}-{match['serial']}-{match['last']}"
            yield Reading(value, match.start(), match.end(), 1.0)
