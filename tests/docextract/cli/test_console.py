from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from docextract.cli.console import UsageError, open_output, progress_bar, tell, track


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


@pytest.mark.parametrize("closed", ["stderr", "stdout"])
def test_no_progress_where_a_stream_is_closed(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, closed, None)
    assert list(track(["a.jpg", "b.jpg"], "reading")) == ["a.jpg", "b.jpg"]


def test_a_bar_is_gone_when_its_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar("extracting", 8) as progress:
        progress(3)
    shown, _, rest = terminal.getvalue().rpartition("3/8")
    assert "extracting" in shown
    assert "\x1b[2K" in rest  # erases the line


def test_output_is_utf8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    for path in ("-", str(tmp_path / "out.txt")):
        with open_output(path) as stream:
            stream.write("합계 ₩4,500\n")
    assert raw.getvalue() == (tmp_path / "out.txt").read_bytes() == "합계 ₩4,500\n".encode()


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("before")
    path.chmod(0o600)
    with pytest.raises(KeyboardInterrupt), open_output(str(path)) as stream:
        stream.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "before"
    with open_output(str(path)) as stream:
        stream.write("whole")
        stream.flush()
        assert path.read_text() == "before"
    assert path.read_text() == "whole"
    assert path.stat().st_mode & 0o777 == 0o600  # what others could not read they still cannot
    assert list(tmp_path.iterdir()) == [path]


def test_lines_are_there_as_soon_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with open_output(str(path), by_line=True) as stream:
        print("{}", file=stream, flush=True)
        assert path.read_text() == "{}\n"


def test_links_and_devices_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "there.json")
    for path in (tmp_path / "link.json", Path("/dev/null")):
        with open_output(str(path)) as stream:
            stream.write("{}")
    assert (tmp_path / "link.json").is_symlink() and (tmp_path / "there.json").read_text() == "{}"
    assert Path("/dev/null").is_char_device()


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    image = tmp_path / "image.jpg"
    image.write_bytes(b"pixels")
    (tmp_path / "link.json").symlink_to(image)
    for path in (image, tmp_path / "link.json"):
        with pytest.raises(UsageError, match="is an input"), open_output(str(path), ["-", "absent.jpg", str(image)]):
            pass
    assert image.read_bytes() == b"pixels"


def test_names_are_legible_where_the_locale_could_not_decode_them(tmp_path: Path) -> None:
    name = "영수증 1.jpg".encode().decode("ascii", "surrogateescape")
    with open_output(str(tmp_path / "out.json")) as stream:
        json.dump({"image": name, "text": "합계"}, stream, ensure_ascii=False)
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == '{"image": "영수증 1.jpg", "text": "합계"}'


def test_messages_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    tell("\x1b[2Jreceipt\x9b1m.jpg: cannot be read")
    assert capsys.readouterr().err == "docextract: ?[2Jreceipt?1m.jpg: cannot be read\n"


def test_names_that_are_no_utf8_come_back_from_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw))
    for path in ("-", str(tmp_path / "out.json")):
        with open_output(path) as stream:
            json.dump({"image": name}, stream, ensure_ascii=False)
    assert raw.getvalue() == (tmp_path / "out.json").read_bytes()
    assert json.loads(raw.getvalue()) == {"image": name}
