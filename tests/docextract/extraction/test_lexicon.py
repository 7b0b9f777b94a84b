from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.extraction.lexicon import Lexicon, phrase_key
from docextract.extraction.rows import build_layout
from ocr.document import Page

from ..conftest import set_page

Typeset = Callable[..., Page]
PHRASES = [
    "total",
    "sub total",
    "grand total",
    "total qty",
    "cash",
    "change",
    "service charge",
    "합계",
    "부가세",
    "받을금액",
    "받은금액",
]


@given(st.lists(st.text(alphabet="강남서구동1A ", min_size=4, max_size=6), min_size=1, max_size=6))
def test_the_phrase_that_is_next_is_found(texts: list[str]) -> None:
    """Where no phrase forgives two edits they are looked up, elsewhere compared."""
    phrases = ["강남구", "서구 강동", "강남구 서동", "남서구강동"]
    keys = sorted(map(phrase_key, phrases))
    rows = build_layout(set_page("\n".join(texts))).rows
    alone, beside = (Lexicon(listed).find(rows) for listed in (phrases, [*phrases, "a phrase of eighteen"]))
    assert [(m.span.row.index, m.span.start, m.key) for m in alone] == [
        (m.span.row.index, m.span.start, m.key) for m in beside
    ]
    assert {match.key for match in alone} <= set(keys)


def found(typeset: Typeset, text: str) -> list[tuple[str, str]]:
    """The print of every label with the key it was taken for."""
    return [(match.span.text, match.key) for match in Lexicon(PHRASES).find(build_layout(typeset(text)).rows)]


@pytest.mark.parametrize(
    ("text", "label", "phrase"),
    [
        ("TOTAL   9.00", "TOTAL", "total"),
        ("Total:9.00", "Total", "total"),
        ("T0TAI   9.00", "T0TAI", "total"),
        ("TOTAl   9.00", "TOTAl", "total"),
        ("Sub-Total   9.00", "Sub-Total", "sub total"),
        ("SUBTOTAL   9.00", "SUBTOTAL", "sub total"),
        ("GRAMD TOTAL   9.00", "GRAMD TOTAL", "grand total"),
        ("CA5H   9.00", "CA5H", "cash"),
        ("SubTotal   9.00", "SubTotal", "sub total"),
        ("TOTAL9.00", "TOTAL", "total"),
        ("Cash(RM)100", "Cash", "cash"),
        ("CASH100", "CASH", "cash"),
        ("TOTALEUR   9,00", "TOTAL", "total"),
        ("CASH5%   9.00", "CASH", "cash"),
        ("5%CASH   9.00", "CASH", "cash"),
        ("FoodCash   9.00", "Cash", "cash"),
        ("합계   9,000", "합계", "합계"),
        ("합 계 9,000", "합 계", "합계"),
        ("부가세   900", "부가세", "부가세"),
        ("부   가   세   900", "부 가 세", "부가세"),
    ],
)
def test_labels_misread_a_little(typeset: Typeset, text: str, label: str, phrase: str) -> None:
    assert found(typeset, text) == [(label, phrase_key(phrase))]


@pytest.mark.parametrize("text", ["LOCAL", "CASHIER", "TOTEM", "합격", "9.00", ""])
def test_what_is_no_label(typeset: Typeset, text: str) -> None:
    assert found(typeset, text) == []


def test_the_longer_phrase_keeps_its_words(typeset: Typeset) -> None:
    assert found(typeset, "TOTAL QTY : 3   TOTAL 9.00") == [
        ("TOTAL QTY", phrase_key("total qty")),
        ("TOTAL", phrase_key("total")),
    ]
    assert found(typeset, "SERVICE CHARGE") == [("SERVICE CHARGE", phrase_key("service charge"))]


def test_the_closest_phrase_wins(typeset: Typeset) -> None:
    assert found(typeset, "받은금액   15,000") == [("받은금액", phrase_key("받은금액"))]
    assert found(typeset, "받을금액   15,000") == [("받을금액", phrase_key("받을금액"))]


def test_a_number_ends_a_label(typeset: Typeset) -> None:
    assert [label for label, _ in found(typeset, "CASH 10.00 CHANGE 1.00")] == ["CASH", "CHANGE"]


NUMBERED = ["zone 2", "zone 3", "zone", "vat 7%", "vat 19%", "box 12 wages", "구역 2", "total"]


@pytest.mark.parametrize(
    ("text", "label", "phrase"),
    [
        ("Zone 2: 15.00", "Zone 2", "zone 2"),
        ("ZONE2  15.00", "ZONE2", "zone 2"),
        ("Zone 3: 15.00", "Zone 3", "zone 3"),
        ("Zone 4: 15.00", "Zone", "zone"),
        ("Zone 20: 15.00", "Zone", "zone"),
        ("Zone 2,500.00", "Zone", "zone"),
        ("Zone 2% 15.00", "Zone", "zone"),
        ("VAT 7%  1.40", "VAT 7", "vat 7%"),
        ("VAT 19%  3.80", "VAT 19", "vat 19%"),
        ("Box 12 Wages  100", "Box 12 Wages", "box 12 wages"),
        ("구역 2: 가", "구역 2", "구역 2"),
        ("구역2: 가", "구역2", "구역 2"),
    ],
)
def test_a_label_may_have_a_number(typeset: Typeset, text: str, label: str, phrase: str) -> None:
    matches = Lexicon(NUMBERED).find(build_layout(typeset(text)).rows)
    assert [(match.span.text, match.key) for match in matches] == [(label, phrase_key(phrase))]


def test_a_label_with_a_number_is_no_other_label(typeset: Typeset) -> None:
    rows = build_layout(typeset("Zone: 1.00\nZone 3: 2.00\nVAT 9%: 3.00\n2 TOTAL 4.00")).rows
    matches = Lexicon(["zone 2", "vat 7%", "total"]).find(rows)
    assert [(match.span.text, match.leads) for match in matches] == [("TOTAL", True)]


@pytest.mark.parametrize("text", ["할부. 3개월", "T: +1 730 861 1823"])
def test_beside_a_number_that_other_labels_have_nothing_is_forgiven(typeset: Typeset, text: str) -> None:
    lexicon = Lexicon(["tax 1", "tax 3", "tl", "할부개월"])
    assert not lexicon.find(build_layout(typeset(text)).rows)


def test_a_label_amid_a_sentence_does_not_lead(typeset: Typeset) -> None:
    rows = build_layout(typeset("PLEASE CHECK THE TOTAL\n3 TOTAL")).rows
    assert [match.leads for match in Lexicon(PHRASES).find(rows)] == [False, True]


@given(st.text(max_size=60))
def test_any_text_can_be_searched(typeset: Typeset, text: str) -> None:
    for match in Lexicon(PHRASES).find(build_layout(typeset(text)).rows):
        assert 0 < match.similarity <= 1
        assert match.span.text


def test_a_lexicon_without_phrases_finds_nothing(typeset: Typeset) -> None:
    assert Lexicon([]).find(build_layout(typeset("TOTAL 9.00")).rows) == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("T. 02-123-4567 F. 02-123-4568", ["T", "F"]),
        ("T:02-123-4567 F:+82 2 123 4568", ["T", "F"]),
        ("T 02-123-4567 ROOM F 12", ["T"]),
        ("F-ye Kong", []),
        ("F-16", ["F"]),
    ],
)
def test_a_single_letter_is_a_label_in_front_or_before_a_number(typeset: Typeset, text: str, labels: list[str]) -> None:
    assert [match.span.text for match in Lexicon(["t", "f"]).find(build_layout(typeset(text)).rows)] == labels
