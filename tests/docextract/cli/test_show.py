from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ocr.imaging import load_image


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".webp"])
def test_the_picture_is_the_image_with_a_legend_beside_it(shell, receipt: Path, tmp_path: Path, suffix: str) -> None:
    overlay = tmp_path / f"겹침{suffix}"
    assert shell("show", receipt, "-o", overlay) == (0, "", "")
    assert load_image(overlay).shape[1] > load_image(receipt).shape[1]


def test_with_a_template_the_fields_are_shown(shell, receipt: Path, tmp_path: Path) -> None:
    shell("show", receipt, "-o", tmp_path / "lines.png")
    assert shell("show", receipt, "-t", "receipt", "-o", tmp_path / "fields.png") == (0, "", "")
    lines, fields = load_image(tmp_path / "lines.png"), load_image(tmp_path / "fields.png")
    assert lines.shape != fields.shape or np.any(lines != fields)


def test_an_unreadable_image_leaves_no_picture(shell, broken: Path, tmp_path: Path) -> None:
    status, out, err = shell("show", broken, "-o", tmp_path / "overlay.png")
    assert (status, out) == (3, "")
    assert str(broken) in err
    assert not (tmp_path / "overlay.png").exists()


@pytest.mark.parametrize("name", ["overlay", "overlay.pdf", "none/overlay.png"])
def test_a_picture_that_cannot_be_written_is_wrong_usage(shell, receipt: Path, tmp_path: Path, name: str) -> None:
    status, out, err = shell("show", receipt, "-o", tmp_path / name)
    assert (status, out) == (2, "")
    assert name in err and "Traceback" not in err


def test_an_unknown_template_is_told(shell, receipt: Path, tmp_path: Path) -> None:
    status, _, err = shell("show", receipt, "-t", "recipt", "-o", tmp_path / "overlay.png")
    assert status == 4
    assert "did you mean 'receipt'?" in err
