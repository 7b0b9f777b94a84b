"""The benchmark of mutations breaks what the files say today."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_mutation_finds_its_piece_once() -> None:
    mutations = runpy.run_path(str(ROOT / "benchmarks" / "mutations.py"))["MUTATIONS"]
    stale = [
        (path, mutation.breaks)
        for path, found in mutations.items()
        for mutation in found
        if (ROOT / path).read_text(encoding="utf-8").count(mutation.old) != 1 or mutation.old == mutation.new
    ]
    assert not stale
