"""Weights adapted to somebody's pages are written only with a report that says they read better."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from docextract.cli import main
from docextract.cli.console import Exit
from ocr.model.backbone import ConvNorm
from ocr.model.config import ModelConfig
from ocr.model.network import Deer
from ocr.training import finetuning
from ocr.training.checkpoint import CHECKPOINT_FILE
from ocr.training.finetuning import REPORT_FILE
from ocr.weights import FOLDER, find_altered

TINY = ModelConfig(widths=(8, 8, 16, 16), fine_width=8, neck_width=16, decoder_width=16, classes=2509)
SETTINGS = """
size = 128
batch = 1
workers = 0
steps = {steps}
warmup = 1
decay = 0
average = 0.0
lr = 1e-6
muon_lr = 1e-6
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of runs of two steps that look at one rendered receipt."""
    path = tmp_path / "settings.toml"
    path.write_text(SETTINGS.format(steps=2), encoding="utf-8")
    monkeypatch.setattr(finetuning, "SETTINGS", path)
    monkeypatch.setattr(finetuning, "RENDERED", 1)
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Five pages with two lines each."""
    folder = tmp_path / "pages"
    for name in ("images", "boxes"):
        (folder / name).mkdir(parents=True)
    for k in range(5):
        image = np.full((240, 320, 3), 255, np.uint8)
        rows = []
        for text, y in ((f"ITEM {k} SECRET", 60), (f"TOTAL {k}2.50", 140)):
            cv2.putText(image, text, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
            right = 20 + cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 2)[0][0]
            rows.append(f"20,{y - 22},{right},{y - 22},{right},{y + 2},20,{y + 2},{text}")
        cv2.imwrite(str(folder / "images" / f"page.{k}.png"), image)
        (folder / "boxes" / f"page.{k}.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def untrained(tmp_path: Path) -> Path:
    folder = tmp_path / "untrained"
    Deer(TINY).save_pretrained(folder, metadata={})
    return folder


def test_weights_that_read_better_are_written_with_their_report(
    settings: Path, pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped network, whose normalisation was spoiled, needs but a few looks at pages to recover."""
    spoiled, output = tmp_path / "spoiled", tmp_path / "output"
    network = Deer.from_pretrained(FOLDER)
    for module in network.modules():
        if isinstance(module, ConvNorm):
            module[1].running_var.mul_(6)
    network.save_pretrained(spoiled, metadata={})
    (spoiled / "language.safetensors").write_bytes((FOLDER / "language.safetensors").read_bytes())
    settings.write_text(SETTINGS.format(steps=20), encoding="utf-8")
    command = ["model", "finetune", str(pages), "-o", str(output), "--weights", str(spoiled), "--caseless"]
    assert main(command) == Exit.OK
    report = json.loads((output / REPORT_FILE).read_text(encoding="utf-8"))
    before, after = (report[when]["held-out pages"] for when in ("before", "after"))
    assert before["pages"] == after["pages"] == 1
    assert before["character error rate"] > after["character error rate"]
    assert find_altered(output) == []
    assert (output / "language.safetensors").is_file()
    capsys.readouterr()
    assert main(["read", str(pages / "images" / "page.4.png"), "--weights", str(output)]) == Exit.OK
    assert "TOTAL" in capsys.readouterr().out


def test_weights_that_read_no_better_are_refused_and_can_be_trained_on(
    settings: Path, pages: Path, untrained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "output"
    command = ["model", "finetune", str(pages), "-o", str(output), "--weights", str(untrained)]
    assert main([*command, "--minutes", "1e-6"]) == Exit.INCOMPLETE
    assert "the pages held out are read no better" in (told := capsys.readouterr().err)
    assert "use --caseless" in told and "SECRET" not in told
    assert [path.name for path in output.iterdir()] == ["run"]
    before = (output / "run" / CHECKPOINT_FILE).read_bytes()
    assert main([*command, "--resume", "--spaceless"]) == Exit.INCOMPLETE
    assert (output / "run" / CHECKPOINT_FILE).read_bytes() != before
    rows = [json.loads(row) for row in (output / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[-1]["step"] == 2


def test_problems_of_pages_are_told_before_anything_is_trained(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pages / "images" / "page.1.png").unlink()
    with (pages / "boxes" / "page.4.csv").open("a", encoding="utf-8") as file:
        file.write("\n1,2,3,SECRET")
    assert main(["model", "finetune", str(pages), "-o", str(tmp_path / "output")]) == Exit.USAGE
    told = capsys.readouterr().err
    assert "no image of page page.1" in told
    assert "boxes/page.4.csv:3: not eight numbers and a text" in told
    assert "2 problems" in told and "SECRET" not in told
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    "option", [("--minutes", "0"), ("--minutes", "nan"), ("--minutes", "inf"), ("--resume",), ("-o", str(FOLDER))]
)
def test_wrong_usage(pages: Path, tmp_path: Path, option: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "finetune", str(pages), "-o", str(tmp_path / "output"), *option]) == Exit.USAGE
    assert capsys.readouterr().err.startswith("docextract: ")
    assert not (tmp_path / "output").exists()


def test_nothing_to_train_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "finetune", str(tmp_path), "-o", str(tmp_path / "output")]) == Exit.USAGE
    assert "at least 5 pages" in capsys.readouterr().err
