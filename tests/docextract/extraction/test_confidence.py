"""What makes a value more or less credible, with the weights of the package."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docextract.extraction.confidence import Signals, probability
from docextract.pipeline import Extractor
from ocr.document import Block, Line, Page, Word

from ..conftest import Typeset

RECEIPT = """CORNER CAFE SDN BHD
LATTE   5.00
MUFFIN   3.50
SUBTOTAL   8.50
TAX   0.51
TOTAL   9.01
CASH   10.00
CHANGE   0.99"""
SIGNALS = Signals(-0.5, 0.74, 1.0, 1.5, -0.2, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def blurred(page: Page, confidence: float) -> Page:
    """The page as a less certain reader would have read it."""

    def blur(word: Word) -> Word:
        return replace(word, chars=tuple(replace(char, confidence=confidence) for char in word.chars))

    def blur_line(line: Line) -> Line:
        return replace(line, words=tuple(map(blur, line.words)))

    return replace(page, blocks=tuple(Block(tuple(map(blur_line, block.lines)), block.quad) for block in page.blocks))


@pytest.mark.parametrize(
    "worse",
    [
        *({"print": -4.0}, {"weakest": 0.05}, {"doubted": 3.0}, {"score": -2.0}, {"lead": 0.0}),
        *({"repaired": 1.0}, {"ambiguous": 1.0}),
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_doubt_raises_confidence(worse: dict[str, float]) -> None:
    assert probability(SIGNALS._replace(**worse)) <= probability(SIGNALS)


@pytest.mark.parametrize("better", ["agrees", "proven"])
def test_no_proof_lowers_it(better: str) -> None:
    assert probability(SIGNALS._replace(**{better: 1.0})) >= probability(SIGNALS)


def test_a_value_that_the_reader_doubts_is_less_credible(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset(RECEIPT)
    sure = extractor.extract_page(blurred(page, 0.99), template="receipt").evidence
    unsure = extractor.extract_page(blurred(page, 0.6), template="receipt").evidence
    assert sure.keys() == unsure.keys() and "total" in sure
    assert all(unsure[path].confidence < sure[path].confidence for path in sure)
    assert all(0 < evidence.confidence < 1 for evidence in (*sure.values(), *unsure.values()))


def test_an_amount_that_fits_the_others_is_more_credible(extractor: Extractor, typeset: Typeset) -> None:
    fitting = extractor.extract_page(typeset(RECEIPT), template="receipt")
    wrong = extractor.extract_page(typeset(RECEIPT.replace("9.01", "12.71")), template="receipt")
    assert fitting.evidence["total"].checks and not wrong.evidence["total"].checks
    assert wrong.evidence["total"].confidence < fitting.evidence["total"].confidence


def test_one_doubtful_letter_of_a_long_value_counts(extractor: Extractor, typeset: Typeset) -> None:
    page = blurred(typeset("Jane Abernathy\nSales Manager\nHarvest Solutions Ltd"), 0.999)

    def doubt(word: Word) -> Word:
        chars = (replace(word.chars[0], confidence=0.5), *word.chars[1:]) if word.text == "Abernathy" else word.chars
        return replace(word, chars=chars)

    lines = tuple(replace(line, words=tuple(map(doubt, line.words))) for line in page.lines)
    doubted = replace(page, blocks=(Block(lines, page.blocks[0].quad),))
    sure = extractor.extract_page(page, template="business_card").evidence["names.0"].confidence
    assert extractor.extract_page(doubted, template="business_card").evidence["names.0"].confidence < sure - 0.05
