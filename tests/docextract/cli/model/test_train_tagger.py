from __future__ import annotations

import json
from pathlib import Path

import pytest

from docextract.cli import main
from docextract.cli.model import train_tagger
from docextract.tagging import Tagger
from ocr.document import Page

COMMAND = ["model", "train-tagger", "--rendered", "2", "-o"]


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    """Two annotated receipts."""
    folder = tmp_path / "receipts"
    for name in ("boxes", "entities"):
        (folder / name).mkdir(parents=True)
    for stem in ("a", "b"):
        rows = [
            f"10,{y},200,{y},200,{y + 20},10,{y + 20},{text}" for y, text in ((0, "BURGER HOUSE"), (40, "TOTAL 9.00"))
        ]
        (folder / "boxes" / f"{stem}.csv").write_text("\n".join(rows))
        (folder / "entities" / f"{stem}.json").write_text('{"company": "BURGER HOUSE", "total": "9.00"}')
    (folder / "train.txt").write_text("a\n")
    (folder / "dev.txt").write_text("b\n")
    return folder


def test_a_step_and_its_report(tmp_path: Path, receipts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_tagger, "_HELDOUT", 1)
    output = tmp_path / "out"
    assert main([*COMMAND, str(output), "--data", str(receipts), "--steps", "1"]) == 0
    report = json.loads((output / "report.json").read_text())
    assert set(report["receipts dev, F1 of values"]) == {"company", "address", "date", "total", "micro"}
    assert set(report["rendered card, entities"]) == {"precision", "recall", "f1"}
    assert Tagger.load(output).tag(Page(10, 10)) == []
    assert main([*COMMAND, str(output), "--steps", "2", "--resume"]) == 0


@pytest.mark.parametrize(
    "wrong", [["--steps", "0"], ["--rendered", "0"], ["--resume"], ["--data", "nowhere"]], ids=lambda words: words[0]
)
def test_wrong_usage(tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, str(tmp_path / "out"), *wrong]) == 2
    assert capsys.readouterr().err
