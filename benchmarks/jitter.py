"""How reading suffers when the detector errs: DEER's central claim, on labelled receipts.

    python benchmarks/jitter.py data/sroie [--pages 20] [--threads 2]

Every labelled line is moved by a part of its height in a random direction, and read twice by the same weights: pointed
at on the whole page, and out of a crop of the moved box, resized to the height that the network reads at, as a
recogniser behind a detector sees it. These weights were not trained on crops, but undisplaced these show all of a text.
Printed is the share of words that are read, without case.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ocr import charset
from ocr.datasets.boxes import find_image, read_boxes
from ocr.datasets.examples import normalise, read_stems
from ocr.decoding import read_places
from ocr.geometry import FloatArray, quads_to_places
from ocr.imaging import load_image
from ocr.look import TEXT_HEIGHT_PX
from ocr.model.network import SIZE_DIVISOR, Deer
from ocr.weights import FOLDER

STEPS = tuple(k / 10 for k in range(11))
MARGIN = 0.15
"""Of its height that a crop has around its box, as two-stage systems leave it."""

Grey = NDArray[np.uint8]


def main() -> None:
    """Print the curve as a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network = Deer.from_pretrained(FOLDER).fold()
    pages = [load(args.folder, stem) for stem in read_stems(args.folder / "dev.txt")[: args.pages]]
    words = sum(len(text.split()) for _, _, texts in pages for text in texts)
    print(f"{len(pages)} pages, {words} words\n\n| displaced by | pointed | cropped |\n|---|---|---|")
    for step in STEPS:
        pointed = cropped = 0
        for number, (grey, places, texts) in enumerate(pages):
            moved = displace(places, step, seed=number)
            pointed += count_read(read_page(network, grey, moved), texts)
            cropped += count_read([text for place in moved for text in read_crop(network, grey, place)], texts)
        print(f"| {step:.1f} h | {pointed / words:.3f} | {cropped / words:.3f} |", flush=True)


def load(folder: Path, stem: str) -> tuple[Grey, FloatArray, list[str]]:
    """A page at the scale that it is read at, its (M, 5) places and its texts."""
    grey = cv2.cvtColor(load_image(find_image(folder, stem)), cv2.COLOR_RGB2GRAY)
    quads, texts = read_boxes(folder / "boxes" / f"{stem}.csv")
    scale = TEXT_HEIGHT_PX / float(np.median(quads_to_places(quads)[:, 4]))
    resized = cv2.resize(
        grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    return resized.view(np.uint8), quads_to_places(quads * scale), texts


def displace(places: FloatArray, distance: float, *, seed: int) -> FloatArray:
    """Move (M, 5) places by a part of their heights, each its own way."""
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(places))
    shift = distance * places[:, 4:] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.concatenate([places[:, :2] + shift, places[:, 2:4] + shift, places[:, 4:]], 1).astype(np.float32)


@torch.inference_mode()
def read_page(network: Deer, grey: Grey, places: FloatArray) -> list[str]:
    """The texts that (M, 5) places of an image point at."""
    rows, columns = (-(-side // SIZE_DIVISOR) * SIZE_DIVISOR for side in grey.shape)
    below, beside = rows - grey.shape[0], columns - grey.shape[1]
    padded = cv2.copyMakeBorder(grey, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=float(np.median(grey)))
    features = network.encode(normalise(torch.from_numpy(padded))[None, None])
    readings = read_places(network, features, places, np.zeros(len(places), np.int64))
    return ["".join(charset.decode(int(label)) for label in reading.labels) for reading in readings]


def read_crop(network: Deer, grey: Grey, place: FloatArray) -> list[str]:
    """The text of an upright (5,) place, seen through its box; none where the box misses the page."""
    x0, y0, x1, _, height = place.tolist()
    margin = MARGIN * height
    low = np.floor([x0 - margin, y0 - height / 2 - margin]).clip(0).astype(int)
    high = np.ceil([x1 + margin, y0 + height / 2 + margin]).astype(int)
    crop = grey[low[1] : high[1], low[0] : high[0]]
    if not crop.size:
        return [""]
    scale = TEXT_HEIGHT_PX / height
    resized = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    middle = (y0 - low[1]) * scale
    inside = np.array([[(x0 - low[0]) * scale, middle, (x1 - low[0]) * scale, middle, TEXT_HEIGHT_PX]], np.float32)
    return read_page(network, resized.view(np.uint8), inside)


def count_read(read: Sequence[str], texts: Sequence[str]) -> int:
    """How many words of the texts are among those read in their places."""
    pairs = zip(read, texts, strict=True)
    return sum((Counter(got.upper().split()) & Counter(text.upper().split())).total() for got, text in pairs)


if __name__ == "__main__":
    main()
