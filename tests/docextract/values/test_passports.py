from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.passports import parse_passport_number, scan_passport_numbers


@given(st.from_regex(r"[MSRGD](?:[0-9]{8}|[0-9]{3}[A-Z][0-9]{4})", fullmatch=True))
def test_print_reads_back(number: str) -> None:
    assert parse_passport_number(number) == parse_passport_number(f" {number} ") == number


def test_numbers_inside_rows() -> None:
    values = [reading.value for reading in scan_passport_numbers("여권번호 M123A4567 PMKOR M12345678")]
    assert values == ["M123A4567", "M12345678"]


@pytest.mark.parametrize("text", ["", "M1234567", "M123456789", "A12345678", "M12A34567", "m12345678", "NO M12345678"])
def test_parse_refuses_what_is_not_one_number(text: str) -> None:
    with pytest.raises(ValueFormatError) as error:
        parse_passport_number(text)
    assert error.value.kind == "passport_number"


def test_a_machine_readable_zone_holds_more_than_its_number() -> None:
    assert list(scan_passport_numbers("M123A45673KOR8001019F3001017<<<<<<<<<<<<<<04")) == []
