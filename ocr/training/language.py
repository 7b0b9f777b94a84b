"""Counts n-grams of characters in texts of all sorts and makes a language model of them."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import numpy as np

from ocr.datasets.boxes import load_page
from ocr.datasets.examples import read_stems
from ocr.language import START, STEP, LanguageModel, fold
from ocr.synthesis import Corpus, FontLibrary, render_page

ORDER = 6
_ALL = 2  # n-grams up to this length are kept however rare they are
_CHARACTERS = 4000  # among which an unseen one is shared out
_DIGIT, _DIGITS = fold("1"), 10  # what stands for a digit, and among how many its probability is shared out


_TEXTS = ("**/*.txt", "**/*.tsv", "**/*.wordlist", "**/*.training_text")
_LONGEST = 200  # characters of a line of print; paragraphs are cut
_KINDS = ("text", "receipt", "card", "identity", "business_card")
_REAL = 4  # times that a line of a real document counts, and what such documents commonly say


def gather_texts(
    corpora: Path | None, labelled: Path | None, rendered: int, first_seed: int = 0
) -> Iterator[tuple[str, int]]:
    """Lines of text with how many times each counts.

    They are what documents commonly say, and the lines of corpora, of labelled pages for training, of rendered pages.

    Args:
        corpora: Folder of texts and word lists, or None.
        labelled: Folder with `boxes` and `train.txt`, or None.
        rendered: Pages of each kind of document to render.
        first_seed: Of their seeds.
    """
    yield from ((wording, _REAL) for wording in _wordings())
    for path in sorted(path for pattern in _TEXTS if corpora for path in corpora.glob(pattern)):
        for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
            yield from ((line[k : k + _LONGEST].strip(), 1) for k in range(0, len(line), _LONGEST))
    if labelled is not None:
        for stem in read_stems(labelled / "train.txt"):
            yield from ((line.text, _REAL) for line in load_page(labelled / "boxes" / f"{stem}.csv", 1, 1).lines)
    corpus, fonts = Corpus(corpora), FontLibrary("train")
    for kind in _KINDS:
        for seed in range(first_seed, first_seed + rendered):
            page = render_page(seed, kind, size=None, corpus=corpus, fonts=fonts, korean=seed % 2, clean=True)
            yield from ((text.text, 1) for text in page.texts)


def _wordings() -> Iterator[str]:
    wordings = tomllib.loads((files("ocr.training") / "wordings.toml").read_text(encoding="utf-8"))
    yield from (wording.strip() for line in wordings.values() for wording in line.split("|"))


def train_language_model(texts: Iterable[tuple[str, int]], *, least: int = 4) -> LanguageModel:
    """Estimate a model by Witten and Bell's method.

    Args:
        texts: Lines of text, and how many times each counts.
        least: Occurrences below which n-grams of three characters and more are left to the shorter ones.
    """
    counts = [Counter[str]() for _ in range(ORDER + 1)]
    for text, times in texts:
        line = START + fold(text)
        for n in range(1, ORDER + 1):
            for k in range(len(line) - n + 1):
                counts[n][line[k : k + n]] += times
    entries: dict[int, tuple[int, int]] = {}
    shorter: dict[str, float] = {}
    after = _continuations(counts[1])
    for n in range(1, ORDER + 1):
        kept = {gram: count for gram, count in counts[n].items() if n <= _ALL or count >= least}
        following = _continuations(counts[n + 1]) if n < ORDER else {}
        probabilities = {}
        for gram, count in kept.items():
            total, kinds = after[gram[:-1]]
            rest = shorter.get(gram[1:], 1 / _CHARACTERS) if n > 1 else 1 / _CHARACTERS
            probabilities[gram] = (count + kinds * rest) / (total + kinds)
            ahead, branches = following.get(gram, (0, 0))
            backoff = branches / (ahead + branches) if ahead else 1.0
            values = _DIGITS if gram[-1] == _DIGIT else 1
            entries[crc32(gram.encode())] = _byte(probabilities[gram] / values), _byte(backoff)
        shorter, after = probabilities, following
    keys = sorted(entries)
    return LanguageModel(
        ORDER,
        np.array(keys, np.uint32),
        np.array([entries[key][0] for key in keys], np.uint8),
        np.array([entries[key][1] for key in keys], np.uint8),
    )


def _continuations(counts: Counter[str]) -> dict[str, tuple[int, int]]:
    """For each context: how often something follows it, and how many different characters do."""
    found: dict[str, tuple[int, int]] = {}
    for gram, count in counts.items():
        total, kinds = found.get(gram[:-1], (0, 0))
        found[gram[:-1]] = total + count, kinds + 1
    return found


def _byte(probability: float) -> int:
    return min(round(-math.log(probability) * STEP), 255)
