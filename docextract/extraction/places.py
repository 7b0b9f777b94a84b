"""Names of districts in addresses, set right where the reader doubted a syllable or lost one.

No list has all the names that addresses use, so that print which is merely like one of them stays as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from unicodedata import normalize

import regex
from rapidfuzz.distance import Levenshtein

from docextract.extraction.lexicon import Lexicon, phrase_key
from docextract.extraction.rows import Span
from docextract.values.korean_places import place_names

_HANGUL = regex.compile(r"\p{Hangul}")
_NUMBERED = regex.compile(r"(?<!\S)\p{Hangul}+\d[\p{Hangul}\d·.\-]*동(?!\S)")
_MOST_UNITS = 3  # larger units that an address names in front of a ward
_ROOM = regex.compile(r"(?:\d동|,) ?\d{2,4}(?!\S)")
_SYLLABLE = 0.05  # probability of all syllables together that a room's last digit may be instead
_POINT = regex.compile(r"(?<=\d)\.(?=\d)")  # read for the hyphen of 37-23
_THOUGHT_OF = 0.001  # probability of a syllable that the reader may have meant
_ALIKE = 0.01  # and of one that differs in one of its letters, where the reader thought of any name at all
_AHEAD = 4.0  # times as probable as any other name has to be what is taken
_DOUBTED = 0.2  # and that of all others together where it may have meant any
_WORD, _NO_DIGIT, _NO_SIGN = regex.compile(r"\S+"), regex.compile(r"\D"), regex.compile(r"[^\p{L}\d]")
_DOOR, _FLOOR = "호", "층"
_LISTED = ("시", "군", "구", "읍", "면")  # what addresses divide as the administration does; wards they do not


def respell_places(value: str, spans: Sequence[Span]) -> str:
    """An address with the names of Korean districts set right, hyphens of lots and the word behind rooms' numbers."""
    for span in spans:
        for match in _lexicon().find_within([span]) if _HANGUL.search(span.text) else ():
            printed = match.span.text
            if match.similarity < 1 and (meant := _meant(match.span, _near(match.span))) != printed:
                value = value.replace(printed, meant)
        numbered = _NUMBERED.search(span.row.text, span.start, span.end)
        if numbered is not None:
            value = value.replace(*_spelling(span, numbered))
        for room in _ROOM.finditer(span.row.text, span.start, span.end):
            value = value.replace(room[0], _with_its_word(Span(span.row, *room.span())))
    return _POINT.sub("-", value) if _HANGUL.search(value) else value


def _near(found: Span) -> list[str]:
    """The names that are some print but for one edit, those that are it to the letter first."""
    edits = {_names()[key]: edits for key, edits in _lexicon().near(phrase_key(found.text)).items()}
    return sorted(edits, key=lambda name: (edits[name], name))


def _spelling(address: Span, ward: regex.Match[str]) -> tuple[str, str]:
    """A ward with a number and the larger units in front of it, as printed and as their names are spelt.

    The number has to be the same: another one is another ward.
    """
    starts = [unit.start() for unit in _WORD.finditer(address.row.text, address.start, ward.start())]
    for start in starts[-_MOST_UNITS:]:
        found = Span(address.row, start, ward.end())
        near = [name for name in _near(found) if _NO_DIGIT.sub("", name) == _NO_DIGIT.sub("", found.text)]
        spelt = [name for name in near if _NO_SIGN.sub("", name) == _NO_SIGN.sub("", found.text)]
        if near:
            return found.text, spelt[0] if spelt else _meant(found, near)
    return ward[0], ward[0]


def _with_its_word(room: Span) -> str:
    """A room's number with the word behind it, of which the reader made a digit that it took for a syllable as well."""
    syllables = [(other, p) for other, p in room.alternatives[-1] if _HANGUL.match(other)]
    if sum(p for _, p in syllables) < _SYLLABLE or any(other == _FLOOR for other, _ in syllables):
        return room.text
    return room.text[:-1] + _DOOR


def _meant(found: Span, near: Sequence[str]) -> str:
    """The name that some print is meant to be, if only one of those near it may be meant; the print otherwise."""
    text, alternatives = found.text, found.alternatives
    thought_of, alike, doubted = dict[str, float](), dict[str, float](), []
    for name in near:
        k = _difference(text, name)
        others = dict(alternatives[k]) if k is not None else {}
        if k is not None and others.get(name[k], 0.0) >= _THOUGHT_OF:
            thought_of[name] = others[name[k]]
        if k is not None and name.endswith(_LISTED) and _is_a_letter_off(text[k], name[k]):
            alike[name] = _ALIKE
        if sum(others.values()) >= _DOUBTED or _has_lost_one(text, name):
            doubted.append(name)
    if thought_of:
        likely = {name: max(thought_of.get(name, 0.0), alike.get(name, 0.0)) for name in thought_of | alike}
        first, *rest = sorted(likely, key=likely.__getitem__, reverse=True)
        if not rest or likely[first] >= _AHEAD * likely[rest[0]]:
            return first
    return doubted[0] if len(doubted) == 1 else text


def _difference(text: str, name: str) -> int | None:
    """Where two texts of a length differ, if it is at one place."""
    if len(text) != len(name):
        return None
    places = [k for k, (a, b) in enumerate(zip(text, name, strict=True)) if a != b]
    return places[0] if len(places) == 1 else None


def _is_a_letter_off(one: str, other: str) -> bool:
    """Whether two syllables differ in one of their letters."""
    return Levenshtein.distance(normalize("NFD", one), normalize("NFD", other), score_cutoff=1) == 1


def _has_lost_one(text: str, name: str) -> bool:
    """Whether a text is a name but for one syllable before its end."""
    shorter = (name[:k] + name[k + 1 :] for k in range(len(name) - 1))
    return name.endswith(_LISTED) and text in shorter


@cache
def _lexicon() -> Lexicon:
    return Lexicon(place_names())


@cache
def _names() -> dict[str, str]:
    """The names by their keys."""
    return {phrase_key(name): name for name in place_names()}
