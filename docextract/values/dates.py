"""Dates: `25/12/2018`, `2018-12-25`, `05 MAR 2018`, `5 de marzo de 2018`, `2018년 12월 25일`, `平成30年3月5日`.

Which of `07/02/2023` is the month nobody can know from the print alone. Without an order from the caller the day comes
first, as in most countries, and the other days that the print may mean are the reading's alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import regex

from docextract.values.currency import DateOrder
from docextract.values.reading import Reading, scan_repaired, whole, without_overlaps

# English, and Malay where it differs.
_MONTHS = {
    name: month
    for month, names in enumerate(
        ("JAN", "FEB", "MAR MAC", "APR", "MAY MEI", "JUN", "JUL", "AUG OGO", "SEP", "OCT OKT", "NOV", "DEC DIS"),
        start=1,
    )
    for name in names.split()
}
# German, French and Spanish, where the English name begins otherwise. Whole words only: dishes and streets begin alike.
_NAMES = {
    name: month
    for month, names in enumerate(
        (
            "ENERO ENE JÄNNER JÄN",
            "FÉVRIER FÉVR FÉV FEVRIER FEVR FEV",
            "MÄRZ MÄR MAERZ MRZ",
            "AVRIL AVR ABRIL ABR",
            "MAI",
            "JUIN",
            "JUILLET JUIL",
            "AOÛT AOUT AGOSTO AGO",
            "SEPTIEMBRE SETIEMBRE",
            "",
            "",
            "DÉCEMBRE DÉC DEZEMBER DEZ DICIEMBRE DIC",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = (
    "(?:(?P<month>" + "|".join(_MONTHS).replace("O", "[O0]") + r")\p{L}{0,6}"
    "|(?P<month>" + "|".join(_NAMES) + r")(?!\p{L}))"
)
# The year before an era's first. Print goes on in an era that has ended: licences of 2017 are valid until 平成34年.
_ERAS = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "R": 2018,
    "H": 1988,
    "S": 1925,
    "民國": 1911,
    "民国": 1911,
    "단기": -2333,
    "檀紀": -2333,
}
_WORD_START = r"(?:(?<!\p{L})|(?<=MON|TUE|WED|THU|FRI|SAT|SUN))"
_END = r"(?!\d|[-/.]\d)"
_LAST_DOT = r"(?:(?<=\.\s?\d?\d)\s?\.(?!\d))?"  # Koreans print one after the day as well
_YEAR_END = r"(?=\d?\d:\d\d|\D|$)(?![-/.]\d)"  # a time may be glued to a year of four digits

_YEAR_FIRST = regex.compile(
    rf"(?<!\d|\d[-/.])(?P<year>(?:19|20)\d\d)(?P<sep>\s?[-/.,]\s?|\s)(?P<a>\d?\d)(?:\s?[-/.]\s?|\s)(?P<b>\d?\d){_END}{_LAST_DOT}"
)
_LOST_DOT = regex.compile(r"(?<![\w.,-])(?P<year>(?:19|20)\d\d)\.(?P<a>[01]\d)(?P<b>[0-3]\d)(?![\w,-]|\.\d)")
_APOSTROPHE = regex.compile(
    rf"(?<!\w)['’‘´`](?P<year>\d\d)(?P<sep>\s?[-/.]\s?)(?P<a>\d?\d)(?P=sep)(?P<b>\d?\d)(?!\w){_END}{_LAST_DOT}"
)
_YEAR_LAST = regex.compile(
    rf"(?<!\d|\d[-/.])(?P<a>\d?\d)(?P<sep>\s?[-/.,]\s?|\s)(?P<b>\d?\d)(?:\s?[-/.,]\s?|\s)(?P<year>(?:19|20)\d\d){_YEAR_END}"
)
_SHORT_YEAR = regex.compile(
    # Codes of articles look like such a date: nothing may touch it, and its separators are equal.
    rf"(?<!\w|\d[-/.])(?P<a>\d?\d)(?P<sep>\s?[-/.]\s?)(?P<b>\d?\d)(?P=sep)'?(?P<c>\d\d)(?!\w){_END}"
)
_TICKS = "'´’‘\"*"  # the last two are what apostrophes are read as
_DAY_NAME_YEAR = regex.compile(  # passports print the month twice
    rf"""
    (?<!\d) (?P<day>\d?\d) (?:ST|ND|RD|TH|ER)? [-/.,\ ]* (?:DE\ )?
    (?:(?:\p{{L}}{{3,9}}|1?\d월)\ ?/\ ?)? {_MONTH} (?:\ ?/\ ?\p{{L}}{{2,9}}|\ (?P=month)|\ ?/\ ?1?\d월)?
    (?:\ DEL?\b)? [-/.,\ {_TICKS}]*
    (?P<year>(?:19|20)\d\d(?!\d(?!\d?:))|\d\d(?!\d))
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_NAME_DAY_YEAR = regex.compile(
    rf"""
    {_WORD_START} {_MONTH} [-/.\ ]*
    (?P<day>\d?\d) (?:ST|ND|RD|TH)? (?:\ *[-/.,{_TICKS}]+\ *|(?:\ +\d\d:\d\d(?::\d\d)?(?=\ +20))?\ +)
    (?P<year>(?:19|20)\d\d|\d\d(?!:)) {_END}
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_GLUED = regex.compile(  # May0814, of which the apostrophe was lost; May2014 is a month
    rf"{_WORD_START}{_MONTH}(?!(?:19|20)\d\d(?!\d))(?P<day>[0-3]\d)(?P<year>20\d\d|\d\d)(?!\d|[-/.:]\d)",
    regex.IGNORECASE,
)
_MONTH_DAY = r"\s?[년年]\s?(?P<a>\d?\d)\s?[월月]\s?(?P<b>\d?\d)\s?[일日号號]"
_UNITS = regex.compile(rf"(?<!\d)(?P<year>\d{{4}}|\d\d){_MONTH_DAY}")
_ERA = regex.compile(
    # Codes begin with a letter too: neither a space nor hyphens may follow it.
    rf"(?P<era>{'|'.join(era for era in _ERAS if len(era) > 1)}|(?<!\w|\w[-./])[RHS](?=(?:元|\d\d?)[年./]))"
    r"\s?(?P<year>元|\d{1,4})"
    rf"(?:{_MONTH_DAY}|(?P<sep>\s?[-/.]\s?)(?P<a>\d?\d)(?P=sep)(?P<b>\d?\d)(?!\w){_END}{_LAST_DOT})"
)
_COMPACT = regex.compile(
    r"(?<![\w.,-])(?:(?P<year>20\d\d)(?P<a>\d\d)(?P<b>\d\d)|(?P<b>\d\d)(?P<a>\d\d)(?P<year>20\d\d))(?![\w.,-])"
)
# What some of these patterns need, most rows have not, and is sooner looked for.
_CENTURY, _YEAR_SIGN, _TICK = regex.compile(r"(?:19|20)\d\d"), regex.compile(r"[년年]"), regex.compile(r"['’‘´`]")
_MONTH_NAME = regex.compile(_MONTH, regex.IGNORECASE)

_SPACED = 0.6


def scan_dates(text: str, order: DateOrder | None = None) -> Iterator[Reading[date]]:
    """Every date of a text, in order.

    Args:
        text: One row of print.
        order: The order of day, month and year where it is known; a print that cannot have it is read otherwise.
    """
    # An era's S would be repaired to a 5.
    yield from without_overlaps([*scan_repaired(text, lambda clean: _scan(clean, order)), *_scan_eras(text)])


def parse_date(text: str, order: DateOrder | None = None) -> Reading[date]:
    """The date that a text is as a whole, with what else it may mean.

    >>> parse_date("07/02/2023").value, parse_date("07/02/2023").alternatives
    (datetime.date(2023, 2, 7), (datetime.date(2023, 7, 2),))
    >>> parse_date("07/02/2023", order="mdy").value
    datetime.date(2023, 7, 2)

    Raises:
        ValueFormatError: The text is no date, or more than one.
    """
    text = text.strip()
    return whole(text, scan_dates(text, order), "date")


def _scan(text: str, order: DateOrder | None) -> Iterator[Reading[date]]:
    dated = _CENTURY.search(text) is not None
    for pattern, quality, possible in (
        (_UNITS, 1.0, _YEAR_SIGN.search(text)),
        (_YEAR_FIRST, 1.0, dated),
        (_APOSTROPHE, 1.0, _TICK.search(text)),
        (_LOST_DOT, 0.5, dated),
        (_COMPACT, 0.5, dated),
    ):
        for match in pattern.finditer(text) if possible else ():
            year, a, b = _full_year(match["year"]), int(match["a"]), int(match["b"])
            yield from _reading(match, quality, [(year, a, b)])
    for match in _YEAR_LAST.finditer(text) if dated else ():
        year, a, b = int(match["year"]), int(match["a"]), int(match["b"])
        days = [(year, a, b), (year, b, a)] if order == "mdy" else [(year, b, a), (year, a, b)]
        yield from _reading(match, 1.0, days)
    for match in _SHORT_YEAR.finditer(text):
        a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
        by_order = {
            "dmy": (_full_year(match["c"]), b, a),
            "mdy": (_full_year(match["c"]), a, b),
            "ymd": (_full_year(match["a"]), b, c),
        }
        first = by_order.pop(order) if order else by_order.pop("dmy")
        yield from _reading(match, 0.9, [first, *by_order.values()])
    named = _MONTH_NAME.search(text) is not None
    for pattern, quality in ((_DAY_NAME_YEAR, 1.0), (_NAME_DAY_YEAR, 1.0), (_GLUED, 0.8)):
        for match in pattern.finditer(text) if named else ():
            name = match["month"].casefold().upper().replace("0", "O")
            month = _MONTHS.get(name) or _NAMES[name]
            yield from _reading(match, quality, [(_full_year(match["year"]), month, int(match["day"]))])


def _scan_eras(text: str) -> Iterator[Reading[date]]:
    for match in _ERA.finditer(text):
        year = _ERAS[match["era"]] + (1 if match["year"] == "元" else int(match["year"]))
        quality = 0.8 if match["sep"] and len(match["era"]) == 1 else 1.0  # R6.3.5 may be a code
        yield from _reading(match, quality, [(year, int(match["a"]), int(match["b"]))])


def _reading(match: regex.Match[str], quality: float, days: list[tuple[int, int, int]]) -> Iterator[Reading[date]]:
    """A reading of those (year, month, day) that the calendar knows, the first of them being the value."""
    valid = [day for year_month_day in days if (day := _day(*year_month_day)) is not None]
    if not valid:
        return
    sep = (match.groupdict().get("sep") or "-").strip()
    quality *= {"": _SPACED, ",": _SPACED, ".": 0.9}.get(sep, 1.0)
    yield Reading(
        valid[0], match.start(), match.end(), quality, tuple(d for d in dict.fromkeys(valid[1:]) if d != valid[0])
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    """Two digits mean 1970 to 2069, the window of POSIX `strptime` shifted by a year."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)
