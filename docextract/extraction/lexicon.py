"""Finds the labels of a template on a page, misread a little or not.

All phrases of a template compete for the print at once, the longest and closest first: *sub total* and *total qty* keep
their words from being taken for *total*. Keys leave out case, punctuation and spaces and merge letters of like shape.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import regex
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from docextract.extraction.rows import CELL, Row, Span
from docextract.values.currency import CURRENCIES

# Where print without spaces is parted: where the case says so, before a rate or an amount, before a currency.
_NUMBER = r"(?<!\d)(?:\d+(?:[.,]\d+)?(?=\s?%)|\d+[.,]\d\d(?!\d))"
_CURRENCY = rf"(?<=\p{{Lu}}{{4}})(?:EUROS?|{'|'.join(CURRENCIES)})(?!\p{{L}})"
_BREAK = rf"(?<=\p{{Ll}})\p{{Lu}}|{_NUMBER}|{_CURRENCY}"
_SIGN = r"(?!\p{Hangul})[\p{L}\p{N}|!'’]"
_TOKEN = regex.compile(rf"{_NUMBER}|\p{{Hangul}}+|{_SIGN}(?:(?!{_BREAK}){_SIGN})*")
_SHAPES = str.maketrans("01|!L58", "OIIIISB", "'’")
_OTHER = regex.compile(r"[^\p{L}\p{N}]+")
_LETTER = regex.compile(r"\p{L}")
_MOST_TOKENS = 6
_MOST_EDITS = 2


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class LabelMatch:
    """A phrase found in a row.

    Attributes:
        span: Where it is printed.
        key: Which phrase it is.
        similarity: In (0, 1].
        leads: Whether the phrase begins its cell; in the middle of a sentence it is less of a label.
    """

    span: Span
    key: str
    similarity: float
    leads: bool


def phrase_key(phrase: str) -> str:
    """The part of a phrase that is compared.

    >>> phrase_key("Sub-Total:") == phrase_key("SUBTOTA1")
    True
    """
    text = unicodedata.normalize("NFKC", phrase).upper().translate(_SHAPES)
    return _OTHER.sub("", text)


@cache
def phrase_keys(phrases: tuple[str, ...]) -> frozenset[str]:
    """Keys of the phrases of a template."""
    return frozenset(map(phrase_key, phrases))


class Lexicon:
    """The phrases of a template, ready to be searched for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._keys = sorted({key for phrase in phrases if (key := phrase_key(phrase))})
        self._longest = max(map(len, self._keys), default=0)
        self._tolerances = np.array([_tolerance(key) for key in self._keys], dtype=np.int64)

    def find(self, rows: Sequence[Row]) -> list[LabelMatch]:
        """All phrases of the rows, without overlaps, in the order of the print."""
        windows = [window for row in rows for window in self._windows(row)]
        if not windows or not self._keys:
            return []
        texts = {key: index for index, key in enumerate(dict.fromkeys(key for _, key, _ in windows))}
        distances = process.cdist(
            list(texts), self._keys, scorer=Levenshtein.distance, score_cutoff=_MOST_EDITS, dtype=np.uint8
        )
        excess = np.where(distances <= self._tolerances, distances.astype(np.int64), 99)
        best = excess.argmin(axis=1)
        least = excess.min(axis=1)
        matches = []
        for span, text, leads in windows:
            index = texts[text]
            if least[index] < 99:
                key = self._keys[best[index]]
                matches.append(LabelMatch(span, key, 1 - int(least[index]) / max(len(key), len(text)), leads))
        return _longest_first(matches)

    def _windows(self, row: Row) -> Iterable[tuple[Span, str, bool]]:
        """Runs of words inside one cell, with their keys and whether they begin the cell.

        A percentage may stand among the words of a label, any other number ends it.
        """
        for cell_start, cell_end in _cells(row.text):
            tokens = list(_TOKEN.finditer(row.text, cell_start, cell_end))
            keys = [phrase_key(token[0]) if _LETTER.search(token[0]) else "" for token in tokens]
            leads = True
            for first, token in enumerate(tokens):
                if not keys[first]:
                    continue
                key = ""
                for last in range(first, min(first + _MOST_TOKENS, len(tokens))):
                    key += keys[last]
                    end = tokens[last].end()
                    if len(key) > self._longest + _MOST_EDITS or (not keys[last] and row.text[end : end + 1] != "%"):
                        break
                    if len(key) > 1 or (keys[last] and leads):  # one letter is a label only in front
                        yield Span(row, token.start(), end), key, leads
                leads = False


def _tolerance(key: str) -> int:
    """Edits that are forgiven. A Hangul syllable says as much as two or three letters."""
    if regex.match(r"\p{Hangul}", key):
        return 1 if len(key) >= 4 else 0
    return 0 if len(key) < 5 else 1 if len(key) < 9 else _MOST_EDITS


def _cells(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for part in text.split(CELL):
        yield start, start + len(part)
        start += len(part) + 1


def _longest_first(matches: list[LabelMatch]) -> list[LabelMatch]:
    kept: dict[int, list[LabelMatch]] = {}
    for match in sorted(matches, key=lambda m: (-len(m.key) * m.similarity**2, m.span.start)):
        neighbours = kept.setdefault(match.span.row.index, [])
        if not any(match.span.overlaps(other.span) for other in neighbours):
            neighbours.append(match)
    return sorted((m for row in kept.values() for m in row), key=lambda m: (m.span.row.index, m.span.start))
