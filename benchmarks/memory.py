"""Whether memory grows while a reader reads images of many sizes.

    python benchmarks/memory.py [--images 1000] [--threads 2]

Pieces of the samples are read, scaled to some hundred pixels or some thousand; the first tenth warms up caches and
allocators. It leaves with 1 if the process grew by more after that than `--most-mb`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random

import cv2
import torch

from docextract import Extractor
from ocr.imaging import Image, load_image

_SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.jpg"))
_LONGER_SIDE_PX = (200, 3000)


def main() -> int:
    """Read, and print a Markdown table of the process's resident memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--longest-px", type=int, default=_LONGER_SIDE_PX[1])
    parser.add_argument("--most-mb", type=float, default=50.0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    rng, extractor = Random(0), Extractor()
    pictures = [load_image(path) for path in _SAMPLES]
    warm_up, warm = max(1, args.images // 10), 0.0
    print("| images | resident memory, MB |\n|---|---|")
    for number in range(1, args.images + 1):
        extractor.extract(_vary(rng.choice(pictures), rng, args.longest_px), "receipt")
        if number % warm_up == 0 or number == args.images:
            print(f"| {number} | {_resident_mb():.0f} |", flush=True)
        if number == warm_up:
            warm = _resident_mb()
    growth = _resident_mb() - warm
    print(f"\nafter {warm_up} images it grew by {growth:.0f} MB")
    return int(growth > args.most_mb)


def _vary(picture: Image, rng: Random, longest_px: int) -> Image:
    """A piece of a picture at some scale, so that hardly two have the same shape."""
    height, width = picture.shape[:2]
    rows, columns = rng.randrange(height // 2, height), rng.randrange(width // 2, width)
    scale = rng.uniform(_LONGER_SIDE_PX[0], longest_px) / max(rows, columns)
    piece = picture[:rows, :columns]
    return cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR).view(picture.dtype)


def _resident_mb() -> float:
    """Memory that the process holds now, by Linux's /proc."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    sys.exit(main())
