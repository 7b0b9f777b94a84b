"""Places and quads are two ways to say the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import places_to_quads, quads_to_places, slice_place

coordinate = st.floats(-500, 500, width=32)


@given(coordinate, coordinate, st.floats(-3.1, 3.1), st.floats(2, 400), st.floats(2, 80))
def test_a_place_survives_its_quad(x: float, y: float, angle: float, length: float, height: float) -> None:
    stop = (x + length * np.cos(angle), y + length * np.sin(angle))
    place = np.array([[x, y, *stop, height]], np.float32)
    np.testing.assert_allclose(quads_to_places(places_to_quads(place)), place, atol=1e-2)


def test_quads_start_at_the_top_left_of_the_reading_direction() -> None:
    rightwards, downwards = np.array([[10, 50, 90, 50, 20], [50, 10, 50, 90, 20]], np.float32)
    np.testing.assert_allclose(places_to_quads(rightwards[None])[0], [[10, 40], [90, 40], [90, 60], [10, 60]])
    np.testing.assert_allclose(places_to_quads(downwards[None])[0], [[60, 10], [60, 90], [40, 90], [40, 10]])


def test_slices_lie_side_by_side() -> None:
    place = np.array([0, 0, 100, 0, 10], np.float32)
    left, right = slice_place(place, np.array([[0.0, 0.25], [0.25, 1.0]], np.float32)).tolist()
    assert left[1] == right[0] == [25.0, -5.0]
    assert left[2] == right[3] == [25.0, 5.0]
