"""Korean names: a syllable that they do not have becomes one that they do, if the reader thought of it.

Or one that they rarely have: the language model of a reader knows what is usual in words, which names are none of.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from docextract.extraction.rows import Span
from docextract.values.korean_names import COMMON, GIVEN, SURNAMES

_NAME = regex.compile(r"\p{Hangul}(?: ?\p{Hangul}){1,2}(?! ?\p{Hangul})")  # surnames of two syllables are few
_APART = regex.compile(r"\p{Hangul}(?: ?\p{Hangul}){1,3}")
_SEAL = regex.compile(r"(?<=\p{Hangul})\s?\([인印]\)$")
_THOUGHT_OF = 0.01  # probability of a syllable that the reader may have meant
_FREQUENT = 3.0  # times as probable as another a common syllable is before anything is read
_AHEAD = 1.25  # times as probable as the one that was read another syllable has to be


def respell_names(value: str, spans: Sequence[Span]) -> str:
    """A text with the Korean name that its print begins with set right."""
    for span in spans:
        if match := _NAME.match(span.text):
            value = value.replace(match[0], _meant(Span(span.row, span.start, span.start + match.end())))
    return value


def closed_up(value: str) -> str:
    """A Korean name that is printed with its syllables apart as one word, without the place of its seal."""
    value = _SEAL.sub("", value)
    return "".join(value.split()) if _APART.fullmatch(value) and value[0] in SURNAMES else value


def is_usual(value: str) -> bool:
    """Whether a text is no Korean name, or one of syllables that such names mostly have."""
    match = _NAME.match(value)
    name = "".join(match[0].split()) if match else ""
    return not name or (name[0] in SURNAMES and GIVEN.issuperset(name[1:]))


def _meant(name: Span) -> str:
    """A name, its first syllable being the surname, with what the reader most probably meant by those of no name."""
    syllables: list[str] = []
    for char, others in zip(name.text, name.alternatives, strict=True):
        known = GIVEN if syllables else SURNAMES
        fitting = [(p * _frequency(other), other) for other, p in others if other in known and p >= _THOUGHT_OF]
        likely, other = max(fitting, default=(0.0, char))
        read = 0.0 if char not in known else (1 - sum(p for _, p in others)) * _frequency(char)
        sure = char.isspace() or (char in known and not syllables) or likely < _AHEAD * read
        syllables.append(char if sure else other)
    return "".join(syllables)


def _frequency(syllable: str) -> float:
    return _FREQUENT if syllable in COMMON else 1.0
