"""`docextract batch` as a process, with the model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docextract.cli.console import Exit

SAMPLES = Path(__file__).parents[3] / "samples"


def batch(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docextract", "batch", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_samples_and_a_bad_file(tmp_path: Path) -> None:
    folder, output = tmp_path / "photos", tmp_path / "rows.jsonl"
    folder.mkdir()
    for sample in SAMPLES.glob("*.jpg"):
        shutil.copy(sample, folder)
    (folder / "broken.jpg").write_bytes((SAMPLES / "receipt-ko.jpg").read_bytes()[:5000])
    (folder / "notes.txt").write_text("Total 4.50\n")
    done = batch(folder, output, "-t", "receipt", "--workers", 1)
    rows = {row["image"]: row for row in map(json.loads, output.read_text(encoding="utf-8").splitlines())}
    assert done.returncode == Exit.UNREADABLE
    assert done.stdout == "" and done.stderr.startswith("docextract: 4 images: 2 not read")
    assert list(rows) == ["broken.jpg", "notes.txt", "receipt-en.jpg", "receipt-ko.jpg"]
    assert [rows[name]["error"]["code"] for name in ("broken.jpg", "notes.txt")] == ["image_corrupt", "image_format"]
    assert rows["receipt-ko.jpg"]["record"]["total"] and rows["receipt-en.jpg"]["record"]["total"]
    again = batch(folder, output, "-t", "receipt")
    assert (again.returncode, again.stdout) == (done.returncode, "")
    assert again.stderr == f"docextract: {output} was finished before; remove it to start anew\n{done.stderr}"


def test_the_weights_of_another_folder_are_loaded(tmp_path: Path) -> None:
    done = batch(SAMPLES, tmp_path / "rows.jsonl", "--workers", 1, "--weights", tmp_path)
    assert (done.returncode, done.stdout) == (Exit.SETUP, "")
    assert done.stderr == "docextract: config.json or model.safetensors is missing from the weights' folder\n"


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("{empty}", "rows.jsonl"), Exit.USAGE, "no files found"),
        (("{empty}/none", "rows.jsonl"), Exit.USAGE, "No such file or directory"),
        (("{samples}", "rows.csv"), Exit.USAGE, "must be named .jsonl or .parquet"),
        (("{samples}", "none/rows.jsonl"), Exit.USAGE, "No such file or directory"),
        (("{samples}", "rows.jsonl", "-t", "reciept"), Exit.SETUP, "did you mean 'receipt'?"),
        (("{samples}", "rows.jsonl", "-w", "0"), Exit.USAGE, "'0' is not a positive whole number"),
    ],
)
def test_what_cannot_be_done_is_told(shell, tmp_path: Path, args: tuple[str, ...], status: int, message: str) -> None:
    (tmp_path / "empty").mkdir()
    folders = {"empty": tmp_path / "empty", "samples": SAMPLES}
    source, output, *rest = (arg.format(**folders) for arg in args)
    found, out, err = shell("batch", source, tmp_path / output, *rest)
    assert (found, out) == (status, "")
    assert message in err and "Traceback" not in err
    assert not list(tmp_path.glob("rows*"))


def test_a_single_image_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "notes.txt").write_text("Total 4.50\n")
    done = batch(tmp_path / "photos", tmp_path / "rows.jsonl")
    assert done.stderr == "docextract: 1 image: 1 not read, 0 incomplete\n"
