"""How much is read of what runs across a page's lines: numbers up and down a margin, Korean from top to bottom.

    python benchmarks/across.py --corpora data/corpora [--pages 20] [--weights DIR] [--threads 2]

Rendered sheets hold a paragraph and, beside it, texts across it: two numbers, one up and one down, or three or four
columns of syllables. Each sheet is read as printed and damaged, by the reader as it is and with its looks across left
out. A text counts as found where a line that runs across holds its middle, and its characters as wrong otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein

from ocr import Page, Reader
from ocr.look import Look, Placed
from ocr.synthesis import Corpus, FontLibrary
from ocr.synthesis import corpus as texts
from ocr.synthesis.canvas import Canvas, box_quad
from ocr.synthesis.damage import damage
from ocr.synthesis.lettering import Style
from ocr.synthesis.page import ImageArray, PrintedText
from ocr.synthesis.text_page import random_colours, random_style
from ocr.synthesis.warp import Warp, turned
from ocr.view import Grey

SIZE = 640, 480
FIRST_SEED = 7700


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--textures", type=Path)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    reader = Reader(options.weights)
    corpus, fonts = Corpus(options.corpora), FontLibrary("heldout")
    print("| texts | pages | reader | found | wrong characters |\n|---|---|---|---|---|")
    for name, write in (("numbers", write_numbers), ("Korean columns", write_columns)):
        sheets = [draw(Random(FIRST_SEED + k), corpus, fonts, write) for k in range(options.pages)]
        for state in ("as printed", "damaged"):
            if state == "damaged":
                rngs = (Random(FIRST_SEED + k) for k in range(options.pages))
                sheets = [
                    damage(image, printed, rng, size=SIZE, textures=options.textures)[:2]
                    for rng, (image, printed) in zip(rngs, sheets, strict=True)
                ]
            print(f"| {name} | {state} | as it is | {score(reader, sheets)} |")
            with patch("ocr.search.look_across", look_at_nothing):
                print(f"| {name} | {state} | without looks across | {score(reader, sheets)} |", flush=True)


def look_at_nothing(_: Grey, found: Sequence[Placed]) -> Generator[list[Look], None, Sequence[Placed]]:
    """In the place of `ocr.across.look_across`: what was found stays."""
    yield from ()
    return found


def draw(
    rng: Random, corpus: Corpus, fonts: FontLibrary, write: Callable[[Canvas, Random, Corpus, FontLibrary], None]
) -> tuple[ImageArray, Sequence[PrintedText]]:
    """A sheet with a paragraph on its left, and texts across it on its right."""
    canvas = Canvas(*SIZE, *random_colours(rng))
    style, y = random_style(rng, fonts, korean=True, largest_px=30), 30.0
    while y < SIZE[1] - 60:
        text = corpus.sentence(rng, 6, korean=True)
        canvas.write(fonts, text, 30, y, style, canvas.ink, canvas.new_block(), room=300)
        y += 1.6 * style.em_px * style.stretch[1]
    write(canvas, rng, corpus, fonts)
    return canvas.image, canvas.texts


def write_numbers(canvas: Canvas, rng: Random, _: Corpus, fonts: FontLibrary) -> None:
    """Two numbers, the left one up and the right one down."""
    for x, quarters in ((420, 3), (540, 1)):
        style = random_style(rng, fonts, korean=False, largest_px=28)
        strip = Canvas(SIZE[1], 60, canvas.paper, canvas.ink)
        text = rng.choice((texts.registration, texts.phone, texts.code))(rng)
        strip.write(fonts, text, rng.uniform(30, 120), 20, style, canvas.ink, canvas.new_block(), room=360)
        image, printed = turned(strip.image, strip.texts, quarters)
        canvas.image[:, x : x + image.shape[1]] = image
        canvas.texts += Warp(np.array([[1, 0, x], [0, 1, 0], [0, 0, 1.0]])).texts(printed)


def write_columns(canvas: Canvas, rng: Random, corpus: Corpus, fonts: FontLibrary) -> None:
    """Names of goods, companies and places from top to bottom."""
    x = 400.0
    while x < SIZE[0] - 40:
        style = random_style(rng, fonts, korean=True, largest_px=32)
        style = Style(style.font, style.em_px, bold=style.bold)
        name = rng.choice((corpus.goods, corpus.company, corpus.address))(rng, korean=True)
        pitch, y, block = rng.uniform(1.05, 1.5) * style.em_px, rng.uniform(20, 120), canvas.new_block()
        first = len(canvas.texts)
        for char in [char for char in name if "가" <= char <= "힣"][: rng.randint(3, 9)]:
            if y < SIZE[1] - 30:
                canvas.write(fonts, char, x, y, style, canvas.ink, block, room=2 * style.em_px)
            y += pitch
        if len(canvas.texts) > first:
            canvas.texts[first:] = [stacked(canvas.texts[first:])]
        x += 3 * style.em_px


def stacked(chars: Sequence[PrintedText]) -> PrintedText:
    """One text of characters one below the other: read downwards, it begins at its upper right corner."""
    boxes = np.stack([char.quad for char in chars])
    x0, x1 = boxes[:, 0, 0].min(), boxes[:, 1, 0].max()
    quads = np.stack([box_quad(x0, box[0, 1], x1, box[2, 1])[[1, 2, 3, 0]] for box in boxes])
    whole = np.stack([quads[0, 0], quads[-1, 1], quads[-1, 2], quads[0, 3]])
    return PrintedText("".join(char.text for char in chars), whole, quads, None, chars[0].block)


def score(reader: Reader, sheets: Sequence[tuple[ImageArray, Sequence[PrintedText]]]) -> str:
    """How many texts across are found, and how many of their characters are wrong, as cells of a table."""
    found = count = wrong = letters = 0
    for image, printed in sheets:
        page = reader.read(image)
        for text in printed:
            along = text.quad[1] - text.quad[0]
            if abs(along[1]) < abs(along[0]) or len(text.text) < 3:
                continue
            truth = text.text.replace(" ", "")
            read = read_at(page, text)
            found, count = found + bool(read), count + 1
            wrong, letters = wrong + min(Levenshtein.distance(read, truth), len(truth)), letters + len(truth)
    return f"{found} of {count} | {wrong} of {letters} ({100 * wrong / letters:.0f} %)"


def read_at(page: Page, text: PrintedText) -> str:
    """The line that runs across the page where a text stands."""
    x, y = text.quad.mean(0).tolist()
    for line in page.lines:
        xs, ys = zip(*line.quad, strict=True)
        if abs(sum(xs) / 4 - x) < 15 and min(ys) < y < max(ys) and max(ys) - min(ys) > max(xs) - min(xs):
            return line.text.replace(" ", "")
    return ""


if __name__ == "__main__":
    main()
