"""Words that are printed again on their page, where they could be read better.

A shop's name stands in its address and in the thanks at the end as well. A word that the reader doubted takes the
spelling of one that it doubted less and that is an edit or two away.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import regex
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from docextract.extraction.rows import Row
from docextract.extraction.spelling import cased

_WORD = regex.compile(r"\p{L}{5,}")
_DOUBTED = 0.8  # probability of the least certain letter of a word that may be another one
_LONG, _MOST_EDITS = 6, 2  # letters from which on words may be two edits apart


class _Print(NamedTuple):
    """How certain the reader was of a word, and of the least certain of its letters."""

    confidence: float
    weakest: float


class Vocabulary:
    """The words of a page, without case.

    Args:
        rows: The rows of the page.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self._known: dict[str, str | None] = {}

    def respell(self, text: str, phrases: tuple[str, ...] = ()) -> str:
        """A text of the page with the doubtful words spelt as elsewhere on it, but for those of known phrases."""
        known = " ".join(phrases).upper().split()
        return _WORD.sub(lambda match: match[0] if match[0].upper() in known else self._respelt(match[0]), text)

    def _respelt(self, word: str) -> str:
        meant = self._meant(word.upper())
        return word if meant is None else cased(meant, word)

    def _meant(self, word: str) -> str | None:
        """The only word that a doubtful one is nearest to, of those that the reader doubted less."""
        if word in self._known:
            return self._known[word]
        prints = self._prints.get(word, ())
        near: dict[int, list[str]] = {}
        if len(prints) == 1 and prints[0].weakest < _DOUBTED:
            others, doubts = self._surest
            others = others[: bisect_left(doubts, -prints[0].confidence)]
            edits = process.cdist([word], others, scorer=Levenshtein.distance, score_cutoff=_MOST_EDITS, dtype=np.uint8)
            for k in np.flatnonzero(edits <= _MOST_EDITS):
                if edits[0, k] < _MOST_EDITS or min(len(word), len(others[k])) >= _LONG:
                    near.setdefault(int(edits[0, k]), []).append(others[k])
        nearest = near[min(near)] if near else []
        self._known[word] = nearest[0] if len(nearest) == 1 else None
        return self._known[word]

    @cached_property
    def _surest(self) -> tuple[list[str], list[float]]:
        """The words from the surest to the most doubtful, and how sure the reader was of each, below zero."""
        ranked = sorted((-max(prints).confidence, word) for word, prints in self._prints.items())
        return [word for _, word in ranked], [doubt for doubt, _ in ranked]

    @cached_property
    def _prints(self) -> dict[str, list[_Print]]:
        prints: dict[str, list[_Print]] = {}
        for word, print_ in self._read():
            prints.setdefault(word, []).append(print_)
        return prints

    def _read(self) -> Iterator[tuple[str, _Print]]:
        for row in self._rows:
            for _, word in row.words:
                for match in _WORD.finditer(word.text):
                    chars = word.chars[match.start() : match.end()] if len(word.chars) == len(word.text) else ()
                    weakest = min((char.confidence for char in chars), default=word.confidence)
                    yield match[0].upper(), _Print(word.confidence, weakest)
