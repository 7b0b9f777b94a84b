"""Ours and RapidOCR over the same pages on the same cores: how well, how fast, in how much memory.

    python benchmarks/peers.py data/sroie --split dev --peer-python PATH/bin/python

RapidOCR lives in an environment of its own (`pip install rapidocr onnxruntime`). Each engine reads all pages in a
process of its own, `--rounds` times in turn; the medians of the times count, and what was read in the last round, by
CLEval if `pip install cleval` has been run. Boxes and texts of that round stay in `--output`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

from ocr.datasets.boxes import find_image
from ocr.datasets.examples import read_stems
from ocr.document import Block, Line, Page, Quad, Word, bounding_quad
from ocr.evaluation.text import score_pages

_OURS = """
import json, resource, sys, time
started = time.perf_counter()
import torch
torch.set_num_threads(int(sys.argv[1]))
from ocr import Reader
reader = Reader()
def read(path):
    page = reader.read(path)
    return [[v for p in line.quad for v in p] for line in page.lines], [line.text for line in page.lines]
"""

_RAPIDOCR = """
import json, resource, sys, time
started = time.perf_counter()
import cv2
from rapidocr import RapidOCR
engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": int(sys.argv[1])})
def read(path):
    result = engine(cv2.imread(path))
    if result.boxes is None:
        return [], []
    return [box.reshape(-1).tolist() for box in result.boxes], list(result.txts)
"""

_LOOP = """
pages, first = {}, None
for path in sys.argv[3:]:
    begun = time.perf_counter()
    boxes, texts = read(path)
    ended = time.perf_counter()
    first = first or ended - started
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    pages[stem] = {"seconds": ended - begun, "boxes": boxes, "texts": texts}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
json.dump({"first": first, "peak_mb": peak, "pages": pages}, open(sys.argv[2], "w"))
"""


def main() -> None:
    """Run both engines in turn and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds images/ and boxes/")
    parser.add_argument("--split", help="name of a .txt file in it that names the pages; all of them without it")
    parser.add_argument("--peer-python", required=True, help="interpreter that has RapidOCR")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path("build/peers"))
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    labelled = sorted(path.stem for path in (args.folder / "boxes").glob("*.csv"))
    stems = read_stems(args.folder / f"{args.split}.txt") if args.split else labelled
    images = [str(find_image(args.folder, stem).resolve()) for stem in stems]
    engines = {"docextract": (sys.executable, _OURS), "RapidOCR": (args.peer_python, _RAPIDOCR)}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
    for _ in range(args.rounds):
        for name, (python, code) in engines.items():
            runs[name].append(_run(python, code, args.threads, images, args.output / f"{name}.json"))
    print(
        "| engine | finding | reading, without case | with case | words F1 | s a page | load and first page, s | MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, rows in runs.items():
        page, first, peak = (statistics.median(row[key] for row in rows) for key in ("page", "first", "peak"))
        scores = " | ".join(_scores(args.output / f"{name}.json", args.folder))
        print(f"| {name} | {scores} | {page:.2f} | {first:.1f} | {peak:.0f} |")


def _scores(output: Path, folder: Path) -> list[str]:
    """CLEval's H of detection and end to end, without and with case, and the F1 of words without case."""
    pages = json.loads(output.read_text(encoding="utf-8"))
    readings = {stem: (_page(page["boxes"], page["texts"]), page["seconds"]) for stem, page in pages.items()}
    caseless, cased = (score_pages(readings, folder, cased=cased) for cased in (False, True))
    values = [caseless.get("detection"), caseless.get("end to end"), cased.get("end to end"), caseless["words"]]
    return ["" if value is None else f"{value:.4f}" for value in values]


def _page(boxes: list[list[float]], texts: list[str]) -> Page:
    """What an engine read as a page of lines; its size is of no account."""
    lines = []
    for box, text in zip(boxes, texts, strict=True):
        a, b, c, d = np.reshape(box, (4, 2)).tolist()
        quad: Quad = (tuple(a), tuple(b), tuple(c), tuple(d))
        lines.append(Line(tuple(Word(word, quad, 1.0) for word in text.split()), quad, 1.0))
    blocks = (Block(tuple(lines), bounding_quad(line.quad for line in lines)),) if lines else ()
    return Page(1, 1, blocks)


def _run(python: str, code: str, threads: int, images: list[str], output: Path) -> dict[str, float]:
    argv = [python, "-c", code + _LOOP, str(threads), str(output), *images]
    subprocess.run(argv, check=True, env=os.environ | {"OMP_NUM_THREADS": str(threads)}, stdout=subprocess.DEVNULL)
    data = json.loads(output.read_text(encoding="utf-8"))
    # The scorers want the pages alone.
    output.write_text(json.dumps(data["pages"], ensure_ascii=False), encoding="utf-8")
    seconds = [page["seconds"] for page in data["pages"].values()]
    return {"page": statistics.median(seconds), "first": data["first"], "peak": data["peak_mb"]}


if __name__ == "__main__":
    main()
