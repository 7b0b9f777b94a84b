"""`Reader`: an image in, a `Page` out."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path

import cv2
import numpy as np
import torch

from ocr.capitals import settle_capitals
from ocr.decimals import settle_decimals
from ocr.decoding import read_places
from ocr.document import Line, Page, Point
from ocr.errors import DeviceError
from ocr.imaging import ImageInput, load_image
from ocr.language import LANGUAGE_FILE, LanguageModel
from ocr.layout import order_lines
from ocr.look import Look, Placed, lengths
from ocr.model.characters import CHARACTERS_FILE, CharacterHead
from ocr.model.network import Deer, multiplies_bfloat16
from ocr.places import find_places, join_pieces
from ocr.search import Search
from ocr.view import STRIP_PX
from ocr.weights import FOLDER

_TOGETHER = 4
"""Pages that are searched at the same time: what more of them in one pass would gain is not worth their memory."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE = 8 << 20
"""Bytes from which memory goes back to the system as soon as it is free (mallopt(3)).

The C library of Linux comes to keep maps of up to 32 MB, in pieces that pages of ever other sizes leave. Asking anew
for all maps from 1 MB on takes longer than it is worth.
"""
_KEPT = 64 << 20
"""Bytes of smaller maps that are kept for the next ones until a look is over, or every band of rows would ask anew."""

if hasattr(os, "register_at_fork"):  # not on Windows
    # A forked child has none of the threads that OpenMP keeps in its parent, and would wait for them for ever.
    os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))


class Reader:
    """Reads images. Holds weights and nothing else, so one reader may serve any number of threads.

    A process that is forked after something was read reads with one thread.

    Args:
        weights: Folder with `config.json`, `model.safetensors` and, if words are to be weighed, `language.safetensors`,
            if characters are to be found more closely than CTC does, `characters.safetensors`; None for those of the
            package.
        device: "cpu", "cuda" or one of several, as "cuda:1".

    Raises:
        DeviceError: There is no such device.
        WeightsError: The weights are missing, damaged or of another version.
    """

    def __init__(self, weights: str | os.PathLike[str] | None = None, *, device: str = "cpu") -> None:
        _call_c("mallopt", _M_MMAP_THRESHOLD, _LARGE)
        _call_c("mallopt", _M_TRIM_THRESHOLD, _KEPT)
        self._device = _find_device(device)
        folder = FOLDER if weights is None else Path(weights)
        self._network = Deer.from_pretrained(folder).fold().to(self._device)
        self._language = LanguageModel.load(path) if (path := folder / LANGUAGE_FILE).exists() else None
        path = folder / CHARACTERS_FILE
        self._characters = CharacterHead.load(path, self._network).to(self._device) if path.exists() else None

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
        return next(self.read_many([image]))

    def read_many(self, images: Iterable[ImageInput]) -> Iterator[Page]:
        """Read several images as `read` does, a few at a time. Those of one size share passes through the network.

        Args:
            images: As for `read`.

        Yields:
            Their pages in the same order, each as soon as it is read.

        Raises:
            ImageError: One of the images cannot be read; it and what was taken together with it are lost.
        """
        for search in self._finish(images):
            height, width = search.grey.shape
            yield Page(width=width, height=height, blocks=order_lines([line for _, line in search.found]))

    def read_at(self, image: ImageInput, points: Sequence[Point]) -> list[Line | None]:
        """Read the lines under some points. It takes as long as `read`: which way up a page is, its lines tell.

        Args:
            image: As for `read`.
            points: Pixels of the upright original image.

        Returns:
            For each point the line that runs through it, or None where there is none.
        """
        found = next(self._finish([image])).found
        return [_line_through(point, found) for point in points]

    def _finish(self, images: Iterable[ImageInput]) -> Iterator[Search]:
        """The search on each image, at its end."""
        waiting = iter(images)
        while searches := [_begin(image) for image in islice(waiting, _TOGETHER)]:
            for number, search in enumerate(searches, 1):
                while search.looks:
                    self._advance(search, searches[number:])
                    _call_c("malloc_trim", 0)  # what is small and free goes back as well
                lines = map(settle_capitals, settle_decimals([line for _, line in search.found]))
                search.found = [(place, line) for (place, _), line in zip(search.found, lines, strict=True)]
                yield search

    def _advance(self, search: Search, others: Sequence[Search]) -> None:
        """Look at what a search wants to see, and at the same time at as much for others as is of the same size.

        What is good enough is read at once: no features outlive this, so that they never are of more than one page or,
        if pages are small, of one strip.
        """
        shape = search.looks[0].view.pixels.shape
        batch = max(STRIP_PX // (shape[0] * shape[1]), 1)
        alike = [other for other in others if [look.view.pixels.shape for look in other.looks] == [shape]]
        together = [search, *alike[: max(batch - len(search.looks), 0)]]
        looks = [look for each in together for look in each.looks]
        for first in range(0, len(looks), batch):
            self._look(looks[first : first + batch])
        for each in together:
            each.go_on()
        readable = [each for each in together if each.looks[0].features is not None]
        self._read([look for each in readable for look in each.looks])
        for each in readable:
            each.go_on()

    @torch.inference_mode()
    def _look(self, looks: Sequence[Look]) -> None:
        """Find the texts in views of one size."""
        pixels = torch.from_numpy(np.stack([look.view.pixels for look in looks]))
        with torch.autocast("cpu", torch.bfloat16, enabled=self._device.type == "cpu" and multiplies_bfloat16()):
            features = self._network.encode(pixels.to(self._device)[:, None].float().div_(127.5).sub_(1.0))
        features = features.float()  # with eight bits the far end of a line would be off by a letter
        maps = self._network.locate(features)
        for index, look in enumerate(looks):
            places = join_pieces(find_places(maps, index)[0])
            middle = (places[:, 1] + places[:, 3]) / 2
            first, last = look.view.rows
            look.features, look.index = features, index
            look.places = places[(middle >= first) & (middle < last)]

    def _read(self, looks: Sequence[Look]) -> None:
        """Read the texts in views, those that share features together."""
        for _, group in groupby(looks, key=lambda look: id(look.features)):
            alike = list(group)
            features = alike[0].features
            assert features is not None
            places = np.concatenate([look.places for look in alike])
            image_of = np.repeat([look.index for look in alike], [len(look.places) for look in alike])
            found = iter(read_places(self._network, features, places, image_of, self._characters, self._language))
            for look in alike:
                look.readings = list(islice(found, len(look.places)))


def _find_device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (AssertionError, RuntimeError):  # what torch raises without a GPU, without its driver, or built without CUDA
        raise DeviceError(name) from None
    if device.type not in ("cpu", "cuda"):
        raise DeviceError(name)
    return device


def _begin(image: ImageInput) -> Search:
    return Search(np.asarray(cv2.cvtColor(load_image(image), cv2.COLOR_RGB2GRAY), np.uint8))


def _call_c(function: str, *arguments: int) -> None:
    """Call a function of the C library's allocator, where it has it."""
    if sys.platform == "linux" and (found := getattr(ctypes.CDLL(None), function, None)):
        found(*arguments)


def _line_through(point: Point, found: list[Placed]) -> Line | None:
    """The line that runs through a point, the nearest of several."""
    if not found:
        return None
    places = np.array([place for place, _ in found])
    start, along = places[:, :2], places[:, 2:4] - places[:, :2]
    length = np.maximum(lengths(places), 1e-6)
    way = ((np.array(point) - start) * along).sum(1) / length
    aside = np.abs((point[0] - start[:, 0]) * along[:, 1] - (point[1] - start[:, 1]) * along[:, 0]) / length
    height = places[:, 4]
    hit = np.flatnonzero((aside <= height / 2) & (way >= -height / 2) & (way <= length + height / 2))
    return found[hit[np.argmin(aside[hit])]][1] if len(hit) else None
