"""What every match of a pattern holds, so that a page without it need not be searched row by row.

A search that has a time limit asks for the time twice, which takes longer than most searches do, and most patterns of a
template are the wording of some country that is not on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import regex

_TOKEN = regex.compile(
    r"""
      (?P<flags>\(\?[ims]+\))
    | (?P<around>\(\?<?[=!])
    | (?P<open>\((?:\?(?:[ims]*:|[>|]|P?<\w+>)|(?![?*])))
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>(?:[?*+]|\{[^{}]*\})[?+]?)
    | \\(?P<escaped>[^\p{L}\p{N}])
    | (?P<other>\\[bBdDsSwWt]|\\L<\w+>|\\[pP]\{[^{}]*\}|\(\?P=\w+\)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|[.^$])
    | (?P<char>[^\\()\[\]{}])
    """,
    regex.VERBOSE | regex.DOTALL,
)
_AT_LEAST_ONCE = regex.compile(r"\+|\{[1-9]\d*(?:,\d*)?\}")
_ALIKE = str.maketrans({"İ": "i", "ı": "i", "ſ": "s"})  # which `regex` takes for these letters whatever their case

Literals = frozenset[str]
"""Texts of which one at least is in every match; nothing is known where there is none."""

_UNKNOWN: Literals = frozenset()


class Needed(NamedTuple):
    """What a pattern needs.

    Attributes:
        literals: Texts of which one at least is in every match; none where that is not known.
        folded: Whether case does not count, so that they are to be looked for in a `fold`ed text.
    """

    literals: Literals
    folded: bool

    def among(self, text: str) -> bool:
        """Whether one of them is in a text, folded if they are."""
        return not self.literals or any(literal in text for literal in self.literals)


class _Sequence:
    """Items of a pattern that follow each other: the literals that each needs, and the characters that end in a run."""

    def __init__(self) -> None:
        self.needed: list[Literals] = []
        self.run = ""

    def end_run(self) -> None:
        self.needed.append(frozenset({self.run} if self.run else ()))
        self.run = ""

    def add(self, literals: Literals) -> None:
        self.end_run()
        self.needed.append(literals)

    def repeat(self, least: bool) -> None:
        """The last item may be repeated, or left out unless it is there at least once."""
        if self.run:
            self.run, last = self.run[:-1], self.run[-1]
            self.add(frozenset({last}))
        if not least:
            self.needed[-1:] = [_UNKNOWN]

    def best(self) -> Literals:
        self.end_run()
        return max(self.needed, key=lambda literals: min(map(len, literals), default=0))


@cache
def needed_by(pattern: str) -> Needed:
    """What every match of a pattern holds. Of syntax that is not understood here nothing is known.

    >>> sorted(needed_by("(?i)tax(?:es)?: (?:paid|due)").literals)
    ['tax']
    """
    tokens = [*_TOKEN.finditer(pattern)]
    folded = any("i" in (token["flags"] or "") or "i" in _flags_of(token["open"]) for token in tokens)
    if sum(len(token[0]) for token in tokens) < len(pattern):
        return Needed(_UNKNOWN, folded)
    groups: list[list[_Sequence]] = [[_Sequence()]]
    around: list[bool] = []
    for token in tokens:
        now = groups[-1][-1]
        if token["open"] or token["around"]:
            groups.append([_Sequence()])
            around.append(bool(token["around"]))
        elif token["close"]:
            if not around:
                return Needed(_UNKNOWN, folded)
            literals = _of_any(groups.pop())
            groups[-1][-1].add(_UNKNOWN if around.pop() else literals)
        elif token["bar"]:
            groups[-1].append(_Sequence())
        elif token["repeat"]:
            now.repeat(least=_AT_LEAST_ONCE.match(token["repeat"]) is not None)
        elif (char := token["escaped"] or token["char"]) and _is_plain(char, folded):
            now.run += fold(char) if folded else char
        elif not token["flags"]:
            now.add(_UNKNOWN)
    return Needed(_of_any(groups[0]) if not around else _UNKNOWN, folded)


def fold(text: str) -> str:
    """A text of the same letters in one case."""
    return text.translate(_ALIKE).lower()


def _of_any(sequences: Iterable[_Sequence]) -> Literals:
    """What alternatives need together."""
    found = [sequence.best() for sequence in sequences]
    return _UNKNOWN.union(*found) if all(found) else _UNKNOWN


def _is_plain(char: str, folded: bool) -> bool:
    """Whether a character stands for itself alone: what letters beyond ASCII are alike but for case is not asked."""
    return not folded or char.isascii() or char.lower() == char.upper()


def _flags_of(opening: str | None) -> str:
    return "" if opening is None or "<" in opening else opening
