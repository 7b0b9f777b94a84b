"""Print that a machine readable zone is made of, and print beside it that says the same.

Passports and identity cards show names, number and dates twice. Where a check digit does not fit what was read in the
zone, but fits what stands elsewhere on the page and differs little, the zone was misread. Names have no check digit:
where both places differ in a letter, the one is taken that both readings together make the more probable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

_FILLERS = {"«": "<<", "《": "<<", "≪": "<<", "‹": "<", "〈": "<", "＜": "<"}
_IGNORED = regex.compile(r"[\s\p{P}]")
_LEGIBLE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_STRANGE = 8  # one of so many characters may be such as no zone has
_NAME = regex.compile(r"[A-Z]+(?:<[A-Z]+)*")
_FIELD = regex.compile(r"[A-Z0-9]+<*")
_NUMBER = regex.compile(r"(?=.*\d)[A-Z0-9]{7,9}")
_MISREAD = 3  # one of so many characters may differ
_UNTHOUGHT = 0.02  # probability of a letter that the reader did not think of

Alternatives = Sequence[Sequence[tuple[str, float]]]
"""For each character of a line, what may stand there instead, with probabilities."""


@dataclass(frozen=True, slots=True, repr=False)
class Print:
    """A text as it was read, in capitals without spaces, and what each of its characters may be instead.

    Attributes:
        text: The characters.
        others: For each of them.
        cut: How many characters are missing at its beginning, by where it begins below the line above it.
    """

    text: str
    others: Alternatives
    cut: int = 0

    @classmethod
    def of(cls, line: str, others: Alternatives = ()) -> Print:
        """The print of a line and what the reader thought of as well; nothing where it did not say.

        What no zone has is what the reader thought of instead, or a filler if there is little of it.
        """
        plains = [_plain(char) for char in line]
        few = _STRANGE * plains.count(None) <= len(line)
        text, kept = "", []
        for char, plain, other in zip(line, plains, others or [()] * len(line), strict=True):
            if plain is None:
                likely = [(p, read) for read, p in other if read in _LEGIBLE]
                plain = max(likely, default=(0.0, "<" if few else char))[1]
            text += plain
            kept += [tuple(other)] * len(plain)
        return cls(text, kept)

    def with_beginning(self, count: int) -> Print:
        """Up to so many fillers in the place of what was cut off."""
        return self.with_fillers(0, 0, min(self.cut, count))

    def with_fillers(self, start: int, end: int, count: int) -> Print:
        """So many fillers in the place of the characters from `start` to `end`."""
        others = [*self.others[:start], *[()] * count, *self.others[end:]]
        return Print(self.text[:start] + "<" * count + self.text[end:], others)

    def without(self, k: int) -> Print:
        """One character less."""
        return Print(self.text[:k] + self.text[k + 1 :], [*self.others[:k], *self.others[k + 1 :]])

    def with_twin(self, k: int) -> Print:
        """One character twice."""
        return Print(self.text[:k] + self.text[k:][:1] + self.text[k:], [*self.others[:k], (), *self.others[k:]])

    def probability(self, k: int, char: str) -> float:
        """How probable a character is at a place, by what the reader thought of."""
        others = dict(self.others[k])
        return 1 - sum(others.values()) if char == self.text[k] else others.get(char, _UNTHOUGHT)


def printed_alike(field: Print, beside: Sequence[Print]) -> list[str]:
    """Prints that differ from a field of a zone in few characters, with fillers up to its length.

    None that was rather misread itself: of which the reader thought what the zone has, but not the other way round.
    """
    length = len(field.text)
    fitting = [print_ for print_ in beside if len(print_.text) <= length < 2 * len(print_.text)]
    alike = {print_.text.ljust(length, "<"): print_ for print_ in fitting}
    return [
        text
        for text, print_ in alike.items()
        if _few(_differences(text, field.text), field.text)
        and _FIELD.fullmatch(text)
        and not any(_only_doubts(print_, field, k) for k in range(len(print_.text)))
    ]


def _only_doubts(print_: Print, other: Print, k: int) -> bool:
    """Whether a character of a print may be that of another, but not the other way round."""
    return other.text[k] in dict(print_.others[k]) and print_.text[k] not in dict(other.others[k])


def lost_characters(line: Print, start: int, beside: Sequence[Print]) -> list[Print]:
    """A line with the character that its number at a place has lost, by the numbers that are printed elsewhere."""
    found = []
    for number in {print_.text for print_ in beside if _NUMBER.fullmatch(print_.text)}:
        shorter = {number[:k] + number[k + 1 :]: k for k in reversed(range(len(number)))}
        k = shorter.get(line.text[start : start + len(number) - 1])
        if k is not None and not line.text.startswith(number, start):
            text = line.text[: start + k] + number[k] + line.text[start + k :]
            found.append(Print(text, [*line.others[: start + k], (), *line.others[start + k :]]))
    return found


def is_printed_but_for_one(number: str, beside: Sequence[Print]) -> bool:
    """Whether a number is printed elsewhere with one of its characters lost."""
    printed = {print_.text for print_ in beside}
    return any(number[:k] + number[k + 1 :] in printed for k in range(len(number)))


def thought_alike(field: Print, beside: Sequence[Print], least: float) -> list[str]:
    """What such prints say with one character exchanged for another that the reader thought of with a probability."""
    exchanged = [
        Print(print_.text[:k] + char.upper() + print_.text[k + 1 :], [()] * len(print_.text))
        for print_ in beside
        if len(print_.text) <= len(field.text) < 2 * len(print_.text)
        for k, others in enumerate(print_.others)
        for char, probability in others
        if probability >= least
    ]
    return printed_alike(field, exchanged)


def agree_on_letters(names: Print, beside: Sequence[Print]) -> str:
    """The names of a zone with letters of the print beside it, where both together make these the more probable."""
    chars = list(names.text)
    for name in _NAME.finditer(names.text):
        places = [k for k in range(*name.span()) if chars[k] != "<"]
        letters = "".join(chars[k] for k in places)
        alike = {print_.text: print_ for print_ in beside if len(print_.text) == len(letters) and print_.text.isalpha()}
        zone_ = Print(letters, [names.others[k] for k in places])
        alike = {text: print_ for text, print_ in alike.items() if _is_same_name(zone_, print_)}
        if letters in alike or len(alike) != 1:
            continue
        (printed,) = alike.values()
        for k, place in enumerate(places):
            zone, other = chars[place], printed.text[k]
            if other not in dict(names.others[place]):
                continue
            here, there = (names.probability(place, c) * printed.probability(k, c) for c in (zone, other))
            if there > here:
                chars[place] = other
    return "".join(chars)


def _is_same_name(one: Print, other: Print) -> bool:
    """Whether half of the letters are the same, and few of the rest are such that no reading thought of the other."""
    pairs = [(k, a, b) for k, (a, b) in enumerate(zip(one.text, other.text, strict=True)) if a != b]
    unthought = [k for k, a, b in pairs if b not in dict(one.others[k]) and a not in dict(other.others[k])]
    return 2 * len(pairs) <= len(one.text) and _few(len(unthought), one.text)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _few(differences: int, text: str) -> bool:
    return _MISREAD * differences <= len(text)


@lru_cache(4096)
def _plain(char: str) -> str | None:
    """What a character is in a zone; None where no zone has it."""
    if char in _FILLERS:
        return _FILLERS[char]
    capital = char.upper()
    return "" if _IGNORED.match(char) else capital if capital in _LEGIBLE else None
