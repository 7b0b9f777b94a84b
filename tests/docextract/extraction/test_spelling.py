"""Words that a template knows, and print that is near to them."""

from __future__ import annotations

import pytest

from docextract.extraction.rows import Span, build_layout
from docextract.extraction.spelling import respell, set_right
from docextract.schema.template import FieldRule
from docextract.typesetting import set_page
from ocr.document import Alternative

from ..conftest import Typeset, doubting

RULE = FieldRule.model_validate({"type": "text", "one_of": ["거주(F-2)", "영주(F-5)"], "locate": [{"find": "any"}]})


@pytest.mark.parametrize(
    ("thought_of", "right"),
    [
        ({}, "영주(F-2)"),
        ({0: (("거", 0.3),)}, "거주(F-2)"),
        ({5: (("5", 0.3),)}, "영주(F-5)"),
        ({0: (("거", 0.3),), 5: (("5", 0.3),)}, "영주(F-2)"),  # it may be either
    ],
)
def test_the_reader_tells_which_of_two_is_meant(
    typeset: Typeset, thought_of: dict[int, tuple[Alternative, ...]], right: str
) -> None:
    (row,) = build_layout(doubting(typeset("영주(F-2)"), thought_of)).rows
    assert set_right(row.text, RULE, [row.whole]) == right


def test_spaces_in_a_known_phrase_stay() -> None:
    assert set_right("영주 (F-5)", RULE) == "영주 (F-5)"
    assert set_right("영추 (F-5)", RULE) == "영주(F-5)"


def test_a_phrase_that_ends_beyond_the_print_is_left_alone(typeset: Typeset) -> None:
    (row,) = build_layout(typeset("MAWAR SDN BND")).rows
    part = Span(row, 0, len("MAWAR SDN"))
    assert respell([part, row.whole], ("sdn bhd",)) == ["MAWAR SDN", "MAWAR SDN BHD"]


def test_print_that_the_reader_is_sure_of_is_no_other_phrase_misread(typeset: Typeset) -> None:
    printed = "SEVEN HILLS MARKET LLC"
    (doubted,), (sure,) = (build_layout(page).rows for page in (typeset(printed), set_page(printed)))
    assert respell([doubted.whole], ("marketing",)) == ["SEVEN HILLS MARKETING"]
    assert respell([sure.whole], ("marketing",)) == [printed]


@pytest.mark.parametrize(
    ("printed", "thought_of", "right"),
    [
        ("Jane_doe@example.org", {0: (("j", 0.2),)}, "jane_doe@example.org"),
        ("Jane_doe@example.org", {}, "Jane_doe@example.org"),
        ("Jane_Doe@example.org", {0: (("j", 0.2),)}, "Jane_Doe@example.org"),
        ("JAne_Doe@example.org", {0: (("j", 0.2),), 1: (("a", 0.3),), 5: (("d", 0.1),)}, "jane_doe@example.org"),
        ("JAne_Doe@example.org", {0: (("j", 0.2),), 1: (("e", 0.3),), 5: (("d", 0.1),)}, "JAne_Doe@example.org"),
    ],
)
def test_a_doubtful_capital_before_small_letters_is_none_in_an_email_address(
    typeset: Typeset, printed: str, thought_of: dict[int, tuple[Alternative, ...]], right: str
) -> None:
    (row,) = build_layout(doubting(typeset(printed), thought_of)).rows
    rule = FieldRule.model_validate({"type": "email", "locate": [{"find": "any"}]})
    assert set_right(row.text, rule, [row.whole]) == right
