from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.contacts import parse_email, parse_url, scan_emails, scan_urls
from ocr.synthesis import corpus


@given(st.randoms(use_true_random=False))
def test_print_reads_back(rng: Random) -> None:
    email = corpus.email(Random(rng.random()))
    assert parse_email(email).lower() == email.lower()
    url = corpus.website(Random(rng.random()))
    assert parse_url(url) == url


def test_inside_a_row() -> None:
    row = "E. hong.gildong@Example.CO.KR\tW. www.example.com/ko"
    assert [reading.value for reading in scan_emails(row)] == ["hong.gildong@example.co.kr"]
    assert [reading.value for reading in scan_urls(row)] == ["www.example.com/ko"]


def test_of_one_letter_that_is_no_rule() -> None:
    row = "010-1234-5678 1 @hanbit.kr\ti@example.com\tE hong l@example.com"
    assert [reading.value for reading in scan_emails(row)] == ["i@example.com", "hong_l@example.com"]


def test_a_space_around_the_at_sign_is_a_misreading() -> None:
    assert parse_email("hong @ example.com") == "hong@example.com"


@pytest.mark.parametrize(
    "text",
    [
        *["hong@", "@example.com", "a..b@example.com", "hong@example", "hong@example.c", "1.50@2.00", ""],
        *["| @example.com", "1 @example.com", "l@example.com", "I @example.com"],
    ],
)
def test_what_is_no_email(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_email(text)


@pytest.mark.parametrize(
    ("printed", "url", "repaired"),
    [
        ("http://ww.example.io", "http://www.example.io", True),
        ("wwww.example.org", "www.example.org", True),
        ("wwwww.example.org", "www.example.org", True),
        ("http://www example.org/q?id=1", "http://www.example.org/q?id=1", True),
        ("www example.org", "example.org", False),  # www may be its label
        ("WWW.example.org", "www.example.org", False),
        ("https://www.example.org", "https://www.example.org", False),
    ],
)
def test_lost_and_doubled_letters_in_front(printed: str, url: str, repaired: bool) -> None:
    (reading,) = scan_urls(printed)
    assert (reading.value, reading.repaired) == (url, repaired)


@pytest.mark.parametrize(
    ("printed", "email", "others"),
    [
        ("Email hong gildong@example.com", "hong_gildong@example.com", ("gildong@example.com",)),
        ("hong gildong@example.com", "hong_gildong@example.com", ("gildong@example.com",)),
        ("E.: hong@@example.com", "hong@example.com", ()),
    ],
)
def test_lost_underscores_and_doubled_signs(printed: str, email: str, others: tuple[str, ...]) -> None:
    (reading,) = scan_emails(printed)
    assert (reading.value, reading.alternatives, reading.repaired) == (email, others, True)


@pytest.mark.parametrize(
    "text",
    [
        "contact hong@example.com",
        "write to us at hong@example.com",
        "Mail hong@example.com",
        "seoul\thong@example.com",  # of another column
    ],
)
def test_words_before_an_address(text: str) -> None:
    (reading,) = scan_emails(text)
    assert (reading.value, reading.repaired) == ("hong@example.com", False)


@pytest.mark.parametrize(
    ("printed", "url"),
    [
        ("W.maple.co.kr", "maple.co.kr"),  # a label that touches it
        ("m.naver.com", "m.naver.com"),
        ("http://www.harvest. biz/", "http://www.harvest.biz/"),
        ("www.harvest.com. Seoul", "www.harvest.com"),
    ],
)
def test_what_touches_a_web_address_and_what_parts_it(printed: str, url: str) -> None:
    (reading,) = scan_urls(printed)
    assert reading.value == url


@pytest.mark.parametrize("text", ["12.50", "Mr.Kim", "3.5kg", "e.g.", "hong@example.com", "com.my", "co.kr", ""])
def test_what_is_no_url(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_url(text)


def test_punctuation_behind_a_path_is_none_of_it() -> None:
    assert [reading.value for reading in scan_urls("(www.example.com/shop), see")] == ["www.example.com/shop"]
