"""What docs/templates.md shows works as it says: its templates load and pass, its commands print what it prints."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import get_args

import pytest
import regex

from docextract.cli import main
from docextract.records.base import Kind
from docextract.schema.loading import find_mistakes
from docextract.schema.template import Template
from docextract.template_tests import run_tests
from docextract.typesetting import set_page

GUIDE = (Path(__file__).parents[1] / "docs" / "templates.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found: list[str] = regex.findall(rf"```{language}\n(.*?)```", GUIDE, regex.DOTALL)
    return found


def file_name(block: str) -> str:
    found = regex.match(r"# (\S+\.yaml)\n", block)
    return found[1] if found else "unnamed.yaml"


TEMPLATES = {file_name(block): block for block in blocks("yaml")}
MISTAKEN = "mistaken.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with all files that the guide shows."""
    for name, block in TEMPLATES.items():
        (tmp_path / name).write_text(block, encoding="utf-8")
    (ticket,), (values,) = blocks("text"), blocks("json")
    (tmp_path / "ticket.json").write_text(json.dumps(set_page(ticket).export()), encoding="utf-8")
    (tmp_path / "values.json").write_text(values, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(TEMPLATES.keys() - {MISTAKEN}))
def test_templates_load_and_pass_their_tests(folder: Path, name: str) -> None:
    assert find_mistakes(folder / name) == []
    assert [verdict.differences for verdict in run_tests(folder / name) if verdict.differences] == []


@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_is_shown(folder: Path, capsys: pytest.CaptureFixture[str], block: str) -> None:
    for command, shown in regex.findall(r"^\$ docextract (.+)\n((?:(?!\$ ).+\n)*)", block, regex.MULTILINE):
        main(shlex.split(command))
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == (shown, "")


def test_commands_in_the_shell(folder: Path) -> None:
    (block,) = blocks("sh")
    assert main(shlex.split(block.removeprefix("docextract "))) == 0
    assert json.loads((folder / "template.schema.json").read_text(encoding="utf-8"))["type"] == "object"


def test_all_types_locators_and_keys_are_named() -> None:
    assert all(f"`{kind}`" in GUIDE for kind in get_args(Kind))
    locators = Template.model_json_schema()["$defs"]["FieldRule"]["properties"]["locate"]["items"]
    finds = locators["discriminator"]["mapping"]
    assert all(f"`{find}`" in GUIDE for find in finds)
    assert all(f"`{key}`" in GUIDE or f"{key}:" in GUIDE for key in Template.model_fields)


def test_the_contents_lead_somewhere() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in regex.findall(r"^## (.+)$", GUIDE, regex.MULTILINE)}
    assert headings == set(regex.findall(r"\]\(#(.+?)\)", GUIDE))
