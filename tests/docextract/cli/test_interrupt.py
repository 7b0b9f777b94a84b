"""Ctrl-C in the middle of the work: a status that tells, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "samples"


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """A command as a shell starts it, in a process group of its own, with an input that never comes."""
    command = [sys.executable, "-m", "docextract", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, process_group=0)


def test_what_was_read_before_is_there(interruptible: None) -> None:
    with start("read", SAMPLES / "receipt-en.jpg", "-", "--format", "jsonl") as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b'{"image": ')
        os.killpg(process.pid, signal.SIGINT)
        assert (process.wait(60), process.stderr.read()) == (130, b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_batch_leaves_its_journal(interruptible: None, tmp_path: Path) -> None:
    output, journal, never = tmp_path / "rows.jsonl", tmp_path / "rows.jsonl.journal", tmp_path / "never.jpg"
    os.mkfifo(never)  # an image that does not come, lest the batch is through before it is interrupted
    (tmp_path / "list.txt").write_text(f"{SAMPLES / 'receipt-en.jpg'}\n{never}\n")
    with start("batch", tmp_path / "list.txt", output, "--workers", 1) as process:
        while not journal.exists() or journal.read_bytes().count(b"\n") < 2:
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert (process.wait(60), process.stderr.read()) == (130, b"")
    assert journal.exists() and not output.exists()
