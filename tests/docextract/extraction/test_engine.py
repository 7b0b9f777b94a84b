"""Invented receipts, set from text: what they say, and where it is said."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docextract.pipeline import Extractor
from docextract.records import Receipt
from ocr.document import Block, Line, Page, Quad, Word, bounding_quad

Typeset = Callable[..., Page]
NAMES = sorted(path.stem for path in (Path(__file__).parents[1] / "golden").glob("*.txt"))


@pytest.mark.parametrize("angle", [0.0, 0.05, -0.3, 3.1])
@pytest.mark.parametrize("name", NAMES)
def test_receipts_say_what_they_say(
    golden: Path, typeset: Typeset, extractor: Extractor, name: str, angle: float
) -> None:
    page = typeset((golden / f"{name}.txt").read_text(encoding="utf-8"), angle)
    receipt = extractor.extract_page(page, "receipt")
    expected = json.loads((golden / f"{name}.json").read_text(encoding="utf-8"))
    assert receipt.model_dump(mode="json", exclude={"evidence"}, exclude_none=True) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_evidence_of_the_same_value(
    golden: Path, typeset: Typeset, extractor: Extractor, name: str
) -> None:
    page = typeset((golden / f"{name}.txt").read_text(encoding="utf-8"))
    receipt = extractor.extract_page(page, "receipt")
    quads = {word.quad for word in page.words} | {char.quad for char in page.chars}
    for path, evidence in receipt.evidence.items():
        value: object = receipt
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, tuple) else getattr(value, part)
        assert value == evidence.value
        assert 0 < evidence.confidence < 1
        assert evidence.quad == bounding_quad(evidence.words)
        assert len(evidence.raw.split()) == len(evidence.words)
        whole = [word for word in page.words if word.quad in evidence.words]
        assert all(word.text in evidence.raw for word in whole)
        assert whole or all(any(_inside(quad, other) for other in quads) for quad in evidence.words)
    named = [path for path, value in receipt.model_dump(exclude_none=True).items() if isinstance(value, Decimal)]
    assert set(named) <= receipt.evidence.keys()


def _inside(inner: object, outer: object) -> bool:
    (x0, y0), _, (x1, y1), _ = bounding_quad([inner])  # type: ignore[list-item]
    (a0, b0), _, (a1, b1), _ = bounding_quad([outer])  # type: ignore[list-item]
    return a0 <= x1 and x0 <= a1 and b0 <= y1 and y0 <= b1


def test_the_evidence_of_a_labelled_amount(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset("SUBTOTAL   9.00\nTOTAI :   12.00\nCASH   20.00\nCHANGE   8.00")
    evidence = extractor.extract_page(page, "receipt").evidence["total"]
    label, amount = page.lines[2].words[0], page.lines[3].words[0]
    assert (evidence.raw, evidence.locator, evidence.page) == ("12.00", "label", 0)
    assert (evidence.quad, evidence.words) == (amount.quad, (amount.quad,))
    assert evidence.label is not None
    assert (evidence.label.raw, evidence.label.quad) == ("TOTAI", label.quad)
    assert evidence.checks == ("paid_less_change_is_total",)


def test_a_repair_is_recorded(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset("TOTAL   RM1O.00"), "receipt")
    assert receipt.total == Decimal("10.00")
    assert receipt.evidence["total"].repaired_from == "RM1O.00"
    assert [issue.code for issue in receipt.issues if issue.field == "total"] == ["repaired"]


def test_an_ambiguous_date_is_an_issue_until_the_currency_tells_the_country(
    typeset: Typeset, extractor: Extractor
) -> None:
    unknown = extractor.extract_page(typeset("07/02/2023"), "receipt")
    assert [issue.candidates for issue in unknown.issues if issue.field == "date"] == [("2023-02-07", "2023-07-02")]
    ringgit = extractor.extract_page(typeset("07/02/2023\nTOTAL RM 5.00"), "receipt")
    dollars = extractor.extract_page(typeset("07/02/2023\nTOTAL US$ 5.00"), "receipt")
    assert [str(r.date) for r in (ringgit, dollars)] == ["2023-02-07", "2023-07-02"]
    assert not [issue for r in (ringgit, dollars) for issue in r.issues if issue.field == "date"]


def test_an_unknown_currency_stays_unknown(typeset: Typeset, extractor: Extractor) -> None:
    bare = extractor.extract_page(typeset("TOTAL 5.00"), "receipt")
    dollars = extractor.extract_page(typeset("TOTAL $5.00"), "receipt")
    assert bare.currency is None and dollars.currency is None
    assert [issue.code for issue in bare.issues if issue.field == "currency"] == ["missing"]
    (issue,) = [issue for issue in dollars.issues if issue.field == "currency"]
    assert issue.code == "ambiguous" and {"USD", "SGD"} <= set(issue.candidates)


def test_a_contradiction_is_an_issue(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(typeset("TOTAL   8.00\nCASH   10.00\nCHANGE   3.00"), "receipt")
    assert receipt.total == Decimal("8.00")
    assert ("contradiction", "paid_less_change_is_total") in {(issue.code, issue.detail) for issue in receipt.issues}


def test_an_empty_page_gives_an_empty_record(extractor: Extractor) -> None:
    receipt = extractor.extract_page(Page(width=10, height=10), "receipt")
    assert receipt.evidence == {} and receipt.items == ()
    required = {"merchant.name", "date", "total", "currency"}
    assert {(issue.code, issue.field) for issue in receipt.issues} == {("missing", field) for field in required}


def test_lines_without_a_place_do_not_disturb_the_others(golden: Path, typeset: Typeset, extractor: Extractor) -> None:
    page = typeset((golden / "usa.txt").read_text(encoding="utf-8"))
    (block,) = page.blocks
    nowhere = ((math.nan, math.nan),) * 4
    lost = tuple(
        replace(line, quad=nowhere, words=tuple(replace(word, quad=nowhere, chars=()) for word in line.words))
        for line in block.lines
    )
    mixed = tuple(line for pair in zip(lost, block.lines, strict=True) for line in pair)
    among = extractor.extract_page(replace(page, blocks=(replace(block, lines=mixed),)), "receipt")
    alone = extractor.extract_page(replace(page, blocks=(replace(block, lines=lost),)), "receipt")
    assert among == extractor.extract_page(page, "receipt")
    assert alone.evidence == {} and alone.items == ()


def test_a_page_of_twenty_thousand_words(extractor: Extractor) -> None:
    rows = [["TEA", "TOTAL", *["RICE"] * 17, "1.50"]] * 999 + [["TOTAL", "1498.50"]]
    lines = []
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            a, b, c, d = 60.0 * x, 30.0 * y, 60.0 * x + 50, 30.0 * y + 20
            quad: Quad = ((a, b), (c, b), (c, d), (a, d))
            lines.append(Line((Word(text, quad, 0.9),), quad, 0.9))
    page = Page(1200, 30000, (Block(tuple(lines), bounding_quad(line.quad for line in lines)),))
    receipt = extractor.extract_page(page, "receipt")
    assert receipt.total == Decimal("1498.50")
    assert len(page.words) == 19982
    assert [issue.detail for issue in receipt.issues if issue.code == "too_much_text"] == [str(19982 - 4096)]


def test_of_long_words_fewer_are_looked_at(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset("\n".join(["TOTAL   5.00", *["P" + "<" * 39] * 2000, "CASH   10.00", "CHANGE   5.00"]))
    receipt = extractor.extract_page(page, "receipt")
    assert (receipt.total, receipt.change) == (Decimal("5.00"), Decimal("5.00"))
    left_out = [issue.detail for issue in receipt.issues if issue.code == "too_much_text"]
    assert left_out == [str(2000 - 2 * ((40_960 // 2 - 20) // 40))]


TEMPLATE = """\
version: 1
fields:
  fine: {type: money, locate: [{find: label, labels: [fine]}]}
  issued: {type: date, locate: [{find: label, labels: [issued]}]}
"""


@pytest.mark.parametrize(
    ("beside", "fine", "issued"),
    [
        ("FEE 500원", (), ()),
        ("FEE ₩500", (), ()),
        ("FEE 500", ("10000", "10.000"), ("2023-02-07", "2023-07-02")),
        ("FEE ₩500 OR US$ 1", ("10000", "10.000"), ("2023-02-07", "2023-07-02")),
        ("FEE RM 5.00", ("10000", "10.000"), ()),
    ],
)
def test_the_only_currency_of_a_page_tells_amounts_where_a_template_asks_for_none(
    typeset: Typeset, extractor: Extractor, tmp_path: Path, beside: str, fine: tuple[str, ...], issued: tuple[str, ...]
) -> None:
    template = tmp_path / "fine.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")
    record: Any = extractor.extract_page(typeset(f"FINE   10,000\nISSUED   07/02/2023\n{beside}"), template)
    assert record.fine == 10000
    ambiguous = {issue.field: issue.candidates for issue in record.issues if issue.code == "ambiguous"}
    assert (ambiguous.get("fine", ()), ambiguous.get("issued", ())) == (fine, issued)


def test_nothing_read_shows_in_representations_or_logs(
    golden: Path, typeset: Typeset, extractor: Extractor, caplog: pytest.LogCaptureFixture
) -> None:
    text = (golden / "malaysia.txt").read_text(encoding="utf-8")
    with caplog.at_level(logging.DEBUG):
        receipt = extractor.extract_page(typeset(text), "receipt")
    shown = caplog.text + "".join(
        f"{part!r}{part!s}" for part in (receipt, *receipt.issues, *receipt.evidence.values())
    )
    assert not [word for word in text.split() if len(word) > 3 and word in shown]


def test_a_page_from_json_gives_the_same_record(golden: Path, typeset: Typeset, extractor: Extractor) -> None:
    page = typeset((golden / "korea_cafe.txt").read_text(encoding="utf-8"))
    again = Page.from_dict(json.loads(json.dumps(page.export())))
    record = extractor.extract_page(again, "receipt")
    assert record == extractor.extract_page(page, "receipt")
    assert Receipt.model_validate_json(record.model_dump_json()) == record
