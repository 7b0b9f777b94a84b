"""What docs/service.md shows is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docextract.service import Settings, create_app
from docextract.service.errors import ServiceError

DOCUMENT = (Path(__file__).parents[3] / "docs" / "service.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_every_setting_is_listed() -> None:
    listed = set(re.findall(r"`DOCEXTRACT_(\w+)`", DOCUMENT))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_every_operation_is_listed() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    table = DOCUMENT.partition("## Settings")[0].replace("ID", "{job_id}").replace("/NAME", "/{name}")
    assert not [path for path in paths if f"{path}`" not in table and f"{path}?" not in table]


def test_every_code_is_listed() -> None:
    def leaves(kind: type[ServiceError]) -> list[type[ServiceError]]:
        return [leaf for child in kind.__subclasses__() for leaf in leaves(child)] or [kind]

    assert not [kind.code for kind in leaves(ServiceError) if f"`{kind.code}`" not in DOCUMENT]


@pytest.mark.parametrize("block", blocks("json"))
def test_json_is_json(block: str) -> None:
    assert json.loads(block)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_examples_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    exec(compile(block, "docs/service.md", "exec"), {})
