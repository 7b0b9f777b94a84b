"""Captions in small print above their values, too misread to be labels."""

from __future__ import annotations

import pytest

from docextract.extraction.captions import find_captions
from docextract.extraction.lexicon import LabelMatch, phrase_keys
from docextract.extraction.rows import Layout, Span, build_layout
from ocr.document import Block, Line, Page, Quad, Word, bounding_quad

BIRTH, ISSUE = phrase_keys(("date of birth",)), phrase_keys(("date of issue",))
SURNAME, GIVEN = phrase_keys(("surname",)), phrase_keys(("given names",))


def layout_of(*print_: tuple[str, float, float, float]) -> Layout:
    """Rows of some lines, each with its left edge, its top and its height."""

    def line(text: str, x: float, y: float, height: float) -> Line:
        right, bottom = x + 8.0 * len(text), y + height
        quad: Quad = ((x, y), (right, y), (right, bottom), (x, bottom))
        return Line(tuple(Word(word, quad, 0.9) for word in text.split()), quad, 0.9)

    lines = tuple(line(*placed) for placed in print_)
    return build_layout(Page(1000, 1000, (Block(lines, bounding_quad(line.quad for line in lines)),)))


@pytest.mark.parametrize(
    ("caption", "x", "height", "key"),
    [
        ("Dae of brth", 0, 16, "DATEOFBIRTH"),
        ("Dae of brth", 0, 18, None),  # as high as a value
        ("Dae of brth", 300, 16, None),  # nothing below it
        ("Dat of brt", 0, 16, "DATEOFBIRTH"),
        ("Da brt", 0, 16, None),
        ("Date of bissh", 0, 16, None),  # birth or issue
    ],
)
def test_captions_are_small_print_above_larger(caption: str, x: float, height: float, key: str | None) -> None:
    layout = layout_of((caption, x, 0, height), ("13 JUN 21", 0, 40, 20))
    found = find_captions(layout, [], [BIRTH, ISSUE])
    assert [label.key for label in found] == ([key] if key else [])
    assert all(label.leads and label.span.text == caption for label in found)


def test_a_field_with_a_label_has_no_caption() -> None:
    layout = layout_of(("Dae of brth", 0, 0, 16), ("Dae of isse", 120, 0, 16), ("13 JUN 21 14 JUN 21", 0, 40, 20))
    (row, _) = layout.rows
    (_, first), (_, second) = row.cell_spans()

    def keys(*found: tuple[Span, str]) -> list[str]:
        labels = [LabelMatch(span, key, 1.0, leads=True) for span, key in found]
        return [caption.key for caption in find_captions(layout, labels, [BIRTH, ISSUE])]

    assert keys() == ["DATEOFBIRTH", "DATEOFISSUE"]
    assert keys((first, "DATEOFBIRTH")) == ["DATEOFISSUE"]
    assert keys((second, "DATEOFISSUE")) == ["DATEOFBIRTH"]
    assert keys((second, "DATEOFBIRTH")) == []  # the other one looks like a birth, of which there is a label
    assert keys((second, "TYPE")) == ["DATEOFBIRTH"]


@pytest.mark.parametrize(
    ("upper", "lower", "keys"),
    [
        ("Surname", "Ghw narin", ["GIVENNAMES"]),  # below the surname
        ("Sarange", "Given names", ["SURNAME"]),
        ("506ame", "Ge0amnes", ["SURNAME", "GIVENNAMES"]),  # each a little, and in this order
        ("Ge0amnes", "506ame", []),
        ("Type", "Ghw narin", []),
        ("Surname", "Oxyz", []),
    ],
)
def test_captions_are_told_by_their_neighbours(upper: str, lower: str, keys: list[str]) -> None:
    layout = layout_of((upper, 0, 0, 14), ("KING", 0, 30, 20), (lower, 0, 70, 14), ("ALEX", 0, 100, 20))
    spans = [span for row in layout.rows for _, span in row.cell_spans()]
    known = {"Surname": "SURNAME", "Given names": "GIVENNAMES", "Type": "TYPE"}
    labels = [LabelMatch(span, known[span.text], 1.0, leads=True) for span in spans if span.text in known]
    assert [label.key for label in find_captions(layout, labels, [SURNAME, GIVEN, BIRTH])] == keys


def test_a_neighbour_stands_in_the_same_column_with_a_value_between() -> None:
    for x, y in ((400, 70), (0, 30)):
        layout = layout_of(("Surname", 0, 0, 14), ("Ghw narin", x, y, 14), ("ALEX", x, y + 30, 20))
        label = LabelMatch(next(layout.rows[0].cell_spans())[1], "SURNAME", 1.0, leads=True)
        assert find_captions(layout, [label], [SURNAME, GIVEN]) == []
