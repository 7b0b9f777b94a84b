from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docextract.extraction.lexicon import Lexicon, phrase_keys
from docextract.extraction.locators import locate
from docextract.extraction.machine_readable import find_zone
from docextract.extraction.rows import build_layout
from docextract.extraction.scene import Scene
from docextract.schema.template import FieldRule
from docextract.values.currency import CURRENCIES
from ocr.document import Page

from ..conftest import doubting

Typeset = Callable[..., Page]
PHRASES = ("total", "total qty", "cash", "change", "tel", "incl gst", "excl gst")
LABEL = {"find": "label", "labels": ("total",), "unless": ("excl gst",)}


@pytest.fixture
def propose(typeset: Typeset) -> Callable[..., list[Any]]:
    """What a locator proposes on a page set from text, best first."""

    def propose(text: str, kind: str, currency: str | None = None, **locator: object) -> list[Any]:
        layout = build_layout(typeset(text))
        labels: dict[int, list[Any]] = {row.index: [] for row in layout.rows}
        for match in Lexicon(PHRASES).find(layout.rows):
            labels[match.span.row.index].append(match)
        scene = Scene(layout, labels, phrase_keys(("incl gst",)), CURRENCIES.get(currency or ""))
        rule = FieldRule.model_validate({"type": kind, "locate": [locator]})
        found = sorted(locate(scene, "field", rule), key=lambda candidate: -candidate.score)
        return [str(candidate.value) for candidate in found]

    return propose


Propose = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("TOTAL   9.00", ["9.00"]),
        ("TOTAL:RM9.00", ["9.00"]),
        ("TOTAL (INCL GST)   9.00", ["9.00"]),
        ("TOTAL (EXCL GST)   9.00", []),
        ("TOTAL QTY   9.00", []),
        ("TOTAL   9.00   CASH   10.00", ["9.00"]),
        ("CASH   10.00", []),
        ("TOTAL   2.00   9.00", ["2.00", "9.00"]),
        ("TOTAL\n9.00", ["9.00"]),
        ("TOTAL\n               9.00", ["9.00"]),
        ("A   TOTAL\n1.00   9.00", ["9.00"]),
        ("TOTAL\nCASH 10.00", []),
        ("TOTAL\n          RM   9.00", ["9.00"]),
        ("TOTAL\n          1.00   9.00", []),
        ("TOTAL\n          BALANCE   9.00", []),
        ("TOTAL   9.00\n1.00", ["9.00"]),
    ],
)
def test_amounts_by_label(propose: Propose, text: str, amounts: list[str]) -> None:
    assert propose(text, "money", **LABEL) == amounts


def test_only_the_places_named_are_searched(propose: Propose) -> None:
    assert propose("TOTAL\n9.00", "money", **LABEL, where=("right",)) == []


def test_what_a_label_is_of_may_have_a_form(propose: Propose) -> None:
    form = LABEL | {"where": ("below", "right"), "form": r"^\p{Hangul}"}
    assert propose("TOTAL   고인순\nREPUBLIC", "text", **form) == ["고인순"]
    assert propose("TOTAL   9.00\nREPUBLIC", "text", **form) == []


def test_the_currency_decides_how_a_number_is_read(propose: Propose) -> None:
    assert propose("TOTAL 12.000", "money", currency="KRW", **LABEL) == ["12000"]


def test_pattern_with_a_group(propose: Propose) -> None:
    pattern = r"NO\. (?<value>[A-Z]\d+)"
    assert propose("REF NO. A123\nNO. B456", "identifier", find="pattern", pattern=pattern) == ["A123", "B456"]


def test_pattern_that_stands_for_a_value(propose: Propose) -> None:
    assert propose("SPRINGFIELD, IL 62701", "currency", find="pattern", pattern=r"IL \d{5}", value="USD") == ["USD"]


def test_pattern_in_the_upper_part(propose: Propose) -> None:
    options = {"find": "pattern", "pattern": r"\d{4}", "top": 0.5}
    assert propose("NO 1234\nX\nX\nNO 5678", "identifier", **options) == ["1234"]
    assert propose("X\nX\nNO 1234\nX\nNO 5678", "identifier", **options) == ["1234"]  # half of five rows are three


@pytest.mark.parametrize(
    ("text", "reread", "found"),
    [
        ("NO X12B", True, ["X128"]),
        ("NO X12B", False, []),
        ("NO X123\nNO X12B", True, ["X123"]),  # one is there as it was read
    ],
)
def test_only_what_is_not_found_as_read_is_read_again(
    typeset: Typeset, text: str, reread: bool, found: list[str]
) -> None:
    layout = build_layout(doubting(typeset(text), {text.replace(" ", "").replace("\n", "").index("B"): (("8", 0.3),)}))
    locator = {"find": "pattern", "pattern": r"NO (?<value>X\d{3})\b", "reread": reread}
    rule = FieldRule.model_validate({"type": "identifier", "locate": [locator]})
    scene = Scene(layout, {row.index: [] for row in layout.rows}, frozenset())
    assert [str(candidate.value) for candidate in locate(scene, "field", rule)] == found


def test_a_value_of_the_zone_is_doubtful_if_its_check_digit_does_not_fit(typeset: Typeset) -> None:
    layout = build_layout(
        typeset("P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<\nM965005269KOR8907163F26061297642855<<<<<<<92")
    )
    scene = Scene(layout, {0: [], 1: []}, frozenset(), zone=find_zone(layout))
    scores = {}
    for part, kind in (("birth_date", "date"), ("expiry_date", "date")):
        rule = FieldRule.model_validate({"type": kind, "locate": [{"find": "mrz", "part": part, "weight": 1.0}]})
        (candidate,) = locate(scene, part, rule)
        scores[part] = candidate.score, candidate.proven
    assert scores["expiry_date"] == (1.0, True)
    assert scores["birth_date"][0] < 1.0
    assert not scores["birth_date"][1]


@pytest.mark.parametrize(("numbers", "score"), [("M965005269KOR8907161F", 1.0), ("M965005269KOR8907163F", 0.6)])
def test_a_value_without_a_check_digit_is_as_certain_as_its_zone(typeset: Typeset, numbers: str, score: float) -> None:
    layout = build_layout(typeset(f"P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<\n{numbers}26061297642855<<<<<<<92"))
    scene = Scene(layout, {0: [], 1: []}, frozenset(), zone=find_zone(layout))
    locator = {"find": "mrz", "part": "surname", "weight": 1.0}
    (candidate,) = locate(scene, "surname", FieldRule.model_validate({"type": "text", "locate": [locator]}))
    assert (candidate.value, candidate.score) == ("LIM", score)


def test_any_value_of_the_type_but_in_some_rows(propose: Propose) -> None:
    assert propose("01/02/2023\nVALID UNTIL 31/12/2024", "date", find="any", unless="VALID") == ["2023-02-01"]


LINES = {"find": "lines", "start": "SHOP", "top": 1.0}


@pytest.mark.parametrize(
    ("text", "options", "values"),
    [
        ("A SHOP\nNO. 1\nTEL 2", {"most": 5, "stop": "TEL"}, ["A SHOP NO. 1"]),
        ("A SHOP\nNO. 1\nX", {"most": 2}, ["A SHOP NO. 1"]),
        ("A SHOP\nNO. 1\n\nX", {"most": 5}, ["A SHOP NO. 1"]),
        ("A SHOP\nNO. 1\nX", {"most": 5, "end": "NO"}, ["A SHOP NO. 1"]),
        ("A SHOP\n(123)\nNO. 1", {"most": 2, "skip": r"^\("}, ["A SHOP NO. 1"]),
        ("A SHOP\nSDN BHD\nX", {"join": "^SDN"}, ["A SHOP SDN BHD"]),
        ("NAME\nSHOP LTD\nX", {"join": "^SHOP"}, ["NAME SHOP LTD"]),
        ("* A SHOP (123)", {"strip": r"^\* | \(\d+\)$"}, ["A SHOP"]),
        ("A SHOP AND BAKRY", {"words": ("bakery",)}, ["A SHOP AND BAKERY"]),
        ("X\nTEL\nA SHOP", {"until": "TEL"}, []),
        ("X\nX\nX\nA SHOP", {"top": 0.5}, []),
    ],
)
def test_lines(propose: Propose, text: str, options: dict[str, object], values: list[str]) -> None:
    assert propose(text, "text", **LINES | options) == values


def test_any_of_a_short_list_is_a_cell_that_is_on_it(typeset: Typeset) -> None:
    rule = {"type": "text", "one_of": ["JAPAN", "CANADA"], "locate": [{"find": "any"}]}
    layout = build_layout(typeset("FROM JAPAN\nSEX M   JAPAM\nMALI"))
    scene = Scene(layout, {row.index: [] for row in layout.rows}, frozenset())
    assert [c.value for c in locate(scene, "nationality", FieldRule.model_validate(rule))] == ["JAPAN"]


@pytest.mark.parametrize(
    ("printed", "past", "year"),
    [
        ("12 AUG 58", True, 1958),
        ("12 AUG 58", False, 2058),
        ("12 AUG 2058", True, 2058),  # what is printed in full is misread rather
        ("29 FEB 04", True, 2004),
        ("29 FEB 68", True, 1968),
    ],
)
def test_days_of_the_past(typeset: Typeset, printed: str, past: bool, year: int) -> None:
    rule = FieldRule.model_validate({"type": "date", "past": past, "locate": [{"find": "any"}]})
    layout = build_layout(typeset(printed))
    scene = Scene(layout, {row.index: [] for row in layout.rows}, frozenset())
    (found,) = locate(scene, "birth_date", rule)
    assert isinstance(found.value, date)
    assert found.value.year == year


def test_a_text_with_a_secret_in_it_is_not_proposed(propose: Propose) -> None:
    assert propose("SHOP 4111 1111 1111 1112", "text", **LINES) == ["SHOP 4111 1111 1111 1112"]
    assert propose("SHOP 4111 1111 1111 1111", "text", **LINES) == []


def test_a_pattern_of_great_cost_is_given_up(typeset: Typeset) -> None:
    scene = Scene(build_layout(typeset("a" * 40 + "!\n" + "a" * 40)), {0: [], 1: []}, frozenset())
    rule = FieldRule.model_validate(
        {"type": "text", "locate": [{"find": "pattern", "pattern": "(?:a|a|b?a)+$|(a+)+$"}]}
    )
    list(locate(scene, "field", rule))
    assert scene.slow_patterns == {"(?:a|a|b?a)+$|(a+)+$"}
