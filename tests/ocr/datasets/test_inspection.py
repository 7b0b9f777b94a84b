"""What is wrong with labelled pages is told by file and line, without a word of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.datasets.inspection import inspect_pages

GOOD = "10,10,60,10,60,30,10,30,Secret 12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("images", "boxes"):
        (tmp_path / name).mkdir()
    cv2.imwrite(str(tmp_path / "images" / "a.png"), np.full((80, 100, 3), 255, np.uint8))
    (tmp_path / "boxes" / "a.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def write(folder: Path, *rows: str) -> None:
    (folder / "boxes" / "a.csv").write_text("\n".join(rows), encoding="utf-8")


def test_good_pages_are_counted(folder: Path) -> None:
    write(folder, GOOD, "", "60,40,99,40,101,60,60,61,합계 A", "0,0,9,0,9,9,0,9,")
    found = inspect_pages(folder, ["a"])
    assert found.problems == ()
    assert (found.texts, found.upper, found.spaces) == (2, 2, 2)


def test_characters_that_cannot_be_read_are_counted(folder: Path) -> None:
    write(folder, GOOD, "10,40,60,40,60,60,10,60,\u2603 1 \u2603", "10,60,60,60,60,70,10,70,\u2603")
    found = inspect_pages(folder, ["a"])
    assert (found.problems, found.texts, found.unread, found.unknown) == ((), 3, 2, 3)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("10,10,60,10,60,30,Secret", "boxes/a.csv:2: not eight numbers and a text"),
        ("10,10,60,10,60,30,10,left,Secret", "boxes/a.csv:2: not eight numbers and a text"),
        ("10,10,60,10,60,30,10,nan,Secret", "boxes/a.csv:2: not eight numbers and a text"),
        ("10,10,10,30,60,30,60,10,Secret", "boxes/a.csv:2: the corners do not go clockwise around an area"),
        ("10,10,60,10,60,10,10,10,Secret", "boxes/a.csv:2: the corners do not go clockwise around an area"),
        (
            "90,10,140,10,140,30,90,30,Secret",
            "boxes/a.csv:2: the box lies outside of the image, which has 100 x 80 pixels",
        ),
    ],
)
def test_a_wrong_line_is_named(folder: Path, row: str, problem: str) -> None:
    write(folder, GOOD, row)
    assert inspect_pages(folder, ["a"]).problems == (problem,)


def test_what_is_missing_or_broken_is_named(folder: Path) -> None:
    for stem in ("b", "c", "d"):
        (folder / "images" / f"{stem}.png").write_bytes((folder / "images" / "a.png").read_bytes())
    (folder / "images" / "b.png").write_bytes(b"no image")
    (folder / "boxes" / "c.csv").write_bytes(GOOD.replace("S", "\xc4").encode("latin-1"))
    no_image, broken, coding, no_boxes = inspect_pages(folder, ["lost", "b", "c", "d"]).problems
    assert no_image == "no image of page lost"
    assert broken.startswith("the image of page b: ")
    assert coding == "boxes/c.csv is not in UTF-8"
    assert no_boxes == "boxes/d.csv is missing"


def test_pages_without_a_text_are_a_problem(folder: Path) -> None:
    write(folder, "10,10,60,10,60,30,10,30, ")
    assert inspect_pages(folder, ["a"]).problems == ("none of the 1 pages has a labelled text",)


def test_no_problem_where_all_is_well(development_data: Path) -> None:
    for name in ("sroie", "wildreceipt-dev", "funsd-dev"):
        folder = development_data / name
        stems = sorted(path.stem for path in (folder / "boxes").glob("*.csv"))[:20]
        assert inspect_pages(folder, stems).problems == ()
