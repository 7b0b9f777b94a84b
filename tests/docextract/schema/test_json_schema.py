"""What editors say of a template, against what the loader says."""

from __future__ import annotations

import jsonschema
import pytest
import yaml

from docextract.schema.json_schema import template_schema
from docextract.schema.loading import bundled_names, find_template

FIELDS = "fields: {fine: {type: money, locate: [{find: label, labels: [fine]}]}}\n"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = template_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_template_fits(validator: jsonschema.Draft202012Validator, name: str) -> None:
    validator.validate(yaml.safe_load(find_template(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("version: 1\n" + FIELDS, True),
        ("version: 1\nextends: receipt/generic\n", True),
        (
            "version: 1\nextends: receipt\nfields: {total: {locate_also: [{find: any}]}, date: {required: false}}\n",
            True,
        ),
        ("version: 1\nfields: {day: {type: date, locate: [{find: any, unless: due}]}}\n", True),
        ("version: 1\nfields: {day: {type: date, locate: [{find: any, unless: [due, until]}]}}\n", True),
        ("version: 1\nfields: {day: {type: date, locate: [{find: any, unless: {due: 1}}]}}\n", False),
        ("version: 1\n", False),
        (FIELDS, False),
        ("version: 1\nfields: {fine: {required: false}}\n", False),
        ("version: 1\n" + FIELDS.replace("labels", "lables"), False),
        ("version: 1\n" + FIELDS.replace("money", "monney"), False),
        ("version: 1\nrecord:\n" + FIELDS, False),
        ("version: 1\ndistractors: total\n" + FIELDS, False),
    ],
)
def test_what_fits(validator: jsonschema.Draft202012Validator, text: str, fits: bool) -> None:
    assert validator.is_valid(yaml.safe_load(text)) == fits


def test_keys_are_described() -> None:
    schema = template_schema()
    described = [schema, *schema["$defs"].values()]
    assert all("Attributes:" not in part["description"] for part in described if "description" in part)
    assert schema["properties"]["extends"]["description"].startswith("The template that this one takes over")
    assert schema["$defs"]["LabelLocator"]["properties"]["where"]["description"].startswith("Where the value is")
