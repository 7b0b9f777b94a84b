from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from docextract.errors import TemplateSyntaxError
from docextract.pipeline import Extractor
from docextract.schema.loading import find_mistakes, find_template, load_template
from docextract.schema.locators import LabelLocator

from ..conftest import Typeset

PARENT = """\
version: 1
modifiers: [net]
distractors: [total qty]
match: {any: [TICKET]}
fields:
  total: {type: money, required: true, locate: [{find: label, labels: [total]}]}
  paid: {type: money, locate: [{find: label, labels: [paid]}]}
  issued: {type: date, required: true, locate: [{find: label, labels: [issued]}]}
checks:
  - {name: even, equals: total, terms: {paid: add}}
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes templates; the last one is returned."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / f"{name}.yaml"
            path.write_text(text)
        return path

    return write


def heir(text: str) -> str:
    return f"version: 1\nextends: parent.yaml\n{text}"


def test_what_is_not_given_again_is_taken_over(write: Write) -> None:
    path = write(parent=PARENT, child=heir("modifiers: [gross]\ndistractors: [total items]\n"))
    child, parent = load_template(path), load_template(path.with_name("parent.yaml"))
    assert (child.fields, child.checks, child.match) == (parent.fields, parent.checks, parent.match)
    assert (child.modifiers, child.distractors) == (("gross", "net"), ("total items", "total qty"))


def test_a_rule_with_locators_replaces_the_parents(write: Write) -> None:
    own = "fields: {total: {type: money, locate: [{find: label, labels: [sum]}]}}\n"
    child = load_template(write(parent=PARENT, child=heir(own)))
    assert list(child.fields) == ["total", "paid", "issued"]
    assert not child.fields["total"].required
    assert [loc.labels for loc in child.fields["total"].locate if isinstance(loc, LabelLocator)] == [("sum",)]


def test_a_rule_without_locators_changes_the_parents(write: Write) -> None:
    own = "fields: {total: {locate_also: [{find: label, labels: [sum]}]}, issued: {required: false}}\n"
    path = write(parent=PARENT, child=heir(own), grandchild=heir("fields: {total: {locate_also: [{find: any}]}}\n"))
    path.write_text(path.read_text().replace("parent.yaml", "child.yaml"))
    child, grandchild = load_template(path.with_name("child.yaml")), load_template(path)
    assert child.fields["total"].required and not child.fields["issued"].required
    assert [loc.find for loc in grandchild.fields["total"].locate] == ["any", "label", "label"]
    assert grandchild.fields["total"].locate[1:] == child.fields["total"].locate


def test_checks_are_replaced_by_name(write: Write) -> None:
    own = "checks: [{name: even, equals: paid, terms: {total: add}}, {name: odd, equals: total, terms: {paid: either}}]"
    child = load_template(write(parent=PARENT, child=heir(own)))
    assert [(check.name, check.equals) for check in child.checks] == [("even", "paid"), ("odd", "total")]


def test_a_bundled_template_is_extended_by_name(write: Write, typeset: Typeset) -> None:
    path = write(
        shop="version: 1\nextends: receipt/generic\n"
        "fields: {total: {locate_also: [{find: label, labels: [to hand over]}]}}\n"
    )
    record = Extractor().extract_page(typeset("SUBTOTAL   9.00\nTO HAND OVER   12.00"), path)
    assert record.model_dump(include={"total"}) == {"total": Decimal("12.00")}
    assert load_template(path).fields.keys() == load_template(find_template("receipt/generic")).fields.keys()


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("version: 1\nextends: recipt/generic\n", 2, 1, "there is no template 'recipt/generic'; did you mean"),
        ("version: 1\nextends: none.yaml\n", 2, 1, "there is no template '{folder}/none.yaml'"),
        (f"version: 1\nextends: {'x' * 300}.yaml\n", 2, 1, "there is no template '{folder}/xxx"),
        ("version: 1\nextends: [parent.yaml]\n", 2, 1, "a template extends one other, by its name or path"),
        (heir("fields: [total]\n"), 3, 1, "keys with values are needed here"),
        (heir("fields:\n  total: x\n"), 4, 3, "keys with values are needed here"),
        (heir("fields:\n  total:\n    locate_also: x\n"), 5, 5, "the key 'locate_also' is unknown here"),
        (heir("fields:\n  tip:\n    locate_also: [{find: any}]\n"), 5, 5, "the key 'locate_also' is unknown here"),
        (
            heir("fields:\n  total:\n    locate_also:\n      - {find: any}\n      - {find: ay}\n"),
            7,
            10,
            "'ay' is unknown here; did you mean 'any'?",
        ),
        (heir("fields:\n  tip: {required: true}\n"), 4, 3, "the key 'type' is missing here"),
        (heir("checks: {name: even}\n"), 3, 1, "a list is needed here"),
        (heir("fields:\n  paid: {type: date}\n"), 1, 1, "the check 'even' needs 'paid'"),
    ],
)
def test_mistakes_are_named_with_their_place(write: Write, text: str, line: int, column: int, reason: str) -> None:
    path = write(parent=PARENT, child=text)
    with pytest.raises(TemplateSyntaxError) as caught:
        load_template(path)
    assert caught.value.reason.startswith(reason.format(folder=path.parent))
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, line, column)


def test_a_mistake_of_the_parent_is_named_in_its_own_file(write: Write) -> None:
    path = write(parent=PARENT.replace("find: label", "find: lable", 1), child=heir(""))
    (mistake,) = find_mistakes(path)
    assert (mistake.path, mistake.line) == (path.with_name("parent.yaml"), 6)


@pytest.mark.parametrize("names", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_circle_is_named(write: Write, names: list[str]) -> None:
    following = [*names[1:], names[0]]
    path = write(**{a: f"version: 1\nextends: {b}.yaml\n" for a, b in zip(names, following, strict=True)})
    first = path.with_name("a.yaml")
    with pytest.raises(TemplateSyntaxError) as caught:
        load_template(first)
    chain = " -> ".join(str(first.with_name(f"{name}.yaml")) for name in [*names, "a"])
    assert caught.value.reason == f"templates extend each other: {chain}"
    assert (caught.value.path.stem, caught.value.line) == (names[-1], 2)


def test_a_long_chain_is_refused(write: Write) -> None:
    path = write(t0=PARENT, **{f"t{k}": f"version: 1\nextends: t{k - 1}.yaml\n" for k in range(1, 40)})
    assert load_template(path.with_name("t8.yaml")).fields
    with pytest.raises(TemplateSyntaxError, match="more than 8 templates"):
        load_template(path)


def test_an_edited_parent_is_noticed(write: Write, typeset: Typeset) -> None:
    path = write(parent=PARENT, child=heir(""))
    page, extractor = typeset("SUM 5.00\nTOTAL 9.00\nPAID 9.00"), Extractor()
    assert extractor.extract_page(page, path).model_dump()["total"] == 9
    parent = path.with_name("parent.yaml")
    changed = parent.stat().st_mtime_ns + 10**9
    write(parent=PARENT.replace("[total]", "[sum]"))
    os.utime(parent, ns=(changed, changed))
    assert extractor.extract_page(page, path).model_dump()["total"] == 5
    parent.unlink()
    with pytest.raises(TemplateSyntaxError, match="there is no template"):
        extractor.extract_page(page, path)
