from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.licences import parse_licence_number


@given(st.sampled_from([11, 12, 20, 26, 28]), st.from_regex(r"[0-9]{2}-[0-9]{6}-[0-9]{2}", fullmatch=True))
def test_print_reads_back(region: int, rest: str) -> None:
    number = f"{region}-{rest}"
    assert parse_licence_number(number) == number
    assert parse_licence_number(number.replace("-", " - ")) == number


@pytest.mark.parametrize(("name", "code"), [("서울", "11"), ("경기", "13"), ("경기북부", "28"), ("제주", "21")])
def test_regions_by_name(name: str, code: str) -> None:
    assert parse_licence_number(f"{name} 23-456789-01") == f"{code}-23-456789-01"


@pytest.mark.parametrize("text", ["10-23-456789-01", "29-23-456789-01", "11-23-45678-01", "서울", "010-1234-5678", ""])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_licence_number(text)
