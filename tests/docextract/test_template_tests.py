from __future__ import annotations

from pathlib import Path

import pytest

from docextract.errors import TemplateError
from docextract.schema.loading import bundled_names, find_template, load_template
from docextract.template_tests import run_tests

TICKET = """\
version: 1
fields:
  plates[]: {type: identifier, locate: [{find: label, labels: [plate]}]}
tests:
  - text: |
      Plate   AB12
      Plate   CD34
    expect: {plates: [AB12, CD34], plates.1: CD34, plates.2: null}
"""


@pytest.mark.parametrize("name", [name for name in bundled_names() if "/" in name])
def test_bundled_templates_pass_their_own_tests(name: str) -> None:
    path = find_template(name)
    assert load_template(path).tests
    for verdict in run_tests(path):
        assert [(d.path, d.expected, d.found) for d in verdict.differences] == [], verdict.name


def test_lists_and_their_elements(tmp_path: Path) -> None:
    path = tmp_path / "ticket.yaml"
    path.write_text(TICKET)
    assert [verdict.differences for verdict in run_tests(path)] == [()]
    path.write_text(TICKET.replace("[AB12, CD34]", "[AB12]"))
    ((difference,),) = (verdict.differences for verdict in run_tests(path))
    assert (difference.expected, difference.found) == (["AB12"], ["AB12", "CD34"])


def test_a_page_nested_too_deeply_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ticket.yaml"
    (tmp_path / "page.json").write_text("[" * 100_000)
    path.write_text(TICKET.partition("tests:")[0] + "tests: [{page: page.json, expect: {plates: null}}]\n")
    with pytest.raises(TemplateError, match="not a recorded page"):
        list(run_tests(path))
