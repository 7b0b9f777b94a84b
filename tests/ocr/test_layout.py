"""Reading order on skewed receipts."""

from __future__ import annotations

import math

import pytest

from ocr.document import Line, Page, Point, Quad, Word
from ocr.layout import is_divider, order_lines


def line(text: str, x: float, y: float, *, width: float = 60, height: float = 20, angle: float = 0.0) -> Line:
    """A line on a page that is turned around its origin by `angle` degrees."""
    turn = math.radians(angle)

    def at(px: float, py: float) -> Point:
        return px * math.cos(turn) - py * math.sin(turn), px * math.sin(turn) + py * math.cos(turn)

    quad: Quad = (at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height))
    return Line(words=(Word(text, quad, 1.0),), quad=quad, confidence=1.0)


def texts(lines: list[Line]) -> list[list[str]]:
    return [[item.text for item in block.lines] for block in order_lines(lines)]


def test_nothing_gives_no_block() -> None:
    assert order_lines([]) == ()


@pytest.mark.parametrize("angle", [0, 4, -4, 30, 90, 180, -90])
def test_rows_are_read_from_left_to_right_at_any_angle(angle: float) -> None:
    items = [("bread", 0, 0), ("1.20", 400, 2), ("milk", 0, 24), ("0.99", 400, 26)]
    total = [("total", 0, 120), ("2.19", 400, 121)]
    lines = [line(text, x, y, angle=angle) for text, x, y in items + total]
    assert texts(lines[::-1]) == [["bread", "1.20", "milk", "0.99"], ["total", "2.19"]]


@pytest.mark.parametrize("angle", [0, 20, 90])
@pytest.mark.parametrize("across", [90, -90])
def test_what_is_printed_along_an_edge_comes_last(angle: float, across: float) -> None:
    edge = line("No. 0042", *((20, 500) if across > 0 else (-180, -480)), width=160, angle=angle + across)
    rows = [line(text, 0, y, width=300, angle=angle) for text, y in (("bread", 0), ("milk", 24), ("total", 120))]
    assert texts([edge, *rows]) == [["bread", "milk"], ["total"], ["No. 0042"]]


def test_a_tall_line_does_not_swallow_its_neighbours() -> None:
    lines = [line("TOTAL", 0, 0, height=60), line("rounding", 0, 62), line("cash", 0, 84)]
    assert texts(lines) == [["TOTAL", "rounding", "cash"]]


def test_blocks_bound_their_lines() -> None:
    blocks = order_lines([line("a", 0, 0), line("b", 100, 5)])
    assert blocks[0].quad == ((0, 0), (160, 0), (160, 25), (0, 25))
    assert Page(200, 100, blocks).text == "a\nb"


@pytest.mark.parametrize("text", ["-----", "= = = =", "=====--==", "*****....", "~~~~", "####"])
def test_dividers_are_told_from_text(text: str) -> None:
    assert is_divider(text)


@pytest.mark.parametrize("text", ["", "---", "- 5.00", "*** 1234", "(*****)", "----->", "...ok"])
def test_text_is_told_from_dividers(text: str) -> None:
    assert not is_divider(text)
