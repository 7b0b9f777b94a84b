"""Korean names: a syllable that they do not have becomes one that they do, if the reader thought of it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from docextract.extraction.rows import Span
from docextract.values.korean_names import GIVEN, SURNAMES

_NAME = regex.compile(r"\p{Hangul}(?: ?\p{Hangul}){1,2}(?! ?\p{Hangul})")  # surnames of two syllables are few
_THOUGHT_OF = 0.01  # probability of a syllable that the reader may have meant


def respell_names(value: str, spans: Sequence[Span]) -> str:
    """A text with the Korean name that its print begins with set right."""
    for span in spans:
        if match := _NAME.match(span.text):
            value = value.replace(match[0], _meant(Span(span.row, span.start, span.start + match.end())))
    return value


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
        fitting = [(p, other) for other, p in others if other in known and p >= _THOUGHT_OF]
        strange = char not in known and not char.isspace()
        syllables.append(max(fitting)[1] if strange and fitting else char)
    return "".join(syllables)
