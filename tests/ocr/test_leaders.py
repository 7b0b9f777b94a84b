"""Leaders and rules within lines."""

from __future__ import annotations

import pytest

from ocr.document import Char, Line, Quad, Word
from ocr.leaders import without_leaders


def box(x0: float, x1: float) -> Quad:
    return ((x0, 0.0), (x1, 0.0), (x1, 20.0), (x0, 20.0))


def line(text: str) -> Line:
    """A line whose characters are 10 pixels wide."""
    words, x = [], 0.0
    for word in text.split():
        chars = tuple(Char(char, box(x + 10 * k, x + 10 * k + 10), 0.9) for k, char in enumerate(word))
        words.append(Word(word, box(x, x + 10 * len(word)), 0.9, chars))
        x += 10 * len(word) + 10
    return Line(tuple(words), box(0, x - 10), 0.9)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("President --------", "President"),
        ("Agency------- Date ____", "Agency Date"),
        ("Name: _ _ _ _ _", "Name:"),
        ("TOTAL......12.80", "TOTAL 12.80"),
        ("TOTAL ...... RM", "TOTAL RM"),
        ("....Main....", "Main"),
        (40 * "-" + "47", "47"),
    ],
)
def test_leaders_are_no_text(printed: str, read: str) -> None:
    found = without_leaders(line(printed))
    assert found is not None
    assert found.text == read
    assert [word.text for word in found.words] == ["".join(char.text for char in word.chars) for word in found.words]


@pytest.mark.parametrize(
    "text",
    [
        "and so on...",
        "3-4",
        "12.30 - 14.00",
        "**** 4242",
        "376763......002",
        "VISA ....4242",
        "---------------4242",
        "P<KOR<<<<<<<<",
        "",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    original = line(text)
    assert without_leaders(original) is original


def test_a_line_of_leaders_is_none() -> None:
    assert without_leaders(line("---- ....")) is None


def test_words_and_line_end_where_their_letters_do() -> None:
    found = without_leaders(line("....TOTAL....12.80____"))
    assert found is not None
    assert [word.quad for word in found.words] == [box(40, 90), box(130, 180)]
    assert found.quad == box(40, 180)
