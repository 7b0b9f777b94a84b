"""The characters that the reader can print: ASCII, the symbols of receipts, and the 2,350 syllables of KS X 1001.

Class 0 is the CTC blank, class 1 the space, then the characters that can be read, then one class for every script of
which no letter can be: the reader says "a Cyrillic letter" where it would otherwise have to invent a Latin one. Boxes
to tick came last. The order is part of the weights' format: it only ever grows at its end.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Literal, get_args

Script = Literal["hangul", "latin", "digits", "han", "kana", "cyrillic", "greek", "arabic", "other"]

BLANK = 0
SPACE = 1

ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
SYMBOLS = "₩£€¥¢°±×÷·•※★☆■□▲△▶◀▼▽◆◇○●→←↑↓「」『』【】〈〉《》…‘’“”–—№℃㎏㎖㎡㈜®©™½¼²³§¿¡"

TICK_BOXES = "☐☑"
"""An empty box of a form and a ticked one, whatever mark it bears. A square that is set as type is `□`."""

UNREADABLE: tuple[Script, ...] = get_args(Script)[3:]
"""The scripts that have one class each instead of letters, in the order of their classes."""

UNKNOWN = "\ufffd"
"""What a character of them is printed as."""

# They stand for the unreadable scripts where every class has a character, as in the weights' configuration.
_MARKS = "".join(chr(0xE000 + k) for k in range(len(UNREADABLE)))

# Latin letters beyond ASCII are read as their base letter until the charset grows by them.
_FOLD = str.maketrans(
    {"\u00a0": " ", "\u3000": " ", "\u2212": "-", "\u2010": "-", "\u2011": "-", "￦": "₩", "ㆍ": "·", "☒": "☑"}
)

# How the names of a script's letters begin in Unicode.
_NAMES: dict[str, Script] = {
    "HANGUL": "hangul", "LATIN": "latin", "DIGIT": "digits", "CJK": "han", "HIRAGANA": "kana", "KATAKANA": "kana",
    "CYRILLIC": "cyrillic", "GREEK": "greek", "ARABIC": "arabic", "ARMENIAN": "other", "BENGALI": "other",
    "DEVANAGARI": "other", "ETHIOPIC": "other", "GEORGIAN": "other", "GUJARATI": "other", "GURMUKHI": "other",
    "HEBREW": "other", "KANNADA": "other", "KHMER": "other", "LAO": "other", "MALAYALAM": "other", "MONGOLIAN": "other",
    "MYANMAR": "other", "SINHALA": "other", "TAMIL": "other", "TELUGU": "other", "THAI": "other", "TIBETAN": "other",
}  # fmt: skip


@cache
def hangul_syllables() -> str:
    """The 2,350 precomposed syllables of KS X 1001, in the standard's order (rows 16 to 40 of EUC-KR)."""
    return "".join(bytes([row, column]).decode("euc-kr") for row in range(0xB0, 0xC9) for column in range(0xA1, 0xFF))


@cache
def characters() -> str:
    """A character for every class but the blank: class k is `characters()[k - 1]`; private ones stand for scripts."""
    return " " + ASCII + SYMBOLS + hangul_syllables() + _MARKS + TICK_BOXES


@cache
def readable() -> str:
    """The printable characters in the order of their classes, the space first."""
    return "".join(char for char in characters() if char not in _MARKS)


@cache
def _index() -> dict[str, int]:
    return {char: k for k, char in enumerate(characters(), start=1)}


def _class_of(char: str) -> int | None:
    script = script_of(char)
    return _index().get(_MARKS[UNREADABLE.index(script)] if script in UNREADABLE else char)


def class_count() -> int:
    """Number of classes, the blank included."""
    return len(characters()) + 1


def syllable_classes() -> tuple[int, int]:
    """The first class of a syllable, and the first behind them."""
    first = _index()[hangul_syllables()[0]]
    return first, first + len(hangul_syllables())


@lru_cache(maxsize=8192)
def script_of(char: str) -> Script | None:
    """The script of a letter or digit, None for anything else.

    >>> script_of("Ж"), script_of("7"), script_of("+")
    ('cyrillic', 'digits', None)
    """
    if unicodedata.category(char)[0] not in "LMN":
        return None
    names = unicodedata.name(char, "").replace("-", " ").split()
    return next((_NAMES.get(name) for name in names if name not in ("FULLWIDTH", "HALFWIDTH")), None)


def unread_script(label: int) -> Script | None:
    """The script that a class stands for where it is no character that can be read."""
    mark = _MARKS.find(characters()[label - 1])
    return UNREADABLE[mark] if mark >= 0 else None


def fold(text: str) -> str:
    """NFC, with look-alike code points (full width won sign, minus, odd spaces, crossed boxes) mapped onto the charset.

    >>> fold("￦1,000")
    '₩1,000'
    """
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def encode(text: str) -> list[int] | None:
    """Classes of a text after `fold`, letters of unreadable scripts by their script; None where there is no class."""
    classes = [_class_of(char) for char in fold(text)]
    known = [k for k in classes if k]
    return known if len(known) == len(classes) else None


def decode(label: int) -> str:
    """The character of a class other than the blank, `UNKNOWN` where it is a script."""
    return UNKNOWN if unread_script(label) else characters()[label - 1]


@cache
def upper_classes() -> tuple[int, ...]:
    """For every class the class of its upper-case form: the map under which a transcript without case is compared."""
    index = _index()
    return (BLANK, *(index.get(char.upper(), k) for k, char in enumerate(characters(), start=1)))
