"""What it gains to read several pages together, and what the first of them loses by it.

    python benchmarks/batching.py [--device cuda]

Rendered receipts that training never saw: of one size, whose first looks share a pass through the network, and of
different sizes, which share none.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator

import torch

from docextract.rendered_fields import FIRST_SEED
from ocr import Reader
from ocr.imaging import Image
from ocr.synthesis import Corpus, FontLibrary, render_page

SIDES_PX = {"one size": (640, 640, 640, 640), "different sizes": (512, 640, 768, 896)}
TOGETHER = (1, 2, 4)
ROUNDS = 5


def render_pages(sides_px: tuple[int, ...]) -> Iterator[Image]:
    """A square receipt of each of these sizes."""
    corpus, fonts = Corpus(None), FontLibrary("heldout")
    for seed, side in enumerate(sides_px, FIRST_SEED):
        yield render_page(seed, "receipt", size=side, corpus=corpus, fonts=fonts).image


def measure(reader: Reader, pages: list[Image], together: int) -> tuple[float, float]:
    """Milliseconds a page, and until the first page is there."""
    begin = time.perf_counter()
    firsts: list[float] = []
    for number in range(0, len(pages), together):
        asked = time.perf_counter()
        read = reader.read_many(pages[number : number + together])
        next(read)
        firsts.append(time.perf_counter() - asked)
        list(read)
    return 1000 * (time.perf_counter() - begin) / len(pages), 1000 * statistics.mean(firsts)


def main() -> None:
    """Print a table for each kind of pages, medians of rounds in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    reader = Reader(device=args.device)
    print(f"{torch.get_num_threads()} threads, {args.device}")
    for name, sides_px in SIDES_PX.items():
        pages = list(render_pages(sides_px))
        lines = sum(len(list(page.lines)) for page in reader.read_many(pages))
        taken: dict[int, list[tuple[float, float]]] = {together: [] for together in TOGETHER}
        for together in TOGETHER * ROUNDS:
            taken[together].append(measure(reader, pages, together))
        print(f"\n{name}, {lines / len(pages):.0f} lines a page")
        print("| pages together | time a page | until the first is there |\n|---|---|---|")
        for together, times in taken.items():
            page, first = (statistics.median(column) for column in zip(*times, strict=True))
            print(f"| {together} | {page:.0f} ms | {first:.0f} ms |")


if __name__ == "__main__":
    main()
