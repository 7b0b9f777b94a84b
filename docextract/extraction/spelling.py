"""Words that a template knows, set right where a letter or two of them are misread."""

from __future__ import annotations

from functools import cache

from docextract.extraction.lexicon import Lexicon, phrase_key
from docextract.extraction.rows import Span


def respell(span: Span, phrases: tuple[str, ...]) -> str:
    """The text of some print with known phrases set right in it, in the case of the print.

    What forgives labels their misreadings decides what is a misread phrase; punctuation and spaces in one that is
    printed as it should be stay.
    """
    text, end = "", span.start
    known = _known(phrases)
    for match in _lexicon(phrases).find([span.row]):
        found, phrase = match.span, known[match.key]
        if found.start < end or found.end > span.end or _letters(found.text) == _letters(phrase):
            continue
        text += Span(span.row, end, found.start).text + _cased(phrase, found.text)
        end = found.end
    return text + Span(span.row, end, span.end).text


@cache
def _lexicon(phrases: tuple[str, ...]) -> Lexicon:
    return Lexicon(phrases)


@cache
def _known(phrases: tuple[str, ...]) -> dict[str, str]:
    return {phrase_key(phrase): phrase for phrase in phrases}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _cased(phrase: str, like: str) -> str:
    """A phrase in capitals if most letters of its print are, with capitals in front if the first is one."""
    letters = [char for char in like if char.isalpha()]
    if 2 * sum(map(str.isupper, letters)) > len(letters):
        return phrase.upper()
    return phrase.title() if like[:1].isupper() else phrase
