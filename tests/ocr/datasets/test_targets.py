"""What the head is taught, read back by the kernel that reads the head: the frames of both must be the same."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ocr.datasets.crops import clip_places
from ocr.datasets.examples import Displacement, LabelledExamples
from ocr.datasets.targets import build_location_targets
from ocr.geometry import places_to_quads
from ocr.model.heads import LocationMaps
from ocr.places import find_places

PLACES = np.array(
    [
        [20.0, 40.0, 200.0, 46.0, 18.0],  # a line
        [30.0, 100.0, 42.0, 100.0, 24.0],  # a single character
        [60.0, 140.0, 240.0, 140.0, 8.0],  # fine print
        [220.0, 230.0, 160.0, 170.0, 20.0],  # up and to the left
        [250.0, 200.0, 250.0, 90.0, 16.0],  # upwards
    ],
    np.float32,
)


def perfect_maps(places: np.ndarray) -> LocationMaps:
    targets = build_location_targets((256, 288), places, shrink=0.5)
    logits = torch.from_numpy(targets.maps.astype(np.float32)) * 20 - 10
    return LocationMaps(logits=logits[None], geometry=torch.from_numpy(targets.geometry.astype(np.float32))[None])


def test_what_is_drawn_is_found_again() -> None:
    found, scores = find_places(perfect_maps(PLACES))
    assert len(found) == len(PLACES)
    assert (scores > 0.99).all()
    for place in PLACES:
        nearest = found[np.abs(found[:, :4] - place[:4]).sum(1).argmin()]
        np.testing.assert_allclose(nearest[:4], place[:4], atol=1.5)
        assert nearest[4] == pytest.approx(place[4], rel=0.02)


def test_close_lines_stay_apart() -> None:
    rows = np.array([[10.0, 10.0 + 16 * k, 200.0, 10.0 + 16 * k, 14.0] for k in range(12)], np.float32)
    found, _ = find_places(perfect_maps(rows))
    assert len(found) == 12


def test_ignored_quads_ask_nothing_but_spare_the_kernels() -> None:
    ignored = places_to_quads(PLACES[:1] + np.array([0, 0, 0, 0, 30], np.float32))
    targets = build_location_targets((256, 288), PLACES, shrink=0.5, ignored=ignored)
    assert (targets.care == 0).any()
    assert targets.care[targets.maps[0] > 0].all()


def test_lines_are_cut_at_the_border() -> None:
    places = np.array(
        [
            [-100, 50, 60, 50, 20],
            [50, 80, 400, 80, 20],
            [10, -200, 10, -150, 20],
            [30, 30, 90, 30, 20],
            [5, 3, 90, 3, 20],
        ],
        np.float32,
    )
    clipped, visible = clip_places(places, 256)
    assert visible.tolist() == [True, True, False, True, False]
    np.testing.assert_allclose(clipped[[0, 1, 3]], [[0, 50, 60, 50, 20], [50, 80, 256, 80, 20], [30, 30, 90, 30, 20]])


def test_displacement_stays_within_its_bounds() -> None:
    rng = np.random.default_rng(3)
    limits = Displacement()
    places = np.repeat(np.array([[100.0, 100.0, 300.0, 100.0, 20.0]], np.float32), 500, 0)
    moved = limits.apply(places, rng)
    assert np.abs(moved[:, [1, 3]] - 100).max() <= 2 * limits.across * 20 + 1e-3
    assert np.abs(moved[:, 0] - 100).max() <= limits.ends * 20 + 1
    assert np.abs(np.log(moved[:, 4] / 20)).max() <= limits.height + 1e-5
    assert moved.std(0).min() > 0.5


def test_labelled_pages_without_an_image_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "boxes").mkdir()
    (tmp_path / "boxes" / "a.csv").write_text("0,0,9,0,9,9,0,9,text", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        LabelledExamples(tmp_path, ["a"], size=64, seed=0, shrink=0.5, cased=True)


def test_crops_too_small_for_any_text_are_told(tmp_path: Path) -> None:
    for folder in ("boxes", "images"):
        (tmp_path / folder).mkdir()
    (tmp_path / "boxes" / "a.csv").write_text("10,10,690,10,690,30,10,30,far too long", encoding="utf-8")
    cv2.imwrite(str(tmp_path / "images" / "a.png"), np.full((40, 700), 255, np.uint8))
    with pytest.raises(ValueError, match="32 px"):
        next(iter(LabelledExamples(tmp_path, ["a"], size=32, seed=0, shrink=0.5, cased=True)))
