"""What stands in a script that cannot be read is no value, or says that it is not whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from docextract.pipeline import Extractor
from ocr.document import Page, Word

from ..conftest import Typeset

RECEIPT = """\
HAPPY MART SDN BHD
12 JALAN UTOPIA, 81100 JOHOR BAHRU
DATE: 12/03/2018
TEA            2.00
CAKE           3.00
TOTAL          5.00
CASHIER: ANNA BELL
"""


def unread(page: Page, words: Sequence[str]) -> Page:
    """The page as it is read where some words are in Cyrillic letters."""

    def hide(word: Word) -> Word:
        if word.text not in words:
            return word
        chars = tuple(replace(char, text="\ufffd", unreadable="cyrillic") for char in word.chars)
        return replace(word, text="\ufffd" * len(word.text), chars=chars)

    blocks = tuple(
        replace(block, lines=tuple(replace(line, words=tuple(map(hide, line.words))) for line in block.lines))
        for block in page.blocks
    )
    return replace(page, blocks=blocks)


@pytest.mark.parametrize(
    ("hidden", "name"),
    [
        ((), "HAPPY MART SDN BHD"),
        (("MART",), "HAPPY \ufffd\ufffd\ufffd\ufffd SDN BHD"),
        (("HAPPY",), "MART SDN BHD"),
    ],
)
def test_a_value_with_some_letters_that_cannot_be_read_has_an_issue(
    typeset: Typeset, extractor: Extractor, hidden: tuple[str, ...], name: str
) -> None:
    receipt = extractor.extract_page(unread(typeset(RECEIPT), hidden), "receipt")
    assert receipt.merchant.name == name
    issues = [(issue.field, issue.detail) for issue in receipt.issues if issue.code == "unreadable_script"]
    assert issues == [("merchant.name", "cyrillic")][: len(hidden)]


def test_a_value_that_cannot_be_read_is_none(typeset: Typeset, extractor: Extractor) -> None:
    receipt = extractor.extract_page(unread(typeset(RECEIPT), ("ANNA", "BELL")), "receipt")
    assert receipt.cashier is None and "cashier" not in receipt.evidence
    assert ("unreadable_script", "cashier") in {(issue.code, issue.field) for issue in receipt.issues}
    assert receipt.total is not None
