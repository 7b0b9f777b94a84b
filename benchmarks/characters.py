"""How well characters are found by who learned from few labels: a teacher, students with and without it, CTC alone.

    python benchmarks/characters.py --corpora data/corpora --textures data/textures [--labelled 0.05] [--pages 20]

Trains what `docextract model train-characters` trains, on the same rendered pages, and measures it on pages in fonts
held out, half of them Korean, all pointed at with the truth's places, so that nothing but the boxes tells the rows
apart. The teacher sees no characters but shapes; the others find those that the line decoder reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch

from ocr.datasets.crops import is_inside
from ocr.datasets.examples import normalise
from ocr.decoding import build_line, read_places
from ocr.evaluation.characters import FoundCharacters, score_characters
from ocr.evaluation.rendered import FIRST_SEED
from ocr.geometry import FloatArray, quads_to_places
from ocr.layout import is_divider
from ocr.model.characters import CharacterHead
from ocr.model.network import Deer, Features
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page
from ocr.training.character_teacher import CharacterMaps, find_characters
from ocr.training.characters import SIZE, render_sheets, train_in_turn
from ocr.weights import FOLDER

Finder = Callable[[Features, FloatArray], tuple[FloatArray, FloatArray]]
"""Features of a page and the (M, 5) places of its texts -> the (N, 4, 2) quads of characters and their (N,) scores."""


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--textures", type=Path)
    parser.add_argument("--labelled", type=float, default=0.05)
    parser.add_argument("--training-pages", type=int, default=120)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network = Deer.from_pretrained(FOLDER).fold()
    sheets = list(render_sheets(network, args.training_pages, corpora=args.corpora, textures=args.textures))
    few, everything = (train_in_turn(sheets, labelled=share) for share in (args.labelled, 1.0))
    assert few.teacher is not None
    finders = {
        "CTC": by_reading(network, None),
        f"teacher, {args.labelled:.0%}": by_shape(few.teacher),
        f"student, {args.labelled:.0%}": by_reading(network, few.first),
        f"student, {args.labelled:.0%}, and what teacher and first student agree on": by_reading(network, few.last),
        "student, all words labelled": by_reading(network, everything.last),
    }
    corpus, fonts = Corpus(args.corpora), FontLibrary("heldout")
    pages = [
        render_page(seed, size=SIZE, corpus=corpus, fonts=fonts, textures=args.textures)
        for seed in range(FIRST_SEED, FIRST_SEED + args.pages)
    ]
    seen = [see(network, page) for page in pages]
    print("| | characters | AP@50 | mean IoU |\n|---|---|---|---|")
    for name, find in finders.items():
        scores = score_characters([FoundCharacters(*find(*page[:2]), page[2]) for page in seen])
        print(f"| {name} | {scores['characters']} | {scores['AP@50']:.3f} | {scores['mean IoU']:.3f} |", flush=True)


@torch.inference_mode()
def see(network: Deer, page: RenderedPage) -> tuple[Features, FloatArray, FloatArray]:
    """Features of a page, the (M, 5) places of its texts and the (N, 4, 2) quads of their characters."""
    grey = cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY)
    places = quads_to_places(np.stack([text.quad for text in page.texts]))
    whole = np.flatnonzero(is_inside(places, (SIZE, SIZE)))
    texts = [page.texts[k] for k in whole if not is_divider(page.texts[k].text)]
    printed = [quad for text in texts for char, quad in zip(text.text, text.char_quads, strict=True) if char != " "]
    features = network.encode(normalise(torch.from_numpy(grey)[None, None]))
    return features, quads_to_places(np.stack([text.quad for text in texts])), np.array(printed, np.float32)


def by_reading(network: Deer, head: CharacterHead | None) -> Finder:
    """What the line decoder reads, with the boxes of a head, or of CTC."""

    def find(features: Features, places: FloatArray) -> tuple[FloatArray, FloatArray]:
        readings = read_places(network, features, places, np.zeros(len(places), np.int64), head)
        lines = (build_line(reading, place, (SIZE, SIZE)) for reading, place in zip(readings, places, strict=True))
        chars = [char for line in lines if line for word in line.words for char in word.chars]
        quads = np.array([char.quad for char in chars], np.float32).reshape(-1, 4, 2)
        return quads, np.array([char.confidence for char in chars], np.float32)

    return find


def by_shape(teacher: CharacterMaps) -> Finder:
    """What the teacher finds on the lines."""

    def find(features: Features, places: FloatArray) -> tuple[FloatArray, FloatArray]:
        quads, scores = [np.zeros((0, 4, 2), np.float32)], [np.zeros(0, np.float32)]
        for place, (sides, sure) in zip(places, find_characters(teacher, features.maps[0][0], places), strict=True):
            along = (place[2:4] - place[:2]) / max(float(np.linalg.norm(place[2:4] - place[:2])), 1e-6)
            across = np.array([-along[1], along[0]])
            corners = sides[:, [0, 1, 1, 0]], sides[:, [2, 2, 3, 3]]
            quads.append(
                (place[:2] + corners[0][..., None] * along + corners[1][..., None] * across).astype(np.float32)
            )
            scores.append(sure)
        return np.concatenate(quads), np.concatenate(scores)

    return find


if __name__ == "__main__":
    main()
