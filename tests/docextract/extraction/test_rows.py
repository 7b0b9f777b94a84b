from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.extraction.rows import Layout, PlacedLine, Row, Span, build_layout
from ocr.document import Line, Page, Quad, bounding_quad

from ..conftest import set_page

TEXT = """\
BUNGA RAYA
TOTAL            RM 9.00
CASH   10.00   CHANGE   1.00
"""
ROWS = ["BUNGA RAYA", "TOTAL\tRM 9.00", "CASH\t10.00\tCHANGE\t1.00"]

Typeset = Callable[..., Page]


def texts(layout: Layout) -> list[str]:
    return [row.text for row in layout.rows]


@given(degrees=st.integers(min_value=0, max_value=359))
def test_rows_of_a_page_at_any_angle(typeset: Typeset, degrees: int) -> None:
    assert texts(build_layout(typeset(TEXT, angle=math.radians(degrees)))) == ROWS


COLUMNS = """\
                       Amelia R. Thornton
                       Account Manager
Northwind
LOGISTICS              T +44 20 7946 0958
                       M +44 7700 900123
"""
LABELS = """\
Amelia R. Thornton
Tel         +44 20 7946 0958
Mobile      +44 7700 900123
Office      14 Harbour Lane
"""


def test_columns_with_little_in_common_are_read_one_after_the_other(typeset: Typeset) -> None:
    right = ["Amelia R. Thornton", "Account Manager", "T +44 20 7946 0958", "M +44 7700 900123"]
    assert texts(build_layout(typeset(COLUMNS), columns=True)) == ["Northwind", "LOGISTICS", *right]
    assert "LOGISTICS\tT +44 20 7946 0958" in texts(build_layout(typeset(COLUMNS)))


@pytest.mark.parametrize("text", [TEXT, LABELS])
def test_labels_stay_beside_their_values(typeset: Typeset, text: str) -> None:
    assert texts(build_layout(typeset(text), columns=True)) == texts(build_layout(typeset(text)))


def test_a_number_along_an_edge_is_in_no_row_of_the_others(typeset: Typeset) -> None:
    page, edge = typeset(TEXT), typeset("NO 7781", angle=math.pi / 2)
    (block,), (line,) = page.blocks, edge.lines
    middle = sum(y for _, y in block.lines[1].quad) / 4  # as high as the second row, which it stands beside
    up = middle - sum(y for _, y in line.quad) / 4
    words = tuple(replace(word, quad=lifted(word.quad, up)) for word in line.words)
    beside = replace(line, quad=lifted(line.quad, up), words=words)
    layout = build_layout(replace(page, blocks=(replace(block, lines=(beside, *block.lines)),)))
    assert texts(layout) == [*ROWS, "NO 7781"]


def lifted(quad: Quad, up: float) -> Quad:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    return (ax, ay + up), (bx, by + up), (cx, cy + up), (dx, dy + up)


def test_lines_may_come_in_any_order(typeset: Typeset) -> None:
    page = typeset(TEXT)
    (block,) = page.blocks
    assert texts(build_layout(replace(page, blocks=(replace(block, lines=block.lines[::-1]),)))) == ROWS


def test_rows_of_bent_paper_follow_it(typeset: Typeset) -> None:
    """Each column stands half a text height lower than the one on its left, the last one two heights lower."""
    page = typeset("A 1   B 2   C 3   D 4   E 5\nF 6   G 7   H 8   I 9   J 0")
    (block,) = page.blocks
    lines = [
        replace(line, quad=tuple((x, y + 10 * round(line.quad[0][0] / 60)) for x, y in line.quad))  # type: ignore[arg-type]
        for line in block.lines
    ]
    layout = build_layout(replace(page, blocks=(replace(block, lines=tuple(lines)),)))
    assert texts(layout) == ["A 1\tB 2\tC 3\tD 4\tE 5", "F 6\tG 7\tH 8\tI 9\tJ 0"]


RECEIPT = """\
ROTI CANAI BANJIR           3.00
TEH TARIK KURANG MANIS      2.50
MEE GORENG MAMAK           12.00
NASI LEMAK AYAM RENDANG     6.50
KOPI O KAW                  1.80
TOTAL AMOUNT               25.80
CASH TENDERED              30.00
CHANGE DUE                  4.20
GOODS SOLD ARE NOT RETURNABLE
"""


def bent(page: Page, bend: Callable[[float, float], float]) -> Page:
    """A page whose lines' ends are moved down by a function of their place."""

    def moved(line: Line) -> Line:
        (a, b), (c, d), (e, f), (g, h) = line.quad
        start, end = bend(a, (b + h) / 2), bend(c, (d + f) / 2)
        return replace(line, quad=((a, b + start), (c, d + end), (e, f + end), (g, h + start)))

    (block,) = page.blocks
    return replace(page, blocks=(replace(block, lines=tuple(map(moved, block.lines))),))


@given(
    heights=st.floats(-1, 1),
    bows=st.floats(0.3, 0.5),
    phase=st.floats(0, math.tau),
    converging=st.floats(-0.1, 0.1),
)
def test_rows_of_curled_paper_in_perspective(
    typeset: Typeset, heights: float, bows: float, phase: float, converging: float
) -> None:
    """A sine of up to a text height to either side, a half or less of it over the page, and rows that converge."""
    page = typeset(RECEIPT)
    height, width = page.lines[0].height, max(line.quad[1][0] for line in page.lines)

    def bend(x: float, y: float) -> float:
        wave = math.sin(math.tau * bows * x / width + phase)
        return heights * height * wave + converging * (y - 4 * height) * x / width

    assert texts(build_layout(bent(page, bend))) == texts(build_layout(page))


def test_a_line_of_another_slope_bends_no_paper(typeset: Typeset) -> None:
    """As what is stamped or written on it has; from its one end to the other it falls by its height."""
    page = typeset(RECEIPT)
    (block,) = page.blocks
    height = page.lines[0].height

    def slant(line: Line) -> Line:
        a, (c, d), (e, f), g = line.quad
        falling = replace(line, quad=(a, (c, d + height), (e, f + height), g))
        return falling if line.text == "MEE GORENG MAMAK" else line

    straight = build_layout(page)
    layout = build_layout(replace(page, blocks=(replace(block, lines=tuple(map(slant, block.lines))),)))
    assert texts(layout) == texts(straight)
    moved = [abs(a.y - b.y) for a, b in zip(layout.rows, straight.rows, strict=True) if "MEE" not in a.text]
    assert max(moved) < 0.05 * height


def test_three_lines_bend_no_paper(typeset: Typeset) -> None:
    """One of them slants; there are too few to tell whether the page does."""
    page = typeset("BUNGA RAYA SDN BHD\nMEE GORENG MAMAK\nTOTAL AMOUNT DUE")
    (block,) = page.blocks
    first, second, third = block.lines
    a, (c, d), (e, f), g = second.quad
    slanted = replace(second, quad=(a, (c, d + second.height), (e, f + second.height), g))
    layout = build_layout(replace(page, blocks=(replace(block, lines=(first, slanted, third)),)))
    middles = [sum(y for _, y in line.quad) / 4 for line in (first, slanted, third)]
    assert [row.y for row in layout.rows] == pytest.approx(middles)


def test_boxes_without_a_height_have_rows(typeset: Typeset) -> None:
    page = typeset(TEXT)
    (block,) = page.blocks

    def flat(line: Line) -> Line:
        (a, b), (c, _), _, _ = line.quad
        return replace(line, quad=((a, b), (c, b), (c, b), (a, b)))

    layout = build_layout(replace(page, blocks=(replace(block, lines=tuple(map(flat, block.lines))),)))
    assert [row.text for row in layout.rows] == [line.text for line in page.lines]


def test_a_word_may_hold_a_tab(typeset: Typeset) -> None:
    page = typeset("TOTAL   9.00")
    (block,) = page.blocks
    first, second = block.lines
    (word,) = first.words
    tabbed = replace(first, words=(replace(word, text="TO\tAL", chars=()),))
    (row,) = build_layout(replace(page, blocks=(replace(block, lines=(tabbed, second)),))).rows
    assert [row.cell_at(index).line for index in (0, 3, 4, 6, 9)] == [tabbed, tabbed, tabbed, second, second]


def test_an_empty_page_has_no_rows() -> None:
    assert build_layout(Page(width=10, height=10)).rows == ()


def test_a_span_knows_its_words_and_their_ink(typeset: Typeset) -> None:
    page = typeset("TOTAL   RM 9.00")
    layout = build_layout(page)
    (row,) = layout.rows
    span = Span(row, row.text.index("RM"), len(row.text))
    assert span.text == "RM 9.00"
    assert span.quads() == tuple(word.quad for word in page.words[1:])
    assert layout.bound(span.quads()) == bounding_quad(word.quad for word in page.words[1:])


def test_a_part_of_a_word_has_the_ink_of_its_characters(typeset: Typeset) -> None:
    page = typeset("TOTAL:9.00")
    (row,) = build_layout(page).rows
    (word,) = page.words
    assert Span(row, 6, 10).quads() == (bounding_quad(char.quad for char in word.chars[6:]),)
    without_chars = replace(
        page, blocks=(replace(page.blocks[0], lines=(replace(page.lines[0], words=(replace(word, chars=()),)),)),)
    )
    (row,) = build_layout(without_chars).rows
    assert Span(row, 6, 10).quads() == (word.quad,)


def test_the_bounds_of_turned_ink_are_turned(typeset: Typeset) -> None:
    straight, turned = typeset("TOTAL   RM 9.00"), typeset("TOTAL   RM 9.00", angle=0.3)
    quads = [line.quad for line in turned.lines]
    bound = build_layout(turned).bound(quads)
    (x0, y0), _, (x1, y1), _ = bounding_quad(line.quad for line in straight.lines)
    cos, sin = math.cos(0.3), math.sin(0.3)
    expected = [(x * cos - y * sin, x * sin + y * cos) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    assert [coordinate for point in bound for coordinate in point] == pytest.approx(
        [coordinate for point in expected for coordinate in point]
    )


@given(
    cells=st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, 90)), max_size=12),
    place=st.tuples(st.floats(-10, 400), st.floats(0.1, 90)),
)
def test_cells_across_are_those_that_overlap(cells: list[tuple[float, float]], place: tuple[float, float]) -> None:
    line = set_page("A").lines[0]
    starts = list(accumulate(gap + width for gap, width in cells))
    row = Row(0, tuple(PlacedLine(line, x - width, x, 0, 10) for x, (_, width) in zip(starts, cells, strict=True)))
    other = PlacedLine(line, place[0], sum(place), 20, 10)
    assert [cell for cell, _ in row.cell_spans_across(other)] == [cell for cell in row.cells if cell.overlaps(other)]
