"""Words of a letterhead that stand on the page a second time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docextract.extraction.repeats import Vocabulary
from docextract.extraction.rows import build_layout
from docextract.pipeline import Extractor
from ocr.document import Block, Line, Page, Word

from ..conftest import set_page

SURE, READABLE, DOUBTED = 0.99, 0.9, 0.5


def page_of(text: str, *doubted: str, doubt: float = DOUBTED) -> Page:
    """A page read with certainty but for some words."""

    def read(word: Word) -> Word:
        confidence = doubt if word.text in doubted else SURE
        chars = tuple(replace(char, confidence=confidence) for char in word.chars)
        return replace(word, confidence=confidence, chars=chars)

    def read_line(line: Line) -> Line:
        return replace(line, words=tuple(map(read, line.words)))

    page = set_page(text)
    return replace(page, blocks=tuple(Block(tuple(map(read_line, b.lines)), b.quad) for b in page.blocks))


def respell(text: str, *doubted: str, doubt: float = DOUBTED, phrases: tuple[str, ...] = ()) -> str:
    """The first row of a page, spelt as elsewhere on it."""
    rows = build_layout(page_of(text, *doubted, doubt=doubt)).rows
    return Vocabulary(rows).respell(rows[0].text, phrases)


@pytest.mark.parametrize(
    ("misread", "printed"),
    [("EBRANDA", "TEBRANDA"), ("Tebranta", "Tebranda"), ("TERANA", "TEBRANDA"), ("Tebbranda", "Tebranda")],
)
def test_a_doubtful_word_is_spelt_as_the_certain_one(misread: str, printed: str) -> None:
    assert respell(f"{misread} (M) 12\nThank you for visiting Tebranda's", misread) == f"{printed} (M) 12"


@pytest.mark.parametrize(
    ("text", "doubted", "phrases"),
    [
        ("EBRANDA\nTEBRANDA", ("EBRANDA", "TEBRANDA"), ()),  # the other one is as doubtful
        ("EBRANDA\nTEBRANDA\nEBRANDA", ("EBRANDA",), ()),  # printed twice
        ("EBRANDA\nTEBRANDA\nEBRANDO", ("EBRANDA",), ()),  # it may be either
        ("RANDA\nTANDE", ("RANDA",), ()),  # short, and two edits away
        ("AHMAD\nRAHMAN", ("AHMAD",), ()),  # likewise, though the other one is long
        ("RAND\nGRAND", ("RAND",), ()),  # too short to be told
        ("EBRANDA\nTEBRANDA", ("EBRANDA",), ("jalan ebranda",)),  # a known word
    ],
)
def test_a_word_stays(text: str, doubted: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    assert respell(text, *doubted, phrases=phrases) == text.split("\n")[0]


def test_a_word_that_is_hardly_doubted_stays() -> None:
    assert respell("EBRANDA\nTEBRANDA", "EBRANDA", doubt=READABLE) == "EBRANDA"


def test_the_merchant_is_spelt_as_in_the_thanks() -> None:
    page = page_of("CARENIA BAKERIES SDN BHD\nTOTAL   3.00\nThank you for choosing GARDENIA", "CARENIA")
    receipt = Extractor().extract_page(page, "receipt")
    assert receipt.merchant.name == "GARDENIA BAKERIES SDN BHD"
    assert receipt.evidence["merchant.name"].repaired_from == "CARENIA BAKERIES SDN BHD"
