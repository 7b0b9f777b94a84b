from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from docextract.cli.console import UsageError
from docextract.cli.picture import save_picture
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


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on files")
def test_what_cannot_be_written_whole_leaves_what_was_there(shell, receipt: Path, tmp_path: Path) -> None:
    import resource

    overlay, limits = tmp_path / "overlay.png", resource.getrlimit(resource.RLIMIT_FSIZE)
    overlay.write_bytes(b"before")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # as a full disk: the first bytes find room
    try:
        status, out, err = shell("show", receipt, "-o", overlay)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (status, out, err) == (2, "", f"docextract: {overlay}: File too large\n")
    assert overlay.read_bytes() == b"before"
    assert {path.name for path in tmp_path.iterdir()} == {"overlay.png", "receipt.png"}


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_a_picture_too_large_for_its_format_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"overlay{suffix}"
    with pytest.raises(UsageError, match=f"overlay\\{suffix}: 66000 x 4 pixels are too many for this format"):
        save_picture(np.zeros((4, 66_000, 3), np.uint8), path)
    assert not path.exists()


@pytest.mark.parametrize("command", ["show", "redact"])
def test_the_image_itself_is_never_overwritten(shell, receipt: Path, command: str) -> None:
    before = receipt.read_bytes()
    status, out, err = shell(command, receipt, "-o", receipt)
    assert (status, out, err) == (2, "", f"docextract: {receipt} is an input and would be overwritten\n")
    assert receipt.read_bytes() == before


def test_an_unknown_template_is_told(shell, receipt: Path, tmp_path: Path) -> None:
    status, _, err = shell("show", receipt, "-t", "recipt", "-o", tmp_path / "overlay.png")
    assert status == 4
    assert "did you mean 'receipt'?" in err
