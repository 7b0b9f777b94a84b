"""Words that are printed again on their page, where they could be read better.

A shop's name stands in its address and in the thanks at the end as well. A word that the reader doubted takes the
spelling of one that it doubted less and that is an edit or two away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

from docextract.extraction.rows import Row
from docextract.extraction.spelling import cased

_WORD = regex.compile(r"\p{L}{5,}")
_DOUBTED = 0.8  # probability of the least certain letter of a word that may be another one
_LONG = 6  # letters from which on words may be two edits apart


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

    def respell(self, text: str, phrases: tuple[str, ...] = ()) -> str:
        """A text of the page with the doubtful words spelt as elsewhere on it, but for those of known phrases."""
        known = " ".join(phrases).upper().split()
        return _WORD.sub(lambda match: match[0] if match[0].upper() in known else self._respelt(match[0]), text)

    def _respelt(self, word: str) -> str:
        prints = self._prints.get(word.upper(), ())
        if len(prints) != 1 or prints[0].weakest >= _DOUBTED:
            return word
        near: dict[int, list[str]] = {}
        for other, others in self._prints.items():
            most = 1 + (min(len(word), len(other)) >= _LONG)
            edits = Levenshtein.distance(word.upper(), other, score_cutoff=most)
            if 0 < edits <= most and max(others).confidence > prints[0].confidence:
                near.setdefault(edits, []).append(other)
        nearest = near[min(near)] if near else []
        return cased(nearest[0], word) if len(nearest) == 1 else word

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
