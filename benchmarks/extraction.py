"""Time extraction, without reading, on pages that were read before, and say where the time goes.

    OMP_NUM_THREADS=1 python benchmarks/extraction.py data/sroie       # boxes/ of dev.txt as a perfect reader's pages
    OMP_NUM_THREADS=1 python benchmarks/extraction.py PAGE.json ... --template passport

Processor time; with more threads it would count those that wait. Medians over the pages, each the best of `--rounds`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docextract.extraction import engine as stages
from docextract.extraction.engine import Engine
from docextract.extraction.lexicon import Lexicon
from docextract.schema.loading import find_template, load_template
from docextract.tagging import find_tagger
from ocr.datasets.boxes import load_page
from ocr.document import Page

# What an engine calls, by the names under which it calls it.
STAGES = {
    "rows": (stages, "build_layout"),
    "labels": (Lexicon, "find"),
    "machine readable zone": (stages, "find_zone"),
    "candidates": (stages, "_locate_all"),
    "choice": (stages, "judge"),
    "items": (stages, "find_items"),
    "record": (stages, "build_record"),
}


def load_pages(paths: list[Path]) -> Iterator[Page]:
    """Pages of JSON files, and of folders laid out as SROIE's."""
    for path in paths:
        if path.is_dir():
            for stem in (path / "dev.txt").read_text(encoding="utf-8").split():
                yield load_page(path / "boxes" / f"{stem}.csv", 1000, 2000)
        else:
            yield Page.from_dict(json.loads(path.read_text(encoding="utf-8")))


def watch(seconds: dict[str, float]) -> None:
    """Make every stage add its time to what is given."""
    for name, (owner, attribute) in STAGES.items():
        setattr(owner, attribute, _timed(getattr(owner, attribute), name, seconds))


def _timed(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.process_time()
        try:
            return work(*args, **kwargs)
        finally:
            seconds[name] += time.process_time() - start

    return timed


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--template", default="receipt")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    engine = Engine(args.template, load_template(find_template(args.template)))
    tagger = find_tagger()
    seconds: dict[str, float] = {}
    watch(seconds)
    measured: list[dict[str, float]] = []
    for page in load_pages(args.pages):
        rounds = []
        for _ in range(args.rounds):
            seconds.update(dict.fromkeys(STAGES, 0.0))
            start = time.process_time()
            engine.extract(page)
            found = dict(seconds) | {"all": time.process_time() - start}
            if tagger is not None:
                start = time.process_time()
                tagger.tag(page)
                found["the tagger alone"] = time.process_time() - start
                found["all and the tagger"] = found["all"] + found["the tagger alone"]
            rounds.append(found)
        measured.append(min(rounds, key=lambda found: found.get("all and the tagger", found["all"])))
    print(f"{len(measured)} pages\n\n| stage | median | slowest |\n|---|---|---|")
    for name in measured[0]:
        times = [1000 * found[name] for found in measured]
        print(f"| {name} | {statistics.median(times):.1f} ms | {max(times):.1f} ms |")


if __name__ == "__main__":
    main()
