"""The map of points is the map of pixels."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from ocr.synthesis.canvas import box_quad
from ocr.synthesis.page import ImageArray, PrintedText
from ocr.synthesis.warp import STILL, Warp, random_warp, turned

SIZE = 240, 200
DOTS = np.array([(x, y) for x in (30, 90, 150, 210) for y in (30, 100, 170)], np.float32) + np.float32(0.5)


def dotted() -> ImageArray:
    """White, with a black spot around every dot; a dot is the centre of its pixel, hence the halves."""
    image = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    for x, y in DOTS:
        cv2.circle(image, (int(x), int(y)), 4, (0, 0, 0), -1)
    return image


def texts_at(points: np.ndarray) -> list[PrintedText]:  # type: ignore[type-arg]
    quads = [box_quad(x - 8, y - 8, x + 8, y + 8) for x, y in points]
    return [PrintedText("x", quad, quad[None], None, 0) for quad in quads]


def centre_of_ink(image: ImageArray, near: np.ndarray, reach: int = 9) -> np.ndarray:  # type: ignore[type-arg]
    x0, y0 = np.maximum(np.rint(near).astype(int) - reach, 0)
    dark = 255.0 - image[y0 : y0 + 2 * reach, x0 : x0 + 2 * reach, 0]
    rows, columns = np.mgrid[: dark.shape[0], : dark.shape[1]]
    return np.array([(columns * dark).sum(), (rows * dark).sum()]) / dark.sum() + (x0 + 0.5, y0 + 0.5)


@pytest.mark.parametrize("seed", range(12))
def test_dots_are_found_where_the_points_went(seed: int) -> None:
    rng = Random(seed)
    size = (300, 260) if seed % 2 else SIZE
    warp = random_warp(texts_at(DOTS), SIZE, size, rng, strength=2.0)
    photograph = warp.image(dotted(), np.full((size[1], size[0], 3), 255, np.uint8))
    for point in warp.points(DOTS):
        assert centre_of_ink(photograph, point) == pytest.approx(point, abs=0.4)


def test_waves_move_points_as_they_move_pixels() -> None:
    warp = Warp(np.eye(3), ((5.0, 180.0, 1.0), (4.0, 220.0, 2.0)))
    photograph = warp.image(dotted(), np.full((SIZE[1], SIZE[0], 3), 255, np.uint8))
    moved = warp.points(DOTS)
    assert np.abs(moved - DOTS).max() > 3
    for point in moved:
        assert centre_of_ink(photograph, point) == pytest.approx(point, abs=0.4)


def test_standing_still_changes_nothing() -> None:
    warp = Warp(np.eye(3), (STILL, STILL))
    image = dotted()
    assert (warp.image(image, np.zeros_like(image)) == image).all()
    assert (warp.points(DOTS) == DOTS).all()


@pytest.mark.parametrize("seed", range(40))
def test_no_text_leaves_the_photograph(seed: int) -> None:
    rng = Random(seed)
    size = rng.randint(120, 500), rng.randint(120, 500)
    warp = random_warp(texts_at(DOTS), SIZE, size, rng, strength=2.4)
    points = np.concatenate([text.quad for text in warp.texts(texts_at(DOTS))])
    assert (points >= 0).all()
    assert (points <= size).all()


@pytest.mark.parametrize("quarters", range(4))
def test_turning_keeps_the_top_left_of_reading(quarters: int) -> None:
    image, texts = turned(dotted(), texts_at(DOTS), quarters)
    assert image.shape[:2] == (SIZE[1], SIZE[0]) if quarters % 2 == 0 else SIZE
    for text in texts:
        assert centre_of_ink(image, text.quad.mean(0)) == pytest.approx(text.quad.mean(0), abs=0.4)
        along = text.quad[1] - text.quad[0]
        expected = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarters]
        assert along / np.linalg.norm(along) == pytest.approx(expected, abs=1e-6)


def test_an_enlarged_sheet_keeps_the_corners_of_its_pixels() -> None:
    warp = Warp(np.diag([3.0, 3.0, 1.0]))
    photograph = warp.image(dotted(), np.full((3 * SIZE[1], 3 * SIZE[0], 3), 255, np.uint8))
    for point in warp.points(DOTS):
        assert centre_of_ink(photograph, point, reach=24) == pytest.approx(point, abs=0.2)
