"""What is lost when pages lie on their side, stand on their head or lean.

    python benchmarks/turned.py data/sroie [--pages 60] [--threads 2]

Every page is turned, read, and what was read turned back and scored against its labels, by CLEval if
`pip install cleval` has been run.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ocr import Reader
from ocr.datasets.boxes import find_image
from ocr.datasets.examples import read_stems
from ocr.document import Block, Page, Quad, bounding_quad
from ocr.evaluation.text import score_pages
from ocr.imaging import Image, load_image

TURNS = (0, 90, 180, 270, 15, -15)

Affine = NDArray[np.float64]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    reader, stems = Reader(), read_stems(args.folder / "dev.txt")[: args.pages]
    print("| turned by | finding, CLEval H | reading, CLEval H | words F1 | seconds a page |\n|---|---|---|---|---|")
    for degrees in TURNS:
        readings = {}
        for stem in stems:
            image, back = turn(load_image(find_image(args.folder, stem)), degrees)
            begin = time.perf_counter()
            page = reader.read(image)
            readings[stem] = move(page, back), time.perf_counter() - begin
        scores = score_pages(readings, args.folder)
        names = ("detection", "end to end", "words", "seconds a page")
        print(f"| {degrees} | " + " | ".join(str(scores.get(name, "")) for name in names) + " |", flush=True)


def turn(image: Image, degrees: float) -> tuple[Image, Affine]:
    """A page turned clockwise, all of it on a ground of its own colour, and the (2, 3) map back."""
    height, width = image.shape[:2]
    matrix: Affine = np.asarray(cv2.getRotationMatrix2D((0, 0), -degrees, 1.0), np.float64)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ matrix[:, :2].T
    matrix[:, 2] = -corners.min(0)
    size = tuple(np.ceil(np.ptp(corners, 0) - 1e-6).astype(int).tolist())
    centers = matrix.copy()  # OpenCV's (0, 0) is the middle of the first pixel, ours its corner
    centers[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    paper = np.median(image.reshape(-1, 3), 0).tolist()
    turned = cv2.warpAffine(image, centers, size, flags=cv2.INTER_LINEAR, borderValue=paper)
    return np.asarray(turned, np.uint8), np.asarray(cv2.invertAffineTransform(matrix), np.float64)


def move(page: Page, matrix: Affine) -> Page:
    """The lines of a page elsewhere."""
    lines = tuple(replace(line, quad=_moved(line.quad, matrix)) for line in page.lines)
    return replace(page, blocks=(Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ())


def _moved(quad: Quad, matrix: Affine) -> Quad:
    a, b, c, d = (np.array(quad) @ matrix[:, :2].T + matrix[:, 2]).tolist()
    return tuple(a), tuple(b), tuple(c), tuple(d)


if __name__ == "__main__":
    main()
