"""Letters that look alike in both cases are capitals among capitals."""

from __future__ import annotations

from dataclasses import replace

from ocr.document import Line, Word

_ALIKE = frozenset("cosuvwxz")
"""Letters whose two cases differ in size alone, which small or blurred print hardly shows."""

_SURE = 3
"""Other letters that a word needs, all of them capitals: `PoS` and `VoIP` have fewer."""

_THOUGHT = 0.02
"""Probability of a capital that a last s has to leave: it may be a plural, as in `PDFs`."""


def settle_capitals(line: Line) -> Line:
    """Make letters of words in capitals capitals, where only their size tells their case.

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
    sure = [letter for letter in letters if letter.lower() not in _ALIKE]
    if len(sure) < _SURE or not all(map(str.isupper, sure)) or len(sure) == len(letters) or "@" in word.text:
        return word
    chars = [char.read_as(char.text.upper()) if _may_be_capital(word, k) else char for k, char in enumerate(word.chars)]
    return word.spelt(chars) if chars else word


def _may_be_capital(word: Word, k: int) -> bool:
    char, before = word.chars[k], word.chars[k - 1].text if k else ""
    if char.text not in _ALIKE or before.isdigit() or before + char.text == "Mc":
        return False
    plural = char.text == "s" and k == len(word.chars) - 1
    return not plural or dict(char.alternatives).get("S", 0.0) >= _THOUGHT
