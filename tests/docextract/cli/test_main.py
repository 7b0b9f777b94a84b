"""The command as a process."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest


@pytest.fixture(autouse=True)
def buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output waits in a buffer, as it does for users; what cannot be written is found out late."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


def command(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "docextract", *args], capture_output=True, text=True, check=False)


def test_help_explains_the_exit_status() -> None:
    done = command("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3  an image could not be read" in done.stdout


@pytest.mark.parametrize(
    "name", ["extract", "batch", "read", "show", "redact", "completion", "template", "doctor", "model"]
)
def test_every_command_has_help(name: str) -> None:
    done = command(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: docextract {name}")


def test_version() -> None:
    assert command("--version").stdout == f"docextract {version('docextract')}\n"


@pytest.mark.parametrize("args", [(), ("scan",), ("template",), ("--fast",), ("read", "page.jpg", "--outp", "a.json")])
def test_wrong_usage_leaves_with_two(args: tuple[str, ...]) -> None:
    done = command(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: docextract")


@pytest.mark.parametrize("args", ["template show receipt", "--help", "template --help", "--version"])
def test_a_reader_that_has_enough_gets_no_traceback(args: str) -> None:
    line = f"{sys.executable} -m docextract {args} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("args", ["template list", "--version"])
@pytest.mark.parametrize(
    ("output", "message"),
    [(">/dev/full", "output: No space left on device"), (">&-", "standard output is closed")],
)
def test_output_that_takes_nothing_is_told(args: str, output: str, message: str) -> None:
    line = f"{sys.executable} -m docextract {args} {output}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"docextract: {message}\n")


def test_messages_that_reach_nobody_are_not_among_the_data() -> None:
    line = f"{sys.executable} -m docextract template show recipt 2>&-"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")


@pytest.mark.parametrize("name", ["extract", "read", "show"])
def test_devices_are_named_by_the_usage(name: str) -> None:
    done = command(name, "receipt.jpg", "--device", "abacus")
    assert done.returncode == 2
    assert "abacus" in done.stderr and "Traceback" not in done.stderr
