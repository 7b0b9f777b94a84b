"""What runs across the lines of a page is read, and what only stands one below the other is left alone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest

from ocr import Page, Reader
from ocr.across import MOST, find_stacks, look_across
from ocr.document import Char, Line, Word
from ocr.geometry import places_to_quads

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt-ko.jpg"
LINES = ("Splendid Ice Creams", "501 A King Street", "(843) 212 5113", "Latte         4.80", "TOTAL        12.80")
NUMBER = "No. 00428-1973"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def sheet(height: int = 22) -> PIL.Image.Image:
    """A page with some lines, and room at its right."""
    page = PIL.Image.new("RGB", (560, 420), (245, 245, 245))
    pen, font = PIL.ImageDraw.Draw(page), PIL.ImageFont.load_default(height)
    for row, text in enumerate(LINES):
        pen.text((90, 60 + 50 * row), text, fill=(30, 30, 30), font=font)
    return page


def write_across(page: PIL.Image.Image, text: str, at: tuple[int, int], turn: int, height: int = 22) -> None:
    font = PIL.ImageFont.load_default(height)
    strip = PIL.Image.new("RGB", (round(font.getlength(text)) + 8, round(1.4 * height)), (245, 245, 245))
    PIL.ImageDraw.Draw(strip).text((4, 3), text, fill=(30, 30, 30), font=font)
    page.paste(strip.rotate(turn, expand=True), at)


def line_with(page: Page, text: str) -> Line:
    return next(line for line in page.lines if text in line.text)


def angle(line: Line) -> int:
    """Degrees clockwise, to the next 10."""
    return round(math.degrees(line.angle), -1)


@pytest.mark.parametrize(("turn", "runs"), [(90, -90), (-90, 90)])
@pytest.mark.parametrize("height", [14, 22, 30])
def test_a_number_up_or_down_the_margin_is_read(reader: Reader, turn: int, runs: int, height: int) -> None:
    page = sheet()
    write_across(page, NUMBER, (460, 60), turn, height)
    read = reader.read(page)
    line = line_with(read, NUMBER)
    assert angle(line) == runs
    xs, ys = zip(*line.quad, strict=True)
    assert 455 < min(xs) < max(xs) < 475 + 1.5 * height
    assert 55 < min(ys) < max(ys) < 80 + PIL.ImageFont.load_default(height).getlength(NUMBER)
    assert [each.text for each in read.lines if each is not line and "(" not in each.text] == [
        "Splendid Ice Creams", "501 A King Street", "Latte", "4.80", "TOTAL", "12.80",
    ]  # fmt: skip


@pytest.mark.parametrize("lean", [8, -12, 180])
def test_it_is_read_on_a_page_that_leans(reader: Reader, lean: int) -> None:
    page = sheet()
    write_across(page, NUMBER, (460, 60), 90)
    line = line_with(reader.read(page.rotate(lean, expand=True, fillcolor=(245, 245, 245))), NUMBER)
    assert abs(math.remainder(math.degrees(line.angle) + 90 + lean, 360)) < 3


def test_characters_stand_where_they_are_printed(reader: Reader) -> None:
    page = sheet()
    write_across(page, NUMBER, (460, 60), -90)
    chars = [char for word in line_with(reader.read(page), NUMBER).words for char in word.chars]
    middles = [sum(y for _, y in char.quad) / 4 for char in chars]
    font = PIL.ImageFont.load_default(22)
    ends = [64 + font.getlength(NUMBER[: k + 1]) for k in range(len(NUMBER)) if NUMBER[k] != " "]
    assert np.abs(np.array(middles) + 6 - ends).max() < 7


def syllables(reader: Reader, count: int) -> tuple[str, list[PIL.Image.Image]]:
    """Korean syllables as they are printed on a receipt."""
    image = PIL.Image.open(SAMPLE).convert("RGB")
    chars = [
        char
        for line in reader.read(image).lines
        for word in line.words
        if word.confidence > 0.99 and all("가" <= char.text <= "힣" for char in word.chars)
        for char in word.chars
    ][:count]
    boxes = [(*np.min(char.quad, 0).round().astype(int), *np.max(char.quad, 0).round().astype(int)) for char in chars]
    return "".join(char.text for char in chars), [image.crop(tuple(map(int, box))) for box in boxes]


@pytest.mark.parametrize("pitch", [1.05, 1.3, 1.6])
def test_korean_from_top_to_bottom_is_one_text(reader: Reader, pitch: float) -> None:
    text, glyphs = syllables(reader, 6)
    page, y = sheet(), 40.0
    for glyph in glyphs:
        page.paste(glyph, (470, round(y)))
        y += pitch * max(each.height for each in glyphs)
    line = line_with(reader.read(page), text)
    assert angle(line) == 90
    for char, top in zip((char for word in line.words for char in word.chars), np.linspace(40, y, 7), strict=False):
        ys = [point[1] for point in char.quad]
        assert min(ys) < top + glyphs[0].height / 2 < max(ys)


@pytest.mark.parametrize("texts", [("1", "2", "1", "1", "3"), ("0", "0", "0", "0", "0"), ("8", "6", "9", "0", "8")])
def test_a_column_of_digits_stays_one(reader: Reader, texts: tuple[str, ...]) -> None:
    page = sheet()
    for row, text in enumerate(texts):
        PIL.ImageDraw.Draw(page).text(
            (470, 60 + 30 * row), text, fill=(30, 30, 30), font=PIL.ImageFont.load_default(22)
        )
    read = [line.text for line in reader.read(page).lines]
    assert sorted(text for text in read if text in texts) == sorted(texts)


def placed(text: str, x: float, y: float, confidence: float) -> tuple[np.ndarray, Line]:
    place = np.array([x, y, x + 10 * len(text), y, 14], np.float32)
    corners = places_to_quads(place[None])[0]
    quad = tuple((float(px), float(py)) for px, py in corners)
    chars = [Char(text=char, quad=quad, confidence=confidence) for char in text]
    return place, Line(words=(Word.of(chars, quad),), quad=quad, confidence=confidence)


def test_a_column_of_one_syllable_is_no_text() -> None:
    assert not find_stacks([placed("원", 300, 20 * row, 1.0) for row in range(6)])
    assert find_stacks([placed(text, 300, 20 * row, 1.0) for row, text in enumerate("한국식당")])


def test_the_first_syllables_of_labels_that_are_printed_apart_are_no_column() -> None:
    first = [placed(text, 40, 20 * row, 1.0) for row, text in enumerate("금세합")]
    assert find_stacks(first)
    seconds = [placed(text, 90, 20 * row, 1.0) for row, text in enumerate(["액 :", "금 :", "계 :"])]
    assert not find_stacks(first + seconds)
    assert find_stacks(first + [placed("계 :", 90, 20 * row + 10, 1.0) for row in range(3)])  # between their heights
    assert find_stacks(first + [placed("계 :", 160, 20 * row, 1.0) for row in range(3)])  # far away


def test_scraps_that_are_read_with_confidence_are_what_they_seem() -> None:
    assert not find_stacks([placed(text, 300, 20 * row, 0.97) for row, text in enumerate("0618")])
    assert find_stacks([placed(text, 300, 20 * row, 0.5) for row, text in enumerate("0618")])


def test_few_stacks_of_a_texture_are_looked_at() -> None:
    rng = np.random.default_rng(0)
    scraps = [placed("0", x, y, 0.4) for x, y in rng.uniform(0, 3000, (4000, 2)).tolist()]
    assert len(find_stacks(scraps)) == MOST


def test_where_nothing_was_read_nothing_is_looked_at() -> None:
    steps = look_across(np.full((50, 50), 255, np.uint8), [])
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value == []


@pytest.mark.parametrize("x", [-60.0, 45.0, 110.0])
@pytest.mark.parametrize("y", [-40.0, 20.0, 90.0])
@pytest.mark.parametrize("texts", ["", "0618", "한국식당"])
def test_scraps_at_and_beyond_the_edge_can_be_looked_at(x: float, y: float, texts: str) -> None:
    scraps = [placed(text, x, y + 18 * row, 0.3) for row, text in enumerate(texts or "7")]
    for place, _ in scraps:
        place[2] -= 0 if texts else 10  # one of no length
    steps = look_across(np.full((60, 50), 255, np.uint8), scraps)
    (look,) = next(steps)
    assert min(look.view.pixels.shape) > 0


def test_a_line_beyond_the_edge_leaves_the_page_as_it_is() -> None:
    column = [placed(text, 300, 20 * row, 0.5) for row, text in enumerate("0618")]
    outside = placed("TOTAL 12.80", 300, 700, 0.9)
    (look,) = next(look_across(np.full((500, 600), 255, np.uint8), [*column, outside]))
    assert look.view.pixels.min() == 255
