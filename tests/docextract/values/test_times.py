from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.times import parse_time, scan_times

TIMES = st.times().map(lambda t: t.replace(microsecond=0))


@given(
    TIMES, st.sampled_from(["%H:%M:%S", "%H : %M : %S", "%I:%M:%S %p", "%I:%M:%S%p", "%H시 %M분 %S초", "%H時%M分%S秒"])
)
def test_print_reads_back(value: time, form: str) -> None:
    assert parse_time(value.strftime(form)) == value


@given(
    TIMES,
    st.sampled_from([("오전", "오후"), ("午前", "午後"), ("上午", "下午")]),
    st.sampled_from(["{} {}시 {}분", "{}{}時{}分", "{}{}:{}"]),
)
def test_print_with_half_days_reads_back(value: time, halves: tuple[str, str], form: str) -> None:
    printed = form.format(halves[value.hour // 12], value.hour % 12 or 12, f"{value.minute:02}")
    assert parse_time(printed) == value.replace(second=0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("오후 3:22", time(15, 22)),
        ("오전 12:05", time(0, 5)),
        ("13:14:15 PM", time(13, 14, 15)),
        ("오후 3시", time(15)),
        ("午前0時", time(0)),
        ("15時05分", time(15, 5)),
        ("午後3:05", time(15, 5)),
        ("12-01-19 21:13 SH01", time(21, 13)),
        ("8.13 PM", time(20, 13)),
        ("Uhrzeit 22,27", time(22, 27)),
        ("1O:15", time(10, 15)),
        ("Date:17/04/2017 Time:16:27", time(16, 27)),
        ("12:11P", time(12, 11)),
        ("5:59P GST", time(17, 59)),
    ],
)
def test_times_inside_rows(text: str, value: time) -> None:
    assert [reading.value for reading in scan_times(text)] == [value]


@pytest.mark.parametrize(
    "text", ["24:00", "10:60", "1:2", "12:30:45:50", "", "3시간", "오후 3시간", "오후 3시 반", "15시"]
)
def test_what_is_no_time(text: str) -> None:
    assert list(scan_times(text)) == []


def test_parse_refuses_what_is_not_one_time() -> None:
    with pytest.raises(ValueFormatError):
        parse_time("10:15 10:16")


@pytest.mark.parametrize(("text", "value"), [("20.49", time(20, 49)), ("03.04.12 18.30 Uhr", time(18, 30))])
def test_a_time_that_looks_like_an_amount_is_rated_low(text: str, value: time) -> None:
    (reading,) = scan_times(text)
    assert reading.value == value and reading.quality < 0.2


@pytest.mark.parametrize("text", ["24.49", "20.60", "1.234,50", "20.49%", "12.30.45.50"])
def test_an_amount_that_is_no_time(text: str) -> None:
    assert list(scan_times(text)) == []
