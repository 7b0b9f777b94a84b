"""Numbers that a reader misread are still legible on the picture: they are found all the same."""

from __future__ import annotations

import math

import pytest

from docextract.extraction.rows import build_layout
from docextract.secret_print import SCANNERS, find_over_rows, find_zone_rows

from .conftest import Typeset


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("card_number", "CARD 4539671111111118/0827", "4539671111111118"),
        ("card_number", "CARD 4539671111111118-0827", "4539671111111118"),
        ("card_number", "4539 6711 1111 1118 08 27 123", "4539 6711 1111 1118"),
        ("card_number", "NO:4539/6711/1111/1118", "4539/6711/1111/1118"),
        ("card_number", "4539:6711:1111:1118", "4539:6711:1111:1118"),
        ("card_number", "4539 67A1 1111 1118", "4539 67A1 1111 1118"),
        ("card_number", "4539 67\ufffd1 1111 1g18", "4539 67\ufffd1 1111 1g18"),
        ("card_number", "45396711111b1118", "45396711111b1118"),
        ("card_number", "3782 82A463 10005", "3782 82A463 10005"),
        ("resident_number", "711241-1234567", "711241-1234567"),  # a 4 that was a 3
        ("resident_number", "71123\ufffd-1234567", "71123\ufffd-1234567"),
        ("resident_number", "711231.1234567", "711231.1234567"),
        ("resident_number", "주민등록번호 7112311234564", "7112311234564"),
        ("licence_number", "11 23 456789 01", "11 23 456789 01"),
        ("licence_number", "암호일련번호 112345678901", "112345678901"),
        ("passport_number", "여권번호 M 1234 5678", "M 1234 5678"),
        ("passport_number", "m123a4567", "m123a4567"),
    ],
)
def test_numbers_that_are_no_values(kind: str, text: str, found: str) -> None:
    assert [text[number.start : number.end] for number in SCANNERS[kind](text)] == [found]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("card_number", "TEL 03-6262 9219  FAX 03-6262 9220"),
        ("card_number", "THIS WORD SAYS 4539"),
        ("card_number", "4539 67AB C111 1118"),
        ("card_number", "12.50 13.60 4539.00 1118.20"),
        ("resident_number", "법인등록번호 110111-0062432"),
        ("resident_number", "8801073110502"),  # a barcode
        ("licence_number", "31 23 456789 01"),
        ("licence_number", "312345678901"),  # there is no such region
        ("licence_number", "1123456789012"),  # a barcode
        ("licence_number", "REF-112345678901"),
        ("passport_number", "ROOM 1234 5678"),
    ],
)
def test_what_is_none(kind: str, text: str) -> None:
    assert list(SCANNERS[kind](text)) == []


@pytest.mark.parametrize("angle", [0.0, math.pi / 2, math.pi, 0.3])
@pytest.mark.parametrize(
    ("kind", "text", "parts"),
    [
        ("card_number", "VISA   4539 6711\nCARD   1111 1118   5.00", ["4539 6711", "1111 1118"]),
        ("card_number", "4539\n6711\n1111\n1118", ["4539", "6711", "1111", "1118"]),
        ("resident_number", "주민등록번호 711231-\n1234567 홍길동", ["711231-", "1234567"]),
        ("licence_number", "11-23-\n456789-01", ["11-23-", "456789-01"]),
    ],
)
def test_numbers_that_go_on_below(kind: str, text: str, parts: list[str], angle: float, typeset: Typeset) -> None:
    layout = build_layout(typeset(f"THE NAME OF THE SHOP\n{text}", angle=angle))
    assert [[span.text for span in spans] for spans in find_over_rows(layout, SCANNERS[kind])] == [parts]


@pytest.mark.parametrize(
    ("kind", "text", "parts"),
    [
        ("card_number", "PAID BY CARD        4539 6711\n1111 1118   THANK YOU", ["4539 6711", "1111 1118"]),
        ("resident_number", "홍길동        711231-\n1234567   서울", ["711231-", "1234567"]),
        ("licence_number", "홍길동        11-23-\n456789-01   서울", ["11-23-", "456789-01"]),
    ],
)
def test_numbers_that_go_on_at_the_beginning_of_the_next_row(
    kind: str, text: str, parts: list[str], typeset: Typeset
) -> None:
    layout = build_layout(typeset(text))
    assert [[span.text for span in spans] for spans in find_over_rows(layout, SCANNERS[kind])] == [parts]


def test_numbers_of_other_columns_do_not_go_on(typeset: Typeset) -> None:
    layout = build_layout(typeset("4539 6711\n              1111 1118"))
    assert list(find_over_rows(layout, SCANNERS["card_number"])) == []


def test_a_line_of_a_zone_without_its_other_lines() -> None:
    lines = [
        "GARBLED",
        "M123456784KOR8001014M30010121234567V1234567<8",
        "A LONG LINE OF WORDS WITHOUT ANY NUMBER",
        "12.50",
    ]
    assert find_zone_rows(lines) == {1}


def test_what_is_left_of_a_zone_is_one() -> None:
    assert find_zone_rows(["NAME JANE DOE", "DOE«<JANE", "TOTAL < 5"]) == {1}
