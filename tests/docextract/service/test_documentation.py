"""What docs/service.md shows is so."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from docextract.service import Settings, create_app
from docextract.service.errors import ServiceError
from docextract.service.problems import _STATUS
from ocr.document import Page
from ocr.errors import ImageError

from .test_server import running

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_every_setting_is_listed() -> None:
    listed = set(re.findall(r"`DOCEXTRACT_(\w+)`", DOCUMENT))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_every_operation_is_listed() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    table = DOCUMENT.partition("## Settings")[0].replace("ID", "{job_id}").replace("/NAME", "/{name}")
    assert not [path for path in paths if f"{path}`" not in table and f"{path}?" not in table]


def leaves(kind: type[Exception]) -> list[type[Exception]]:
    return [leaf for child in kind.__subclasses__() for leaf in leaves(child)] or [kind]


def test_every_code_is_listed_with_its_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*) \|$", DOCUMENT, re.MULTILINE)
    listed = {code: int(status) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    ours = {kind.code: kind.status for kind in leaves(ServiceError)}
    raised = {*leaves(ImageError), *_STATUS} - {ImageError}  # which is the root of others
    theirs = {kind.code: next(_STATUS[base] for base in _STATUS if issubclass(kind, base)) for kind in raised}
    assert listed == {**ours, **theirs, "not_found": 404, "method_not_allowed": 405, "internal": 500}


def test_every_metric_is_listed() -> None:
    registry = create_app(Settings()).state.metrics.registry
    names = {f"{metric.name}{'_total' * (metric.type == 'counter')}" for metric in registry.collect()}
    ours = {name for name in names if not name.startswith("process_")}
    assert set(re.findall(r"^\| `(docextract_\w+)` \|", DOCUMENT, re.MULTILINE)) == ours
    assert names - ours and "`process_*`" in DOCUMENT


@pytest.mark.parametrize("block", blocks("json"))
def test_json_is_json(block: str) -> None:
    assert json.loads(block)


def run_in_shell(script: str) -> str:
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_requests_are_answered(tmp_path: Path) -> None:
    (block,) = (block for block in blocks("sh") if "curl" in block)
    with running(tmp_path / "log", deadline_s="600") as (_, address):
        extract, read, own, job = block.replace("http://127.0.0.1:8000", address).splitlines()
        assert json.loads(run_in_shell(extract))["record"]["total"]
        assert Page.from_dict(json.loads(run_in_shell(read))).words
        assert json.loads(run_in_shell(own))["record"]["total"]
        assert json.loads(run_in_shell(job))["status"] in ("queued", "running")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_key_is_made() -> None:
    (block,) = (block for block in blocks("sh") if "KEY" in block)
    key, digest = run_in_shell(f'{block}echo "$KEY $DOCEXTRACT_API_KEYS"').split()
    assert len(key) == 64
    assert Settings(api_keys=digest).api_keys == (sha256(key.encode()).hexdigest(),)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_examples_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block, "docs/service.md", "exec"), {})
