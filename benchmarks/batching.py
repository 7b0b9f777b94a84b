"""What one forward pass over several pages gains over one page at a time.

    python benchmarks/batching.py [--device cuda]

Pages of one size, so that nothing is lost on padding: the most that batching of waiting requests could gain.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import torch

from docextract.rendered_fields import FIRST_SEED
from ocr.decoding import find_places, read_places
from ocr.model.network import Deer
from ocr.synthesis import Corpus, FontLibrary, render_page
from ocr.weights import FOLDER

SIDE_PX = 640
PAGES = 4
ROUNDS = 4


@torch.inference_mode()
def read_batch(network: Deer, images: torch.Tensor) -> int:
    """Find and read the text of (B, 1, H, W) images; the number of lines."""
    features = network.encode(images)
    maps = network.locate(features)
    found = [find_places(maps, image)[0] for image in range(len(images))]
    image_of = np.repeat(np.arange(len(images)), [len(places) for places in found])
    readings = read_places(network, features, np.concatenate(found), image_of)
    if images.is_cuda:
        torch.cuda.synchronize()
    return len(readings)


def main() -> None:
    """Print milliseconds a page for each size of batch, medians of rounds in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    network = Deer.from_pretrained(FOLDER).fold().to(args.device)
    corpus, fonts = Corpus(None), FontLibrary("heldout")
    pages = [
        render_page(seed, "receipt", size=SIDE_PX, corpus=corpus, fonts=fonts).image.mean(axis=2)
        for seed in range(FIRST_SEED, FIRST_SEED + PAGES)
    ]
    images = torch.from_numpy(np.stack(pages)).float()[:, None].to(args.device) / 127.5 - 1.0
    read_batch(network, images)
    times: dict[int, list[float]] = {1: [], 2: [], 4: []}
    for _ in range(ROUNDS):
        for size, taken in times.items():
            begin = time.perf_counter()
            lines = sum(read_batch(network, batch) for batch in images.split(size))
            taken.append(1000 * (time.perf_counter() - begin) / PAGES)
    print(f"{torch.get_num_threads()} threads, {args.device}, {lines / PAGES:.0f} lines a page")
    for size, taken in times.items():
        print(f"| {size} | {statistics.median(taken):.0f} ms | {min(taken):.0f} ms |")


if __name__ == "__main__":
    main()
