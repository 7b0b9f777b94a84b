"""The characters that the reader can print: ASCII, the symbols of receipts, and the 2,350 syllables of KS X 1001.

Class 0 is the CTC blank, class 1 the space, then the characters in the order of `CHARACTERS`. The order is part of the
weights' format: it only ever grows at its end.
"""

from __future__ import annotations

import unicodedata
from functools import cache

BLANK = 0
SPACE = 1

ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
SYMBOLS = "₩£€¥¢°±×÷·•※★☆■□▲△▶◀▼▽◆◇○●→←↑↓「」『』【】〈〉《》…‘’“”–—№℃㎏㎖㎡㈜®©™½¼²³§¿¡"

# Latin letters beyond ASCII are read as their base letter until the charset grows by them.
_FOLD = str.maketrans({"\u00a0": " ", "\u3000": " ", "\u2212": "-", "\u2010": "-", "\u2011": "-", "￦": "₩", "ㆍ": "·"})


@cache
def hangul_syllables() -> str:
    """The 2,350 precomposed syllables of KS X 1001, in the standard's order (rows 16 to 40 of EUC-KR)."""
    return "".join(bytes([row, column]).decode("euc-kr") for row in range(0xB0, 0xC9) for column in range(0xA1, 0xFF))


@cache
def characters() -> str:
    """The printable characters in the order of their classes, the space first; class k is `characters()[k - 1]`."""
    return " " + ASCII + SYMBOLS + hangul_syllables()


@cache
def _index() -> dict[str, int]:
    return {char: k for k, char in enumerate(characters(), start=1)}


def class_count() -> int:
    """Number of classes, the blank included."""
    return len(characters()) + 1


def fold(text: str) -> str:
    """NFC, with look-alike code points (full width won sign, minus, odd spaces) mapped onto those of the charset.

    >>> fold("￦1,000")
    '₩1,000'
    """
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def encode(text: str) -> list[int] | None:
    """Classes of a text after `fold`, or None where a character is outside the charset."""
    index = _index()
    try:
        return [index[char] for char in fold(text)]
    except KeyError:
        return None


def decode(classes: list[int]) -> str:
    """Text of a sequence of classes without blanks; the inverse of `encode`."""
    chars = characters()
    return "".join(chars[k - 1] for k in classes)


@cache
def upper_classes() -> tuple[int, ...]:
    """For every class the class of its upper-case form: the map under which a transcript without case is compared."""
    index = _index()
    return (BLANK, *(index.get(char.upper(), k) for k, char in enumerate(characters(), start=1)))
