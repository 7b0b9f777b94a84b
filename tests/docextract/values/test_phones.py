from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.phones import format_phone, parse_phone, scan_e164, scan_phones

DIGITS = st.text(alphabet="0123456789", min_size=4, max_size=4)

KOREAN_FORMS = [
    "0{}-{}-{}",
    "0{}){}-{}",
    "+82-{}-{}-{}",
    "+82 {} {} {}",
    "+82 (0){}-{}-{}",
    "+82-0{}-{}-{}",
    "0082-{}-{}-{}",
]


@given(DIGITS, DIGITS, st.sampled_from(["02-{}-{}", "(012) {}-{}", "+603-{} {}", "03 {} {}", "02){}-{}"]))
def test_print_reads_back(first: str, last: str, form: str) -> None:
    printed = form.format(first, last)
    plus = "+" if printed.startswith("+") else ""
    assert parse_phone(printed) == plus + "".join(filter(str.isdigit, printed))


def test_several_numbers_in_a_row() -> None:
    values = [reading.value for reading in scan_phones("TEL : 07-5547360 / 016-7993391")]
    assert values == ["075547360", "0167993391"]


@pytest.mark.parametrize("text", ["25/12/2018", "12.50", "", "123"])
def test_what_is_no_number(text: str) -> None:
    assert list(scan_phones(text)) == []


@pytest.mark.parametrize("text", ["TEL.03-6262 9219", "T.070.1183-4894"])
def test_the_dot_of_a_label_is_no_part_of_the_number(text: str) -> None:
    assert [reading.value for reading in scan_phones(text)] == [
        text.partition(".")[2].translate({32: "", 45: "", 46: ""})
    ]


def test_a_misread_colon_is_no_part_of_the_number() -> None:
    assert [reading.value for reading in scan_phones("T.2 02 6096 6050")] == ["0260966050"]


def test_digits_without_separators_are_doubtful() -> None:
    (bare,) = scan_phones("0355223344")
    (printed,) = scan_phones("03-5522 3344")
    assert bare.value == printed.value
    assert bare.quality < printed.quality


def test_parse_refuses_what_is_not_one_number() -> None:
    with pytest.raises(ValueFormatError):
        parse_phone("TEL 03-5522 3344")


@given(DIGITS, DIGITS, st.sampled_from(["2", "31", "10", "51", "70"]), st.sampled_from(KOREAN_FORMS))
def test_every_korean_print_is_dialled_alike(first: str, last: str, area: str, form: str) -> None:
    number = format_phone(form.format(area, first, last), "KR")
    assert number == f"+82{area}{first}{last}"
    assert format_phone(number, "KR") == format_phone(number, "US") == number


@pytest.mark.parametrize(
    ("printed", "country", "number"),
    [
        ("1588-1234", "KR", "+8215881234"),  # has no prefix of an area
        ("(212) 555-0142", "US", "+12125550142"),
        ("1-212-555-0142", "US", "+12125550142"),
        ("03-6262 9219", "MY", "+60362629219"),
        ("06 1234 5678", "IT", "+390612345678"),  # Italians dial the zero from abroad too
        ("+44 (0)20 7946 0958", "KR", "+442079460958"),
    ],
)
def test_numbers_as_dialled_from_anywhere(printed: str, country: str, number: str) -> None:
    assert format_phone(printed, country) == number


def test_what_cannot_be_dialled() -> None:
    with pytest.raises(ValueFormatError):
        format_phone("TEL", "KR")
    with pytest.raises(ValueFormatError):
        format_phone("12345678901234", "KR")  # too long behind the code of the country
    with pytest.raises(ValueFormatError):
        format_phone("02-1234-5678", "XX")
    with pytest.raises(ValueFormatError):
        format_phone("02-1234-5678")  # in which country?
    with pytest.raises(ValueFormatError):
        format_phone("+999-1234-5678")  # a code of none


def test_codes_of_articles_are_no_codes_of_countries() -> None:
    assert [reading.start for reading in scan_phones("FG-Y00133 1 16.80 16.80 SR")] == [10]


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("+82 (0)2-123-4567", "+8221234567"),
        ("0082-2-123-4567", "008221234567"),
        ("+82-2-760-5524", "+8227605524"),
        ("+82 2 2763 5524", "+82227635524"),
        ("+1 (212) 555-0142", "+12125550142"),
    ],
)
def test_a_country_code_may_precede_a_short_area_code(printed: str, number: str) -> None:
    assert parse_phone(printed) == number


def test_six_digits_are_none() -> None:
    assert list(scan_phones("123-456")) == []
    assert [reading.value for reading in scan_phones("123-4567")] == ["1234567"]


def test_an_extension_follows_the_number() -> None:
    assert parse_phone("02-1234-5678 ext. 12") == "0212345678;ext=12"
    assert parse_phone("02-1234-5678 (내선 3)") == "0212345678;ext=3"


def test_numbers_that_the_plan_has_no_room_for_are_doubtful() -> None:
    (given_out,), (free,) = scan_e164("010-1234-5678", "KR"), scan_e164("099-1234-5678", "KR")
    assert free.value == "+82991234" + "5678" and free.quality < 0.5 < given_out.quality
