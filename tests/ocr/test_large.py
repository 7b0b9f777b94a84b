"""Large print is read once more from afar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.decoding import Reading
from ocr.document import Line, Word
from ocr.geometry import FloatArray, places_to_quads
from ocr.large import HEIGHT_PX, MOST, look_from_afar
from ocr.look import Look, Placed

WIDTH, HEIGHT = 800, 600


def placed(text: str, place: Sequence[float]) -> Placed:
    where = np.array(place, np.float32)
    (corners,) = places_to_quads(where[None]).tolist()
    quad = tuple((x, y) for x, y in corners)
    return where, Line((Word(text, quad, 0.8),), quad, 0.8)


SMALL = [placed("small print that goes on and on", (40, y, 440, y, 20)) for y in range(300, 580, 30)]
SIGN = placed("5IGN", (40, 100, 400, 100, 90))


@pytest.fixture
def grey() -> NDArray[np.uint8]:
    sheet = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.rectangle(sheet, (40, 55), (400, 145), 0, cv2.FILLED)
    return sheet


def answer(
    grey: NDArray[np.uint8], found: Sequence[Placed], places: list[FloatArray]
) -> tuple[list[Look], list[Placed]]:
    """Every look is given these places, in pixels of the page, read as one `S` each."""
    looking = look_from_afar(grey, found)
    asked: list[Look] = []
    try:
        while True:
            looks = next(looking)
            if looks[0] in asked:
                continue
            asked += looks
            for look in looks:
                back = np.linalg.inv(np.vstack([look.view.to_page, [0, 0, 1]]))[:2]
                scale = abs(np.linalg.det(back[:, :2])) ** 0.5
                points = [place[:4].reshape(2, 2) @ back[:, :2].T + back[:, 2] for place in places]
                heights = [place[4:] * scale for place in places]
                pairs = zip(points, heights, strict=True)
                look.places = np.array([np.concatenate([p.ravel(), h]) for p, h in pairs], np.float32).reshape(-1, 5)
                look.readings = [
                    Reading(
                        np.array([2], np.int32), np.array([[0, 1]], np.float32), np.array([0.5], np.float32),
                        np.zeros((1, 0), np.int32), np.zeros((1, 0), np.float32),
                    )
                    for _ in places
                ]  # fmt: skip
    except StopIteration as end:
        return asked, end.value


def test_a_sign_is_shown_at_the_height_of_other_print(grey: NDArray[np.uint8]) -> None:
    (look,), _ = answer(grey, [SIGN, *SMALL], [])
    rows = np.flatnonzero((look.view.pixels < 128).any(1))
    assert np.ptp(rows) + 1 == pytest.approx(HEIGHT_PX, abs=2)
    columns = np.flatnonzero((look.view.pixels < 128).any(0))
    assert np.ptp(columns) + 1 == pytest.approx(360 * HEIGHT_PX / 90, abs=3)


def test_what_is_found_in_its_place_replaces_it(grey: NDArray[np.uint8]) -> None:
    where = np.array((45, 102, 395, 102, 86), np.float32)
    _, lines = answer(grey, [SIGN, *SMALL], [where])
    place, line = lines[0]
    np.testing.assert_allclose(place, where, atol=0.5)
    assert line.text != "5IGN" and len(lines) == 1 + len(SMALL)
    assert lines[1:] == SMALL


@pytest.mark.parametrize(
    "places",
    [
        [],
        [np.array((45, 100, 200, 100, 86), np.float32)],
        [np.array((45, 160, 395, 160, 86), np.float32)],
        [np.array((40, y, 400, y, 40), np.float32) for y in (80, 120)],
    ],
    ids=["nothing", "a part", "what is beside", "two lines"],
)
def test_otherwise_it_stays_as_it_was(grey: NDArray[np.uint8], places: list[FloatArray]) -> None:
    assert answer(grey, [SIGN, *SMALL], places)[1] == [SIGN, *SMALL]


def test_what_is_sure_is_not_given_up_for_what_is_not(grey: NDArray[np.uint8]) -> None:
    where, line = SIGN
    sure = where, replace(line, confidence=0.95)
    assert answer(grey, [sure, *SMALL], [where])[1][0] is sure


def test_print_of_one_size_is_not_looked_at_again(grey: NDArray[np.uint8]) -> None:
    assert answer(grey, SMALL, []) == ([], SMALL)
    assert answer(grey, [SIGN], []) == ([], [SIGN])
    assert answer(grey, [], []) == ([], [])


def test_looks_are_few(grey: NDArray[np.uint8]) -> None:
    signs = [placed("SIGN", (500, 20 + 40 * k, 620, 20 + 40 * k, 50 + k)) for k in range(2 * MOST - 4)]
    asked, _ = answer(grey, [*signs, *SMALL * 4], [])
    assert len(asked) == MOST


def test_a_leaning_sign_is_shown_upright(grey: NDArray[np.uint8]) -> None:
    turn = cv2.getRotationMatrix2D((220, 100), -10, 1.0)
    leaning = cv2.warpAffine(grey, turn, (WIDTH, HEIGHT), borderValue=(255,)).astype(np.uint8)
    start, stop = (turn @ np.array([x, 100, 1.0]) for x in (40, 400))
    (look,), _ = answer(leaning, [placed("5IGN", (*start, *stop, 90)), *SMALL], [])
    rows = np.flatnonzero((look.view.pixels < 128).any(1))
    assert np.ptp(rows) + 1 == pytest.approx(HEIGHT_PX, abs=3)
