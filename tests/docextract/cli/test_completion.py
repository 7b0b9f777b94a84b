from __future__ import annotations

import shutil
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


@pytest.fixture(params=["bash", "zsh"])
def shell_program(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that runs a program in a shell as it comes, without the user's settings."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))  # where zsh keeps what it found out
    return {"bash": ["bash", "--norc", "-c"], "zsh": ["zsh", "-f", "-c"]}[request.param]


def complete(shell_program: list[str], script: Path, *words: str) -> list[str]:
    """What the shell offers for the last of the words."""
    program = """
        source "$1"; shift
        offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _docextract; printf "%s\\n" "${COMPREPLY[@]}"; }
        if [ -n "$ZSH_VERSION" ]; then emulate ksh -c 'offer "$@"'; else offer "$@"; fi
    """  # zsh calls completions written for bash in its Korn shell mode, where arrays begin at 0
    command = [*shell_program, program, "shell", str(script), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    assert not done.stderr
    offered = done.stdout.split()
    if shell_program[0] == "zsh":  # which leaves out what does not begin like the word after it was offered
        return [word for word in offered if word.startswith(words[-1])]
    return offered


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
        (("docextract", "batch", "--weights", "rec"), []),
        (("docextract", "template", "show", "passp"), [name for name in bundled_names() if name.startswith("passp")]),
        (("docextract", "template", "lint", "my.ya"), []),
    ],
)
def test_the_shell_offers_what_fits(
    shell_program: list[str], script: Path, words: tuple[str, ...], offered: list[str]
) -> None:
    assert complete(shell_program, script, *words) == offered


def test_a_value_may_follow_an_equals_sign(shell_program: list[str], script: Path) -> None:
    """Which bash takes for a word of its own, and zsh for a part of one."""
    receipts = [name for name in bundled_names() if name.startswith("receipt")]
    if shell_program[0] == "bash":
        assert complete(shell_program, script, "docextract", "extract", "--template", "=", "rec") == receipts
        assert complete(shell_program, script, "docextract", "extract", "--format", "=") == [
            "json",
            "jsonl",
            "csv",
            "vcf",
        ]
    else:
        whole = [f"--template={name}" for name in receipts]
        assert complete(shell_program, script, "docextract", "extract", "--template=rec") == whole
        assert complete(shell_program, script, "docextract", "serve", "--template=rec") == []


def test_every_command_is_offered(shell_program: list[str], script: Path) -> None:
    assert {"batch", "doctor", "extract", "read", "redact", "show", "template"} <= set(
        complete(shell_program, script, "docextract", "")
    )
