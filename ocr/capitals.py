"""Letters that look alike in both cases, or that the reader had doubts about, are capitals among capitals."""

from __future__ import annotations

from dataclasses import replace

from ocr.document import Line, Word

_ALIKE = frozenset("cosuvwxz")
"""Letters whose two cases differ in size alone, which small or blurred print hardly shows."""

_SURE = 3
"""Other letters that a word needs, all of them capitals: `PoS` and `VoIP` have fewer."""

_DOUBT = 0.01
"""Probability of a capital from which on any letter is one, in words with `_SURE` capitals, twice as many as others."""

_PLURAL = 0.02
"""Probability of a capital that a last s has to leave: it may be a plural, as in `PDFs`."""


def settle_capitals(line: Line) -> Line:
    """Make letters of words in capitals capitals, where only their size tells their case or a capital was thought of.

    Left alone are the c of `McCANN`, an x behind a digit, and addresses of e-mail.

    Args:
        line: Any line.

    Returns:
        The same line, most often as it was. What was read stays the first of a letter's alternatives, and its
        confidence is that of a letter of either case.
    """
    words = tuple(map(_in_capitals, line.words))
    return line if words == line.words else replace(line, words=words)


def _in_capitals(word: Word) -> Word:
    letters = [char for char in word.text if char.isascii() and char.isalpha()]
    capitals = sum(map(str.isupper, letters))
    others = len(letters) - capitals
    sure = [letter for letter in letters if letter.lower() not in _ALIKE]
    alike = len(sure) >= _SURE and all(map(str.isupper, sure))
    mostly = capitals >= max(_SURE, 2 * others)
    if not others or not (alike or mostly) or "@" in word.text:
        return word
    may_be = [_may_be_capital(word, k, alike=alike, mostly=mostly) for k in range(len(word.chars))]
    if not any(may_be):
        return word
    return word.spelt(
        [char.read_as(char.text.upper()) if may else char for char, may in zip(word.chars, may_be, strict=True)]
    )


def _may_be_capital(word: Word, k: int, *, alike: bool, mostly: bool) -> bool:
    char, before = word.chars[k], word.chars[k - 1].text if k else ""
    if not ("a" <= char.text <= "z") or before.isdigit() or before + char.text == "Mc":
        return False
    thought = dict(char.alternatives).get(char.text.upper(), 0.0)
    if char.text == "s" and k == len(word.chars) - 1:
        return thought >= _PLURAL
    return (alike and char.text in _ALIKE) or (mostly and thought >= _DOUBT)
