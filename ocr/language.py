"""Second thoughts on a line: a language model of characters weighs what the network took for possible.

The network's decoder reads what it sees; whether ADJUSIMENT is a word it hardly knows. An n-gram model with back-off
(Witten and Bell, 1991) knows, and both vote, the model with a small weight (shallow fusion): a character is exchanged
for another that the network thought of, or dropped where the network thought of nothing there, never invented.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ocr.charset import UNKNOWN
from ocr.document import Char, Line, Word, mean_confidence
from ocr.errors import WeightsError

LANGUAGE_FILE = "language.safetensors"
"""Its name beside the network's weights."""

START = "\x02"
"""What a line begins with."""

STEP = 16.0
"""Logarithms are kept as so many times their negative, in a byte."""

_UNSEEN = -9.0  # logarithm of the probability of a character that no text had
_WEIGHT = 0.25  # of the model beside the network
_BONUS = 0.65  # for every character, or short readings would always be more probable
_DROPPED = -1.0  # for a character that is left out
_LEAST = 0.005  # probability that the network gives to what is considered at all
_BEAM = 8
_ZONE = "<<"  # machine readable zones are no language, and have check digits


def fold(text: str) -> str:
    """A text as the model sees it: case and the values of digits say nothing about what comes next."""
    return "".join("0" if char.isdigit() else char for char in text.lower())


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Path:
    """A way to read the characters so far: its score, the folded end of its text, and the option of each character."""

    score: float
    end: str
    options: tuple[int, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Option:
    """What a character may be, "" for none: as it is, as the model sees it, and its logarithm by the network."""

    text: str
    folded: str
    log_prob: float

    @classmethod
    def of(cls, text: str, probability: float) -> _Option:
        return cls(text, fold(text), math.log(max(probability, _LEAST)))


class LanguageModel:
    """An n-gram model of characters.

    Args:
        order: Characters of the longest n-grams.
        keys: (N,) uint32, ascending CRC-32 of the n-grams' UTF-8.
        log_probs: (N,) uint8, of an n-gram's last character after the others, see `STEP`.
        backoffs: (N,) uint8, weight of shorter n-grams behind an n-gram that no longer one goes on from.
    """

    def __init__(
        self, order: int, keys: NDArray[np.uint32], log_probs: NDArray[np.uint8], backoffs: NDArray[np.uint8]
    ) -> None:
        self.order = order
        self._keys = array("I", keys.tobytes())
        self._log_probs, self._backoffs = log_probs.tobytes(), backoffs.tobytes()
        self.log_prob = lru_cache(1 << 17)(self._log_prob)

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """Read a file that `save` wrote.

        Raises:
            WeightsError: It is damaged.
        """
        try:
            stored = load_file(path)
            return cls(int(stored["order"][0]), stored["keys"], stored["log_probs"], stored["backoffs"])
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise WeightsError("the language model cannot be read: its file is damaged") from error

    def save(self, path: Path) -> None:
        """Write the model."""
        stored: dict[str, NDArray[Any]] = {
            "order": np.array([self.order], np.uint8),
            "keys": np.array(self._keys, np.uint32),
            "log_probs": np.frombuffer(self._log_probs, np.uint8),
            "backoffs": np.frombuffer(self._backoffs, np.uint8),
        }
        save_file(stored, path)

    def __len__(self) -> int:
        return len(self._keys)

    def _log_prob(self, gram: str) -> float:
        """Logarithm of the probability of the last character of a folded text after the others."""
        backoff = 0.0
        while gram:
            place = self._find(gram)
            if place is not None:
                return backoff - self._log_probs[place] / STEP
            context = self._find(gram[:-1])
            if context is not None:
                backoff -= self._backoffs[context] / STEP
            gram = gram[1:]
        return backoff + _UNSEEN

    def _find(self, gram: str) -> int | None:
        key = crc32(gram.encode())
        place = bisect_left(self._keys, key)
        return place if place < len(self._keys) and self._keys[place] == key else None

    def reconsider(self, line: Line) -> Line:
        """Read a line again from what the network thought of.

        Args:
            line: With characters and their alternatives; words without are left as they are.

        Returns:
            The line with other characters where that is more probable, and with confidences that take the language
            into account. Quads stay; what is dropped leaves its place empty.
        """
        if _ZONE in line.text or not all(word.chars for word in line.words):
            return line
        options = [[_options(char) for char in word.chars] for word in line.words]
        if all(len(choice) == 1 for word in options for choice in word):
            return line
        chosen = iter(self._search(options))
        end = START
        words = []
        for word, choices in zip(line.words, options, strict=True):
            chars = []
            for char, choice in zip(word.chars, choices, strict=True):
                option = choice[next(chosen)]
                if option.text:
                    votes = {other: self._vote(other, end) for other in choice} if len(choice) > 1 else {}
                    chars.append(_weighed(char, option, votes) if votes else char)
                    end = self._extend(end, option.folded)
            if chars:
                words.append(_word(chars, word))
                end = self._extend(end, " ")
        if not words:
            return line
        return replace(
            line, words=tuple(words), confidence=mean_confidence(char for word in words for char in word.chars)
        )

    def _search(self, options: Sequence[Sequence[Sequence[_Option]]]) -> tuple[int, ...]:
        """The option of every character on the best path (a beam search over the words of a line)."""
        paths = [_Path(0.0, START, ())]
        for word in options:
            for choice in word:
                paths = self._branch(paths, choice)
            paths = [replace(path, end=self._extend(path.end, " ")) for path in paths]
        return max(paths, key=lambda path: path.score).options

    def _branch(self, paths: Sequence[_Path], choice: Sequence[_Option]) -> list[_Path]:
        if len(paths) == len(choice) == 1:  # nothing to decide
            path = paths[0]
            return [_Path(path.score, self._extend(path.end, choice[0].folded), (*path.options, 0))]
        best: dict[str, _Path] = {}
        for path in paths:
            for index, option in enumerate(choice):
                score = path.score + self._vote(option, path.end)
                end = self._extend(path.end, option.folded)
                if end not in best or best[end].score < score:  # what comes later cannot tell them apart
                    best[end] = _Path(score, end, (*path.options, index))
        return sorted(best.values(), key=lambda path: -path.score)[:_BEAM]

    def _vote(self, option: _Option, end: str) -> float:
        """Logarithm of the weight of an option behind a text by the network and the model together."""
        if not option.text:
            return option.log_prob + _DROPPED
        return option.log_prob + _BONUS + _WEIGHT * self.log_prob(end + option.folded)

    def _extend(self, end: str, folded: str) -> str:
        return (end + folded)[1 - self.order :]


def _options(char: Char) -> list[_Option]:
    """The character as read, then what else it may be, then nothing, as far as it is possible.

    What cannot be read stays so: the model would put a letter that it knows in its place.
    """
    if char.unreadable:
        return [_Option.of(char.text, char.confidence)]
    possible = [(text, p) for text, p in char.alternatives if p >= _LEAST and text != UNKNOWN and not text.isspace()]
    others = [_Option.of(text, p) for text, p in possible]
    missing = 1.0 - char.confidence - sum(p for _, p in char.alternatives)
    nothing = [_Option.of("", missing)] if missing >= 5 * _LEAST else []
    return [_Option.of(char.text, char.confidence), *others, *nothing]


def _weighed(char: Char, chosen: _Option, votes: Mapping[_Option, float]) -> Char:
    """The character that was chosen, the others as its alternatives."""
    total = sum(map(math.exp, votes.values()))
    others = [(option.text, math.exp(vote) / total) for option, vote in votes.items() if option is not chosen]
    return Char(
        text=chosen.text,
        quad=char.quad,
        confidence=math.exp(votes[chosen]) / total,
        alternatives=tuple(sorted(((text, p) for text, p in others if text), key=lambda other: -other[1])),
    )


def _word(chars: Sequence[Char], word: Word) -> Word:
    return Word("".join(char.text for char in chars), word.quad, mean_confidence(chars), tuple(chars))
