"""A value found inside a text, and the look-alikes that readers print instead of digits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import regex

from docextract.errors import ValueFormatError

T = TypeVar("T")

# Letters whose print is easily taken for a digit; applied inside numbers only, see `digitise`.
_DIGITS = str.maketrans("OoQDIl|!ZSsB", "000011112558")
_REPAIRED = 0.75  # factor of the quality
_LETTER_LIKE = r"[OoQDIl|!ZSsB]"
_LIKE = r"[\dOoQDIl|!ZSsB]"
_DIGIT = regex.compile(r"\d")
_IN_NUMBER = regex.compile(rf"{_LETTER_LIKE}[\d.,:/\-]|[\d.,:/\-]{_LETTER_LIKE}")
_NUMBER_LIKE = regex.compile(  # a word behind it is matched, so that the number's parts are not tried one by one
    rf"""
    (?:(?<![\p{{L}}\d|!])|(?<=RM)) (?={_LETTER_LIKE}*+(?:[.,:/\-]{_LETTER_LIKE}*+)?\d)
    {_LIKE}++(?:[.,:/\-]{_LIKE}++)*+ (?P<word>[\p{{L}}|!])?+
    """,
    regex.VERBOSE,
)


@dataclass(frozen=True, slots=True, repr=False)
class Reading(Generic[T]):
    """One value of a text.

    Attributes:
        value: The value that is most likely meant.
        start: Index of its first character in the text.
        end: Index behind its last character.
        quality: How typical the printed form is of the kind, in (0, 1]; `2018-12-25` is a better date than `251218`.
        alternatives: What the same print may mean as well, most likely first.
        repaired: Whether letters were taken for the digits that they resemble.
    """

    value: T
    start: int
    end: int
    quality: float
    alternatives: tuple[T, ...] = ()
    repaired: bool = False

    def __repr__(self) -> str:
        return f"Reading({self.start}:{self.end}, quality={self.quality:.2f})"


def digitise(text: str) -> str:
    """Replace letters by the digits that they resemble, in numbers: look-alikes and separators with a digit among them.

    The length is kept, so that indices stay valid. Words such as `B5A` or `NO` are left alone.

    >>> digitise("DATE 2O/l2/2018 NO B5A")
    'DATE 20/12/2018 NO B5A'
    """
    if _IN_NUMBER.search(text) is None:
        return text
    return _NUMBER_LIKE.sub(lambda match: match[0] if match["word"] else match[0].translate(_DIGITS), text)


def scan_repaired(text: str, scan: Callable[[str], Iterable[Reading[T]]]) -> list[Reading[T]]:
    """The readings of a text after `digitise`, without overlaps; those that needed it are marked and rated lower."""
    clean = digitise(_without_new_digits(text))
    readings = []
    for reading in scan(clean):
        if clean[reading.start : reading.end] != text[reading.start : reading.end]:
            reading = replace(reading, repaired=True, quality=_REPAIRED * reading.quality)
        readings.append(reading)
    return without_overlaps(readings)


def _without_new_digits(text: str) -> str:
    """A text without the digits of younger versions of Unicode than Python knows: `regex` finds them, `int` cannot."""
    if text.isascii():
        return text
    return _DIGIT.sub(lambda digit: digit[0] if digit[0].isdecimal() else "\ufffd", text)


def whole(text: str, readings: Iterable[Reading[T]], kind: str) -> Reading[T]:
    """The only reading of a text, if it takes all of it.

    Raises:
        ValueFormatError: There is more to the text, or less; it names the kind.
    """
    found = list(readings)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        raise ValueFormatError(kind)
    return found[0]


def without_overlaps(readings: Iterable[Reading[T]]) -> list[Reading[T]]:
    """The best readings that do not share characters, in the order of the text; longer ones win among equals."""
    kept: list[Reading[T]] = []
    for reading in sorted(readings, key=lambda r: (-r.quality, r.start - r.end, r.start)):
        place = bisect_left(kept, reading.end, key=lambda r: r.start)
        if not place or kept[place - 1].end <= reading.start:
            kept.insert(place, reading)
    return kept
