from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.currency import DateOrder
from docextract.values.dates import parse_date, scan_dates

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31))
MONTHS = {
    "{}. {} {}": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "{}.{} {}": "Jan. Feb. Mär. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
    "{} de {} de {}": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "{}-{}-{}": "ene feb mar abr may jun jul ago sep oct nov dic",
    "{} {} {}": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "{}/{}/{}": "JANV. FÉVR. MARS AVR. MAI JUIN JUIL. AOÛT SEPT. OCT. NOV. DÉC.",
}
SEPARATORS = st.sampled_from(["/", "-", ".", " / "])


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%B-%Y", "%b %d, %Y", "%d%b%Y"]))
def test_unmistakable_print_reads_back(day: date, form: str) -> None:
    reading = parse_date(day.strftime(form).upper())
    assert (reading.value, reading.alternatives) == (day, ())


@given(
    DAYS,
    st.sampled_from(
        [
            "{y}년 {m}월 {d}일",
            "{y}年{m}月{d}日",
            "{y}年 {m}月 {d}日",
            "{y}. {m}. {d}.",
            "{y}.{m}.{d}.",
            "단기 {dangi}년 {m}월 {d}일",
        ]
    ),
)
def test_east_asian_print_reads_back(day: date, form: str) -> None:
    reading = parse_date(form.format(y=day.year, m=day.month, d=day.day, dangi=day.year + 2333))
    assert (reading.value, reading.alternatives) == (day, ())


@given(DAYS, st.sampled_from(["'{:%y.%m.%d}", "’{:%y. %m. %d}.", "'{:%y/%m/%d}", "'{:%y-%m-%d}"]))
def test_an_apostrophe_stands_before_the_year(day: date, form: str) -> None:
    reading = parse_date(form.format(day))
    assert (reading.value, reading.alternatives) == (day, ())


@given(
    st.sampled_from(
        [("令和", "R", date(2019, 5, 1)), ("平成", "H", date(1989, 1, 8)), ("昭和", "S", date(1926, 12, 25))]
    ),
    st.integers(0, 364 * 30),
    st.booleans(),
    st.booleans(),
)
def test_japanese_eras_read_back(era: tuple[str, str, date], passed: int, units: bool, short: bool) -> None:
    name, initial, first = era
    day = first + timedelta(days=passed)
    number = day.year - first.year + 1
    year = "元" if number == 1 and not short else str(number)
    form = "{}{}年{}月{}日" if units else "{}{}.{}.{}"
    assert parse_date(form.format(initial if short else name, year, day.month, day.day)).value == day


@given(DAYS, st.sampled_from(sorted(MONTHS)), st.sampled_from([str.lower, str.upper]))
def test_european_print_reads_back(day: date, form: str, case: Callable[[str], str]) -> None:
    printed = form.format(day.day, MONTHS[form].split()[day.month - 1], day.year)
    assert parse_date(case(printed)).value == day


@given(DAYS, SEPARATORS, st.sampled_from(["dmy", "mdy", "ymd"]), st.booleans())
def test_print_in_a_known_order_reads_back(day: date, separator: str, order: DateOrder, short: bool) -> None:
    parts = {"d": f"{day.day:02}", "m": f"{day.month:02}", "y": f"{day.year % 100:02}" if short else str(day.year)}
    assert parse_date(separator.join(parts[part] for part in order), order).value == day


@given(DAYS, SEPARATORS)
def test_of_an_unknown_order_the_day_is_among_what_the_print_may_mean(day: date, separator: str) -> None:
    reading = parse_date(f"{day.month:02}{separator}{day.day:02}{separator}{day.year}")
    assert day in (reading.value, *reading.alternatives)


@given(st.text(alphabet="0123456789OIl/-. :'JANFEBMÄRZde년월일年月日令和元RHS", max_size=40))
def test_any_text_is_scanned_in_order_and_without_overlaps(text: str) -> None:
    readings = list(scan_dates(text))
    assert all(0 <= r.start < r.end <= len(text) and 0 < r.quality <= 1 for r in readings)
    assert all(a.end <= b.start for a, b in pairwise(readings))
    assert all(r.value not in r.alternatives for r in readings)


def test_two_digits_may_be_any_part() -> None:
    reading = parse_date("03/02/01")
    assert reading.value == date(2001, 2, 3)
    assert reading.alternatives == (date(2001, 3, 2), date(2003, 2, 1))


def test_the_calendar_settles_the_order() -> None:
    assert parse_date("02/28/2017").value == date(2017, 2, 28)
    assert parse_date("02/28/2017").alternatives == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("DATE:25/12/2018 8:13:39 PM", date(2018, 12, 25)),
        ("25/12/201818:22", date(2018, 12, 25)),  # the time glued to the year
        ("28 MAR 18 18:32:36", date(2018, 3, 28)),
        ('JUN03"14 8:12 PM', date(2014, 6, 3)),  # an apostrophe, misread
        ("Jun 15 12:47:59 2011", date(2011, 6, 15)),
        ("2O/l2/2O18", date(2018, 12, 20)),
        ("1O 0CT 2018", date(2018, 10, 10)),
        ("20180304", date(2018, 3, 4)),
        ("25032018", date(2018, 3, 25)),
        ("5 OGOS 2018", date(2018, 8, 5)),
        ("발행일 2024. 3. 5. 14:30", date(2024, 3, 5)),
        ("有効期限 平成34年03月05日まで", date(2022, 3, 5)),  # an era that had ended
        ("昭和64年 1月 7日生", date(1989, 1, 7)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("民國113年3月5日", date(2024, 3, 5)),
        ("Fait le 1er mars 2024", date(2024, 3, 1)),
        ("VEN 18AVR2014  21:35", date(2014, 4, 18)),
        ("May0814 12:42PM", date(2014, 5, 8)),  # of May08'14
        ("2015.0504", date(2015, 5, 4)),  # a point was lost
        ("SatAug262017", date(2017, 8, 26)),
        ("5 O\N{KELVIN SIGN}T 2018", date(2018, 10, 5)),  # a K to whoever ignores case
    ],
)
def test_dates_inside_rows(text: str, day: date) -> None:
    assert [reading.value for reading in scan_dates(text)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2018",
        "2018/13/13",
        "HC03-7 - 15",
        "WA14-3A - 48",
        "03-3271 9872",
        "10/120",
        "",
        "2 DICED 10",
        "5 MAIN 2018",
        "R6-3-5",
        "LOT S3.2.1A",
        "May2014",
        "May4614",
        "2015.1332",
        "2012.05041",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert list(scan_dates(text)) == []


@pytest.mark.parametrize("text", ["", "25/12/2018 8:13", "yesterday"])
def test_parse_refuses_what_is_not_one_date(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_date(text)


@pytest.mark.parametrize("printed", ["12 AUG/AUG 1974", "12 AOÛT/AUG 74", "12 8월/AUG 1974", "12 AUG/AGO 1974"])
def test_passports_print_the_month_in_two_languages(printed: str) -> None:
    assert parse_date(printed).value == date(1974, 8, 12)


def quality(text: str) -> float:
    (reading,) = scan_dates(text)
    return reading.quality


def test_what_may_be_something_else_is_rated_lower() -> None:
    assert quality("25.12.2018") < quality("25/12/2018")  # an amount, the number of a version
    assert quality("20181225") <= 0.5 < quality("2018-12-25")
    assert quality("R6.3.5") < quality("令和6.3.5")


def test_day_and_month_that_are_equal_leave_nothing_to_choose() -> None:
    assert parse_date("05/05/2018").alternatives == ()
    assert parse_date("05/05/18").alternatives == (date(2005, 5, 18),)
