"""What is looked at, and how closely, on pages with little or nothing to be seen."""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from ocr import Reader
from ocr.document import Line, Word
from ocr.look import Placed
from ocr.search import FIRST_LOOK_PX, Look, Search

LETTER = (3300, 2550)  # at 300 dpi
TEXT = "SUBJECT TO TERMS 2026"
FONT = cv2.FONT_HERSHEY_SIMPLEX


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def noise(deviation: float) -> np.ndarray:
    """A sheet as a scanner shows it."""
    grey = np.random.default_rng(0).normal(240, deviation, LETTER)
    return np.clip(grey, 0, 255).astype(np.uint8)


def looked_at(search: Search) -> list[Look]:
    """All that is looked at where nothing is found."""
    seen: list[Look] = []
    while search.looks:
        seen += search.looks
        search.go_on()
    return seen


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_mere_paper_is_not_looked_at(shade: int) -> None:
    assert looked_at(Search(np.full(LETTER, shade, np.uint8))) == []


def test_a_scanners_noise_is_seen_for_what_it_is() -> None:
    assert looked_at(Search(noise(1.5))) == []


def test_where_nothing_is_seen_from_afar_only_what_is_no_paper_is_looked_at_closely() -> None:
    grey = np.full(LETTER, 255, np.uint8)
    cv2.putText(grey, TEXT, (400, 2700), FONT, 0.6, 40, 1, cv2.LINE_AA)
    afar, *close = (look.view.pixels.size for look in looked_at(Search(grey))[:3])
    assert afar < 1.5 * FIRST_LOOK_PX  # turned, it needs some more
    assert sum(close) < 0.6 * grey.size


@pytest.mark.parametrize("height", [24, 18])
@pytest.mark.parametrize("shade", [30, 180, 225])
def test_one_small_line_on_a_large_sheet_is_read(reader: Reader, height: int, shade: int) -> None:
    grey = noise(1.5)
    cv2.putText(grey, TEXT, (400, 2700), FONT, height / 22, shade, 2, cv2.LINE_AA)
    page = reader.read(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))
    assert Levenshtein.distance(page.text, TEXT) <= 1


def test_leaders_are_not_read(reader: Reader) -> None:
    image = np.full((260, 640, 3), 255, np.uint8)
    printed = "COMPANY RECORDS", "SIGNATURE..............", "Total.........12.80", "Please return this"
    for row, text in enumerate(printed):
        cv2.putText(image, text, (40, 50 + 55 * row), FONT, 0.8, (30, 30, 30), 2, cv2.LINE_AA)
    lines = reader.read(image).lines
    assert [line.text for line in lines] == ["COMPANY RECORDS", "SIGNATURE", "Total 12.80", "Please return this"]
    (_, _), (right, _), (_, _), (_, _) = lines[1].quad
    assert right < 40 + cv2.getTextSize("SIGNATURE....", FONT, 0.8, 2)[0][0]


@pytest.mark.parametrize(
    ("text", "confidence", "page", "kept"),
    [
        ("Smith", 0.41, 0.95, False),
        ("Smith", 0.45, 0.95, True),
        ("Smith", 0.41, 0.6, True),  # on a faint page that is print
        ("Smith", 0.3, 0.4, False),
        ("웅진", 0.39, 0.95, True),
        ("웅진", 0.3, 0.95, False),
    ],
)
def test_lines_that_are_far_less_legible_than_their_page_are_no_text(
    text: str, confidence: float, page: float, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [("A line of clear print that is long", page)] * 20 + [(text, confidence)]
    quad = ((0.0, 0.0), (90.0, 0.0), (90.0, 9.0), (0.0, 9.0))
    place = np.array((0, 4, 90, 4, 9), np.float32)
    found: list[Placed] = [(place, Line((Word(read, quad, sure),), quad, sure)) for read, sure in lines]

    def along(*_: object) -> Generator[list[Look], None, tuple[list[Placed], float]]:
        yield from ()
        return found, 1.0

    def across(*_: object) -> Generator[list[Look], None, list[Placed]]:
        yield from ()
        return found

    monkeypatch.setattr(Search, "_along", along)
    monkeypatch.setattr("ocr.search.look_across", across)
    read = [line.text for _, line in Search(np.full((90, 90), 255, np.uint8)).found]
    assert (text in read) == kept and len(read) == 20 + kept
