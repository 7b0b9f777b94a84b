from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from docextract.schema.loading import bundled_names


@pytest.fixture
def script(shell, tmp_path: Path) -> Path:
    status, out, err = shell("completion")
    assert (status, err) == (0, "")
    path = tmp_path / "completion.bash"
    path.write_text(out, encoding="utf-8")
    return path


def complete(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    program = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _docextract; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "--norc", "-c", program, "bash", str(script), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("docextract", "ext"), ["extract"]),
        (("docextract", "template", "sh"), ["show"]),
        (("docextract", "extract", "--form"), ["--format"]),
        (("docextract", "extract", "a.jpg", "-f", "j"), ["json", "jsonl"]),
        (("docextract", "redact", "--policy", "pci"), ["pci", "pci_truncated"]),
        (("docextract", "extract", "-t", "receipt"), [name for name in bundled_names() if name.startswith("receipt")]),
        (("docextract", "batch", "--w"), ["--weights", "--workers"]),
        (("docextract", "serve", "--we"), ["--weights"]),
        (("docextract", "extract", "rec"), []),
        (("docextract", "template", "show", "passp"), [name for name in bundled_names() if name.startswith("passp")]),
        (("docextract", "template", "lint", "my.ya"), []),
    ],
)
def test_the_shell_offers_what_fits(script: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert complete(script, *words) == offered


def test_every_command_is_offered(script: Path) -> None:
    assert {"batch", "doctor", "extract", "read", "redact", "show", "template"} <= set(
        complete(script, "docextract", "")
    )
