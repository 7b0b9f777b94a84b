"""`Reader`: an image in, a `Page` out."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ocr.decoding import build_line, find_places, join_pieces, read_places
from ocr.document import Line, Page, Point
from ocr.geometry import FloatArray
from ocr.imaging import Image, ImageInput, load_image
from ocr.language import LANGUAGE_FILE, LanguageModel
from ocr.layout import is_divider, order_lines
from ocr.model.characters import CHARACTERS_FILE, CharacterHead
from ocr.model.network import Deer, Features
from ocr.view import View, estimate_lean, show
from ocr.weights import FOLDER

FIRST_LOOK_PX = 800_000
"""Area that a page is first looked at with."""

TEXT_HEIGHT_PX = 22.0
"""Height that the page's median line is brought to before it is read."""

TOLERATED = (0.75, 1.15)
"""A look is good enough to read if the factor that would bring its text to that height lies between these: text that is
higher costs time, text that is lower costs letters."""

STRAIGHT = 3.0
"""Degrees by which print may lean and yet be read as it is."""

LOOKS = 3
"""How often a page is looked at, at most, to find its scale."""

UPRIGHT = 0.9
"""A page that is read with less confidence may stand on its head, where capitals and digits read tolerably."""

SIDEWAYS = (0.5, 0.7)
"""With less than the first a page lies on its side and need not be tried upside down, with more than the second not."""

LARGEST_SCALE = 2.5
LARGEST_PX = 24_000_000
LONGEST_PX = 16_384
"""Bounds of what a page is brought to: by how much it is enlarged, its area and its longer side in the network."""

CONFIDENCE = 0.35
"""Lines read with less are no text."""


_M_MMAP_THRESHOLD = -3
_LARGE = 8 << 20
"""Bytes from which memory goes back to the system as soon as it is free (mallopt(3)).

The C library of Linux comes to keep maps of up to 32 MB, in pieces that pages of ever other sizes leave. Asking anew
for all maps from 1 MB on takes longer than it is worth.
"""

_PRIMITIVES = "256"
"""Compiled convolutions that oneDNN keeps, each for one size of image. Pages have ever other sizes, so that its default
of 1,024 only takes memory."""

_Placed = tuple[FloatArray, Line]
"""A line with its (5,) place, both in pixels of the page."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Look:
    """What the network made of a view: its features, and the (M, 5) places of the texts found, in the view's pixels."""

    view: View
    features: Features
    places: FloatArray


class Reader:
    """Reads images. Holds weights and nothing else, so one reader may serve any number of threads.

    Args:
        weights: Folder with `config.json`, `model.safetensors` and, if words are to be weighed, `language.safetensors`,
            if characters are to be found more closely than CTC does, `characters.safetensors`; None for those of the
            package.
        device: "cpu" or "cuda".

    Raises:
        WeightsError: The weights are missing, damaged or of another version.
    """

    def __init__(self, weights: str | os.PathLike[str] | None = None, *, device: str = "cpu") -> None:
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _PRIMITIVES)  # read when the first image is
        _call_c("mallopt", _M_MMAP_THRESHOLD, _LARGE)
        self._device = torch.device(device)
        folder = FOLDER if weights is None else Path(weights)
        self._network = Deer.from_pretrained(folder).fold().to(self._device)
        self._language = LanguageModel.load(path) if (path := folder / LANGUAGE_FILE).is_file() else None
        path = folder / CHARACTERS_FILE
        self._characters = CharacterHead.load(path, self._network).to(self._device) if path.is_file() else None

    @classmethod
    def from_network(cls, network: Deer, characters: CharacterHead | None = None) -> Reader:
        """A reader around a network in evaluation mode, as training uses it."""
        reader = cls.__new__(cls)
        reader._network = network
        reader._language = None
        reader._characters = characters
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
        lines = [line for _, line in self._read_upright(pixels)]
        _call_c("malloc_trim", 0)  # what is small and free goes back as well
        height, width = pixels.shape[:2]
        return Page(width=width, height=height, blocks=order_lines(lines))

    def read_many(self, images: Iterable[ImageInput]) -> list[Page]:
        """Read several images; an error in one of them is raised for all."""
        return [self.read(image) for image in images]

    def read_at(self, image: ImageInput, points: Sequence[Point]) -> list[Line | None]:
        """Read the lines under some points. It takes as long as `read`: which way up a page is, its lines tell.

        Args:
            image: As for `read`.
            points: Pixels of the upright original image.

        Returns:
            For each point the line that runs through it, or None where there is none.
        """
        found = self._read_upright(load_image(image))
        return [_line_through(point, found) for point in points]

    def _read_upright(self, pixels: Image) -> list[_Placed]:
        """Read a page the way up in which it is read with the most confidence."""
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        lean = estimate_lean(grey)
        angles = [0.0, 90.0] if lean is None or abs(lean) < STRAIGHT else [lean, lean + 90.0, 0.0]
        best: list[_Placed] = []
        scale = min((FIRST_LOOK_PX / grey.size) ** 0.5, 1.0)
        for angle in angles:
            found, scale = self._read_along(grey, angle, scale)
            if SIDEWAYS[0] < _confidence(found) < UPRIGHT:
                found = max(found, self._read_along(grey, angle + 180.0, scale)[0], key=_confidence)
            best = max(best, found, key=_confidence)
            if lean is None or _confidence(best) > SIDEWAYS[1]:
                break
        return [(place, line) for place, line in best if line.confidence >= CONFIDENCE and not is_divider(line.text)]

    def _read_along(self, grey: NDArray[np.uint8], angle: float, scale: float) -> tuple[list[_Placed], float]:
        """Read a page whose print runs roughly at an angle, in degrees clockwise.

        Args:
            grey: (H, W) page.
            angle: The angle.
            scale: Where the search for the best scale begins.

        Returns:
            What was read, and the scale at which.
        """
        height, width = grey.shape
        largest = min(LARGEST_SCALE, (LARGEST_PX / (height * width)) ** 0.5, LONGEST_PX / max(height, width))
        scale = min(scale, largest)
        looks: list[_Look] = []
        for _ in range(LOOKS):
            if looks:  # features are large: none wait for the next ones
                looks.clear()
                _call_c("malloc_trim", 0)
            looks.extend(self._look(view) for view in show(grey, scale, angle))
            places = np.concatenate([look.places for look in looks])
            # Where nothing is seen from afar there may still be fine print. Huge print is seen, but smaller than it is,
            # and takes more than one step.
            ratio = TEXT_HEIGHT_PX / _typical_height(places) if len(places) else min(2.0, 1 / scale)
            better = min(scale * ratio, largest)
            if TOLERATED[0] < better / scale < TOLERATED[1]:
                break
            scale = better
        return [placed for look in looks for placed in self._read_look(look, (width, height))], scale

    @torch.inference_mode()
    def _look(self, view: View) -> _Look:
        tensor = torch.from_numpy(view.pixels).to(self._device)[None, None].float().div_(127.5).sub_(1.0)
        features = self._network.encode(tensor)
        places = join_pieces(find_places(self._network.locate(features))[0])
        middle = (places[:, 1] + places[:, 3]) / 2
        first, last = view.rows
        return _Look(view, features, places[(middle >= first) & (middle < last)])

    def _read_look(self, look: _Look, size: tuple[int, int]) -> Iterator[_Placed]:
        image_of = np.zeros(len(look.places), np.int64)
        readings = read_places(self._network, look.features, look.places, image_of, self._characters, self._language)
        for reading, place in zip(readings, map(look.view.place_on_page, look.places), strict=True):
            line = build_line(reading, place, size)
            if line is not None:
                yield place, line


def _call_c(function: str, *arguments: int) -> None:
    """Call a function of the C library's allocator, where it has it."""
    if sys.platform == "linux" and (found := getattr(ctypes.CDLL(None), function, None)):
        found(*arguments)


def _confidence(found: list[_Placed]) -> float:
    """Mean confidence of a page's lines, long ones counting more."""
    letters = sum(len(line.text) for _, line in found)
    return sum(len(line.text) * line.confidence for _, line in found) / letters if letters else 0.0


def _line_through(point: Point, found: list[_Placed]) -> Line | None:
    """The line that runs through a point, the nearest of several."""
    if not found:
        return None
    places = np.array([place for place, _ in found])
    start, along = places[:, :2], places[:, 2:4] - places[:, :2]
    length = np.maximum(_lengths(places), 1e-6)
    way = ((np.array(point) - start) * along).sum(1) / length
    aside = np.abs((point[0] - start[:, 0]) * along[:, 1] - (point[1] - start[:, 1]) * along[:, 0]) / length
    height = places[:, 4]
    hit = np.flatnonzero((aside <= height / 2) & (way >= -height / 2) & (way <= length + height / 2))
    return found[hit[np.argmin(aside[hit])]][1] if len(hit) else None


def _lengths(places: FloatArray) -> FloatArray:
    lengths: FloatArray = np.linalg.norm(places[:, 2:4] - places[:, :2], axis=1)
    return lengths


def _typical_height(places: FloatArray) -> float:
    """Median height of (M, 5) places, each counting by its length, since what is no text is short."""
    order = np.argsort(places[:, 4])
    weight = np.cumsum(_lengths(places[order]))
    return float(places[order[np.searchsorted(weight, weight[-1] / 2)], 4])
