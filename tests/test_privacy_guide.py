"""What docs/privacy.md shows works as it says, one block after the other."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import regex

from docextract.cli import main
from docextract.redaction import Policy
from ocr.document import Block, Page
from ocr.imaging import Image, ImageInput, load_image

from .docextract.cli.conftest import build_line, write_picture

GUIDE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")


class CardReader:
    """Reads a card number where it has not been blackened."""

    def __init__(self, weights: str | None = None, device: str = "cpu") -> None:
        self.device = device

    def read(self, image: ImageInput) -> Page:
        line = build_line(40, 60, "4111 1111 1111 1111")
        covered = not load_image(image)[62:78, 42:82].any()
        return Page(480, 260, () if covered else (Block((line,), line.quad),))


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Image:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=CardReader))
    monkeypatch.setattr("ocr.Reader", CardReader, raising=False)
    monkeypatch.chdir(tmp_path)
    pixels = np.full((260, 480, 3), 230, np.uint8)
    write_picture(tmp_path / "card.png", pixels)
    return pixels


def test_the_blocks_work(picture: Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for language, block in regex.findall(r"```(python|sh)\n(.*?)```", GUIDE, regex.DOTALL):
        if language == "python":
            exec(compile(block, "privacy.md", "exec"), names)
        else:
            program, *arguments = shlex.split(block)
            assert (program, main(arguments)) == ("docextract", 0)
    assert capsys.readouterr().out == "**** **** **** 1111\n"
    assert names["digits"] == "4111111111111111"
    black = load_image(tmp_path / "black.png")
    assert not black[62:78, 42:82].any() and np.array_equal(black, names["black"])


def test_every_policy_is_named() -> None:
    assert all(f"`{policy}`" in GUIDE for policy in Policy.__args__ if policy != "all")  # type: ignore[attr-defined]
