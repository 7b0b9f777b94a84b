from __future__ import annotations

from pathlib import Path

import pytest

from docextract.drafting import Example, draft_template
from docextract.errors import DraftError
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
    source = draft_template(EXAMPLES).source
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
    template = parse_template(draft_template(EXAMPLES).source)
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
    source = draft_template([Example(page, {"card": "4111-1111-1111-1111"}, "card.json")]).source
    assert parse_template(source).fields["card"].type == "card_number"
    assert "4111" not in source and "**** **** **** 1111" in source


def test_one_amount_under_two_labels() -> None:
    example = Example(
        set_page("Fine   45.00\nFee   0.00\nTotal   45.00"), {"fine": "45.00", "sum": "45.00"}, "page.json"
    )
    template = parse_template(draft_template([example]).source)
    labels = [loc.labels for rule in template.fields.values() for loc in rule.locate if isinstance(loc, LabelLocator)]
    assert labels == [("fine",), ("total",)]


def test_what_nothing_finds_is_left_out_and_said_why() -> None:
    page = set_page("City of Utopia Car Parks\nPlate: 12GA3456\nFine   45.00")
    values = {"plate": "12GA3456", "colour": "red", "garage": "City of Utopia Car Parks", "fine": "45.00", "from": "x"}
    draft = draft_template([Example(page, {**values, "until": None}, "page.json")])
    assert draft.left_out == {
        "colour": "nothing like its value was read on 'page.json'",
        "garage": "no label stands before or above its value",
        "from": "it cannot be the name of a field",
        "until": "no example has a value of it",
    }
    comments = [line.strip() for line in draft.source.splitlines() if line.strip().startswith("#")]
    assert comments == [f"# {name!r} is left out: {reason}" for name, reason in draft.left_out.items()]
    template = parse_template(draft.source)
    assert template.fields.keys() == {"plate", "fine"} == template.tests[0].expect.keys()
    assert "Utopia" not in draft.source


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("Jane D0e", "1 of the 8 characters of its value were read otherwise"),
        ("12 Main Street Utopia 54321", "its value runs over several rows"),
        ("colour", "nothing like its value was read"),
        ("Street 54", "nothing like its value was read"),
        ("topia", "its value is only a part of a word"),
        ("45.06", "1 of the 5 characters of its value were read otherwise"),
        ("12 Main Street", "no label stands before or above its value"),
    ],
)
def test_a_misreading_is_told_from_what_has_no_label(value: str, why: str) -> None:
    page = set_page("12 Main Street\nUtopia 54321\nOfficer   Jane Doe\nPaid   45.00")
    with pytest.raises(DraftError) as caught:
        draft_template([Example(page, {"it": value}, "page.json")])
    (told,) = caught.value.reasons.values()
    assert told == (why if why.startswith("no label") else f"{why} on 'page.json'")


def test_one_field_that_is_not_found_spoils_no_other() -> None:
    page = set_page("Name   Ann\nName   Bo\nFine   45.00")
    draft = draft_template([Example(page, {"payer": "Bo", "payee": "Ann", "fine": "45.00"}, "page.json")])
    assert draft.left_out.keys() == {"payer", "payee"}
    assert parse_template(draft.source).fields.keys() == {"fine"}


def test_values_of_two_types() -> None:
    examples = [
        Example(set_page("Code   45.00"), {"code": "45"}, "first.json"),
        Example(set_page("Code   15 Mar 2026"), {"code": "2026-03-15"}, "second.json"),
    ]
    with pytest.raises(DraftError) as caught:
        draft_template(examples)
    assert caught.value.reasons == {"code": "no type reads its values in all examples"}


@pytest.mark.parametrize("name", ["a\nb: {type: text}", "a\x85b", "a\u2028b"])
def test_a_name_with_a_break_ends_no_comment(name: str) -> None:
    draft = draft_template([Example(set_page(FIRST), {"plate": "12GA3456", name: "45.00"}, "first.json")])
    assert draft.left_out.keys() == {name}
    assert parse_template(draft.source).fields.keys() == {"plate"}


def test_values_that_are_nowhere() -> None:
    example = Example(set_page(FIRST), {"colour": "red", "height": "1.80"}, "first.json")
    with pytest.raises(DraftError) as caught:
        draft_template([example])
    assert caught.value.fields == ("colour", "height")
    assert "colour (nothing like its value was read on 'first.json'" in str(caught.value)


def test_the_same_label_for_two_values() -> None:
    with pytest.raises(DraftError) as caught:
        draft_template([Example(set_page("Name   Ann\nName   Bo"), {"payer": "Bo", "payee": "Ann"}, "page.json")])
    assert caught.value.fields == ("payer", "payee")


@pytest.mark.parametrize("name", ["plates[]", "a: b", "1"])
def test_a_name_that_is_no_name(name: str) -> None:
    with pytest.raises(DraftError):
        draft_template([Example(set_page(FIRST), {name: "12GA3456"}, "first.json")])


def test_a_name_that_no_field_can_have() -> None:
    with pytest.raises(DraftError, match="cannot be the name of a field"):
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
    template = parse_template(draft_template([Example(set_page(BILL), {name: value}, "bill.json")]).source)
    (locator,) = template.fields[name].locate
    assert isinstance(locator, LabelLocator) and (locator.labels, locator.where) == ((label,), ("right",))


def test_amounts_are_no_part_of_a_label() -> None:
    example = Example(set_page("Fine 45.00 5.00 7.00"), {"third": "7.00"}, "page.json")
    with pytest.raises(DraftError):
        draft_template([example])


def test_a_draft_shows_nothing_of_its_examples() -> None:
    assert "12GA3456" in draft_template(EXAMPLES).source
    assert "12GA3456" not in repr(draft_template(EXAMPLES))
