from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from docextract.cli import main
from ocr.imaging import load_image


def test_pages_with_their_truth_and_a_sheet_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "synthesise", "-n", "2", "-o", str(tmp_path), "--kind", "receipt", "--size", "256"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and "sheet.jpg" in captured.err
    images = sorted((tmp_path / "images").iterdir())
    assert [load_image(path).shape for path in images] == [(256, 256, 3)] * 2
    for path in images:
        truth = json.loads((tmp_path / "truth" / f"{path.stem}.json").read_text(encoding="utf-8"))
        assert truth["kind"] == "receipt" and truth["texts"]
    assert np.ptp(load_image(tmp_path / "sheet.jpg")) > 100


@pytest.mark.parametrize(
    "option", [("--kind", "poem"), ("-n", "0"), ("--workers", "0"), ("--korean", "2"), ("--size", "1")]
)
def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, str]) -> None:
    assert main(["model", "synthesise", "-o", str(tmp_path / "pages"), *option]) == 2
    assert capsys.readouterr().err.startswith("docextract: ")
    assert not (tmp_path / "pages").exists()


def test_a_file_in_the_way_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pages").touch()
    assert main(["model", "synthesise", "-n", "1", "-o", str(tmp_path / "pages")]) == 2
    assert "pages" in capsys.readouterr().err
