"""Ours and Tesseract over the same rendered Korean receipts: errors per character.

    python benchmarks/korean.py [--pages 20] [--corpora data/corpora]

The receipts are those of `docextract model evaluate --rendered`, in fonts held out from training, damaged and as
printed. Tesseract (Debian's `tesseract-ocr` and `tesseract-ocr-kor`) reads each with every page segmentation that suits
a receipt, and the one counts that makes the fewest errors on all pages. Since it sets spaces between syllables, errors
are counted without spaces as well.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
from pathlib import Path

import cv2

from ocr import Reader
from ocr.document import Block, Line, Page, Quad, Word, bounding_quad
from ocr.evaluation.rendered import FIRST_SEED, count_edits
from ocr.layout import is_divider
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

SEGMENTATIONS = (4, 6, 11)
"""A column of text, a block of text, sparse text."""


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--corpora", type=Path)
    args = parser.parse_args()
    corpus, fonts, reader = Corpus(args.corpora), FontLibrary("heldout"), Reader()
    print("| receipts | engine | wrong characters | without spaces |\n|---|---|---|---|")
    for name, clean in (("damaged", False), ("as printed", True)):
        seeds = range(FIRST_SEED, FIRST_SEED + args.pages)
        truths = [
            render_page(k, "receipt", size=None, corpus=corpus, fonts=fonts, korean=1, clean=clean) for k in seeds
        ]
        ours = [reader.read(truth.image) for truth in truths]
        theirs = ([read_tesseract(truth, mode) for truth in truths] for mode in SEGMENTATIONS)
        best = min((error_rates(truths, pages) for pages in theirs), key=lambda rates: rates[1])
        for engine, rates in (("docextract", error_rates(truths, ours)), ("Tesseract", best)):
            print(f"| {name} | {engine} | {rates[0]:.2%} | {rates[1]:.2%} |", flush=True)


def read_tesseract(truth: RenderedPage, segmentation: int) -> Page:
    """The words that Tesseract finds on a page."""
    image = cv2.imencode(".png", cv2.cvtColor(truth.image, cv2.COLOR_RGB2BGR))[1].tobytes()
    argv = ["tesseract", "-", "-", "-l", "kor+eng", "--psm", str(segmentation), "tsv"]
    table = subprocess.run(argv, input=image, capture_output=True, check=True).stdout.decode("utf-8")
    words = []
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        x, y, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        quad: Quad = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        if row["text"].strip():
            words.append(Word(row["text"], quad, 1.0))
    if not words:
        return Page(1, 1)
    around = bounding_quad(word.quad for word in words)
    return Page(1, 1, (Block((Line(tuple(words), around, 1.0),), around),))


def error_rates(truths: list[RenderedPage], pages: list[Page]) -> tuple[float, float]:
    """Errors per character, with spaces and without."""
    printed = [text.text for truth in truths for text in truth.texts if not is_divider(text.text)]
    rates = []
    for compared in (str, lambda text: text.replace(" ", "")):
        errors = sum(
            count_edits(
                [text.quad for text in truth.texts], [text.text for text in truth.texts], page, compared=compared
            )
            for truth, page in zip(truths, pages, strict=True)
        )
        rates.append(errors / sum(len(compared(text)) for text in printed))
    return rates[0], rates[1]


if __name__ == "__main__":
    main()
