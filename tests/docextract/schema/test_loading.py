from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from docextract.errors import TemplateError, TemplateNotFoundError, TemplateSyntaxError
from docextract.extraction.lexicon import phrase_key
from docextract.pipeline import Extractor
from docextract.records import RECORDS, Receipt, Record
from docextract.schema import loading
from docextract.schema.loading import (
    bundled_names,
    find_mistakes,
    find_template,
    load_template,
    parse_template,
    templates_folder,
)
from docextract.schema.locators import LabelLocator, LinesLocator, PatternLocator
from docextract.schema.patterns import compile_pattern
from docextract.schema.record_type import field_types

from ..conftest import Typeset

MINIMAL = """\
version: 1
record: receipt
fields:
  total:
    type: money
    locate:
      - find: label
        labels: [total]
"""


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    return tmp_path / "my.yaml"


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_template_loads(name: str) -> None:
    template = load_template(find_template(name))
    assert template.record in RECORDS


@pytest.mark.parametrize("name", bundled_names())
def test_every_pattern_compiles_and_every_phrase_has_letters(name: str) -> None:
    template = load_template(find_template(name))
    locators = [locator for rule in template.fields.values() for locator in rule.locate]
    for locator in locators:
        if isinstance(locator, PatternLocator):
            compile_pattern(locator.pattern)
        if isinstance(locator, LinesLocator):
            patterns = (locator.start, locator.stop, locator.end, locator.skip, locator.join, locator.strip)
            assert all(compile_pattern(pattern) for several in patterns for pattern in several)
        if isinstance(locator, LabelLocator):
            assert all(phrase_key(phrase) for phrase in (*locator.labels, *locator.unless))


@pytest.mark.parametrize("name", bundled_names())
def test_no_label_is_called_a_distractor_too(name: str) -> None:
    template = load_template(find_template(name))
    distractors = set(map(phrase_key, template.distractors))
    for path, rule in template.fields.items():
        keys = [phrase_key(label) for loc in rule.locate if isinstance(loc, LabelLocator) for label in loc.labels]
        assert not distractors & set(keys), path


def test_a_kind_stands_for_one_of_its_templates() -> None:
    assert find_template("receipt") == find_template("receipt/generic")


@pytest.mark.parametrize(
    ("name", "nearest"), [("reciept", "receipt"), ("receipt/genric", "receipt/generic"), ("xyz", None)]
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, nearest: str | None) -> None:
    with pytest.raises(TemplateNotFoundError) as error:
        find_template(name)
    assert error.value.nearest == nearest
    assert (nearest or name) in str(error.value)
    assert isinstance(error.value, LookupError)


def test_a_path_is_a_template(edited: Path) -> None:
    edited.write_text(MINIMAL)
    assert find_template(str(edited)) == find_template(edited) == edited
    assert load_template(edited).fields.keys() == {"total"}


def test_a_path_that_is_not_there(edited: Path) -> None:
    with pytest.raises(TemplateNotFoundError):
        find_template(str(edited))


@pytest.mark.parametrize("inside", [True, False], ids=["wheel", "checkout"])
def test_templates_are_found_inside_the_package_and_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    package = tmp_path / "docextract"
    (package / "schema").mkdir(parents=True)
    (tmp_path / "templates").mkdir()  # of somebody else, or ours
    folder = package / "templates" if inside else tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(loading, "__file__", str(package / "schema" / "loading.py"))
    with pytest.raises(TemplateError):
        templates_folder.__wrapped__()
    (folder / "kinds.yaml").write_text("receipt: receipt/generic\n")
    assert templates_folder.__wrapped__() == folder


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "reason"),
    [
        ("    type: money", "    typ: money", 5, 5, "the key 'typ' is unknown here; did you mean 'type'?"),
        ("        labels:", "        lables:", 8, 9, "the key 'lables' is unknown here; did you mean 'labels'?"),
        ("labels: [total]", "labels: []", 8, 9, "more items are needed here"),
        ("labels: [total]", "labels: total", 8, 9, "a list is needed here, as in [a, b]"),
        ("labels: [total]", "labels: [[total]]", 8, 18, "a text is needed here"),
        ("- find: label\n        labels: [total]", "- anywhere", 7, 9, "keys with values are needed here"),
        ("- find: label", "- shared: true", 7, 9, "the key 'find' is missing here"),
        ("find: label", "find: lable", 7, 9, "'lable' is unknown here; did you mean 'label'?"),
        ("  total:", "  totl:", 4, 3, "a receipt has no field 'totl'; did you mean 'total'?"),
        ("type: money", "type: date", 5, 5, "'total' cannot hold a value of type 'date'"),
        (
            "find: label",
            "find: regex",
            7,
            9,
            "'regex' is unknown here; there are: label, pattern, any, lines, mrz, tag",
        ),
        ("find: label", "shared: true\n        find: lable", 8, 9, "'lable' is unknown here"),
        ("type: money", "type: monney", 5, 5, "'monney' is unknown here; did you mean 'money'?"),
        ("type: money", "type: number", 5, 5, "'number' is unknown here; there are: text, identifier, money, date"),
        ("type: money", "type: [money]", 5, 5, "a word is needed here"),
        ("type: money", "type: money\n    required: maybe", 6, 5, "true or false is needed here"),
        ("labels: [total]", "labels: [total]\n        weight: 60%", 9, 9, "a number is needed here"),
        ("labels: [total]", "labels: [total]\n        weight: 60", 9, 9, "a number of at most 1 is needed here"),
        ("labels: [total]", "labels: [total]\n        weight: 0", 9, 9, "a number above 0 is needed here"),
        ("labels: [total]", "labels: ['']", 8, 18, "the text is empty"),
        ("version: 1", "version: one", 1, 1, "a whole number is needed here"),
        ("version: 1", "version: 1\nmatch: {anny: [x]}", 2, 9, "the key 'anny' is unknown here; did you mean 'any'?"),
        (
            "version: 1",
            "version: 1\ntables: {a: {colums: {}}}",
            2,
            14,
            "the key 'colums' is unknown here; did you mean",
        ),
        ("version: 1", "version: 2", 1, 1, "a number of at most 1 is needed here"),
        ("version: 1\n", "", 1, 1, "the key 'version' is missing here"),
        ("record: receipt", "record: receit", 2, 1, "there is no record 'receit'; did you mean 'receipt'?"),
        ("record: receipt", "record: ''", 2, 1, "there is no record ''; there are: receipt"),
        ("record: receipt", "items: {stop: [total]}", 2, 1, "only a record that has items"),
        ("    type: money\n", "", 4, 3, "the key 'type' is missing here"),
        ("labels: [total]", "pattern: x", 8, 9, "the key 'pattern' is unknown here; there are: find, labels, unless"),
        ("  total:", "  total[]:", 4, 3, "a receipt has no field 'total[]'; did you mean 'total'?"),
        ("labels: [total]", "labels: [total]\n        also: {kind: fax}", 9, 9, "'kind' is not a text beside 'total'"),
        ("find: label\n        labels: [total]", "find: pattern\n        pattern: '(a'", 8, 9, "the pattern does not"),
        ("find: label\n        labels: [total]", "find: lines\n        start: 'a'", 4, 3, "lines are found for fields"),
        (
            "labels: [total]",
            "labels: [total]\nchecks: [{name: a, equals: tax, terms: {total: add}}]",
            9,
            20,
            "the check 'a'",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(
    edited: Path, old: str, new: str, line: int, column: int, reason: str
) -> None:
    assert old in MINIMAL
    edited.write_text(MINIMAL.replace(old, new))
    with pytest.raises(TemplateSyntaxError) as error:
        load_template(edited)
    assert error.value.reason.startswith(reason)
    assert (error.value.line, error.value.column) == (line, column)


@pytest.mark.parametrize(
    ("more", "line", "column", "reason"),
    [
        ("checks: [{name: a, equals: total, terms: {tax: add}}]", 9, 43, "the check 'a' needs 'tax'"),
        ("checks: [{name: a, equals: total, terms: {total: add}, optional: [tax]}]", 9, 56, "'tax' is not a term of"),
        ("checks: [{name: a, equals: '', terms: {total: add}}]", 9, 20, "the check 'a' needs ''"),
        ("order: [total]", 9, 9, "'total' is not a field of type date here"),
        ("items: {stop: [total, sum]}", 9, 23, "'sum' is not a field here"),
        ("items: {stop: [total], taxes: tax}", 9, 24, "'tax' is not a field here"),
        ("tables: {a: {columns: {b: {type: text, labels: [b]}}}}", 9, 1, "a record has no tables"),
        ("tests: [{text: x, expect: {total: 1, totl: 1}}]", 9, 38, "the record has no field 'totl'"),
        ("  tax: {type: money, locate: [{find: zone, box: [0, 0, 9, 9]}]}\nanchors: []", 9, 31, "zones need anchors"),
        ("  tax: {type: money, locate: [{find: zone, box: [0, 0, 9, 9]}]}", 9, 31, "zones need anchors"),
    ],
)
def test_names_that_the_template_does_not_have(edited: Path, more: str, line: int, column: int, reason: str) -> None:
    edited.write_text(f"{MINIMAL}{more}\n")
    (mistake,) = find_mistakes(edited)
    assert mistake.reason.startswith(reason)
    assert (mistake.line, mistake.column) == (line, column)


def test_all_mistakes_are_told_at_once(edited: Path) -> None:
    edited.write_text(
        "version: 2\n"
        "record: reciept\n"
        "fields:\n"
        "  total: {type: monney, locate: [{find: labels}]}\n"
        "  date: {type: date, requird: true, locate: [{find: label, lables: [date]}]}\n"
        "checks: [{name: a, equals: sum, terms: {total: ad}}]\n"
    )
    places = [(mistake.line, mistake.column, mistake.reason.split(" is ")[0]) for mistake in find_mistakes(edited)]
    assert places == [
        (1, 1, "a number of at most 1"),
        (2, 1, "there"),
        (4, 11, "'monney'"),
        (4, 35, "'labels'"),
        (5, 22, "the key 'requird'"),
        (5, 46, "the key 'labels'"),
        (5, 60, "the key 'lables'"),
        (6, 20, "the check 'a' needs 'sum', which"),
        (6, 41, "'ad'"),
    ]


def test_what_follows_from_a_misspelt_key_is_not_told_as_well(edited: Path) -> None:
    edited.write_text(
        MINIMAL.replace("record:", "recrod:").replace("total:", "merchant.name:").replace("money", "text")
    )
    assert [mistake.reason for mistake in find_mistakes(edited)] == [
        "the key 'recrod' is unknown here; did you mean 'record'?"
    ]


@pytest.mark.parametrize("marks", ["\ufeff{}", "{}\r"], ids=["BOM", "CRLF"])
def test_files_of_other_editors(edited: Path, marks: str) -> None:
    start, end = marks.split("{}")
    edited.write_bytes((start + MINIMAL.replace("\n", f"{end}\n")).encode())
    assert find_mistakes(edited) == []
    assert load_template(edited) == parse_template(MINIMAL)


def test_scalar_fields_of_a_record_by_path() -> None:
    types = field_types(Receipt)
    assert {"total", "date", "merchant.name", "currency"} <= types.keys()
    assert not {"items", "evidence", "issues", "template", "merchant"} & types.keys()


OWN = """\
version: 1
fields:
  plate: {type: identifier, required: true, locate: [{find: label, labels: [plate]}]}
  fine: {type: money, locate: [{find: label, labels: [fine]}]}
"""


def test_a_template_may_declare_fields_of_its_own(edited: Path, typeset: Typeset) -> None:
    edited.write_text(OWN)
    record = Extractor().extract_page(typeset("PARKING NOTICE\nPlate: 12GA3456\nFine   45.00"), template=edited)
    assert type(record).__name__ == "My" and isinstance(record, Record)
    assert record.model_dump(include={"plate", "fine"}) == {"plate": "12GA3456", "fine": Decimal("45.00")}
    assert type(record).model_validate_json(record.model_dump_json()) == record
    record = Extractor().extract_page(typeset("nothing"), template=edited)
    assert [(issue.code, issue.field) for issue in record.issues] == [("missing", "plate")]


def test_a_field_of_its_own_may_be_a_list(edited: Path, typeset: Typeset) -> None:
    edited.write_text(OWN.replace("fine:", "fines[]:").replace("required: true, ", ""))
    record = Extractor().extract_page(typeset("Fine   45.00\nFine   45.00\nFine   5.00"), template=edited)
    assert record.model_dump(include={"plate", "fines"}) == {
        "plate": None,
        "fines": (Decimal("45.00"), Decimal("45.00"), Decimal("5.00")),
    }
    assert record.evidence.keys() == {"fines.0", "fines.1", "fines.2"}
    edited.write_text(OWN.replace("plate:", "plates[]:"))
    record = Extractor().extract_page(typeset("nothing"), template=edited)
    assert [(issue.code, issue.field) for issue in record.issues] == [("missing", "plates")]


def test_a_field_of_its_own_is_no_list_as_well(edited: Path) -> None:
    edited.write_text(OWN.replace("fine:", "plate[]:"))
    (mistake,) = find_mistakes(edited)
    assert (mistake.line, mistake.column, mistake.reason) == (4, 3, "'plate' is a field already")


@pytest.mark.parametrize("name", ["evidence", "model_dump", "a.b", "_x", "1st", "class"])
def test_names_that_no_field_can_have(edited: Path, name: str) -> None:
    edited.write_text(OWN.replace("plate:", f"{name}:"))
    with pytest.raises(TemplateSyntaxError) as caught:
        load_template(edited)
    assert (caught.value.line, caught.value.column) == (3, 3)
