from __future__ import annotations

import json

import pytest

from docextract.typesetting import set_page

TEMPLATE = """\
version: 1
fields:
  plate: {{type: identifier, locate: [{{find: label, labels: [plate]}}]}}
  fine: {{type: money, locate: [{{find: label, labels: [fine]}}]}}
tests:
{tests}
"""
PASSES = """\
  - name: a ticket
    text: |
      PARKING NOTICE
      Plate: 12GA3456
      Fine   45.00
    expect: {plate: 12GA3456, fine: 45.00}
  - {page: page.json, expect: {fine: 9.00, plate: null}}
"""
FAILS = "  - {text: Fine 45.00, expect: {fine: 46.00, plate: 12GA3456}}"


@pytest.fixture
def template(tmp_path):
    (tmp_path / "page.json").write_text(json.dumps(set_page("Fine   9.00").export()))
    return tmp_path / "ticket.yaml"


def test_tests_that_pass(shell, template) -> None:
    template.write_text(TEMPLATE.format(tests=PASSES))
    assert shell("template", "test", template) == (0, f"{template}: a ticket: ok\n{template}: 2: ok\n", "")


def test_a_test_that_fails(shell, template) -> None:
    template.write_text(TEMPLATE.format(tests=PASSES + FAILS))
    status, out, _ = shell("template", "test", "receipt", template)
    assert status == 1
    assert out.splitlines()[-3:] == [
        f"{template}: 3: FAILED",
        "  fine: expected 46.00, found 45.00",
        "  plate: expected 12GA3456, found null",
    ]


@pytest.mark.parametrize("recorded", [None, "{", "{}", '{"schema_version": 2}'])
def test_a_page_that_cannot_be_read(shell, template, recorded) -> None:
    template.write_text(TEMPLATE.format(tests=PASSES))
    page = template.with_name("page.json")
    page.unlink() if recorded is None else page.write_text(recorded)
    status, _, err = shell("template", "test", template)
    assert (status, err) == (4, f"docextract: {page}: not a recorded page\n")


def test_no_field_that_the_record_has_not(shell, template) -> None:
    template.write_text(TEMPLATE.format(tests="  - {text: x, expect: {fin: null}}"))
    status, out, _ = shell("template", "lint", template)
    assert (status, out) == (4, f"{template}:6:24: the record has no field 'fin'\n")
