"""Words that a template knows, set right where a letter or two of them are misread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz.distance import Levenshtein

from docextract.extraction.lexicon import Lexicon, phrase_key, tolerance
from docextract.extraction.names import respell_names
from docextract.extraction.places import respell_places
from docextract.extraction.rows import Row, Span
from docextract.schema.template import FieldRule

_LETTER_OF = str.maketrans("01258", "OIZSB")
_PART_WRONG = 4  # one of so many letters may be
_SURE = 0.99
_AHEAD = 2  # edits that all other phrases are farther away


def respell(spans: Sequence[Span], phrases: tuple[str, ...]) -> list[str]:
    """The texts of some print with known phrases set right in them, in the case of the print.

    What forgives labels their misreadings decides what is a misread phrase; punctuation and spaces in one that is
    printed as it should be stay, but for a dot that was lost before a comma.
    """
    if not phrases:
        return [span.text for span in spans]
    found: dict[Row, list[Span]] = {span.row: [] for span in spans}
    for match in _lexicon(phrases).find(list(found)):
        found[match.span.row].append(match.span)
    return [_respelt(span, found[span.row], phrases) for span in spans]


def _respelt(span: Span, in_row: Iterable[Span], phrases: tuple[str, ...]) -> str:
    """The text of some print with what is found in its row set right."""
    text, end = "", span.start
    for found in in_row:
        phrase = _meant(found, phrases)
        if found.start < end or found.end > span.end or phrase is None:
            continue
        if _letters(found.text) == _letters(phrase) and not _lost_dot(found.text, phrase):
            continue
        text += Span(span.row, end, found.start).text + cased(phrase, found.text)
        end = found.end
    return text + Span(span.row, end, span.end).text


def set_right(value: str, rule: FieldRule, spans: Sequence[Span] = ()) -> str:
    """A text without the digits, and with the spelling, that the rule of its field does not allow for.

    Args:
        value: What was read.
        rule: Of the field.
        spans: Its print, which tells what the reader thought of as well.
    """
    if rule.letters:
        value = value.translate(_LETTER_OF)
    if rule.type == "email":
        value = _in_small_letters(value, spans)
    if rule.names:
        value = respell_names(value, spans)
    if rule.places:
        value = respell_places(value, spans)
    if not rule.one_of or "".join(value.split()) in {"".join(known.split()) for known in rule.one_of}:
        return value
    near = _nearest(phrase_key(value), rule.one_of)
    if len(near) != 1:
        thought_of = [phrase for phrase in near or rule.one_of if any(_thought_of(span, phrase) for span in spans)]
        near = thought_of if near or thought_of else _standing_out(phrase_key(value), rule.one_of)
    if len(near) != 1 or (value.isalnum() and _letters(value) == _letters(near[0])):
        return value  # print may do without any punctuation, but hardly without a part of it
    return near[0]


def _in_small_letters(address: str, spans: Sequence[Span]) -> str:
    """An e-mail address in small letters, if the reader thought of one for each of its capitals."""
    (span,) = spans[:1] or (None,)
    capitals = [k for k, char in enumerate(address) if char.isupper()]
    if span is None or any(span.text[k : k + 1] != address[k] for k in capitals):
        return address
    others = span.alternatives
    return address.lower() if all(address[k].lower() in dict(others[k]) for k in capitals) else address


def _meant(found: Span, phrases: tuple[str, ...]) -> str | None:
    """The known phrase that some print is nearest to; of several the one that the reader thought of as well.

    Print of whose every letter the reader is sure is another phrase, however near: `Market LLC` is no `marketing`.
    """
    near = _nearest(phrase_key(found.text), phrases)
    if near and phrase_key(near[0]) != phrase_key(found.text) and _is_sure(found):
        return None
    if len(near) > 1:
        near = [phrase for phrase in near if _thought_of(found, phrase)]
    return near[0] if len(near) == 1 else None


def _nearest(key: str, phrases: tuple[str, ...]) -> list[str]:
    """The phrases that are nearest to a key, of those within the edits that their keys forgive."""
    if key in _known(phrases):
        return [_known(phrases)[key]]
    distances = {
        phrase: distance
        for known, phrase in _known(phrases).items()
        if (distance := Levenshtein.distance(key, known)) <= tolerance(known)
    }
    least = min(distances.values(), default=0)
    return [phrase for phrase, distance in distances.items() if distance == least]


def _standing_out(key: str, phrases: tuple[str, ...]) -> list[str]:
    """The phrase that a key is much nearer to than to any other, if three quarters of it are right."""
    ranked = sorted((Levenshtein.distance(key, known), phrase) for known, phrase in _known(phrases).items())
    (distance, phrase), *others = ranked
    near = _PART_WRONG * distance <= _weight(phrase_key(phrase)) and all(d >= distance + _AHEAD for d, _ in others)
    return [phrase] if near else []


def _weight(key: str) -> int:
    """Length in letters; a Hangul syllable says as much as two."""
    return len(key) + sum("가" <= char <= "힣" for char in key)


def _is_sure(found: Span) -> bool:
    """Whether the reader doubts no letter of some print."""
    words = list(found.words())
    known = all(len(word.chars) == len(word.text) for word, _, _ in words)
    return known and all(char.confidence >= _SURE for word, first, last in words for char in word.chars[first:last])


def _thought_of(found: Span, phrase: str) -> bool:
    """Whether the reader thought of a phrase at every letter in which it differs from the print."""
    if len(phrase) != len(found.text):
        return False
    pairs = zip(phrase, found.text, found.alternatives, strict=True)
    return all(meant.casefold() == read.casefold() or meant in dict(other) for meant, read, other in pairs)


@cache
def _lexicon(phrases: tuple[str, ...]) -> Lexicon:
    return Lexicon(phrases)


@cache
def _known(phrases: tuple[str, ...]) -> dict[str, str]:
    return {phrase_key(phrase): phrase for phrase in phrases}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _lost_dot(text: str, phrase: str) -> bool:
    return "." in phrase and "".join(text.split()).casefold() == "".join(phrase.split()).replace(".,", ",").casefold()


def cased(phrase: str, like: str) -> str:
    """A phrase in capitals if most letters of its print are, with capitals in front if the first is one."""
    letters = [char for char in like if char.isalpha()]
    if 2 * sum(map(str.isupper, letters)) > len(letters):
        return phrase.upper()
    return phrase.title() if like[:1].isupper() else phrase
