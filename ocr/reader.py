"""`Reader`: an image in, a `Page` out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ocr.decoding import build_line, find_places, read_places
from ocr.document import Line, Page, Point
from ocr.geometry import FloatArray
from ocr.imaging import Image, ImageInput, load_image
from ocr.layout import is_divider, order_lines
from ocr.model.network import SIZE_DIVISOR, Deer, Features
from ocr.weights import FOLDER

FIRST_LOOK_PX = 800_000
"""Area that a page is first looked at with."""

TEXT_HEIGHT_PX = 22.0
"""Height that the page's median line is brought to before it is read."""

TOLERATED = 1.35
"""A look whose text is higher or lower than that by at most this factor is good enough to read."""

LOOKS = 3
"""How often a page is looked at, at most, to find the scale."""

STRIP_PX = 2_500_000
"""Area that goes through the network at once; larger pages go in strips."""

OVERLAP_PX = 96
"""What neighbouring strips share, in pixels of the network's input."""

LARGEST_SCALE = 2.5
LARGEST_PX = 24_000_000
LONGEST_PX = 16_384
"""Bounds of what a page is brought to: by how much it is enlarged, its area and its longer side in the network."""

CONFIDENCE = 0.35
"""Lines read with less are no text."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A page or a strip of it as the network saw it.

    Attributes:
        features: Of the one image.
        scale: (2,) pixels of the network's input per pixel of the page.
        top: First row of the strip in pixels of the network's input.
        places: (M, 5) texts found, in pixels of the network's input.
    """

    features: Features
    scale: NDArray[np.float64]
    top: int
    places: FloatArray


class Reader:
    """Reads images. Holds weights and nothing else, so one reader may serve any number of threads.

    Args:
        weights: Folder with `config.json` and `model.safetensors`; None for those of the package.
        device: "cpu" or "cuda".

    Raises:
        WeightsError: The weights are missing, damaged or of another version.
    """

    def __init__(self, weights: str | os.PathLike[str] | None = None, *, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._network = Deer.from_pretrained(FOLDER if weights is None else Path(weights)).fold().to(self._device)

    @classmethod
    def from_network(cls, network: Deer) -> Reader:
        """A reader around a network in evaluation mode, as training uses it."""
        reader = cls.__new__(cls)
        reader._network = network
        reader._device = next(network.parameters()).device
        return reader

    def read(self, image: ImageInput) -> Page:
        """Read one image.

        Args:
            image: A path, the bytes of an image file, a binary file object, an (H, W[, 3]) array in RGB or a PIL image.

        Returns:
            The page, in the frame of the upright original image.

        Raises:
            ImageError: The input is no image that can be read.
        """
        pixels = load_image(image)
        lines: list[Line] = []
        for look in self._look(pixels):
            lines.extend(self._read_look(look))
        height, width = pixels.shape[:2]
        return Page(width=width, height=height, blocks=order_lines(lines))

    def read_many(self, images: Iterable[ImageInput]) -> list[Page]:
        """Read several images; an error in one of them is raised for all."""
        return [self.read(image) for image in images]

    def read_at(self, image: ImageInput, points: Sequence[Point]) -> list[Line | None]:
        """Read only where pointed.

        Args:
            image: As for `read`.
            points: Pixels of the upright original image.

        Returns:
            For each point the line that runs through it, or None where there is none.
        """
        looks = self._look(load_image(image))
        return [self._read_point(looks, point) for point in points]

    def _look(self, pixels: Image) -> list[_Look]:
        """Encode a page at the scale at which its print is easiest to read."""
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        height, width = grey.shape
        largest = min(LARGEST_SCALE, (LARGEST_PX / (height * width)) ** 0.5, LONGEST_PX / max(height, width))
        scale = min((FIRST_LOOK_PX / (height * width)) ** 0.5, largest, 1.0)
        for _ in range(LOOKS):
            looks = self._encode(grey, scale)
            typical = _typical_height(np.concatenate([look.places for look in looks]))
            # Where nothing is seen from afar there may still be fine print. Huge print is seen, but smaller than it is,
            # and takes more than one step.
            ratio = min(2.0, 1 / scale) if typical is None else TEXT_HEIGHT_PX / typical
            better = min(scale * ratio, largest)
            if 1 / TOLERATED < better / scale < TOLERATED:
                break
            scale = better
        return looks

    @torch.inference_mode()
    def _encode(self, grey: NDArray[np.uint8], scale: float) -> list[_Look]:
        height, width = (max(round(side * scale), 1) for side in grey.shape)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(grey, (width, height), interpolation=method), np.uint8)
        factor = np.array([width / grey.shape[1], height / grey.shape[0]])
        looks = []
        for top, bottom in _strips(height, width):
            strip = _pad_to_divisor(small[top:bottom])
            tensor = torch.from_numpy(strip).to(self._device)[None, None].float() / 127.5 - 1.0
            features = self._network.encode(tensor)
            places, _ = find_places(self._network.locate(features))
            middle = (places[:, 1] + places[:, 3]) / 2 + top
            first = top + OVERLAP_PX / 2 if top else -np.inf
            last = bottom - OVERLAP_PX / 2 if bottom < height else np.inf
            looks.append(_Look(features, factor, top, places[(middle >= first) & (middle < last)]))
        return looks

    def _read_look(self, look: _Look) -> list[Line]:
        readings = read_places(self._network, look.features, look.places, np.zeros(len(look.places), np.int64))
        lines = (
            build_line(reading, _to_page(place, look)) for reading, place in zip(readings, look.places, strict=True)
        )
        sure = (line for line in lines if line is not None and line.confidence >= CONFIDENCE)
        return [line for line in sure if not is_divider(line.text)]

    def _read_point(self, looks: list[_Look], point: Point) -> Line | None:
        for look in looks:
            at = np.array(point) * look.scale - [0, look.top]
            start, along = look.places[:, :2], look.places[:, 2:4] - look.places[:, :2]
            length = np.maximum(np.linalg.norm(along, axis=1), 1e-6)
            way = ((at - start) * along).sum(1) / length
            aside = np.abs((at - start)[:, 0] * along[:, 1] - (at - start)[:, 1] * along[:, 0]) / length
            height = look.places[:, 4]
            hit = np.flatnonzero((aside <= height / 2) & (way >= -height / 2) & (way <= length + height / 2))
            if len(hit):
                nearest = hit[np.argmin(aside[hit])]
                lines = self._read_look(_Look(look.features, look.scale, look.top, look.places[nearest : nearest + 1]))
                return lines[0] if lines else None
        return None


def _typical_height(places: FloatArray) -> float | None:
    """Median height of (M, 5) places, each counting by its length, since what is no text is short; None without any."""
    if not len(places):
        return None
    order = np.argsort(places[:, 4])
    weight = np.cumsum(np.linalg.norm(places[order, 2:4] - places[order, :2], axis=1))
    return float(places[order[np.searchsorted(weight, weight[-1] / 2)], 4])


def _strips(height: int, width: int) -> list[tuple[int, int]]:
    """Rows [top, bottom) of overlapping strips that cover the page, each of at most `STRIP_PX`."""
    most = max(STRIP_PX // width, 4 * OVERLAP_PX)
    if height <= most:
        return [(0, height)]
    count = -(-(height - OVERLAP_PX) // (most - OVERLAP_PX))
    tops = np.linspace(0, height - most, count).round().astype(int).tolist()
    return [(top, top + most) for top in tops]


def _pad_to_divisor(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    down, right = -height % SIZE_DIVISOR, -width % SIZE_DIVISOR
    return np.pad(grey, ((0, down), (0, right)), mode="edge")


def _to_page(place: FloatArray, look: _Look) -> FloatArray:
    """(5,) place in pixels of the network's input -> pixels of the page."""
    points = (place[:4].reshape(2, 2) + np.array([0, look.top])) / look.scale
    return np.concatenate([points.ravel(), place[4:] / look.scale.mean()]).astype(np.float32)
