"""Regular expressions that users write: refused where compiling them alone could take minutes.

Matching is another matter, and has a time limit.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import regex

from docextract.values.korean_names import SURNAMES

_WORD_LISTS = tomllib.loads(files("docextract.schema").joinpath("word_lists.toml").read_text(encoding="utf-8"))

LISTS: Mapping[str, Any] = {
    "korean_surnames": SURNAMES,
    **{name: frozenset(words.split()) for name, words in _WORD_LISTS.items()},
}
"""Texts of which a pattern may name any: `\\L<korean_surnames>`."""

LONGEST, DEEPEST, MOST_COPIES = 1000, 50, 10_000
"""Characters of a pattern, groups or sets within each other, and copies of its parts that are compiled.

What is repeated is compiled as often as it has to be there, and once more if more of it may follow.
"""

_TOKEN = regex.compile(
    r"\\.|\(\?#[^)]*\)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(?P<open>\((?:\?(?P<flags>\w*))?)|(?P<close>\))"
    r"|(?P<again>\+)|\{(?P<least>\d+)(?P<more>,\d*)?\}",
    regex.DOTALL,
)


def check_pattern(pattern: str) -> str:
    """The pattern itself, if it can be compiled at little cost.

    Raises:
        ValueError: It is too long, too deep, too often repeated, verbose, or no pattern.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"the pattern is longer than {LONGEST} characters")
    costs, last = [1], 1  # of what stands in each open group so far, and of what a repeat would repeat
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            _check_flags(pattern, token["flags"] or "")
            costs.append(1)
            if len(costs) > DEEPEST:
                raise ValueError(f"the pattern nests more than {DEEPEST} groups")
        elif token["close"] and len(costs) > 1:
            last = costs.pop()
            costs[-1] += last
        elif token["again"] or token["least"]:
            copies = int(token["least"] or 1) + bool(token["again"] or token["more"])
            costs[-1] += last * max(copies - 1, 0)
            last = 1
        else:
            last = 1
        if costs[-1] > MOST_COPIES:
            raise ValueError(f"the pattern repeats its parts more than {MOST_COPIES:,} times")
    try:
        compile_pattern(pattern)
    except regex.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from None
    return pattern


def _check_flags(pattern: str, flags: str) -> None:
    """Refuse those with which other characters than usual are those of groups and repeats."""
    if "x" in flags:
        raise ValueError("the pattern is verbose: blanks and comments between its parts are not supported")
    if "V1" in flags and pattern.count("[") > DEEPEST:
        raise ValueError(f"the pattern has more than {DEEPEST} sets, which V1 lets nest")


def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """A pattern of a template, which may name `LISTS`. The package `regex` keeps what it compiled."""
    return regex.compile(pattern, ignore_unused=True, **LISTS)
