"""What somebody who misspelt a word may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

_NEAR = 75.0  # percent of the letters


def suggest(word: str, words: Sequence[str]) -> str:
    """The end of a message about an unknown word: the one that is spelt most like it, or else all that there are.

    >>> suggest("lable", ["label", "pattern"])
    "; did you mean 'label'?"
    >>> suggest("regex", ["label", "pattern"])
    '; there are: label, pattern'
    """
    near = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(words)}"
