"""A receipt read before, and commands that take it for what the model reads; the model itself is tested elsewhere."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from docextract.cli import main
from ocr.document import Block, Char, Line, Page, Word, bounding_quad
from ocr.imaging import Image

RECEIPT = (
    (40, 30, "스타커피 강남점"),
    (40, 60, "서울특별시 강남구 테헤란로 123"),
    (40, 100, "2024-03-15 14:32"),
    (40, 150, "아메리카노 <ICE> & 물"),
    (360, 150, "4,500"),
    (40, 200, "합계"),
    (360, 200, "4,500"),
)


def build_line(x: int, y: int, text: str, height: int = 20) -> Line:
    words, start = [], 0
    for part in text.split(" "):
        edges = [x + (start + k) * height * 0.55 for k in range(len(part) + 1)]
        chars = tuple(
            Char(char, ((edges[k], y), (edges[k + 1], y), (edges[k + 1], y + height), (edges[k], y + height)), 0.97)
            for k, char in enumerate(part)
        )
        words.append(Word(part, bounding_quad(char.quad for char in chars), 0.97, chars))
        start += len(part) + 1
    return Line(tuple(words), bounding_quad(word.quad for word in words), 0.97)


def build_page() -> Page:
    lines = tuple(build_line(*line) for line in RECEIPT)
    blocks = (lines[:2], lines[2:])
    return Page(480, 260, tuple(Block(part, bounding_quad(line.quad for line in part)) for part in blocks))


class RecordedReader:
    """Reads ink as the receipt, and paper as a blank page."""

    def __init__(self, weights: str | None, device: str) -> None:
        assert weights is None and device == "cpu"

    def read(self, image: Image) -> Page:
        assert image.dtype == np.uint8 and image.ndim == 3
        return build_page() if image.min() < 128 else Page(image.shape[1], image.shape[0])


@dataclass(frozen=True)
class Shell:
    """Runs commands in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *args: object) -> tuple[int, str, str]:
        """Exit status, standard output and standard error."""
        try:
            status = main([str(arg) for arg in args])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        captured = self.capture.readouterr()
        return status, captured.out, captured.err


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=RecordedReader))
    return Shell(capsys)


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    picture = np.full((260, 480, 3), 255, np.uint8)
    for x, y, _ in RECEIPT:
        cv2.rectangle(picture, (x, y), (x + 80, y + 20), (0, 0, 0), cv2.FILLED)
    return write_picture(tmp_path / "receipt.png", picture)


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "blank.png", np.full((64, 48, 3), 255, np.uint8))


@pytest.fixture
def broken(receipt: Path, tmp_path: Path) -> Path:
    path = tmp_path / "broken.png"
    path.write_bytes(receipt.read_bytes()[:200])
    return path


def write_picture(path: Path, picture: Image) -> Path:
    path.write_bytes(cv2.imencode(path.suffix, picture)[1].tobytes())
    return path
