"""Links between the documents lead somewhere, and the benchmarks that they name take the arguments that they show."""

from __future__ import annotations

import argparse
import runpy
import shlex
import sys
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
import regex

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted(path for folder in (ROOT, ROOT / "docs", ROOT / "samples") for path in folder.glob("*.md")),
    *sorted(path for package in ("ocr", "docextract") for path in (ROOT / package).rglob("*.md")),
]
_PROSE = {path: regex.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=regex.DOTALL) for path in DOCUMENTS}
_SPANS = [span for text in _PROSE.values() for span in regex.findall(r"`(?:\w+=\S+ )?(python benchmarks/[^`]+)`", text)]
BENCHMARKS = sorted({" ".join(span.split()) for span in _SPANS if "..." not in span})


def anchors(path: Path) -> set[str]:
    """The names by which GitHub links to the headings of a document."""
    headings = regex.findall(r"^#+ (.+)$", _PROSE[path], regex.MULTILINE)
    return {regex.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in regex.findall(r"\]\(([^()\s]+)\)", _PROSE[path]):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path
        assert target.exists(), link
        assert not parts.fragment or parts.fragment in anchors(target), link


def test_every_page_is_linked() -> None:
    linked = {
        (path.parent / link.partition("#")[0]).resolve()
        for path, text in _PROSE.items()
        for link in regex.findall(r"\]\(([^()\s]+\.md[^()\s]*)\)", text)
    }
    pages = set((ROOT / "docs").glob("*.md")) - {ROOT / "docs" / "mutations.md"}  # which a benchmark writes
    assert pages <= linked


class _UnderstoodError(Exception):
    """The arguments were parsed."""


@pytest.mark.parametrize("command", BENCHMARKS)
def test_benchmarks_understand_their_arguments(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, script, *arguments = shlex.split(command)
    if "parse_args(" not in (ROOT / script).read_text(encoding="utf-8"):
        assert not arguments
        return
    parse = argparse.ArgumentParser.parse_args

    def parse_and_stop(self: argparse.ArgumentParser, *given: Any, **named: Any) -> NoReturn:
        parse(self, *given, **named)
        raise _UnderstoodError

    for folder in ("sroie", "corpora", "textures"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    with pytest.raises(_UnderstoodError):
        runpy.run_path(str(ROOT / script), run_name="__main__")
