"""How well rendered documents of unseen seeds and fonts are read: errors per character."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.document import Page, Word
from ocr.geometry import FloatArray
from ocr.layout import is_divider
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

FIRST_SEED = 2**40
"""Training never comes this far."""

_NEAR = 0.3  # of its height, by which a word's middle may lie outside of its text


def evaluate_rendered(
    reader: Reader, count: int, *, korean: float, corpora: Path | None, kind: str = "receipt"
) -> dict[str, float]:
    """Render documents in fonts held out from training, damaged as in training, read them and count errors.

    Args:
        reader: Reads.
        count: Documents.
        korean: Share of Korean, 0 to 1.
        corpora: Folder of texts, or None for the small ones of the package.
        kind: Kind of document.

    Returns:
        "pages", "characters", "character error rate" (of what is printed, dividers left out; what was read where
        nothing is printed counts as errors too), and the error rate of the same documents without damage.
    """
    corpus, fonts = Corpus(corpora), FontLibrary("heldout")
    report: dict[str, float] = {"pages": count}
    for name, clean in (("character error rate", False), ("character error rate, undamaged", True)):
        errors = characters = 0
        for seed in range(FIRST_SEED, FIRST_SEED + count):
            page = render_page(seed, kind, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=clean)
            errors += count_errors(page, reader.read(page.image))
            characters += sum(len(text.text) for text in page.texts if not is_divider(text.text))
        report["characters"] = characters
        report[name] = round(errors / max(characters, 1), 4)
    return report


def count_errors(truth: RenderedPage, page: Page) -> int:
    """Edits between what is printed and what was read, see `count_edits`."""
    return count_edits([text.quad for text in truth.texts], [text.text for text in truth.texts], page)


def count_edits(
    quads: Sequence[FloatArray], texts: Sequence[str], page: Page, *, compared: Callable[[str], str] = str
) -> int:
    """Edits between what is printed and what was read.

    Every word that was read goes to the printed text whose quad holds its middle, or almost does, since a colon at the
    end of a line has next to no width; the words of a text are joined in reading order. A word that is no text's counts
    with all its characters. Dividers count for nothing, read or not.

    Args:
        quads: M quads (4, 2) of the texts.
        texts: M texts.
        page: What was read.
        compared: What of a text is compared, such as its letters without their case.
    """
    found, strays = assign_words(quads, page)
    return sum(len(compared(word.text)) for word in strays) + sum(
        Levenshtein.distance(compared(text), compared(" ".join(word.text for word in words)))
        for text, words in zip(texts, found, strict=True)
        if not is_divider(text)
    )


def assign_words(quads: Sequence[FloatArray], page: Page) -> tuple[list[list[Word]], list[Word]]:
    """The words that were read in each of the printed texts' quads, and those in none, see `count_edits`."""
    found: list[list[Word]] = [[] for _ in quads]
    strays: list[Word] = []
    for word in page.words:
        middle = np.array(word.quad).mean(0)
        depths = [_depth(quad, middle) for quad in quads]
        owner = max(range(len(depths)), key=depths.__getitem__, default=None)
        (strays if owner is None or depths[owner] < -_NEAR else found[owner]).append(word)
    return found, strays


def _depth(quad: FloatArray, point: NDArray[np.float64]) -> float:
    """How far a point lies inside a convex quad, clockwise in a frame whose y runs down, in heights of the quad."""
    sides = np.roll(quad, -1, 0) - quad
    to_point = point - quad
    lengths = np.maximum(np.linalg.norm(sides, axis=1), 1e-6)
    inside = (sides[:, 0] * to_point[:, 1] - sides[:, 1] * to_point[:, 0]) / lengths
    return float(inside.min() / lengths[[1, 3]].mean())
