"""What somebody who misspelt a word may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

_NEAR = 75.0  # percent of the letters
_NEAR_NAME = 60.0  # percent of similarity: parts of a path count as well


def nearest_name(name: str, names: Sequence[str]) -> str | None:
    """The name that is worth suggesting for one that there is not, if any."""
    near = process.extractOne(name, names, score_cutoff=_NEAR_NAME)
    return near[0] if near else None


def suggest(word: str, words: Sequence[str]) -> str:
    """The end of a message about an unknown word: the one that is spelt most like it, or else all that there are.

    >>> suggest("lable", ["label", "pattern"])
    "; did you mean 'label'?"
    >>> suggest("regex", ["label", "pattern"])
    '; there are: label, pattern'
    """
    near = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(words)}"
