"""Card numbers of which one digit was misread; the reader thought of the right one as well."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docextract.extraction.rows import Span, build_layout
from docextract.extraction.second_thoughts import reread, reread_rows
from docextract.pipeline import Extractor
from ocr.document import Alternative, Page

from ..conftest import Typeset, doubting, set_page

NUMBER = "4111 1111 1111 1111"


@pytest.fixture
def misread(typeset: Typeset) -> Page:
    return typeset(NUMBER.replace("1 1111 1111", "7 1111 1111"))


@pytest.mark.parametrize(
    ("alternatives", "found"),
    [
        ({3: (("1", 0.3),)}, True),
        ({3: (("I", 0.4), ("1", 0.01))}, True),
        ({3: (("2", 0.3),)}, False),
        ({3: (("1", 0.3),), 15: (("5", 0.3),)}, False),  # either makes a number
        ({3: (("1", 0.3),), 15: (("5", 0.01),)}, True),  # but one of them was hardly thought of
        ({}, False),
    ],
)
def test_a_number_is_repaired_where_one_exchange_alone_makes_it_one(
    misread: Page, extractor: Extractor, alternatives: dict[int, tuple[Alternative, ...]], found: bool
) -> None:
    record = extractor.extract_page(doubting(misread, alternatives), template="payment_card")
    assert (record.number is not None) == found
    assert ("repaired" in {issue.code for issue in record.issues}) == found
    if record.number is not None:
        assert record.number.reveal() == NUMBER.replace(" ", "")
        assert record.evidence["number"].repaired_from == record.number.masked


@pytest.mark.parametrize(
    ("printed", "alternatives", "found"),
    [
        ("4111 7111 1111 1117", {4: (("1", 0.3),), 15: (("1", 0.3),)}, NUMBER),
        ("4111 7111 1111 1117", {4: (("1", 0.3),), 15: (("1", 0.01),)}, None),
        # Any two of so many may make a number by chance.
        ("4111 7111 1111 1117", {4: (("1", 0.3),), 15: (("1", 0.3),)} | {k: (("9", 0.06),) for k in (6, 7, 9)}, None),
        ("3401 24465 66512", {3: (("9", 0.1),)}, None),  # passes Luhn's check, but is of no network: a digit was lost
    ],
)
def test_two_digits_are_exchanged_where_few_were_doubted_and_a_network_has_such_numbers(
    printed: str, alternatives: dict[int, tuple[Alternative, ...]], found: str | None
) -> None:
    reading = reread("card_number", build_layout(doubting(set_page(printed), alternatives)).rows[0].whole, [])
    assert (None if reading is None else reading.value.reveal()) == (None if found is None else found.replace(" ", ""))
    assert reading is None or reading.repaired


@settings(max_examples=40)
@given(st.integers(0, 15), st.sampled_from("0123456789"))
def test_no_exchange_makes_a_number_that_was_not_thought_of(place: int, digit: str) -> None:
    print_ = "4111 1111 1111 1117"
    row = build_layout(doubting(set_page(print_), {place: ((digit, 0.5),)})).rows[0]
    reading = reread("card_number", row.whole, [])
    digits = print_.replace(" ", "")
    assert reading is None or reading.value.reveal() == digits[:place] + digit + digits[place + 1 :]


def test_no_more_rows_are_looked_at_than_may_prove_something() -> None:
    row = build_layout(doubting(set_page("A" * 20), {k: (("4", 0.3),) for k in range(20)})).rows[0]
    rows = iter([row] * 1000)
    assert reread_rows(rows, lambda text: [(0, 1)]) == []
    assert len(list(rows)) > 890  # 2000 exchanges are in a hundred rows


def test_in_no_more_numbers_is_anything_exchanged_than_may_prove_something() -> None:
    row = build_layout(doubting(set_page("4111 1111 1111 1117"), {15: (("1", 0.5),)})).rows[0]
    tried: list[Span] = []
    found = [reread("card_number", row.whole, tried) is not None for _ in range(200)]
    assert found == [True] * 100 + [False] * 100
    assert reread("card_number", Span(row, 0, 9), tried) is None and len(tried) == 100


def test_where_the_reader_doubted_everything_nothing_is_proven(typeset: Typeset, extractor: Extractor) -> None:
    misread, faint = f"{NUMBER}\n86/27", "\n" + "\n".join(["ABCDEFGHIJKLMNOPQRST"] * 110)
    doubts: dict[int, tuple[Alternative, ...]] = {16: (("0", 0.3),)}
    everywhere = doubts | {k: (("Z", 0.06),) for k in range(21, 21 + 20 * 110)}
    alone = extractor.extract_page(doubting(typeset(misread), doubts), template="payment_card")
    among = extractor.extract_page(doubting(typeset(misread + faint), doubts), template="payment_card")
    doubted = extractor.extract_page(doubting(typeset(misread + faint), everywhere), template="payment_card")
    assert alone.expiry == among.expiry == date(2027, 6, 30)
    assert doubted.expiry is None


CARD = "총원미\n이사\nHarvest Books\nmaria@example.k\ufffd"


@pytest.mark.parametrize(
    ("alternatives", "name"),
    [
        ({0: (("종", 0.1), ("송", 0.04))}, "송원미"),  # 종 is no surname
        ({0: (("송", 0.04), ("홍", 0.01))}, "송원미"),
        ({0: (("송", 0.3), ("홍", 0.06))}, "송원미"),
        ({0: (("송", 0.3), ("홍", 0.2))}, None),
        ({0: (("송", 0.02),)}, None),
    ],
)
def test_a_form_comes_out_by_one_exchange_or_by_one_far_more_probable_than_others(
    typeset: Typeset, extractor: Extractor, alternatives: dict[int, tuple[Alternative, ...]], name: str | None
) -> None:
    card = extractor.extract_page(doubting(typeset(CARD), alternatives), template="business_card")
    assert [found for found in card.names if found[0] >= "가"] == [name] * (name is not None)


@pytest.mark.parametrize(
    ("row", "others", "holder"),
    [
        ("NORA Y\ufffdUNG", (("O", 0.3),), "NORA YOUNG"),
        ("NORA Y\ufffdUNG", (("0", 0.3),), None),
        ("NORA Y\ufffdUNG", (), None),
        ("NORA B\ufffdNK", (("A", 0.3),), None),  # what spoils the row comes out by the exchange
    ],
)
def test_a_holder_with_a_letter_that_could_not_be_read_is_what_was_thought_of(
    typeset: Typeset, extractor: Extractor, row: str, others: tuple[Alternative, ...], holder: str | None
) -> None:
    print_ = f"{NUMBER}\n{row}"
    place = "".join(print_.split()).index("\ufffd")
    card = extractor.extract_page(doubting(typeset(print_), {place: others}), template="payment_card")
    assert card.holder == holder
    assert ("holder" in {issue.field for issue in card.issues if issue.code == "repaired"}) == (holder is not None)


@pytest.mark.parametrize(
    ("others", "address"),
    [
        ((("로", 0.3), ("r", 0.2)), "maria@example.kr"),
        ((("r", 0.01),), None),
        ((("로", 0.3),), None),
        ((), None),
    ],
)
def test_an_address_has_what_was_thought_of_for_a_letter_that_could_not_be_read(
    typeset: Typeset, extractor: Extractor, others: tuple[Alternative, ...], address: str | None
) -> None:
    page = doubting(typeset(CARD), {sum(not char.isspace() for char in CARD) - 1: others})
    card = extractor.extract_page(page, template="business_card")
    assert list(card.emails) == [address] * (address is not None)
    repaired = {issue.field for issue in card.issues if issue.code == "repaired"}
    assert ("emails.0" in repaired) == (address is not None)
    if address is not None:
        assert card.evidence["emails.0"].repaired_from == "maria@example.k\ufffd"
