"""`Page` and its parts: what they hold, how they are written, and what they do not tell."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.document import Block, Char, Line, Page, Quad, Word, bounding_quad
from ocr.errors import PageFormatError

SECRET = "4929-1111-2222-3333"


def box(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def build_line(text: str, x: float, y: float, height: float = 20.0) -> Line:
    """A level line in which every character is half as wide as high."""
    words, start = [], 0
    for part in text.split(" "):
        chars = tuple(
            Char(
                char,
                box(x + (start + k) * height / 2, y, x + (start + k + 1) * height / 2, y + height),
                0.9,
                (("?", 0.05),),
            )
            for k, char in enumerate(part)
        )
        words.append(Word(part, bounding_quad(char.quad for char in chars), 0.9, chars))
        start += len(part) + 1
    return Line(tuple(words), bounding_quad(word.quad for word in words), 0.9)


@pytest.fixture
def page() -> Page:
    title = build_line("스타커피 강남점", 40, 10)
    total = build_line("합계 12,000원", 10, 60)
    card = build_line(SECRET, 10, 90)
    return Page(
        width=320,
        height=480,
        blocks=(Block((title,), title.quad), Block((total, card), bounding_quad([total.quad, card.quad]))),
        metadata={"model": "test"},
    )


def test_reading_order_and_text(page: Page) -> None:
    assert page.text == f"스타커피 강남점\n\n합계 12,000원\n{SECRET}"
    assert [line.text for line in page] == ["스타커피 강남점", "합계 12,000원", SECRET]
    assert [word.text for word in page.words] == ["스타커피", "강남점", "합계", "12,000원", SECRET]
    assert "".join(char.text for char in page.chars) == f"스타커피강남점합계12,000원{SECRET}"
    assert page.paragraphs == page.blocks


def test_export_is_json_and_from_dict_its_inverse(page: Page) -> None:
    assert Page.from_dict(json.loads(json.dumps(page.export()))) == page


@pytest.mark.parametrize("blank", [Page(1, 1), Page(640, 480, blocks=())])
def test_a_blank_page(blank: Page) -> None:
    assert blank.text == ""
    assert blank.lines == blank.words == blank.chars == ()
    assert Page.from_dict(blank.export()) == blank


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, -90, -135])
def test_height_and_angle_follow_the_reading_direction(degrees: int) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(x * cos - y * sin, x * sin + y * cos) for x, y in box(0, 0, 100, 20)]
    line = Line((), (corners[0], corners[1], corners[2], corners[3]), 1.0)
    assert line.height == pytest.approx(20)
    assert math.cos(line.angle) == pytest.approx(cos, abs=1e-9)
    assert math.sin(line.angle) == pytest.approx(sin, abs=1e-9)


def test_nothing_that_was_read_is_in_a_repr(page: Page) -> None:
    parts: list[object] = [page, *page.blocks, *page.lines, *page.words, *page.chars]
    shown = "".join(f"{part!r}{part}" for part in parts)
    for text in (SECRET, "스타", "합계", "12,000"):
        assert text not in shown
    assert repr(page) == "Page(320x480, 3 lines)"


def test_pages_pickle_and_copy(page: Page) -> None:
    assert pickle.loads(pickle.dumps(page)) == page
    assert copy.deepcopy(page) == page


def damage(path: list[str | int], value: Any) -> Callable[[Any], None]:
    def apply(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        if value is KeyError:
            del data[path[-1]]
        else:
            data[path[-1]] = value

    return apply


LINE: list[str | int] = ["blocks", 0, "lines", 0]
WORD: list[str | int] = [*LINE, "words", 0]


@pytest.mark.parametrize(
    "apply",
    [
        damage(["schema_version"], 2),
        damage(["schema_version"], KeyError),
        damage(["width"], KeyError),
        damage(["width"], "wide"),
        damage(["width"], float("inf")),
        damage(["width"], 0),
        damage(["height"], -5),
        damage(["height"], 10.5),
        damage(["height"], True),
        damage([*LINE, "quad", 0], [10**400, 0]),
        damage(["blocks"], None),
        damage(["metadata"], ["model"]),
        damage([*LINE, "quad"], [[0, 0], [1, 0], [1, 1]]),
        damage([*LINE, "quad", 0], [float("nan"), 0]),
        damage([*LINE, "quad", 0], [float("inf"), 0]),
        damage([*LINE, "confidence"], 1.5),
        damage([*LINE, "confidence"], float("nan")),
        damage([*WORD, "text"], 7),
        damage([*WORD, "text"], "\ud800"),
        damage([*WORD, "chars", 0, "text"], None),
        damage([*WORD, "chars", 0, "alternatives"], [["O", "likely"]]),
        damage([*WORD, "chars", 0, "confidence"], KeyError),
    ],
)
def test_damaged_pages_are_refused_without_their_text(page: Page, apply: Callable[[Any], None]) -> None:
    data = page.export()
    apply(data)
    with pytest.raises(PageFormatError) as refusal:
        Page.from_dict(data)
    assert SECRET not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("data", [[], None, "page", {}, 3])
def test_other_json_is_no_page(data: Any) -> None:
    with pytest.raises(PageFormatError):
        Page.from_dict(data)


@given(st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 4), min_size=1, max_size=6))
def test_bounding_quad_is_the_smallest_around_all(corners: list[tuple[float, float, float, float]]) -> None:
    quads = [box(*corner) for corner in corners]
    (x0, y0), (x1, _), (_, y1), _ = bounding_quad(quads)
    points = [point for quad in quads for point in quad]
    assert (x0, y0) == (min(x for x, _ in points), min(y for _, y in points))
    assert (x1, y1) == (max(x for x, _ in points), max(y for _, y in points))


def test_bounding_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no quads"):
        bounding_quad([])


@pytest.mark.parametrize(
    ("text", "script"),
    [("합계 12,000", "hangul"), ("TOTAL 합", "latin"), ("12,000.00", "digits"), ("***", "other"), ("東京 5F", "han")],
)
def test_a_line_is_of_the_script_of_most_letters(text: str, script: str) -> None:
    line = build_line(text, 0, 0)
    assert line.script == script
    assert Line(tuple(Word(word.text, word.quad, 1.0) for word in line.words), line.quad, 1.0).script == script


def test_scripts_that_cannot_be_read_survive_json() -> None:
    line = build_line("\ufffd\ufffd A", 0, 0)
    chars = tuple(replace(char, unreadable="han") for char in line.words[0].chars)
    line = replace(line, words=(replace(line.words[0], chars=chars), line.words[1]))
    page = Page(100, 100, (Block((line,), line.quad),))
    exported = json.loads(json.dumps(page.export()))
    assert exported["blocks"][0]["lines"][0]["script"] == "han"
    assert Page.from_dict(exported) == page
    exported["blocks"][0]["lines"][0]["words"][0]["chars"][0]["unreadable"] = "latin"
    with pytest.raises(PageFormatError):
        Page.from_dict(exported)
