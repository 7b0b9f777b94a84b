"""Twice the page is about twice the work, counted in calls, whatever is printed on it: pages may be made to be slow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from docextract.pipeline import Extractor
from ocr.document import Line, Page, Word

from ..conftest import set_page

MORE = 2.6  # times as many calls, where 2 is proportional and 4 quadratic


def calls(function: Callable[[], object]) -> int:
    """How often anything is called while a function runs, the elements of generators included."""
    count = 0

    def tally(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def syllable(k: int) -> str:
    return chr(ord("가") + 37 * k % 11_172)


def letters(k: int) -> str:
    """A word of six letters that no other number has, at least two edits from those of most others."""
    return "".join("bcdfghjk"[k >> shift & 7] + "aeiouylw"[k >> shift & 7] for shift in (0, 3, 6))


def doubted(page: Page) -> Page:
    """The page with each word read with less certainty than the one before it."""
    words = len(page.words)
    left = iter(range(words))

    def doubt(word: Word) -> Word:
        confidence = 0.7 - 0.6 * next(left) / words
        return replace(word, confidence=confidence, chars=tuple(replace(c, confidence=confidence) for c in word.chars))

    def doubt_line(line: Line) -> Line:
        return replace(line, words=tuple(map(doubt, line.words)))

    return replace(page, blocks=tuple(replace(b, lines=tuple(map(doubt_line, b.lines))) for b in page.blocks))


PAGES: dict[str, tuple[str, int, Callable[[int], str]]] = {
    "payments": ("receipt", 100, lambda n: "\n".join(f"VISA   {k}.{k % 7}0" for k in range(n))),
    "taxes": ("receipt", 200, lambda n: "\n".join(f"GST {k % 20}%   {k}.{k % 97:02}" for k in range(n))),
    "taxes in a row": ("receipt", 200, lambda n: "   ".join(f"GST 7%   {500 + k}.37" for k in range(n))),
    "words doubted": ("business_card", 200, lambda n: "\n".join(f"{letters(k)} 12" for k in range(n))),
    "words doubted in a row": ("business_card", 200, lambda n: "Kim " + " ".join(map(letters, range(n)))),
    "addresses in a row": (
        "business_card",
        50,
        lambda n: "   ".join(f"주소 서울시 강{syllable(k)}구" for k in range(n)),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_twice_the_page_is_twice_the_work(name: str, extractor: Extractor) -> None:
    template, count, text = PAGES[name]
    few, many = (doubted(set_page(text(n))) for n in (count, 2 * count))
    extractor.extract_page(few, template)  # what is kept for all pages
    work = [calls(lambda page=page: extractor.extract_page(page, template)) for page in (few, many)]
    assert work[1] < MORE * work[0]
