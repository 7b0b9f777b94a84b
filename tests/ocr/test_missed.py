"""Columns of ink that no line covers are found; rules, dust and what was read are none."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.document import Line
from ocr.look import Placed
from ocr.missed import MOST, find_missed_columns

Grey = NDArray[np.uint8]
NOBODY = Line((), ((0.0, 0.0),) * 4, 0.9)
ROWS = (60, 110, 160, 210)


def sheet() -> tuple[Grey, list[Placed]]:
    """A page with some lines of print, 18 pixels high, and their places."""
    page = np.full((500, 600), 245, np.uint8)
    for y in ROWS:
        cv2.putText(page, "SPLENDID 12.80", (60, y + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.65, 30, 2)
    return page, [(np.array([60, y + 7, 250, y + 7, 18], np.float32), NOBODY) for y in ROWS]


def write_up(page: Grey, x: int, y: int, text: str = "No. 00428-1973", scale: float = 0.6) -> None:
    strip = np.full((26, 200), 245, np.uint8)
    cv2.putText(strip, text, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, scale, 30, 2)
    page[y : y + 200, x : x + 26] = np.rot90(strip)


def columns(page: Grey, lines: list[Placed], angle: float = 0.0) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of what was found."""
    found = find_missed_columns(page, lines, angle)
    boxes = []
    for squares in found:
        xs, ys, half = squares[:, [0, 2]], squares[:, [1, 3]], squares[:, 4].mean() / 2
        boxes.append((float(xs.min()), float(ys.min() - half), float(xs.max()), float(ys.max() + half)))
    return boxes


def ink_box(page: Grey) -> NDArray[np.intp]:
    """Left, top, right and bottom of the ink beside the lines."""
    y, x = np.nonzero(page[:, 450:] < 128)
    return np.array([x.min() + 450, y.min(), x.max() + 451, y.max() + 1])


def test_print_up_a_margin_is_a_column() -> None:
    page, lines = sheet()
    write_up(page, 500, 80)
    (box,) = columns(page, lines)
    assert np.abs(np.array(box) - ink_box(page)).max() < 4


def test_it_is_on_a_page_that_leans() -> None:
    page, lines = sheet()
    write_up(page, 500, 80)
    turn = cv2.getRotationMatrix2D((300, 250), -10, 1.0)  # OpenCV counts angles against the clock
    leaning = np.asarray(cv2.warpAffine(page, turn, (600, 500), borderValue=(245,)), np.uint8)
    moved = [
        (np.append((place[:4].reshape(2, 2) @ turn[:, :2].T + turn[:, 2]).ravel(), place[4]).astype(np.float32), line)
        for place, line in lines
    ]
    (squares,) = find_missed_columns(leaning, moved, 10.0)
    middles = (squares[:, :2] + squares[:, 2:4]) / 2
    along = middles[-1] - middles[0]
    assert math.degrees(math.atan2(along[1], along[0])) == pytest.approx(100, abs=3)
    expected = ink_box(page).reshape(2, 2).mean(0) @ turn[:, :2].T + turn[:, 2]
    assert np.abs(middles.mean(0) - expected).max() < 8


def test_what_was_read_is_none() -> None:
    page, lines = sheet()
    assert columns(page, lines) == []
    write_up(page, 500, 80)
    assert columns(page, [*lines, (np.array([513, 80, 513, 280, 24], np.float32), NOBODY)]) == []


@pytest.mark.parametrize("thickness", [1, 3, 8])
def test_rules_are_none(thickness: int) -> None:
    page, lines = sheet()
    cv2.line(page, (500, 20), (500, 480), 30, thickness)
    cv2.rectangle(page, (20, 20), (580, 480), 30, thickness)
    assert columns(page, lines) == []


def test_there_are_few_of_them() -> None:
    page, lines = sheet()
    for x in range(300, 560, 50):
        write_up(page, x, 20)
        write_up(page, x, 270, text="No. 00428")
    found = columns(page, lines)
    assert len(found) == MOST
    assert all(bottom - top > 120 for _, top, _, bottom in found)  # the longest


def test_noise_takes_no_more() -> None:
    page, lines = sheet()
    page[250:] = np.random.default_rng(0).integers(0, 255, (250, 600), np.uint8)
    assert len(columns(page, lines)) <= MOST
