from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from docextract.batch import journal
from docextract.batch.journal import Journal
from docextract.errors import BatchError

JOB = {"template": "receipt"}
ROWS = [{"image": name, "record": {"merchant": {"name": "스타커피"}}} for name in ("b.jpg", "a.jpg")]


def written(path: Path) -> bytes:
    with Journal(path, JOB) as opened:
        for row in ROWS:
            opened.append(row)
    return path.read_bytes()


def test_rows_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    written(path)
    with Journal(path, JOB) as opened:
        assert list(opened.rows(["a.jpg", "b.jpg"])) == ROWS[::-1]
        assert "c.jpg" not in opened


def test_cut_at_any_byte_it_goes_on_from_the_last_whole_row(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    whole = written(path)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Journal(path, JOB) as opened:
            done = [row for row in ROWS if row["image"] in opened]
            assert done == ROWS[: max(0, whole[:length].count(b"\n") - 1)]
            for row in ROWS[len(done) :]:
                opened.append(row)
            assert list(opened.rows(["b.jpg", "a.jpg"])) == ROWS
        assert path.read_bytes() == whole


def test_blocks_that_a_crash_left_empty_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    whole = written(path)
    last = whole.rindex(b"\n", 0, -1) + 1
    path.write_bytes(whole[:last] + bytes(len(whole) - last - 1) + b"\n")
    with Journal(path, JOB) as opened:
        assert "b.jpg" in opened and "a.jpg" not in opened


def test_rows_of_another_job_are_not_mixed_with_ours(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    before = written(path)
    with pytest.raises(BatchError, match="another template"):
        Journal(path, {"template": "passport"})
    assert path.read_bytes() == before


def test_rows_of_another_version_say_so(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with Journal(path, {"docextract": "0.0.9", "template": "passport"}) as opened:
        opened.append(ROWS[0])
    with pytest.raises(BatchError, match=r"of docextract 0\.0\.9, and this is 0\.1\.0; remove it"):
        Journal(path, {"docextract": "0.1.0"} | JOB)


def test_a_batch_without_rows_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with Journal(path, {"template": "a name that was mistyped"}):
        pass
    whole = written(path)
    with Journal(path, JOB) as opened:
        assert list(opened.rows(["a.jpg", "b.jpg"])) == ROWS[::-1]
    assert path.read_bytes() == whole and b"mistyped" not in whole


def test_two_processes_do_not_share_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with Journal(path, JOB), pytest.raises(BatchError, match="another process"):
        Journal(path, JOB)
    Journal(path, JOB).remove()
    assert not path.exists()


@pytest.mark.parametrize("text", ['{"day": 1}\n{"day": 2}\n', '{"day": 1}\n{"image": ["a.png"]}\n'])
def test_a_file_of_something_else_is_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "out.jsonl.journal"
    path.write_text(text)
    with pytest.raises(BatchError, match="not the journal of a batch"):
        Journal(path, JOB)
    assert path.read_text() == text


def test_a_line_nested_too_deeply_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with Journal(path, JOB) as journal:
        journal.append({"image": "a.png"})
    with path.open("a") as file:
        file.write("[" * 100_000 + "]" * 100_000 + "\n")
    with Journal(path, JOB) as journal:
        assert "a.png" in journal


@pytest.mark.skipif(sys.platform == "win32", reason="it has what this puts in its place")
def test_windows_has_a_lock_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    locked_at = list[int]()

    def locking(descriptor: int, mode: int, size: int) -> None:
        locked_at.append(os.lseek(descriptor, 0, os.SEEK_CUR))
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None  # as Windows says it

    path = tmp_path / "out.jsonl.journal"
    whole = written(path)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(journal, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2), raising=False)
    with Journal(path, JOB) as first:
        with pytest.raises(BatchError, match="another process"):
            Journal(path, JOB)
        assert list(first.rows(["b.jpg", "a.jpg"])) == ROWS
    assert path.read_bytes() == whole and len(locked_at) == 2 and min(locked_at) > len(whole)


def test_who_comes_too_late_leaves_the_other_journal_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.jsonl.journal"
    with Journal(path, JOB) as opened:
        opened.append(ROWS[0])
        before = path.read_bytes()
        monkeypatch.setattr(Path, "exists", lambda path: False)  # as if the other had made it just after the look
        with pytest.raises(BatchError, match="another process"):
            Journal(path, JOB)
    assert path.read_bytes() == before
