"""Foreign words that are told from all that the reader can read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

import pytest

from ocr import charset
from ocr.synthesis import Corpus, FontLibrary, render_page
from ocr.synthesis.foreign import strew_foreign
from ocr.synthesis.lettering import Style, write

TWINS = "АВЕКМНОРСТХаеорсухі" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοινρυ" + "一口二ーニハロトノ"


def foreign_words(text: str = "one two three") -> list[str]:
    rng = Random(5)
    return [word for _ in range(600) for word in strew_foreign(rng, text).split() if word not in text]


def test_words_are_of_one_script_and_all_scripts_occur() -> None:
    scripts = [{charset.script_of(char) for char in word} for word in foreign_words()]
    assert all(len(found) == 1 for found in scripts)
    assert set().union(*scripts) == set(charset.UNREADABLE)


@pytest.mark.parametrize("case", [str, str.upper, str.lower, str.title])
def test_no_letter_has_a_twin_that_can_be_read(case: Callable[[str], str]) -> None:
    assert not set(case("".join(foreign_words()))) & set(TWINS)


def test_numbers_are_left() -> None:
    rng = Random(1)
    assert all(strew_foreign(rng, "12.00 A4 (2)") == "12.00 A4 (2)" for _ in range(50))


def test_arabic_is_joined_from_right_to_left() -> None:
    word = next(word for word in foreign_words() if charset.script_of(word[0]) == "arabic")
    forms = [unicodedata.decomposition(char).split()[0] for char in word]
    assert forms == ["<final>", *["<medial>"] * (len(word) - 2), "<initial>"]


def test_pages_show_foreign_words_and_know_them(installed_fonts: FontLibrary) -> None:
    if "foreign" not in {font.role for font in installed_fonts.fonts}:
        pytest.skip("no font is installed that lends foreign letters")
    corpus = Corpus(foreign=0.5)
    for kind in ("text", "receipt", "identity", "business_card"):
        pages = [render_page(seed, kind, corpus=corpus, fonts=installed_fonts, korean=0.5) for seed in range(4)]
        labels = [label for page in pages for text in page.texts for label in charset.encode(text.text) or [0]]
        assert charset.BLANK not in labels
        assert any(charset.unread_script(label) for label in labels), kind


def test_a_font_borrows_only_what_cannot_be_read(builtin_fonts: FontLibrary) -> None:
    style = Style(builtin_fonts.fonts[0], 30.0)
    assert write(builtin_fonts, "가", style) is None
    assert write(builtin_fonts, "漢", style) is None  # nothing is there to borrow from
