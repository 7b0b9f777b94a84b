from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ocr.datasets.boxes import load_classes, load_entities, load_page


def test_lines_words_and_quads(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "0,0,110,0,110,20,0,20,TOTAL, RM 9\n\n5,30,15,30,15,40,5,40,  \n0,50,10,50,10,60,0,60,합계\n", encoding="utf-8"
    )
    page = load_page(path, 200, 100)
    assert (page.width, page.height) == (200, 100)
    assert [line.text for line in page.lines] == ["TOTAL, RM 9", "합계"]
    words = page.lines[0].words
    assert [word.text for word in words] == ["TOTAL,", "RM", "9"]
    assert words[0].quad == pytest.approx(np.array([(0, 0), (60, 0), (60, 20), (0, 20)]))
    assert words[2].quad == pytest.approx(np.array([(100, 0), (110, 0), (110, 20), (100, 20)]))
    assert all(word.confidence == 1.0 for word in page.words)


def test_words_of_a_tilted_line_lie_along_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("0,0,30,40,22,46,-8,6,A B\n")
    (first, second) = load_page(path, 100, 100).words
    assert first.quad == pytest.approx(np.array([(0, 0), (10, 40 / 3), (2, 58 / 3), (-8, 6)]))
    assert second.quad[1] == (30, 40)


def test_an_annotation_without_text_is_an_empty_page(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("")
    assert load_page(path, 10, 10).blocks == ()


@pytest.mark.parametrize("row", ["1,2,3", "a,0,1,0,1,1,0,1,x"])
def test_a_broken_row_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(row)
    with pytest.raises(ValueError):
        load_page(path, 10, 10)


def test_entities_that_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"total": "9.00", "items": ["x"], "n": 1}')
    assert load_entities(path) == {"total": "9.00"}


def test_every_annotated_set_loads(development_data: Path) -> None:
    files = [
        path
        for name in ("sroie", "wildreceipt-dev", "funsd-dev")
        for path in sorted((development_data / name / "boxes").glob("*.csv"))[:20]
    ]
    assert files
    for path in files:
        page = load_page(path, 1, 1)
        assert page.words and all(word.text and not any(map(str.isspace, word.text)) for word in page.words)


def test_texts_by_class(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"Total": ["$9.00", "9.00"], "Tel": [], "note": "x"}', encoding="utf-8")
    assert load_classes(path) == {"Total": ("$9.00", "9.00"), "Tel": ()}
