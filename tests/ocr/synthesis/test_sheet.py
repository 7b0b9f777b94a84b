"""Pages on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.synthesis import Corpus, FontLibrary
from ocr.synthesis.sheet import Recipe, contact_sheet, overlay, write_pages


@pytest.fixture
def recipe(corpus: Corpus, builtin_fonts: FontLibrary) -> Recipe:
    return Recipe(corpus, builtin_fonts, "receipt", 200)


def test_what_is_written_can_be_read_again(recipe: Recipe, tmp_path: Path) -> None:
    paths = write_pages(tmp_path, 2, recipe, seed=4)
    assert [path.name for path in paths] == ["receipt-000004.png", "receipt-000005.png"]
    for seed, path in zip((4, 5), paths, strict=True):
        page = recipe.page(seed)
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        assert (image == page.image).all()
        lines = (tmp_path / "boxes" / f"{path.stem}.csv").read_text(encoding="utf-8").splitlines()
        assert [line.split(",", 8)[8] for line in lines] == [text.text for text in page.texts]
        corner = [float(number) for number in lines[0].split(",")[:2]]
        assert corner == pytest.approx(page.texts[0].quad[0], abs=0.06)
        truth = json.loads((tmp_path / "truth" / f"{path.stem}.json").read_text(encoding="utf-8"))
        assert [text["field"] for text in truth["texts"]] == [text.field for text in page.texts]
    assert cv2.imread(str(tmp_path / "sheet.jpg")) is not None


def test_worker_processes_write_the_same(recipe: Recipe, tmp_path: Path) -> None:
    alone = write_pages(tmp_path / "alone", 2, recipe)
    together = write_pages(tmp_path / "together", 2, recipe, workers=2)
    assert [path.read_bytes() for path in alone] == [path.read_bytes() for path in together]


def test_an_overlay_marks_the_texts_and_nothing_else(recipe: Recipe) -> None:
    page = replace(recipe, kind="card").page(1)
    drawn = overlay(page)
    changed = (drawn != page.image).any(2)
    near = np.zeros(changed.shape, np.uint8)
    for text in page.texts:
        cv2.fillPoly(near, [np.rint(text.quad).astype(np.int32)], 1)
    near = cv2.dilate(near, np.ones((7, 7), np.uint8))
    assert changed.any()
    assert not (changed & (near == 0)).any()


def test_a_sheet_fits_images_of_any_shape() -> None:
    sheet = contact_sheet([np.zeros((100, 400, 3), np.uint8), np.full((400, 100, 3), 255, np.uint8)], columns=2)
    assert sheet.shape == (512, 1024, 3)
    assert (sheet[:128, :512] == 0).all()
    assert (sheet[:, 512:640] == 255).all()
