from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.times import parse_time, scan_times

TIMES = st.times().map(lambda t: t.replace(microsecond=0))


@given(TIMES, st.sampled_from(["%H:%M:%S", "%H : %M : %S", "%I:%M:%S %p", "%I:%M:%S%p", "%H시 %M분 %S초"]))
def test_print_reads_back(value: time, form: str) -> None:
    assert parse_time(value.strftime(form)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("오후 3:22", time(15, 22)),
        ("오전 12:05", time(0, 5)),
        ("13:14:15 PM", time(13, 14, 15)),
        ("12-01-19 21:13 SH01", time(21, 13)),
        ("8.13 PM", time(20, 13)),
        ("1O:15", time(10, 15)),
    ],
)
def test_times_inside_rows(text: str, value: time) -> None:
    assert [reading.value for reading in scan_times(text)] == [value]


@pytest.mark.parametrize("text", ["24:00", "10:60", "20.49", "1:2", "12:30:45:50", ""])
def test_what_is_no_time(text: str) -> None:
    assert list(scan_times(text)) == []


def test_parse_refuses_what_is_not_one_time() -> None:
    with pytest.raises(ValueFormatError):
        parse_time("10:15 10:16")
