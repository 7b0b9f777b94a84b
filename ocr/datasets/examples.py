"""Training examples: crops of one size with everything the losses need, from rendered and from labelled pages.

Letters of shapes: B examples, M texts of an example, S the side of a crop in pixels, h the same at stride 4.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ocr import charset
from ocr.datasets.boxes import find_image, read_boxes
from ocr.datasets.crops import GreyImage, clip_places, cut_crop, is_inside, read_grey, weather, worker_seeds
from ocr.datasets.targets import LocationTargets, build_location_targets
from ocr.geometry import FloatArray, places_to_quads, quads_to_places
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page
from ocr.synthesis.page import PrintedText, as_image
from ocr.synthesis.warp import Warp

FRUITLESS = 1000
"""So many crops in a row without a whole text mean that there will be none."""

ENLARGED = 0.7
"""Share of the rendered pages with small print of which a part is enlarged: that is what the reader sees of them."""

ENLARGED_TO = (17.0, 29.0)
"""Median height of their print then, in pixels."""

AFAR = 0.12
"""Share of the pages that are seen from afar: how high print is that is too small to be read says how close to look."""

AFAR_TO = (6.0, 13.0)
"""Median height of their print, in pixels."""

LEAST_READ = 9.0
"""Height of print, in pixels, from which on it is not only to be found but to be read."""


@dataclass(frozen=True, slots=True)
class Example:
    """One crop.

    Attributes:
        image: (S, S) uint8 grey.
        targets: Truth of the location head.
        known: (3,) float32, 1 for each map (lines, words, paragraphs) whose truth is known.
        places: (M, 5) where the decoder is pointed: the truth, displaced as a detector would displace it.
        texts: M arrays of classes.
        cased: False where a transcript says nothing about case.
        spaced: False where a transcript says nothing about spaces.
    """

    image: GreyImage
    targets: LocationTargets
    known: FloatArray
    places: FloatArray
    texts: tuple[NDArray[np.int64], ...]
    cased: bool
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side; texts of all of them one after the other.

    Attributes:
        images: (B, 1, S, S) float32 in [-1, 1].
        maps: (B, 3, h, h) float32.
        care: (B, 1, h, h) float32.
        geometry: (B, 5, h, h) float32.
        known: (B, 3) float32.
        places: (M, 5) float32.
        image_of: (M,) int64, ascending.
        texts: M int64 tensors of classes.
        cased: (M,) bool.
        spaced: (M,) bool.
    """

    images: Tensor
    maps: Tensor
    care: Tensor
    geometry: Tensor
    known: Tensor
    places: Tensor
    image_of: Tensor
    texts: tuple[Tensor, ...]
    cased: Tensor
    spaced: Tensor

    @classmethod
    def collate(cls, examples: Sequence[Example]) -> Batch:
        """Stack examples of one size."""
        return cls(
            images=normalise(torch.from_numpy(np.stack([e.image for e in examples]))[:, None]),
            maps=torch.from_numpy(np.stack([e.targets.maps for e in examples])).float(),
            care=torch.from_numpy(np.stack([e.targets.care for e in examples]))[:, None].float(),
            geometry=torch.from_numpy(np.stack([e.targets.geometry for e in examples])).float(),
            known=torch.from_numpy(np.stack([e.known for e in examples])),
            places=torch.from_numpy(np.concatenate([e.places for e in examples])),
            image_of=torch.arange(len(examples)).repeat_interleave(torch.tensor([len(e.places) for e in examples])),
            texts=tuple(torch.from_numpy(text) for e in examples for text in e.texts),
            cased=torch.tensor([e.cased for e in examples for _ in e.texts], dtype=torch.bool),
            spaced=torch.tensor([e.spaced for e in examples for _ in e.texts], dtype=torch.bool),
        )

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        return Batch(
            images=self.images.to(device),
            maps=self.maps.to(device),
            care=self.care.to(device),
            geometry=self.geometry.to(device),
            known=self.known.to(device),
            places=self.places.to(device),
            image_of=self.image_of.to(device),
            texts=tuple(text.to(device) for text in self.texts),
            cased=self.cased.to(device),
            spaced=self.spaced.to(device),
        )

    def joined(self, other: Batch) -> Batch:
        """Examples of both, whose crops are of one size, on one device."""
        return Batch(
            images=torch.cat([self.images, other.images]),
            maps=torch.cat([self.maps, other.maps]),
            care=torch.cat([self.care, other.care]),
            geometry=torch.cat([self.geometry, other.geometry]),
            known=torch.cat([self.known, other.known]),
            places=torch.cat([self.places, other.places]),
            image_of=torch.cat([self.image_of, other.image_of + len(self.images)]),
            texts=self.texts + other.texts,
            cased=torch.cat([self.cased, other.cased]),
            spaced=torch.cat([self.spaced, other.spaced]),
        )


def normalise(grey: Tensor) -> Tensor:
    """uint8 grey -> float32 in [-1, 1], what the network sees."""
    return grey.float() / 127.5 - 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Displacement:
    """How far the pointed places lie from the truth, at least twice a trained detector's real error.

    Attributes:
        across: Of the line's middle, in units of its height, either way.
        ends: Of both ends along the line, in units of height.
        height: Of the height's logarithm.
        angle: Of the direction, in radians.
    """

    across: float = 0.2
    ends: float = 0.35
    height: float = 0.2
    angle: float = 0.03

    def apply(self, places: FloatArray, rng: np.random.Generator) -> FloatArray:
        """(M, 5) places -> (M, 5) places drawn around them."""
        m = len(places)
        start, stop, height = places[:, :2], places[:, 2:4], places[:, 4:5]
        along = stop - start
        length = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        along = along / length
        normal = np.stack([-along[:, 1], along[:, 0]], 1)
        shift = normal * height * rng.uniform(-self.across, self.across, (m, 1))
        tilt = normal * np.minimum(length / 2 * self.angle, height * self.across) * rng.uniform(-1, 1, (m, 1))
        reach = rng.uniform(-self.ends, self.ends, (2, m, 1)) * height
        scale = np.exp(rng.uniform(-self.height, self.height, (m, 1)))
        moved = [start + shift - tilt - along * reach[0], stop + shift + tilt + along * reach[1], height * scale]
        return np.concatenate(moved, 1).astype(np.float32)


class RenderedExamples(IterableDataset[Example]):
    """An endless stream of rendered pages, each with a text to read at least.

    Args:
        corpus: Where the words come from.
        fonts: What they are printed with.
        textures: Folder of papers and backgrounds, or None.
        size: Side of a page in pixels.
        kinds: Weights of the kinds of pages, see `ocr.synthesis.KINDS`.
        korean: Share of Korean texts.
        seed: First seed; every worker of every process takes its own.
        shrink: Thickness of the location kernels.
    """

    def __init__(
        self,
        *,
        corpus: Corpus,
        fonts: FontLibrary,
        textures: Path | None,
        size: int,
        kinds: dict[str, float],
        korean: float,
        seed: int,
        shrink: float,
    ) -> None:
        self.corpus, self.fonts, self.textures, self.kinds = corpus, fonts, textures, kinds
        self.size, self.korean, self.seed, self.shrink = size, korean, seed, shrink
        self.displacement = Displacement()

    def __iter__(self) -> Iterator[Example]:
        for seed in worker_seeds(self.seed):
            rng = np.random.default_rng(seed)
            kind = rng.choice(list(self.kinds), p=np.array(list(self.kinds.values())) / sum(self.kinds.values()))
            page = render_page(
                seed,
                str(kind),
                corpus=self.corpus,
                fonts=self.fonts,
                size=self.size,
                korean=self.korean,
                textures=self.textures,
            )
            if example := self._example(page, rng):
                yield example

    def _example(self, page: RenderedPage, rng: np.random.Generator) -> Example | None:
        """What a page teaches, None where no text of it can be read."""
        grey = as_image(cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY))
        printed: Sequence[PrintedText] = page.texts
        distance = rng.random()
        if distance < AFAR:
            grey, printed = _show_at(AFAR_TO, grey, printed, self.size, rng)
        elif distance < AFAR + (1 - AFAR) * ENLARGED:
            grey, printed = _show_at(ENLARGED_TO, grey, printed, self.size, rng, enlarge=True)
        size = grey.shape[:2]
        quads = np.stack([text.quad for text in printed])
        whole = is_inside(quads_to_places(quads), size) & np.array([text.legible for text in printed])
        parts = [text if uncut else _visible(text, size) for text, uncut in zip(printed, whole, strict=True)]
        texts = [part for part in parts if part is not None]
        if not texts:
            return None
        places = quads_to_places(np.stack([text.quad for text in texts]))
        read = np.flatnonzero(places[:, 4] >= LEAST_READ)
        if not len(read):
            return None
        targets = build_location_targets(
            (size[0], size[1]),
            places,
            shrink=self.shrink,
            words=np.concatenate([quads_to_places(_word_quads(text.text, text.char_quads)) for text in texts]),
            blocks=np.array([text.block for text in texts]),
            ignored=quads[~whole],
        )
        return Example(
            image=grey,
            targets=targets,
            known=np.ones(3, np.float32),
            places=self.displacement.apply(places[read], rng),
            texts=tuple(np.array(charset.encode(texts[k].text), np.int64) for k in read),
            cased=True,
        )


class LabelledExamples(IterableDataset[Example]):
    """An endless stream of crops of labelled pages, each with a text to read at least.

    A page is `images/<stem>.jpg` or `.png`, and `boxes/<stem>.csv`.

    Args:
        folder: Holds `images` and `boxes`.
        stems: Which pages.
        size: Side of a crop in pixels.
        seed: First seed.
        shrink: Thickness of the location kernels.
        cased: Whether the transcripts keep the case of the print.
        spaced: Whether they keep its spaces.
        height: Range of the line heights, in pixels, that a page is scaled to.

    Raises:
        FileNotFoundError: A page has no image or no labels.
    """

    def __init__(
        self,
        folder: Path,
        stems: Sequence[str],
        *,
        size: int,
        seed: int,
        shrink: float,
        cased: bool,
        spaced: bool = True,
        height: tuple[float, float] = (14.0, 34.0),
    ) -> None:
        labelled = [(find_image(folder, stem), *read_boxes(folder / "boxes" / f"{stem}.csv")) for stem in stems]
        self.pages = [page for page in labelled if page[2]]
        self.size, self.seed, self.shrink, self.height = size, seed, shrink, height
        self.cased, self.spaced = cased, spaced
        self.displacement = Displacement()

    def __iter__(self) -> Iterator[Example]:
        fruitless = 0
        for seed in worker_seeds(self.seed):
            rng = np.random.default_rng([seed, 1])
            path, quads, texts = self.pages[int(rng.integers(len(self.pages)))]
            example = self._example(read_grey(path), quads, texts, rng)
            fruitless = 0 if example.texts else fruitless + 1
            if fruitless > FRUITLESS:
                raise ValueError(f"no text of the labelled pages fits into crops of {self.size} px")
            if example.texts:
                yield example

    def _example(self, image: GreyImage, quads: FloatArray, texts: list[str], rng: np.random.Generator) -> Example:
        median = float(np.median(quads_to_places(quads)[:, 4]))
        height = AFAR_TO if rng.random() < AFAR else self.height
        scale = float(np.exp(rng.uniform(*np.log(height)))) / median
        crop, matrix = cut_crop(image, quads.mean(1), scale, self.size, rng)
        places = quads_to_places((quads @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32))
        size = (self.size, self.size)
        inside = is_inside(places, size)
        clipped, visible = clip_places(places, self.size)
        targets = build_location_targets(
            size, clipped[visible], shrink=self.shrink, ignored=places_to_quads(places[~visible])
        )
        classes = [charset.encode(text) for text in texts]
        read = [k for k in np.flatnonzero(inside & (places[:, 4] >= LEAST_READ)) if classes[k]]
        return Example(
            image=weather(crop, rng),
            targets=targets,
            known=np.array([1, 0, 0], np.float32),
            places=self.displacement.apply(places[read], rng),
            texts=tuple(np.array(classes[k], np.int64) for k in read),
            cased=self.cased,
            spaced=self.spaced,
        )


class MixedExamples(IterableDataset[Example]):
    """Draws from several streams in given shares."""

    def __init__(self, streams: Sequence[IterableDataset[Example]], shares: Sequence[float], *, seed: int) -> None:
        self.streams, self.shares, self.seed = streams, np.array(shares) / sum(shares), seed

    def __iter__(self) -> Iterator[Example]:
        running = [iter(stream) for stream in self.streams]
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, 0 if worker is None else worker.id, 2])
        while True:
            yield next(running[int(rng.choice(len(running), p=self.shares))])


def read_stems(path: Path) -> list[str]:
    """Names of pages, one a line, without their endings."""
    with path.open(encoding="utf8", newline="") as file:
        return [Path(row[0]).stem for row in csv.reader(file) if row]


def _show_at(
    height: tuple[float, float],
    grey: GreyImage,
    texts: Sequence[PrintedText],
    size: int,
    rng: np.random.Generator,
    *,
    enlarge: bool = False,
) -> tuple[GreyImage, Sequence[PrintedText]]:
    """The page, or a part of it, its print of a median height within bounds, in pixels; no smaller if `enlarge`."""
    quads = np.stack([text.quad for text in texts])
    scale = float(np.exp(rng.uniform(*np.log(height)))) / float(np.median(quads_to_places(quads)[:, 4]))
    if enlarge and scale <= 1.0:
        return grey, texts
    crop, matrix = cut_crop(grey, quads.mean(1), scale, size, rng)
    return crop, Warp(np.concatenate([matrix, [[0.0, 0.0, 1.0]]])).texts(texts)


def _visible(text: PrintedText, size: tuple[int, ...]) -> PrintedText | None:
    """What can be seen of a text that the border cuts: its longest run of whole characters; None for less than two."""
    if not text.legible:
        return None
    within = (text.char_quads >= 0) & (text.char_quads <= (size[1], size[0]))
    inside = np.asarray(within.all((1, 2)))
    edges = np.flatnonzero(np.diff(np.pad(inside & (np.array(list(text.text)) != " "), 1))).reshape(-1, 2)
    if not len(edges):
        return None
    first, last = edges[0, 0], edges[-1, 1]
    if not inside[first:last].all():  # a wave takes it out of the picture and back
        first, last = edges[np.diff(edges)[:, 0].argmax()]
    if last - first < 2:
        return None
    chars = text.char_quads[first:last]
    quad = np.stack([chars[0, 0], chars[-1, 1], chars[-1, 2], chars[0, 3]])
    return replace(text, text=text.text[first:last], quad=quad, char_quads=chars, spans=())


def _word_quads(text: str, chars: FloatArray) -> FloatArray:
    """(N, 4, 2) quads of characters -> (K, 4, 2) quads of words."""
    quads, first = [], 0
    for word in text.split(" "):
        last = first + len(word) - 1
        if word:
            quads.append(np.stack([chars[first, 0], chars[last, 1], chars[last, 2], chars[first, 3]]))
        first = last + 2
    return np.stack(quads).astype(np.float32)
