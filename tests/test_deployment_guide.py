"""What docs/deployment.md and the Dockerfile say works as they say; no container is built."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import regex

import docextract.pipeline
from docextract.batch.output import check_output
from docextract.cli import main
from docextract.service import Settings

from .docextract.cli.conftest import RecordedReader

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found: list[str] = regex.findall(rf"```{language}\n(.*?)```", GUIDE, regex.DOTALL)
    return found


def instructions(text: str) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile with their arguments, continued lines joined."""
    lines = regex.sub(r"\\\n\s*", "", text).splitlines()
    parts = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return [(name, rest.strip()) for name, _, rest in parts]


DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAGE = regex.split(r"^FROM .*\n", DOCKERFILE, flags=regex.MULTILINE)[-1]
FINAL = instructions(STAGE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "photos").mkdir()
    shutil.copy(ROOT / "samples" / "receipt-en.jpg", tmp_path / "photos" / "receipt.jpg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_container_runs_as_a_user_without_rights() -> None:
    (user,) = [value for name, value in FINAL if name == "USER"]
    assert int(user) > 999
    assert f"--uid {user}" in STAGE
    last = max(k for k, (name, _) in enumerate(FINAL) if name in ("RUN", "COPY"))
    assert [name for name, _ in FINAL].index("USER") > last  # nothing that needs rights comes after
    assert not any(name == "VOLUME" for name, _ in FINAL)


def test_the_container_installs_what_the_package_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, Any] = {}
    monkeypatch.setattr("setuptools.setup", said.update)
    monkeypatch.setattr("Cython.Build.cythonize", lambda *extensions, **options: [])
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py")
    built, installed = re.findall(
        r"'(\S+)\[(\S+)\]'", DOCKERFILE
    )  # as a wheel in the first stage, from it in the second
    assert built == ("/source", installed[1]) and installed[0] == said["name"]
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    for extra in installed[1].split(","):
        wanted = {re.split(r"[<>=\[]", requirement)[0] for requirement in said["extras_require"][extra]}
        assert wanted <= pinned
    steps = instructions(DOCKERFILE)
    assert ("COPY", ". /source") in steps and "--constraint /source/constraints.txt" in DOCKERFILE
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not {"setup.py", "constraints.txt", "ext", "ocr", "docextract", "templates", "README.md"} & set(ignored)
    for version in re.findall(r"^FROM python:(\S+)-slim", DOCKERFILE, re.MULTILINE):
        assert tuple(map(int, version.split("."))) >= tuple(map(int, said["python_requires"].strip(">=").split(".")))
    (script,) = said["entry_points"]["console_scripts"]
    assert script.split(" = ")[0] in json.loads(dict(FINAL)["ENTRYPOINT"])


def test_the_port_is_the_same_everywhere() -> None:
    values = dict(FINAL)
    settings = dict(pair.split("=") for pair in values["ENV"].split() if pair.startswith("DOCEXTRACT_"))
    assert {name.removeprefix("DOCEXTRACT_").lower() for name in settings} <= set(Settings.model_fields)
    assert values["EXPOSE"] == settings["DOCEXTRACT_PORT"]
    assert "127.0.0.1:$DOCEXTRACT_PORT/healthz" in values["HEALTHCHECK"]  # wherever `docker run --env` moves it
    (console,) = blocks("console")
    run = shlex.split(console.replace("\\\n", " ").splitlines()[1])
    assert run[:3] == ["docker", "run", "--read-only"] and "--tmpfs" in run
    assert run[run.index("--publish") + 1].endswith(f":{values['EXPOSE']}")
    named = set(regex.findall(r"DOCEXTRACT_(\w+)", GUIDE))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_command_of_the_container_exists(capsys: pytest.CaptureFixture[str]) -> None:
    values = dict(FINAL)
    program, *arguments = json.loads(values["ENTRYPOINT"]) + json.loads(values["CMD"])
    assert program == "docextract"
    with pytest.raises(SystemExit, match="0"):
        main([*arguments, "--help"])
    assert "usage: docextract serve" in capsys.readouterr().out


@pytest.mark.parametrize("block", blocks("sh"))
def test_commands_work(folder: Path, block: str) -> None:
    program, *arguments = shlex.split(block)
    assert program == "docextract"
    assert main(arguments) == 0
    if arguments[0] == "batch":
        (row,) = map(json.loads, (folder / arguments[2]).read_text(encoding="utf-8").splitlines())
        assert row["image"] == "receipt.jpg" and row["record"]["total"]


@pytest.mark.parametrize("block", blocks("python"))
def test_programs_work(
    folder: Path, block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = SimpleNamespace(Reader=lambda weights: RecordedReader(weights, "cpu"))
    monkeypatch.setitem(sys.modules, "ocr.reader", reader)
    monkeypatch.setattr(docextract.pipeline, "_DEFAULT", docextract.pipeline.Extractor())
    exec(compile(block, "deployment.md", "exec"), {})
    assert "receipt" in capsys.readouterr().out


def test_what_it_says_of_formats_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from ocr.imaging import PAGE_LIMIT
    from ocr.pdf import DPI, PAGE_LIMIT_PX

    assert f"at {DPI} dpi, up to {PAGE_LIMIT} pages, each of at most {PAGE_LIMIT_PX // 2**20} million" in GUIDE
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(docextract.errors.BatchError, match="pyarrow") as caught:
        check_output(Path("records.parquet"))
    assert str(caught.value).partition(": ")[2] in GUIDE
