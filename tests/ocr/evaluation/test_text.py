"""Labelled pages are scored by the words that were read, and by CLEval where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ocr.datasets.boxes import find_image
from ocr.document import Block, Line, Page, Quad, Word, bounding_quad
from ocr.evaluation.text import Readings, predictions, read_pages, score_pages
from ocr.imaging import ImageInput
from ocr.reader import Reader

PRINTED = {"till": ("Total 12.50", "Thank you"), "market": ("합계 1,200",)}


def quad(row: int) -> Quad:
    y = 10.0 + 30 * row
    return ((10.0, y), (110.0, y), (110.0, y + 20), (10.0, y + 20))


def page_of(*texts: str) -> Page:
    """Lines one below the other, where the labels have them."""
    lines = tuple(
        Line(tuple(Word(word, quad(k), 1.0) for word in text.split()), quad(k), 1.0) for k, text in enumerate(texts)
    )
    return Page(120, 100, (Block(lines, bounding_quad(line.quad for line in lines)),))


class Recital(Reader):
    """Knows by heart what stands on an image of a given name."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages

    def read(self, image: ImageInput) -> Page:
        assert isinstance(image, Path)
        return self.pages[image.stem]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("images", "boxes"):
        (tmp_path / name).mkdir()
    for (stem, texts), suffix in zip(PRINTED.items(), (".jpg", ".png"), strict=True):
        (tmp_path / "images" / f"{stem}{suffix}").touch()
        corners = [",".join(f"{value:g}" for point in quad(k) for value in point) for k in range(len(texts))]
        rows = [f"{place},{text}" for place, text in zip(corners, texts, strict=True)]
        (tmp_path / "boxes" / f"{stem}.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


@pytest.fixture
def misread() -> Readings:
    """Of 6 words 5 were read, one of them in another case, and one twice."""
    return {"till": (page_of("TOTAL 12.50", "Thank"), 0.5), "market": (page_of("합계 1,200 1,200"), 1.5)}


def test_pages_are_read_by_name_and_timed(folder: Path) -> None:
    pages = {stem: page_of(*texts) for stem, texts in PRINTED.items()}
    readings = read_pages(Recital(pages), folder, ["market", "till"])
    assert list(readings) == ["market", "till"]
    assert {stem: page for stem, (page, _) in readings.items()} == pages
    assert all(seconds >= 0 for _, seconds in readings.values())


@pytest.mark.parametrize(("cased", "hits"), [(False, 5), (True, 4)])
def test_words_count_as_often_as_they_are_printed(
    folder: Path, misread: Readings, monkeypatch: pytest.MonkeyPatch, cased: bool, hits: int
) -> None:
    monkeypatch.setitem(sys.modules, "cleval", None)  # as where it is not installed
    read, printed = 6, 6
    scores = score_pages(misread, folder, cased=cased)
    assert scores == {"words": round(2 * hits / (read + printed), 4), "seconds a page": 1.0}


def test_cleval_tells_finding_from_reading(folder: Path, misread: Readings) -> None:
    pytest.importorskip("cleval")
    right = {stem: (page_of(*texts), 1.0) for stem, texts in PRINTED.items()}
    assert score_pages(right, folder) == {"detection": 1.0, "end to end": 1.0, "words": 1.0, "seconds a page": 1.0}
    scores = score_pages(misread, folder)
    assert scores["detection"] == 1.0
    assert 0.5 < scores["end to end"] < 1.0
    assert score_pages(misread, folder, cased=True)["end to end"] < scores["end to end"]


def test_what_nobody_can_read_counts_neither_way(folder: Path) -> None:
    pytest.importorskip("cleval")
    with (folder / "boxes" / "market.csv").open("a", encoding="utf-8") as labels:
        labels.write("\n" + ",".join(f"{value:g}" for point in quad(1) for value in point) + ",###")
    right = {stem: (page_of(*texts), 1.0) for stem, texts in PRINTED.items()}
    assert score_pages(right, folder) == {"detection": 1.0, "end to end": 1.0, "words": 1.0, "seconds a page": 1.0}
    found_as_well = right | {"market": (page_of(*PRINTED["market"], "guess"), 1.0)}
    scores = score_pages(found_as_well, folder)
    assert (scores["detection"], scores["end to end"]) == (1.0, 1.0)


def test_predictions_are_boxes_and_texts_of_lines() -> None:
    assert predictions(page_of("Total 12.50", "Thank you"), 0.25) == {
        "seconds": 0.25,
        "boxes": [[10, 10, 110, 10, 110, 30, 10, 30], [10, 40, 110, 40, 110, 60, 10, 60]],
        "texts": ["Total 12.50", "Thank you"],
    }


def test_a_page_without_an_image_is_named(folder: Path) -> None:
    assert find_image(folder, "market") == folder / "images" / "market.png"
    with pytest.raises(FileNotFoundError, match="no image of page lost"):
        find_image(folder, "lost")
