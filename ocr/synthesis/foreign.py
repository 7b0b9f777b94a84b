"""Words of scripts that the reader cannot read, so that it learns to say so.

No letter here looks like a Latin one, a digit or a sign of the charset, in either case: what is the same ink must be
the same class. The words mean nothing, as hardly a real one does without such letters.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from random import Random

from ocr.charset import UNREADABLE, Script

_SHARES = 4, 3, 3, 1, 1, 1
_SHORTEST, _LONGEST = 2, 8

_LETTERS: dict[Script, str] = {
    "kana": "あいうえおかきけさすせたちてなぬねのはひふほまむめもやゆよらるれろわをん"
    "がぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽ"
    "アイウオカキクケサシスセソタチツテナヌネヒフホマムメモヤユヨラルレワヲン"
    "ガギグゲゴザジズゼダヂヅデドバビブベボパピプペポ",
    "cyrillic": "БГДЖИЙЛПФЦШЩЫЭЮЯгджийлпфцшщыэюя",
    "greek": "ΓΛΞΠΣΦΨΩλξπφψ",
    "arabic": "بتثجحخسشصضطظعغفقكمني",
}  # fmt: skip
_OTHERS = ("ขฃคฆจฉชซฌญฎฏฐฑฒณดตถธฟภศษสฬฮ", "אבגטכלמפצקש", "कखघचछजझणतथधनपफबभमयलवशषसह")

_HAN_LIKE_SIGNS = "一丁七乃乙九了二亍人入八冂几凵刀力十卜又三上下丈丫口囗工土士己巳已干于千川大日曰田由甲申目回王丑石"


def strew_foreign(rng: Random, text: str) -> str:
    """The text with some words in a row, or all, exchanged for words of one script that cannot be read."""
    words = text.split(" ")
    script = rng.choices(UNREADABLE, _SHARES)[0]
    count = rng.choice((1, 2, 4, len(words)))
    first = rng.randint(0, max(0, len(words) - count))
    for k in range(first, min(first + count, len(words))):
        if words[k].isalpha():
            words[k] = _word(rng, script)
    return " ".join(words)


def han_characters(rng: Random, count: int) -> str:
    """Some Han characters in no order."""
    return "".join(rng.choices(_han(), k=count))


def _word(rng: Random, script: Script) -> str:
    length = rng.randint(_SHORTEST, _LONGEST)
    letters = "".join(rng.choices(rng.choice(_OTHERS) if script == "other" else _alphabet(script), k=length))
    if script == "arabic":
        return _joined(letters)
    return rng.choice((str, str.upper, str.title))(letters)


@cache
def _alphabet(script: Script) -> str:
    return _han() if script == "han" else _LETTERS[script]


def _han() -> str:
    """The common characters of Korea, China and Japan, from the first levels of their standards."""
    levels = {"euc-kr": (0xCA, 0xFE), "gb2312": (0xB0, 0xD8), "euc-jp": (0xB0, 0xD0)}
    found = {
        char
        for encoding, rows in levels.items()
        for row in range(*rows)
        for char in bytes(byte for column in range(0xA1, 0xFF) for byte in (row, column)).decode(encoding, "ignore")
    }
    return "".join(sorted(char for char in found if "\u4e00" <= char <= "\u9fff" and char not in _HAN_LIKE_SIGNS))


def _joined(letters: str) -> str:
    """Arabic letters as they are drawn from left to right: the last one first, each in the form that joins the next."""
    last = len(letters) - 1
    forms = ["initial", *["medial"] * (last - 1), "final"]
    return "".join(_presentation_forms()[form, letter] for form, letter in zip(forms, letters, strict=True))[::-1]


@cache
def _presentation_forms() -> dict[tuple[str, str], str]:
    """A character of the block "Arabic Presentation Forms-B" by the name of its form and its letter."""
    found = {}
    for code in range(0xFE80, 0xFEF5):
        form, letter = unicodedata.decomposition(chr(code)).strip("<").split("> ")
        found[form, chr(int(letter, 16))] = chr(code)
    return found
