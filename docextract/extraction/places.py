"""Names of districts in addresses, set right where the reader doubted a syllable or lost one.

No list has all the names that addresses use, so that print which is merely like one of them stays as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from docextract.extraction.lexicon import Lexicon, phrase_key
from docextract.extraction.rows import Span
from docextract.values.korean_places import place_names

_HANGUL = regex.compile(r"\p{Hangul}")
_POINT = regex.compile(r"(?<=\d)\.(?=\d)")  # read for the hyphen of 37-23
_THOUGHT_OF = 0.001  # probability of a syllable that the reader may have meant
_DOUBTED = 0.2  # and that of all others together where it may have meant any
_LISTED = ("시", "군", "구", "읍", "면")  # what addresses divide as the administration does; wards they do not


def respell_places(value: str, spans: Sequence[Span]) -> str:
    """An address with the names of Korean districts in its print set right, and the hyphens of lots."""
    for span in spans:
        for match in _lexicon().find([span.row]) if _HANGUL.search(span.text) else ():
            found = match.span
            if match.similarity < 1 and span.start <= found.start and found.end <= span.end:
                value = value.replace(found.text, _meant(found))
    return _POINT.sub("-", value) if _HANGUL.search(value) else value


def _meant(found: Span) -> str:
    """The name that some print is nearest to, if only one may be meant; the print otherwise."""
    keys = process.extract(
        phrase_key(found.text), _names().keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=None
    )
    near = [_names()[key] for key, _, _ in keys]
    thought_of = [name for name in near if _probability(found, name) >= _THOUGHT_OF]
    doubted = [name for name in near if _doubt(found, name) >= _DOUBTED or _has_lost_one(found.text, name)]
    return next((names[0] for names in (thought_of, doubted) if len(names) == 1), found.text)


def _probability(found: Span, name: str) -> float:
    """Of the syllable in which a name differs from the print, by what the reader thought of."""
    k = _difference(found.text, name)
    return 0.0 if k is None else dict(found.alternatives[k]).get(name[k], 0.0)


def _doubt(found: Span, name: str) -> float:
    """How much the reader doubted the syllable in which a name differs from the print."""
    k = _difference(found.text, name)
    return 0.0 if k is None else sum(p for _, p in found.alternatives[k])


def _difference(text: str, name: str) -> int | None:
    """Where two texts of a length differ, if it is at one place."""
    if len(text) != len(name):
        return None
    places = [k for k, (a, b) in enumerate(zip(text, name, strict=True)) if a != b]
    return places[0] if len(places) == 1 else None


def _has_lost_one(text: str, name: str) -> bool:
    """Whether a text is a name but for one syllable before its end."""
    shorter = (name[:k] + name[k + 1 :] for k in range(len(name) - 1))
    return name.endswith(_LISTED) and text in shorter


@cache
def _lexicon() -> Lexicon:
    return Lexicon(place_names())


@cache
def _names() -> dict[str, str]:
    return {phrase_key(name): name for name in place_names()}
