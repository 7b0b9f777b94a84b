"""From the network's maps to places, and pieces of texts that become one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ocr.geometry import FloatArray
from ocr.model.heads import STRIDE, LocationMaps
from ocr.places import _joined, find_places, join_pieces


@pytest.mark.parametrize("angle", [0, 20, 90, 215])
def test_pieces_of_a_text_become_one_and_neighbours_stay_apart(angle: float) -> None:
    turn = np.array([[np.cos(a := np.radians(angle)), np.sin(a)], [-np.sin(a), np.cos(a)]])

    def place(x0: float, x1: float, y: float, height: float = 20.0) -> list[float]:
        return [*(np.array([[x0, y], [x1, y]]) @ turn).ravel(), height]

    pieces = [place(0, 120, 50), place(60, 160, 53, 24)]  # the second half is found once more, a little lower
    others = [place(165, 240, 50), place(0, 160, 70), place(120, 150, 50, 60)]  # next to it, below it, a stamp on it
    joined = join_pieces(np.array([*pieces, *others], np.float32))
    assert len(joined) == 4
    assert any(np.allclose(whole, place(0, 160, 50), atol=1e-3) for whole in joined)


def scattered(count: int, side: float, angle: float, spread: float = 0.05) -> FloatArray:
    """Places anywhere on a square, running roughly at an angle in radians."""
    rng = np.random.default_rng(count)
    start, length, height = rng.uniform(0, side, (count, 2)), rng.exponential(40, count), rng.lognormal(3, 0.3, count)
    angles = angle + rng.normal(0, spread, count)
    along = length[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    return np.concatenate([start, start + along, height[:, None]], 1).astype(np.float32)


@pytest.mark.parametrize("spread", [0.0, 0.05])
@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 2, 3.7])
def test_neighbours_are_searched_as_if_all_were(angle: float, spread: float, monkeypatch: pytest.MonkeyPatch) -> None:
    places = scattered(300, 400, angle, spread)
    found = join_pieces(places)
    monkeypatch.setattr("ocr.places.SQUARE_PX", 10**6)
    np.testing.assert_array_equal(found, join_pieces(places))
    assert len(found) < 250


def test_on_a_texture_few_pairs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def count(*pair: list[float]) -> list[float] | None:
        nonlocal compared
        compared += 1
        return _joined(*pair)

    monkeypatch.setattr("ocr.places._joined", count)
    places = scattered(16_000, 2000, 0.0, spread=3.0)
    assert len(join_pieces(places)) > 10_000
    assert compared < 100 * len(places)


def stacked_maps(profile: list[float], height: float, angle: int) -> LocationMaps:
    """Kernels whose probability across the reading direction is a profile, a cell each, of texts 24 cells long.

    Args:
        profile: From top to bottom.
        height: Of the texts, in pixels.
        angle: Of the texts: a multiple of 90 degrees clockwise.
    """
    probability = np.full((48, 48), 1e-4)
    probability[16 : 16 + len(profile), 13:35] = np.array(profile)[:, None]
    to_start = np.tile(STRIDE * (np.arange(48) + 0.5 - 12).clip(0), (48, 1))
    distances = [np.log1p(to_start), np.log1p((STRIDE * 24 - to_start).clip(0))]
    turns = -angle // 90  # NumPy counts anticlockwise
    maps = [np.rot90(each, turns) for each in (np.log(probability / (1 - probability)), *distances)]
    logits, *distances = (torch.from_numpy(each.copy()).float() for each in maps)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    same = [torch.full((48, 48), float(value)) for value in (np.log(height), cos, sin)]
    return LocationMaps(logits=logits[None, None], geometry=torch.stack([*same, *distances])[None])


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_texts_whose_kernels_run_together_are_told_apart(angle: int) -> None:
    places, _ = find_places(stacked_maps([0.7, 0.95, 0.9, 0.6, 0.9, 0.95, 0.8], 16.0, angle))
    assert len(places) == 2
    x0, y0, x1, y1, heights = places.T
    along = 24 * STRIDE * np.array([[np.cos(np.radians(angle))], [np.sin(np.radians(angle))]])
    assert np.stack([x1 - x0, y1 - y0]) == pytest.approx(np.repeat(along, 2, 1), abs=1)
    assert heights == pytest.approx(16.0)
    middles = np.stack([x0 + x1, y0 + y1]) / 2
    assert np.hypot(*np.diff(middles)[:, 0]) == pytest.approx(4 * STRIDE, abs=1)


@pytest.mark.parametrize("profile", [[0.6, 0.9, 0.95, 0.9, 0.6], [0.9, 0.5, 0.9]])
def test_a_text_is_one_though_its_print_is_uneven(profile: list[float]) -> None:
    places, _ = find_places(stacked_maps(profile, 24.0, 0))
    assert len(join_pieces(places)) == 1
