"""A language model of characters, which has a say in what the network's frames spell.

The network's decoder reads what it sees; whether ADJUSIMENT is a word it hardly knows. An n-gram model with back-off
(Witten and Bell, 1991) knows, and both vote while the frames are searched, the model with a small weight (shallow
fusion): what the network took for impossible is never read.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ocr import charset
from ocr.errors import WeightsError
from ocr.files import check_readable

LANGUAGE_FILE = "language.safetensors"
"""Its name beside the network's weights."""

START = "\x02"
"""What a line begins with."""

STEP = 16.0
"""Logarithms are kept as so many times their negative, in a byte."""

MAX_ORDER = 8
"""Characters of the longest n-grams that a model may have."""

UNSEEN = -9.0
"""Logarithm of the probability of a character that no text had."""

WEIGHT = 0.25
"""Of the model beside the network."""

BONUS = 0.65
"""Logarithm of what every character is worth, or short readings would always be more probable."""


def fold(text: str) -> str:
    """A text as the model sees it: case and the values of digits say nothing about what comes next."""
    return "".join("0" if char.isdigit() else char for char in text.lower())


@cache
def folded_classes() -> tuple[str, ...]:
    """The character of every class as the model sees it, "" where no text tells: the blank, unread scripts, boxes."""
    silent = (charset.UNKNOWN, *charset.TICK_BOXES)
    letters = map(charset.decode, range(1, charset.class_count()))
    return ("", *("" if letter in silent else fold(letter) for letter in letters))


class LanguageModel:
    """An n-gram model of characters.

    Args:
        order: Characters of the longest n-grams, `MAX_ORDER` at most.
        keys: (N,) uint32, ascending CRC-32 of the n-grams' UTF-8.
        log_probs: (N,) uint8, of an n-gram's last character after the others, see `STEP`.
        backoffs: (N,) uint8, weight of shorter n-grams behind an n-gram that no longer one goes on from.

    Attributes:
        letters: (C, 4) uint8, `folded_classes` in UTF-8 with zeros behind.
    """

    def __init__(
        self, order: int, keys: NDArray[np.uint32], log_probs: NDArray[np.uint8], backoffs: NDArray[np.uint8]
    ) -> None:
        if not 0 < order <= MAX_ORDER or not keys.shape == log_probs.shape == backoffs.shape:
            raise ValueError("the arrays of a language model must be of one length, its order in [1, 8]")
        self.order, self.keys, self.log_probs, self.backoffs = order, keys, log_probs, backoffs
        encoded = [char.encode().ljust(4, b"\0") for char in folded_classes()]
        self.letters = np.frombuffer(b"".join(encoded), np.uint8).reshape(-1, 4)
        self.log_prob = lru_cache(1 << 17)(self._log_prob)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.order, self.keys, self.log_probs, self.backoffs)  # what is remembered stays

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """Read a file that `save` wrote.

        Raises:
            WeightsError: It cannot be read, or is damaged.
        """
        try:
            check_readable(path)
            stored = load_file(path)
            return cls(int(stored["order"][0]), stored["keys"], stored["log_probs"], stored["backoffs"])
        except OSError as error:
            reason = error.strerror or "input or output failed"
            raise WeightsError(f"the language model cannot be read: {reason}") from error
        except (ValueError, KeyError, SafetensorError) as error:
            raise WeightsError("the language model cannot be read: its file is damaged") from error

    def save(self, path: Path) -> None:
        """Write the model."""
        stored: dict[str, NDArray[Any]] = {
            "order": np.array([self.order], np.uint8),
            "keys": self.keys,
            "log_probs": self.log_probs,
            "backoffs": self.backoffs,
        }
        save_file(stored, path)

    def __len__(self) -> int:
        return len(self.keys)

    def weigh(self, context: str, label: int) -> float:
        """What a class counts behind a folded text, beside its probability by the network.

        What it knows nothing of counts as if it were sure to follow: the model would put a letter that it knows in its
        place.
        """
        letter = folded_classes()[label]
        return math.exp(BONUS + WEIGHT * self.log_prob(context + letter)) if letter else math.exp(BONUS)

    def extend(self, context: str, label: int) -> str:
        """As much of a folded text with one more class as can matter for the next."""
        longer = context + folded_classes()[label]
        return longer[max(len(longer) - self.order + 1, 0) :]

    def _log_prob(self, gram: str) -> float:
        """Logarithm of the probability of the last character of a folded text after the others."""
        backoff = 0.0
        while gram:
            place = self._find(gram)
            if place is not None:
                return float(backoff - self.log_probs[place] / STEP)
            context = self._find(gram[:-1])
            if context is not None:
                backoff -= self.backoffs[context] / STEP
            gram = gram[1:]
        return backoff + UNSEEN

    def _find(self, gram: str) -> int | None:
        key = np.uint32(crc32(gram.encode()))
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None
