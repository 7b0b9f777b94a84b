from __future__ import annotations

from pathlib import Path

import pytest

from docextract.drafting import Example, draft_template
from docextract.errors import DraftError, TemplateSyntaxError
from docextract.pipeline import Extractor
from docextract.schema.loading import parse_template
from docextract.schema.locators import LabelLocator
from docextract.typesetting import set_page

FIRST = """\
CITY OF UTOPIA
Plate: 12GA3456      Bay: 7
Issued on 2026-03-15 at 14:05
Officer
Jane Doe
Fine                 45.00
Total to pay         50.00
"""
SECOND = """\
CITY OF UTOPIA
Plate: 98ZZ1111      Bay: 12
Date of issue 2026-04-01 at 09:30
Officer
John Roe
Fine                 12.50
"""
VALUES = {"plate": "12GA3456", "bay": "7", "issued": "2026-03-15", "at": "14:05:00", "officer": "Jane Doe"}
MORE = {"plate": "98ZZ1111", "bay": "12", "issued": "2026-04-01", "at": "09:30:00", "officer": "John Roe"}
EXAMPLES = [
    Example(set_page(FIRST), {**VALUES, "fine": "45", "total": "50.00"}, "first.json"),
    Example(set_page(SECOND), {**MORE, "fine": "12.50", "total": None}, "second.json"),
]


def test_a_draft_finds_the_values_of_its_examples_and_of_others(tmp_path: Path) -> None:
    source = draft_template(EXAMPLES)
    path = tmp_path / "ticket.yaml"
    path.write_text(source, encoding="utf-8")
    third = FIRST.replace("12GA3456", "55XY0001").replace("45.00", "99.00").replace("2026-03-15", "2026-12-31")
    record = Extractor().extract_page(set_page(third), path).model_dump(mode="json")
    assert {
        **VALUES,
        "plate": "55XY0001",
        "issued": "2026-12-31",
        "fine": "99.00",
        "total": "50.00",
    }.items() <= record.items()


def test_types_labels_and_what_is_required() -> None:
    template = parse_template(draft_template(EXAMPLES))
    kinds = {"issued": "date", "at": "time", "officer": "text", "fine": "money", "total": "money"}
    assert {name: rule.type for name, rule in template.fields.items() if name in kinds} == kinds
    assert [name for name, rule in template.fields.items() if not rule.required] == ["total"]
    (fine,), (officer,), (issued,) = (template.fields[name].locate for name in ("fine", "officer", "issued"))
    assert isinstance(fine, LabelLocator) and (fine.labels, fine.where) == (("fine",), ("right",))
    assert isinstance(officer, LabelLocator) and (officer.labels, officer.where) == (("officer",), ("below",))
    assert isinstance(issued, LabelLocator) and issued.labels == ("issued on", "date of issue")
    assert [test.expect["total"] for test in template.tests] == ["50.00", "null"]


def test_a_secret_is_masked_in_the_draft() -> None:
    page = set_page("HARVEST BANK\nCard no 4111 1111 1111 1111")
    source = draft_template([Example(page, {"card": "4111-1111-1111-1111"}, "card.json")])
    assert parse_template(source).fields["card"].type == "card_number"
    assert "4111" not in source and "**** **** **** 1111" in source


def test_one_amount_under_two_labels() -> None:
    example = Example(
        set_page("Fine   45.00\nFee   0.00\nTotal   45.00"), {"fine": "45.00", "sum": "45.00"}, "page.json"
    )
    template = parse_template(draft_template([example]))
    labels = [loc.labels for rule in template.fields.values() for loc in rule.locate if isinstance(loc, LabelLocator)]
    assert labels == [("fine",), ("total",)]


def test_values_that_are_nowhere() -> None:
    example = Example(set_page(FIRST), {"plate": "12GA3456", "colour": "red", "height": "1.80"}, "first.json")
    with pytest.raises(DraftError) as caught:
        draft_template([example])
    assert caught.value.fields == ("colour", "height")


def test_the_same_label_for_two_values() -> None:
    with pytest.raises(DraftError) as caught:
        draft_template([Example(set_page("Name   Ann\nName   Bo"), {"payer": "Bo", "payee": "Ann"}, "page.json")])
    assert caught.value.fields == ("payer", "payee")


@pytest.mark.parametrize("name", ["plates[]", "a: b", "1"])
def test_a_name_that_is_no_name(name: str) -> None:
    with pytest.raises(DraftError):
        draft_template([Example(set_page(FIRST), {name: "12GA3456"}, "first.json")])


def test_a_name_that_no_field_can_have() -> None:
    with pytest.raises(TemplateSyntaxError, match="cannot be the name of a field"):
        draft_template([Example(set_page(FIRST), {"evidence": "12GA3456"}, "first.json")])


BILL = """\
NORTHWIND WATER
Consumption (kWh)       307
Zone 1:               21.40
Zone 2:               34.05
VAT 19%               10.54
Total (incl. VAT)     65.99
"""


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("used", "307", "consumption (kwh)"),
        ("first", "21.40", "zone 1"),
        ("second", "34.05", "zone 2"),
        ("tax", "10.54", "vat"),
        ("total", "65.99", "total (incl. vat)"),
    ],
)
def test_labels_with_units_numbers_and_rates(name: str, value: str, label: str) -> None:
    template = parse_template(draft_template([Example(set_page(BILL), {name: value}, "bill.json")]))
    (locator,) = template.fields[name].locate
    assert isinstance(locator, LabelLocator) and (locator.labels, locator.where) == ((label,), ("right",))


def test_amounts_are_no_part_of_a_label() -> None:
    example = Example(set_page("Fine 45.00 5.00 7.00"), {"third": "7.00"}, "page.json")
    with pytest.raises(DraftError):
        draft_template([example])
