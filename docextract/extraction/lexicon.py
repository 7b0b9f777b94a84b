"""Finds the labels of a template on a page, misread a little or not.

All phrases of a template compete for the print at once, the longest and closest first: *sub total* and *total qty* keep
their words from being taken for *total*. Keys leave out case, punctuation and spaces and merge letters of like shape.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from docextract.extraction.rows import CELL, Row, Span
from docextract.values.currency import CURRENCIES

# Where print without spaces is parted: where the case says so, before a number, before a currency.
_NUMBER = r"(?<!\d)(?:\d+(?:[.,]\d+)?(?=\s?%)|\d+[.,]\d\d(?!\d))"
_CURRENCY = rf"(?<=\p{{Lu}}{{4}})(?:EUROS?|{'|'.join(CURRENCIES)})(?!\p{{L}})"
_BREAK = rf"(?<=\p{{Ll}})\p{{Lu}}|{_NUMBER}|(?<=\p{{L}}{{3}})\d{{3}}|{_CURRENCY}"
_SIGN = r"(?!\p{Hangul})[\p{L}\p{N}|!'’]"
_TOKEN = regex.compile(rf"{_NUMBER}|\p{{Hangul}}+|{_SIGN}(?:(?!{_BREAK}){_SIGN})*")
_SHAPES = str.maketrans("01|!L58", "OIIIISB", "'’")
_OTHER = regex.compile(r"[^\p{L}\p{N}]+")
_LETTER = regex.compile(r"\p{L}")
_NUMBERED = regex.compile(r"\s?[.:]\s?[+(]?\d")
_GOES_ON = regex.compile(r"[.,]\d")
_HYPHENED = regex.compile(r"[-–]\p{Ll}")
_CELLS = regex.compile(rf"\p{{Hangul}}(?:{CELL}\p{{Hangul}})+(?=\s?:|{CELL}|$)|[^{CELL}]+")
_MOST_TOKENS = 6
_MOST_EDITS = 2
_TOO_MANY = 99
_END = 2  # half of the shortest key that forgives an edit
_FEW = 10_000  # comparisons that are sooner made than told apart

_Phrases = tuple[list[str], NDArray[np.uint8]]
"""Keys of phrases with the edits that each forgives."""


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
    text = phrase if phrase.isascii() else unicodedata.normalize("NFKC", phrase)
    text = text.upper().translate(_SHAPES)
    return text if text.isalnum() else _OTHER.sub("", text)


@cache
def phrase_keys(phrases: tuple[str, ...]) -> frozenset[str]:
    """Keys of the phrases of a template."""
    return frozenset(map(phrase_key, phrases))


class Lexicon:
    """The phrases of a template, ready to be searched for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        numbers = {phrase: {_number(token) for token in _TOKEN.finditer(phrase)} - {""} for phrase in phrases}
        self._numbers = frozenset[str]().union(*numbers.values())
        self._exact = {phrase_key(phrase) for phrase in numbers if numbers[phrase]}  # one letter less is another phrase
        self._keys = sorted({key for phrase in numbers if (key := phrase_key(phrase))})
        self._forgiven = max(map(self._tolerance, self._keys), default=0)
        self._longest = max(map(len, self._keys), default=0)
        self._all = self._with_tolerances(self._keys)
        self._alike = {length: self._of_about(length) for length in range(1, self._longest + _MOST_EDITS + 1)}

    def _of_about(self, length: int) -> _Phrases:
        """The phrases that a text of a length may be."""
        return self._with_tolerances([key for key in self._keys if abs(len(key) - length) <= self._tolerance(key)])

    def _with_tolerances(self, keys: list[str]) -> _Phrases:
        return keys, np.array([self._tolerance(key) for key in keys], np.uint8)

    def _tolerance(self, key: str) -> int:
        return 0 if key in self._exact else tolerance(key)

    def find(self, rows: Iterable[Row]) -> list[LabelMatch]:
        """All phrases of the rows, without overlaps, in the order of the print."""
        return self.find_within(row.whole for row in rows)

    def find_within(self, spans: Iterable[Span]) -> list[LabelMatch]:
        """The same of parts of rows, as if nothing stood before and behind them."""
        windows = [(span.row, *window) for span in spans for window in self._windows(span)]
        nearest = self._nearest({text for _, _, _, text, *_ in windows})
        matches = []
        for row, start, end, text, leads, numbered in windows:
            key, edits = nearest.get(text, ("", 0))
            if key and (key in self._exact or not numbered):
                matches.append(LabelMatch(Span(row, start, end), key, 1 - edits / max(len(key), len(text)), leads))
        return _longest_first(matches)

    def near(self, key: str) -> dict[str, int]:
        """The keys of phrases that are one edit at most from a key, and the edits."""
        known = {other for part in _shorter(key) for other in self._by_shorter.get(part, ())}
        return {other: edits for other in known if (edits := Levenshtein.distance(key, other)) <= 1}

    @cached_property
    def _ends(self) -> tuple[set[str], set[str]]:
        """How keys begin, and how they end."""
        return {key[:_END] for key in self._keys}, {key[-_END:] for key in self._keys}

    @cached_property
    def _by_shorter(self) -> dict[str, list[str]]:
        """The keys by what they have in common with others."""
        shorter: dict[str, list[str]] = {}
        for key in self._keys:
            for part in _shorter(key):
                shorter.setdefault(part, []).append(key)
        return shorter

    def _nearest(self, texts: set[str]) -> dict[str, tuple[str, int]]:
        """The closest phrase of each text that has one within its tolerance, and the edits between them."""
        nearest = {}
        if self._forgiven <= 1:
            for text in texts:
                # The keys that forgive an edit are long enough for one end of them to be left alone by it.
                if text[:_END] not in self._ends[0] and text[-_END:] not in self._ends[1]:
                    continue
                fitting = [(edits, key) for key, edits in self.near(text).items() if edits <= self._tolerance(key)]
                if fitting:
                    nearest[text] = min(fitting)[::-1]
            return nearest
        for group, (keys, tolerances) in self._groups(texts):
            if not keys:
                continue
            edits = process.cdist(group, keys, scorer=Levenshtein.distance, score_cutoff=_MOST_EDITS, dtype=np.uint8)
            edits[edits > tolerances] = _TOO_MANY
            best = edits.argmin(axis=1)
            for k in np.flatnonzero(edits.min(axis=1) < _TOO_MANY):
                nearest[group[k]] = keys[best[k]], int(edits[k, best[k]])
        return nearest

    def _groups(self, texts: set[str]) -> Iterator[tuple[list[str], _Phrases]]:
        """Texts with the phrases to compare them with: of about their length, unless there are few of both."""
        if len(texts) * len(self._keys) <= _FEW:
            yield list(texts), self._all
            return
        by_length: dict[int, list[str]] = {}
        for text in texts:
            by_length.setdefault(len(text), []).append(text)
        for length, group in by_length.items():
            yield group, self._alike[length]

    def _windows(self, span: Span) -> Iterator[tuple[int, int, str, bool, bool]]:
        """Runs of words inside one cell, from where to where in the row, with their keys.

        Also whether they begin the cell, and whether a number is among them.

        A percentage may stand among the words of a label; any other number ends it, but those that phrases have.
        """
        row = span.row.text
        for cell_start, cell_end in _cells(span):
            tokens = [
                (*token.span(), _LETTER.search(token[0]) is not None, self._token_key(token))
                for token in _TOKEN.finditer(row, cell_start, cell_end)
            ]
            leads = True
            for first, (start, _, lettered, head) in enumerate(tokens):
                if not head:
                    continue
                key, numbered = "", False
                for _, end, is_word, word in tokens[first : first + _MOST_TOKENS]:
                    key += word
                    numbered = numbered or (bool(word) and not is_word)
                    if len(key) > self._longest + _MOST_EDITS or (not word and row[end : end + 1] != "%"):
                        break
                    if len(key) > 1 or (word and _is_initial(row, end, leads)):
                        yield start, end, key, leads, numbered
                leads = leads and not lettered

    def _token_key(self, token: regex.Match[str]) -> str:
        """The key of a word, or of a number that phrases have; "" of another number."""
        return phrase_key(token[0]) if _LETTER.search(token[0]) or _number(token) in self._numbers else ""


def _is_initial(row: str, end: int, leads: bool) -> bool:
    """Whether a single letter that ends there may be a label: in front, or before a number, but not in `A-young`."""
    return bool(_NUMBERED.match(row, end)) or (leads and not _HYPHENED.match(row, end))


def _number(token: regex.Match[str]) -> str:
    """A number, with its sign if it is a percentage; "" of a word, and of the first digits of a longer number."""
    if _LETTER.search(token[0]) or _GOES_ON.match(token.string, token.end()):
        return ""
    return token[0] + "%" * token.string.startswith("%", token.end())


def _shorter(key: str) -> set[str]:
    """A key, and what it is without one of its characters: keys that are an edit apart have one of these in common."""
    return {key, *(key[:k] + key[k + 1 :] for k in range(len(key)))}


@cache
def tolerance(key: str) -> int:
    """Edits that are forgiven. A Hangul syllable says as much as two or three letters."""
    if regex.match(r"\p{Hangul}", key):
        return 1 if len(key) >= 4 else 0
    return 0 if len(key) < 5 else 1 if len(key) < 9 else _MOST_EDITS


def _cells(span: Span) -> Iterable[tuple[int, int]]:
    """Bounds of the cells of a row; the syllables of a word that is spaced out, as 합   계 is, are one cell."""
    return (match.span() for match in _CELLS.finditer(span.row.text, span.start, span.end))


def _longest_first(matches: list[LabelMatch]) -> list[LabelMatch]:
    kept: dict[int, list[LabelMatch]] = {}
    for match in sorted(matches, key=lambda m: (-len(m.key) * m.similarity**2, m.span.start)):
        neighbours = kept.setdefault(match.span.row.index, [])
        place = bisect_left(neighbours, match.span.end, key=lambda m: m.span.start)
        if not place or neighbours[place - 1].span.end <= match.span.start:
            neighbours.insert(place, match)
    return [match for index in sorted(kept) for match in kept[index]]
