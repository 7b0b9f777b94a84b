"""A view shows all of the page, and its pixels know where on the page they come from."""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np
import pytest

from ocr.synthesis import Corpus, FontLibrary, render_page
from ocr.view import OVERLAP_PX, STRIP_PX, estimate_lean, show


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 7, -33])
@pytest.mark.parametrize("scale", [1.0, 0.5, 1.7])
def test_a_mark_is_found_where_it_stands_on_the_page(angle: float, scale: float) -> None:
    page = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(page, (250, 60), (269, 79), 0, -1)  # its middle is (260, 70)
    (view,) = show(page, scale, angle)
    y, x = np.nonzero(view.pixels < 100)
    place = np.array([x.mean() + 0.5, y.mean() + 0.5, x.mean() + 10.5, y.mean() + 0.5, 20 * scale], np.float32)
    x0, y0, x1, y1, height = view.place_on_page(place)
    assert (x0, y0) == pytest.approx((260, 70), abs=0.6)
    assert (math.degrees(math.atan2(y1 - y0, x1 - x0)) - angle + 180) % 360 == pytest.approx(180, abs=0.5)
    assert height == pytest.approx(20, rel=0.02)


@pytest.mark.parametrize("angle", [90, 180, 270, 360])
def test_quarter_turns_change_no_pixel(angle: float) -> None:
    page = np.random.default_rng(0).integers(0, 256, (64, 96), np.uint8)
    (view,) = show(page, 1.0, angle)
    assert np.array_equal(view.pixels, np.rot90(page, int(angle // 90)))


@pytest.mark.parametrize(("height", "width"), [(100, 100), (9000, 600), (2000, 2000), (3000, 12000)])
@pytest.mark.parametrize("angle", [0.0, 180.0])
def test_strips_cover_the_page_and_overlap(height: int, width: int, angle: float) -> None:
    views = list(show(np.zeros((height, width), np.uint8), 1.0, angle))
    tops = [view.to_page[1, 2] if not angle else height - view.to_page[1, 2] for view in views]
    bottoms = [top + view.pixels.shape[0] for top, view in zip(tops, views, strict=True)]
    assert tops[0] == pytest.approx(0)
    assert height <= bottoms[-1] < height + 32
    assert all(above - below >= OVERLAP_PX for above, below in zip(bottoms, tops[1:], strict=False))
    assert all(view.pixels.size <= 1.05 * max(STRIP_PX, 4 * OVERLAP_PX * width) for view in views)
    rows = sum(view.pixels.shape[0] for view in views)
    assert rows <= height + 32 + (len(views) - 1) * (OVERLAP_PX + 33)  # and none is seen twice without need
    seams = [[top + row for row in view.rows] for view, top in zip(views, tops, strict=True)]
    assert all(before[1] == pytest.approx(after[0]) for before, after in pairwise(seams))  # every row counts once
    assert seams[0][0] == -math.inf and seams[-1][1] == math.inf


@pytest.mark.parametrize("angle", [0, 3, -11, 28, -44])
@pytest.mark.parametrize("seed", [0, 1])
def test_lean_is_seen(angle: float, seed: int) -> None:
    fonts = FontLibrary("all", folders=())
    page = render_page(seed, "receipt", size=None, corpus=Corpus(), fonts=fonts, korean=0.0, clean=True).image
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 0.6)
    turned = np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=(255, 255, 255)), np.uint8)
    assert estimate_lean(np.asarray(cv2.cvtColor(turned, cv2.COLOR_RGB2GRAY), np.uint8)) == pytest.approx(angle, abs=2)


@pytest.mark.parametrize("period", [3, 4])
def test_weave_does_not_lean(period: float) -> None:
    fonts = FontLibrary("all", folders=())
    image = render_page(3, "receipt", size=None, corpus=Corpus(), fonts=fonts, korean=0.0, clean=True).image
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64)
    x, y = np.meshgrid(np.arange(grey.shape[1]), np.arange(grey.shape[0]))
    weave = 40 * np.cos(2 * math.pi / period * (x * math.sin(math.radians(30)) + y * math.cos(math.radians(30))))
    assert estimate_lean(np.clip(grey * 0.4 + 90 + weave, 0, 255).astype(np.uint8)) == pytest.approx(0, abs=2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (300, 200)])
def test_nothing_does_not_lean(shape: tuple[int, int]) -> None:
    assert estimate_lean(np.full(shape, 200, np.uint8)) is None
