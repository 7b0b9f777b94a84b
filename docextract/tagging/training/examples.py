"""Pages whose words have labels, rendered and annotated, and how they are varied from step to step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from docextract.rendered_fields import perfect_page
from docextract.tagging.features import Words, encode_words, place_words
from docextract.tagging.labels import FIELDS, OUTSIDE, begin_label, inside_label
from docextract.tagging.training.alignment import align_entities
from ocr.datasets.boxes import load_entities, load_page
from ocr.datasets.examples import read_stems
from ocr.document import Page
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

SHARES = {"receipt": 5.0, "identity": 2.0, "card": 1.0, "business_card": 2.0}
"""How often each kind of document is rendered."""

_ALIKE = ("0OQD", "1Il|i", "5Ss", "8B3", "2Zz", "6Gb", "rnm", "CGc(", "VvU", ".,", ":;", "-~")
_CONFUSED = {char: group.replace(char, "") for group in _ALIKE for char in group}


@dataclass(frozen=True, slots=True, repr=False)
class LabelledPage:
    """A page with the label of every word.

    Attributes:
        page: As a perfect reader would read it.
        boxes: (N, 4) float32, see `docextract.tagging.features.Words`.
        labels: (N,) int64; `alignment.UNKNOWN` where nothing is known.
        partial: Whether only SROIE's fields are labelled, so that a word outside of them may belong to another.
    """

    page: Page
    boxes: NDArray[np.float32]
    labels: NDArray[np.int64]
    partial: bool

    @classmethod
    def build(cls, page: Page, labels: list[int], *, partial: bool) -> LabelledPage:
        """Place the words of a page."""
        return cls(page, place_words(page), np.array(labels, np.int64), partial)


def load_labelled(folder: Path, split: str) -> list[LabelledPage]:
    """The pages of `<split>.txt` in a folder with `boxes/` and `entities/`.

    Raises:
        FileNotFoundError: A file is missing.
    """
    pages = []
    for stem in read_stems(folder / f"{split}.txt"):
        page = load_page(folder / "boxes" / f"{stem}.csv", 0, 0)
        labels = align_entities(page, load_entities(folder / "entities" / f"{stem}.json"))
        pages.append(LabelledPage.build(page, labels, partial=True))
    return pages


def render_labelled(
    count: int, *, corpus: Corpus, fonts: FontLibrary, first_seed: int, kinds: dict[str, float] = SHARES
) -> Iterator[LabelledPage]:
    """Undamaged documents, half of them Korean where a font for it is installed; they are drawn one by one."""
    for seed in range(first_seed, first_seed + count):
        kind = Random(seed).choices(list(kinds), list(kinds.values()))[0]
        rendered = render_page(seed, kind, size=None, corpus=corpus, fonts=fonts, clean=True)
        yield LabelledPage.build(perfect_page(rendered), printed_labels(rendered), partial=False)


def printed_labels(rendered: RenderedPage) -> list[int]:
    """The label of each word of `perfect_page`; a field that runs over several texts is one entity."""
    labels, begun = [], set[str]()
    for text in rendered.texts:
        for word in re.finditer(r"\S+", text.text):
            labels.append(OUTSIDE)
            for start, end, printed in text.spans:
                field = re.sub(r"\[\d+\]", "", printed)
                if start < word.end() and word.start() < end and field in FIELDS:
                    labels[-1] = inside_label(field) if printed in begun else begin_label(field)
                    begun.add(printed)
    return labels


def vary(example: LabelledPage, rng: np.random.Generator, *, most: int) -> tuple[Words, NDArray[np.int64]]:
    """Words and labels of a page as an imperfect reader and another printer would have it.

    Half of the pages get misread characters, all get other proportions and unsteady boxes; of pages with more than
    `most` words, that many in a row are taken.
    """
    texts = [word.text for word in example.page.words]
    if rng.random() < 0.5:
        rate = rng.uniform(0.0, 0.08)
        texts = [misread(text, rng, rate) for text in texts]
    stretch = np.exp(rng.normal(0.0, 0.1, 2)).astype(np.float32)
    noise = rng.normal(0.0, 0.1, example.boxes.shape).astype(np.float32)
    boxes = np.maximum(example.boxes * np.tile(stretch, 2) + noise, 0.0)
    words = encode_words(texts, boxes)
    first = int(rng.integers(max(len(texts) - most, 0) + 1))
    return words.window(first, first + most), example.labels[first : first + most]


def misread(text: str, rng: np.random.Generator, rate: float) -> str:
    """Replace characters by ones that look alike, or drop them; never all of them.

    >>> misread("TOTAL", np.random.default_rng(0), 0.0)
    'TOTAL'
    """
    read = []
    for char, chance in zip(text, rng.random(len(text)), strict=True):
        if chance >= rate:
            read.append(char)
        elif char in _CONFUSED:
            read.append(str(rng.choice(list(_CONFUSED[char]))))
    return "".join(read) or text
