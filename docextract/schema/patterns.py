"""Regular expressions that users write: refused where compiling them alone could take minutes.

Matching is another matter, and has a time limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from docextract.values.korean_names import SURNAMES

LISTS: Mapping[str, Any] = {"korean_surnames": SURNAMES}
"""Texts of which a pattern may name any: `\\L<korean_surnames>`."""

LONGEST, DEEPEST, MOST_REPEATS = 1000, 50, 10_000
"""Characters of a pattern, groups within groups, and counted repeats multiplied along the groups that hold them."""

_TOKEN = regex.compile(
    r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(?P<open>\()|(?P<close>\))|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}",
    regex.DOTALL,
)


def check_pattern(pattern: str) -> str:
    """The pattern itself, if it can be compiled at little cost.

    Raises:
        ValueError: It is too long, too deep, too often repeated, or no pattern.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"the pattern is longer than {LONGEST} characters")
    costs, last = [1], 1  # of what is repeated most in each open group, and of the group that was closed last
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            costs.append(1)
            last = 1
            if len(costs) > DEEPEST:
                raise ValueError(f"the pattern nests more than {DEEPEST} groups")
        elif token["close"]:
            last = costs.pop() if len(costs) > 1 else 1
            costs[-1] = max(costs[-1], last)
        elif token["least"]:
            last *= max(int(token["most"] or 0), int(token["least"]), 1)
            costs[-1] = max(costs[-1], last)
            last = 1
        else:
            last = 1
        if costs[-1] > MOST_REPEATS:
            raise ValueError(f"the pattern repeats something more than {MOST_REPEATS:,} times")
    try:
        compile_pattern(pattern)
    except regex.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from None
    return pattern


def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """A pattern of a template, which may name `LISTS`. The package `regex` keeps what it compiled."""
    return regex.compile(pattern, ignore_unused=True, **LISTS)
