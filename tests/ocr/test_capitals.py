"""Words in capitals are capitals throughout, where nothing but size tells a letter's case."""

from __future__ import annotations

import pytest

from ocr.capitals import settle_capitals
from ocr.document import Char, Line, Word

QUAD = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def settled(text: str, capital: float = 0.0) -> Word:
    """A word, whose small letters may be capitals with a probability, as it comes out."""
    chars = tuple(
        Char(c, QUAD, 0.9, ((c.upper(), capital), ("0", 0.01)) if c.islower() and capital else ()) for c in text
    )
    return settle_capitals(Line((Word(text, QUAD, 0.9, chars),), QUAD, 0.9)).words[0]


@pytest.mark.parametrize("text", ["PuRcHASING", "uPDATED", "oRGINAL", "coNCENTRATION", "SuSToMER", "wALL."])
def test_letters_that_look_alike_take_the_case_of_the_others(text: str) -> None:
    assert settled(text).text == text.upper()


@pytest.mark.parametrize(
    "text",
    ["McCANN", "VoIP", "PoS", "iPHONE", "PDFs", "Customer", "cost", "x", "2xLARGE", "INFOo@ABCDE.KR", "10xBREAD", ""],
)
def test_others_stay_as_they_are(text: str) -> None:
    assert settled(text).text == text


def test_a_last_s_is_a_capital_where_the_reader_has_thought_of_one() -> None:
    assert settled("ANGELEs", 0.05).text == "ANGELES"
    assert settled("ANGELEs", 0.01).text == "ANGELEs"


@pytest.mark.parametrize("text", ["RECEivED", "INFOrMATION", "GUIDeD", "MAKEr"])
def test_other_letters_do_where_the_reader_has_thought_of_a_capital(text: str) -> None:
    assert settled(text, 0.02).text == text.upper()
    assert settled(text, 0.005).text == text
    assert settled(text).text == text


def test_a_word_needs_twice_as_many_capitals_as_other_letters() -> None:
    assert settled("MYRead", 0.3).text == "MYRead"
    assert settled("WiF", 0.3).text == "WiF"


def test_what_was_read_remains_an_alternative() -> None:
    letter = settled("uPDATED", 0.08).chars[0]
    assert (letter.text, letter.alternatives) == ("U", (("u", 0.9), ("0", 0.01)))
    assert letter.confidence == pytest.approx(0.98)


def test_words_without_characters_stay() -> None:
    line = Line((Word("uPDATED", QUAD, 0.9),), QUAD, 0.9)
    assert settle_capitals(line) is line
