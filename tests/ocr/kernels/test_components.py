"""Geometry of components, against a flood fill in plain Python and against texts whose place is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

Map = NDArray[np.float32]


def flood(prob: Map, threshold: float) -> list[list[tuple[int, int]]]:
    """Pixels (row, column) of the 8-connected components, by the first pixel of each."""
    left = {(int(r), int(c)) for r, c in zip(*np.nonzero(prob > threshold), strict=True)}
    components = []
    for seed in sorted(left):
        if seed in left:
            left.remove(seed)
            component = [seed]
            for row, column in component:
                near = {(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
                left -= near
                component.extend(near)
            components.append(component)
    return components


def summarise(prob: Map, geometry: Map, component: list[tuple[int, int]]) -> list[float]:
    inner = height = mean_cos = mean_sin = 0.0
    ends = [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]  # weight, x, y, distance
    pixels = []  # weight, x, y
    for row, column in component:
        p = float(prob[row, column])
        log_height, cos, sin, log_before, log_after = map(float, geometry[row, column])
        norm = math.hypot(cos, sin)
        cos, sin = cos / norm, sin / norm
        longest = sum(prob.shape)
        distances = [min(max(math.exp(d), 1 / longest), longest) for d in (log_before, log_after)]
        weight = p * p * min(distances) / max(distances)
        inner += weight
        height += weight * log_height
        mean_cos += weight * cos
        mean_sin += weight * sin
        pixels.append((p * p, column + 0.5, row + 0.5))
        for end, distance in zip(ends, distances, strict=True):
            weight = p * p / (1 + distance)
            for k, value in enumerate((1, column + 0.5, row + 0.5, distance)):
                end[k] += weight * value
    cx, cy, ux, uy = axis(pixels, mean_cos, mean_sin)
    points = []
    reach = [(x - cx) * ux + (y - cy) * uy for _, x, y in pixels]
    inset = 0.2 * math.exp(height / inner)
    for (weight, x, y, distance), sign in zip(ends, (-1, 1), strict=True):
        along = (x / weight - cx) * ux + (y / weight - cy) * uy + sign * distance / weight
        along = min(along, min(reach) - inset) if sign < 0 else max(along, max(reach) + inset)
        points += [cx + along * ux, cy + along * uy]
    score = sum(float(prob[pixel]) for pixel in component) / len(component)
    return [*points, math.exp(height / inner), score, len(component), math.hypot(mean_cos, mean_sin) / inner]


def axis(pixels: list[tuple[float, float, float]], cos: float, sin: float) -> tuple[float, float, float, float]:
    """Centre and direction of weighted pixels whose own mean direction is (cos, sin), by eigenvectors."""
    weight, *centre = (sum(w * value for w, value in zip((p[0] for p in pixels), values, strict=True))
                       for values in ([1.0] * len(pixels), [p[1] for p in pixels], [p[2] for p in pixels]))  # fmt: skip
    cx, cy = centre[0] / weight, centre[1] / weight
    covariance = np.eye(2) / 12
    for w, x, y in pixels:
        covariance += w / weight * np.outer((x - cx, y - cy), (x - cx, y - cy))
    (thin, long), vectors = np.linalg.eigh(covariance)
    own = np.array([cos, sin]) / math.hypot(cos, sin)
    shape = vectors[:, 1] * np.sign(vectors[:, 1] @ own)
    share = min(max((long / max(thin, 1 / 12) - 4) / 12, 0), 1) * min(max((shape @ own - 0.8) / 0.1, 0), 1)
    direction = (1 - share) * own + share * shape
    return cx, cy, *(direction / np.linalg.norm(direction))


def draw_texts(shape: tuple[int, int], texts: list[tuple[float, float, float, float, float]]) -> tuple[Map, Map]:
    """Maps of a perfect network for texts (x0, y0, x1, y1, height), noise where there is no text."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    prob = rng.uniform(0, 0.25, shape)
    geometry = rng.normal(size=(*shape, 5))
    for x0, y0, x1, y1, height in texts:
        length = math.dist((x0, y0), (x1, y1))
        cos, sin = (x1 - x0) / length, (y1 - y0) / length
        along, across = (x - x0) * cos + (y - y0) * sin, (y - y0) * cos - (x - x0) * sin
        kernel = (abs(across) < 0.3 * height) & (along > 0.2 * height) & (along < length - 0.2 * height)
        prob[kernel] = np.exp(-((across / height) ** 2))[kernel]
        values = np.stack(np.broadcast_arrays(math.log(height), cos, sin, along, length - along), axis=-1)[kernel]
        values[:, 3:] = np.log(values[:, 3:])
        geometry[kernel] = values
    return prob.astype(np.float32), geometry.astype(np.float32)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.0, 1.0), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=80)
def test_components_are_those_of_a_flood_fill(kernels: Any, height: int, width: int, density: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    prob = np.where(rng.uniform(size=(height, width)) < density, rng.uniform(0.4, 1, (height, width)), 0.3)
    prob = prob.astype(np.float32)
    prob[rng.uniform(size=prob.shape) < 0.02] = np.nan  # NaN is background
    geometry = rng.normal(size=(height, width, 5)).astype(np.float32)
    found = kernels.component_geometry(prob, geometry, 0.5)
    expected = [summarise(prob, geometry, component) for component in flood(prob, 0.5)]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.reshape(expected, (-1, 8)), rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("degrees", [0, 4, -7, 45, 90, 180, 266])
def test_the_ends_and_the_height_of_texts_are_found(kernels: Any, degrees: float) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    texts = []
    for across, half, height in ((-40.0, 70.0, 6.0), (-20.0, 30.0, 9.0), (15.0, 80.0, 12.0), (50.0, 9.0, 5.0)):
        cx, cy = 110 - across * sin, 110 + across * cos
        texts.append((cx - half * cos, cy - half * sin, cx + half * cos, cy + half * sin, height))
    found = kernels.component_geometry(*draw_texts((220, 220), texts), 0.5)
    assert len(found) == len(texts)
    nearest = [found[np.abs(found[:, :4] - text[:4]).sum(axis=1).argmin()] for text in texts]
    for text, row in zip(texts, nearest, strict=True):
        assert np.abs(row[:4] - text[:4]).max() < 0.6
        assert row[4] == pytest.approx(text[4], rel=1e-4)
        assert row[7] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("degrees", [-9.0, 0.0, 6.0, 171.0])
def test_a_long_text_is_as_steep_as_its_shape(kernels: Any, degrees: float) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    text = (110 - 90 * cos, 110 - 90 * sin, 110 + 90 * cos, 110 + 90 * sin, 10.0)
    prob, geometry = draw_texts((220, 220), [text])
    flat = math.radians(degrees * 0.3 if abs(degrees) < 90 else 180 - (180 - degrees) * 0.3)
    geometry[..., 1], geometry[..., 2] = math.cos(flat), math.sin(flat)  # a head that sees hardly any slope
    (row,) = kernels.component_geometry(prob, geometry, 0.5)
    assert np.abs(row[:4] - text[:4]).max() < 1.0


def test_pixels_that_disagree_lower_the_consistency(kernels: Any) -> None:
    prob = np.full((1, 2), 0.9, np.float32)
    geometry = np.array([[[1, 1, 0, 0, 0], [1, 0, 1, 0, 0]]], np.float32)
    (row,) = kernels.component_geometry(prob, geometry, 0.5)
    assert row[7] == pytest.approx(math.sqrt(0.5))


def test_a_corner_joins_and_a_gap_does_not(kernels: Any) -> None:
    prob = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]], np.float32)
    found = kernels.component_geometry(prob, np.ones((3, 4, 5), np.float32), 0.5)
    assert found[:, 6].tolist() == [2, 1, 1]


def test_geometry_may_have_any_strides(kernels: Any) -> None:
    prob, geometry = draw_texts((60, 90), [(10, 20, 80, 25, 8), (10, 45, 60, 45, 8)])
    planes = np.ascontiguousarray(geometry.transpose(2, 0, 1))  # (5, H, W), as a convolution writes it
    found = kernels.component_geometry(prob, planes.transpose(1, 2, 0), 0.5)
    np.testing.assert_array_equal(found, kernels.component_geometry(prob, geometry, 0.5))


def test_extreme_distances_do_not_overflow(kernels: Any) -> None:
    geometry = np.zeros((2, 3, 5), np.float32)
    geometry[..., 1], geometry[..., 3], geometry[..., 4] = 1, 1000, -1000
    (row,) = kernels.component_geometry(np.ones((2, 3), np.float32), geometry, 0.5)
    assert row[0] == pytest.approx(1.5 - 5, abs=1e-4)
    assert row[4] == pytest.approx(1.0)


def test_rubbish_where_there_is_no_text_is_not_read(kernels: Any) -> None:
    geometry = np.full((4, 5, 5), np.nan, np.float32)
    assert kernels.component_geometry(np.zeros((4, 5), np.float32), geometry, 0.5).shape == (0, 8)


@pytest.mark.parametrize("channel", range(5))
def test_geometry_that_is_not_finite_is_refused(kernels: Any, channel: int) -> None:
    geometry = np.ones((4, 5, 5), np.float32)
    geometry[2, 2, channel] = np.nan
    with pytest.raises(ValueError, match="finite"):
        kernels.component_geometry(np.ones((4, 5), np.float32), geometry, 0.5)


PROB, GEOMETRY = np.ones((4, 6), np.float32), np.ones((4, 6, 5), np.float32)


@pytest.mark.parametrize(
    ("prob", "geometry", "threshold", "error"),
    [
        (None, GEOMETRY, 0.5, TypeError),
        (PROB, None, 0.5, TypeError),
        (PROB.astype(np.float64), GEOMETRY, 0.5, ValueError),
        (PROB.T, GEOMETRY, 0.5, ValueError),
        (PROB[:, :5].copy(), GEOMETRY, 0.5, ValueError),
        (PROB, GEOMETRY[..., :4].copy(), 0.5, ValueError),
        (PROB, GEOMETRY.astype(np.float64), 0.5, ValueError),
        (PROB, GEOMETRY, 0.0, ValueError),
        (PROB, GEOMETRY, 1.0, ValueError),
        (PROB, GEOMETRY, math.nan, ValueError),
    ],
)
def test_bad_arguments_are_refused(
    kernels: Any, prob: Any, geometry: Any, threshold: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        kernels.component_geometry(prob, geometry, threshold)


def test_a_text_reaches_as_far_as_its_pixels(kernels: Any) -> None:
    text = (10.0, 20.0, 390.0, 20.0, 5.0)
    prob, geometry = draw_texts((40, 400), [text])
    geometry[..., 3:] = np.minimum(geometry[..., 3:], math.log(60))  # a network that was never taught longer texts
    ((x0, _, x1, *_),) = kernels.component_geometry(prob, geometry, 0.4)
    assert (x0, x1) == pytest.approx((10, 390), abs=1)
