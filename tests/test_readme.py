"""What the README shows works as it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import regex

import docextract
from docextract.cli import main
from docextract.pipeline import Extractor
from docextract.records import RECORDS
from docextract.schema.loading import bundled_names

from .docextract.cli.conftest import RecordedReader
from .docextract.conftest import set_page

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def blocks(language: str) -> list[str]:
    found: list[str] = regex.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), regex.DOTALL)
    return found


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    (yaml,) = blocks("yaml")
    assert len(yaml.splitlines()) <= 10
    path = tmp_path / "parking.yaml"
    path.write_text(yaml, encoding="utf-8")
    page = set_page("PARKING NOTICE\nPlate: 12GA3456\nIssued: 2026-03-15\nFine: 45.00")
    ticket = Extractor().extract_page(page, template=path)
    assert ticket.model_dump(include={"plate", "fine"}) == {"plate": "12GA3456", "fine": Decimal("45.00")}
    assert ticket.issues == ()
    korean = Extractor().extract_page(set_page("차량번호 12가3456\n과태료 40,000"), template=path)
    assert korean.model_dump(include={"plate", "fine"}) == {"plate": "12가3456", "fine": Decimal(40000)}


def command(name: str) -> list[str]:
    """The words of the command of that name in the first block of the shell."""
    (line,) = (line for line in blocks("sh")[0].splitlines() if line.startswith(f"docextract {name} "))
    return shlex.split(line, comments=True)[1:]


@pytest.mark.parametrize("name", ["extract", "show", "read"])
def test_commands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=RecordedReader))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "samples", "samples")
    words = [str(path) for word in command(name) for path in (sorted(Path().glob(word)) if "*" in word else [word])]
    assert main(words) == 0
    output = capsys.readouterr().out
    assert ("스타커피" in output) is (name != "show")
    assert Path("overlay.png").exists() is (name == "show")


def test_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "samples", "scans", ignore=lambda _, names: [n for n in names if n != "receipt-en.jpg"])
    assert main([*command("batch"), "--workers", "1"]) == 0
    (row,) = map(json.loads, Path("records.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["image"] == "receipt-en.jpg" and row["record"]["total"]


def test_the_service(tmp_path: Path) -> None:
    pytest.importorskip("fastapi")
    pytest.importorskip("uvicorn")
    log = tmp_path / "log"
    variables = os.environ | {"DOCEXTRACT_PORT": "0", "DOCEXTRACT_DEADLINE_S": "600", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "docextract", *command("serve")], env=variables, stderr=stream
        )
    try:
        while not (found := re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        with urllib.request.urlopen(f"{found[1]}/") as page:
            assert b"docextract playground" in page.read()
        data = (ROOT / "samples" / "receipt-en.jpg").read_bytes()
        request = urllib.request.Request(
            f"{found[1]}/v1/extract?template=receipt", data, {"Content-Type": "image/jpeg"}
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["record"]["total"]
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("block", blocks("python"))
def test_names_in_the_examples_exist(block: str) -> None:
    compile(block, str(README), "exec")
    for names in regex.findall(r"from docextract import (.+)", block):
        assert all(hasattr(docextract, name.strip()) for name in names.split(","))


def test_the_table_of_documents_is_complete() -> None:
    text = README.read_text(encoding="utf-8")
    assert all(f"`{kind}`" in text for kind in RECORDS)
    assert set(RECORDS) <= set(bundled_names())
