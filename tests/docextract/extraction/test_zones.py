"""A card whose two names have no labels: only their places tell who pays and who is paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.extraction.lexicon import Lexicon
from docextract.extraction.rows import build_layout
from docextract.extraction.zones import find_frame
from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.schema.template import Anchor
from ocr.document import Block, Char, Line, Page, Point, Quad, Word, bounding_quad

TEMPLATE = """\
version: 1
anchors:
{anchors}
fields:
  payer: {{type: text, required: true, locate: [{{find: zone, box: [5, 18, 50, 24]}}]}}
  payee: {{type: text, required: true, locate: [{{find: zone, box: [5, 33, 50, 39]}}]}}
  fee: {{type: money, locate: [{{find: zone, box: [55, 44, 85, 52]}}]}}
"""
ANCHORS = {
    "GIRO CARD": (5, 5, 23, 9),
    "BANK COPY": (62, 5, 80, 9),
    "VOID": (5, 46, 13, 50),
    "UTOPIA": (68, 46, 80, 50),
}
WORDS = {**ANCHORS, "ANN LEE": (6, 19, 20, 23), "BO KIM": (6, 34, 18, 38), "9.00": (56, 46, 64, 50)}
Place = Callable[[Point], Point]


def straight(point: Point) -> Point:
    return 10 * point[0] + 100, 10 * point[1] + 50


def turned(point: Point) -> Point:
    x, y = straight(point)
    return 0.9 * x - 0.3 * y + 400, 0.3 * x + 0.9 * y


def tilted(point: Point) -> Point:
    x, y = turned(point)
    w = 1 + 2e-4 * x - 1e-4 * y
    return x / w, y / w


def card(place: Place, words: dict[str, tuple[int, int, int, int]], chars: bool = True) -> Page:
    lines = tuple(line(place, text, box, chars) for text, box in words.items())
    return Page(2000, 2000, (Block(lines, bounding_quad(line.quad for line in lines)),))


def line(place: Place, text: str, box: Sequence[float], chars: bool) -> Line:
    x0, y0, x1, y1 = box
    step = (x1 - x0) / len(text)

    def quad(start: int, end: int) -> Quad:
        a, b = x0 + start * step, x0 + end * step
        return place((a, y0)), place((b, y0)), place((b, y1)), place((a, y1))

    words, start = [], 0
    for part in text.split():
        inner = tuple(Char(c, quad(start + k, start + k + 1), 0.9) for k, c in enumerate(part))
        words.append(Word(part, quad(start, start + len(part)), 0.9, inner if chars else ()))
        start += len(part) + 1
    return Line(tuple(words), quad(0, len(text)), 0.9)


@pytest.fixture
def extract(tmp_path: Path) -> Callable[..., Record]:
    def extract(page: Page, anchors: Sequence[str] = tuple(ANCHORS)) -> Record:
        path = tmp_path / "giro.yaml"
        path.write_text(
            TEMPLATE.format(anchors="\n".join(f"  - {{text: {a}, box: {list(ANCHORS[a])}}}" for a in anchors))
        )
        return Extractor().extract_page(page, path)

    return extract


def values(record: Record) -> dict[str, str]:
    return {name: str(value) for name, value in record.model_dump(include={"payer", "payee", "fee"}).items()}


READ = {"payer": "ANN LEE", "payee": "BO KIM", "fee": "9.00"}


@pytest.mark.parametrize("chars", [True, False])
@pytest.mark.parametrize("place", [straight, turned, tilted])
def test_values_in_their_places(extract: Callable[..., Record], place: Place, chars: bool) -> None:
    record = extract(card(place, WORDS, chars))
    assert values(record) == READ
    assert record.evidence["payee"].locator == "zone"
    assert record.evidence["payee"].words[0] == line(place, "BO KIM", WORDS["BO KIM"], chars).words[0].quad


@pytest.mark.parametrize("anchors", [["GIRO CARD"], ["GIRO CARD", "UTOPIA"], ["GIRO CARD", "BANK COPY", "VOID"]])
@pytest.mark.parametrize("place", [straight, turned])
def test_fewer_anchors(extract: Callable[..., Record], place: Place, anchors: list[str]) -> None:
    assert values(extract(card(place, WORDS), anchors)) == READ


def test_an_anchor_in_a_wrong_place_and_a_misread_one(extract: Callable[..., Record]) -> None:
    words = {text.replace("GIRO CARD", "GIR0 CARO"): box for text, box in WORDS.items()}
    words["BANK COPY"] = (30, 25, 48, 29)
    page = card(turned, words)
    twice = line(turned, "UTOPIA", (30, 10, 42, 14), True)
    blocks = (replace(page.blocks[0], lines=(*page.lines, twice)),)
    assert values(extract(replace(page, blocks=blocks))) == READ


def test_a_word_that_runs_out_of_its_place_is_cut(extract: Callable[..., Record]) -> None:
    words = {("ANN LEE" + "X" * 20 if text == "ANN LEE" else text): box for text, box in WORDS.items()}
    words["ANN LEE" + "X" * 20] = (6, 19, 60, 23)
    assert extract(card(straight, words)).evidence["payer"].raw == "ANN LEE" + "X" * 15


def test_without_anchors_on_the_page_nothing_is_guessed(extract: Callable[..., Record]) -> None:
    record = extract(card(straight, {text: box for text, box in WORDS.items() if text not in ANCHORS}))
    assert values(record) == dict.fromkeys(READ, "None")
    assert [(issue.code, issue.field) for issue in record.issues] == [("missing", "payer"), ("missing", "payee")]


def test_mirror_writing_is_no_frame() -> None:
    page = card(lambda point: (1000 - 10 * point[0], 10 * point[1]), WORDS)
    layout = build_layout(page)
    anchors = [Anchor(text=text, box=box) for text, box in ANCHORS.items()]
    assert find_frame(anchors, Lexicon(ANCHORS).find(layout.rows)) is None


@given(
    st.floats(-0.6, 0.6), st.floats(2, 20), st.floats(-1e-4, 1e-4), st.floats(-1e-4, 1e-4), st.sampled_from([3.0, -2.0])
)
def test_the_frame_undoes_the_camera(angle: float, scale: float, gx: float, gy: float, shift: float) -> None:
    camera = np.array(
        [
            [scale * np.cos(angle), -scale * np.sin(angle), 500 + shift],
            [scale * np.sin(angle), scale * np.cos(angle), 600],
            [gx, gy, 1],
        ]
    )

    def place(point: Point) -> Point:
        x, y, w = camera @ (*point, 1.0)
        return x / w, y / w

    layout = build_layout(card(place, ANCHORS))
    anchors = [Anchor(text=text, box=box) for text, box in ANCHORS.items()]
    frame = find_frame(anchors, Lexicon(ANCHORS).find(layout.rows))
    assert frame is not None and frame.support == 1
    for point in ((0.0, 0.0), (42.0, 27.0), (85.0, 54.0)):
        u, v, w = frame.to_template @ (*place(point), 1.0)
        assert (u / w, v / w) == pytest.approx(point, abs=0.05)
