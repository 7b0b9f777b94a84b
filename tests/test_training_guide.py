"""What docs/training.md shows can be given as it stands; training itself, hours of it, is tested on tiny models."""

from __future__ import annotations

import argparse
import shlex
import tomllib
from pathlib import Path

import pytest
import regex
import torch
from safetensors.torch import load_file, save_file

from docextract.cli import build_parser, main
from ocr.weights import FOLDER

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
_JOINED = GUIDE.replace("\\\n", " ")  # a command over several lines
COMMANDS = regex.findall(r"^    (?:.* -m )?(docextract .+)$", _JOINED, regex.MULTILINE)
PROGRAMS = regex.findall(r"^```python\n(.*?)^```", GUIDE, regex.DOTALL | regex.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("corpora", "textures"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    _, *arguments = shlex.split(command)
    args = vars(build_parser().parse_args(arguments))
    assert callable(args["run"])
    if "config" in args:
        assert tomllib.loads((ROOT / args["config"]).read_text(encoding="utf-8"))


def test_every_action_that_trains_is_shown() -> None:
    shown = {shlex.split(command)[2] for command in COMMANDS if command.startswith("docextract model")}
    assert shown == set(_actions(_actions(build_parser())["model"]))


def _actions(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (action,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


def test_a_retrained_network_is_what_is_retrained_for() -> None:
    """Both would take the weights of the package, of which the new ones know nothing."""
    for action in ("train-characters", "calibrate"):
        (command,) = (command for command in COMMANDS if f"model {action} " in command)
        assert "--weights runs/small " in command


def test_pages_are_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (command,) = (command for command in COMMANDS if " synthesise " in command)
    _, *arguments = shlex.split(command.replace(" -n 20 ", " -n 1 ").partition(" --corpora")[0])
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 0
    assert any((tmp_path / "build" / "pages").rglob("*.png"))


def test_the_mean_of_two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for run, value in (("four", 1.0), ("five", 3.0), ("mean", 0.0)):
        (tmp_path / "runs" / run).mkdir(parents=True)
        save_file({"weight": torch.full((2, 3), value).half()}, tmp_path / "runs" / run / "model.safetensors")
    monkeypatch.chdir(tmp_path)
    (program,) = PROGRAMS
    exec(compile(program, "training.md", "exec"), {})
    mean = load_file("runs/mean/model.safetensors")["weight"]
    assert mean.dtype == torch.float16 and bool((mean == 2).all())


def test_digests_are_written_as_shown(tmp_path: Path) -> None:
    (program,) = regex.findall(r'`python -c "(.+?)"`', GUIDE, regex.DOTALL)
    for path in FOLDER.iterdir():
        if path.suffix in (".json", ".safetensors"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    exec(program.replace("FOLDER)", "folder)"), {"folder": tmp_path})
    assert (tmp_path / "SHA256SUMS").read_bytes() == (FOLDER / "SHA256SUMS").read_bytes()
