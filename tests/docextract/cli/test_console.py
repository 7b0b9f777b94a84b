from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from docextract.cli.console import UsageError, open_output, track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_goes_to_a_terminal_and_only_there(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, piped = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", piped)
    seen = []
    for item in track(["a.jpg", "b.jpg"], "reading"):
        print(item)
        seen.append(item)
    assert seen == ["a.jpg", "b.jpg"]
    assert piped.getvalue() == "a.jpg\nb.jpg\n"
    assert "reading" in terminal.getvalue()


def test_no_progress_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    assert list(track(["a.jpg", "b.jpg"], "reading")) == ["a.jpg", "b.jpg"]
    assert log.getvalue() == ""


def test_output_is_utf8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    for path in ("-", str(tmp_path / "out.txt")):
        with open_output(path) as stream:
            stream.write("합계 ₩4,500\n")
    assert raw.getvalue() == (tmp_path / "out.txt").read_bytes() == "합계 ₩4,500\n".encode()


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    image = tmp_path / "image.jpg"
    image.write_bytes(b"pixels")
    (tmp_path / "link.json").symlink_to(image)
    for path in (image, tmp_path / "link.json"):
        with pytest.raises(UsageError, match="is an input"), open_output(str(path), ["-", "absent.jpg", str(image)]):
            pass
    assert image.read_bytes() == b"pixels"


def test_names_that_are_no_utf8_come_back_from_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw))
    for path in ("-", str(tmp_path / "out.json")):
        with open_output(path) as stream:
            json.dump({"image": name}, stream, ensure_ascii=False)
    assert raw.getvalue() == (tmp_path / "out.json").read_bytes()
    assert json.loads(raw.getvalue()) == {"image": name}
