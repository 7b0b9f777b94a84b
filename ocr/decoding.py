"""From the network's maps and frames to places and readings.

Letters of shapes: B images, M texts, F frames of all texts, K classes kept per frame, h and w the size at stride 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ocr import charset
from ocr.document import Char, Line, Word, mean_confidence
from ocr.geometry import FloatArray, slice_place
from ocr.kernels import CtcLine, component_geometry, ctc_prefix_beam
from ocr.model.decoders import PointDecoder, Pointed
from ocr.model.heads import STRIDE, LocationMaps
from ocr.model.network import Deer, Features

PROBABILITY = 0.3
"""A pixel with more than this belongs to the kernel of a text."""

SCORE = 0.4
"""A text whose kernel is less sure than this on average is dropped."""

KEPT_CLASSES = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as it was read.

    Attributes:
        labels: (L,) int32 classes.
        edges: (L, 2) float32, begin and end of each character as fractions of the text's length.
        confidence: (L,) float32.
        alternatives: (L, A) int32 classes that may stand there instead, 0 where there are fewer.
        alternative_probs: (L, A) float32.
    """

    labels: NDArray[np.int32]
    edges: FloatArray
    confidence: FloatArray
    alternatives: NDArray[np.int32]
    alternative_probs: FloatArray


def find_places(maps: LocationMaps, image: int = 0) -> tuple[FloatArray, FloatArray]:
    """Texts that the location head found on one image of the batch.

    Returns:
        (M, 5) places in pixels of the network's input, and (M,) scores.
    """
    probability = maps.logits[image, 0].sigmoid().float().cpu().numpy()
    geometry = maps.geometry[image].float().cpu().numpy().transpose(1, 2, 0)
    # The head speaks of pixels of the input and log(1 + distance), the kernel of map cells and log(distance).
    asked = probability > PROBABILITY
    inside = geometry[asked].astype(np.float64)
    distances = np.log(np.maximum(np.expm1(inside[:, 3:].clip(max=10.0)), 1.0) / STRIDE)
    cells = np.zeros_like(geometry)
    cells[asked] = np.concatenate([inside[:, :1] - np.log(STRIDE), inside[:, 1:3], distances], 1)
    found = component_geometry(np.ascontiguousarray(probability), cells, PROBABILITY)
    found = found[(found[:, 5] > SCORE) & (found[:, 6] >= 2)]
    return found[:, :5] * STRIDE, found[:, 5]


@torch.inference_mode()
def read_places(network: Deer, features: Features, places: FloatArray, image_of: NDArray[np.int64]) -> list[Reading]:
    """Read where pointed.

    Args:
        network: Its decoder is used.
        features: Of B images.
        places: (M, 5) in pixels of the network's input.
        image_of: (M,) the image of each place, ascending.
    """
    if not len(places):
        return []
    device = features.image_size.device
    pointed = Pointed(torch.from_numpy(places).to(device), torch.from_numpy(image_of).to(device))
    if isinstance(network.decoder, PointDecoder):
        labels, scores = network.decoder.generate(features.maps, pointed, features.image_size)
        return [_even_reading(c, s) for c, s in zip(labels.cpu().numpy(), scores.exp().cpu().numpy(), strict=True)]
    frames = network.follow(features, pointed)
    best = network.decoder.classifier(frames.features).float().log_softmax(-1).topk(KEPT_CLASSES, -1)
    lengths = frames.lengths.cpu().numpy().astype(np.int32)
    classes, log_probs = _pad(best.indices, best.values, lengths)
    lines = ctc_prefix_beam(classes, log_probs, lengths)
    centers = np.split(frames.centers.cpu().numpy(), np.cumsum(lengths)[:-1])
    return [_reading(line, center) for line, center in zip(lines, centers, strict=True)]


def build_line(reading: Reading, place: FloatArray) -> Line | None:
    """Cut a reading at its spaces into words, or None where nothing but spaces was read.

    Args:
        reading: What was read.
        place: (5,) where, in the frame that the line's quads shall have.
    """
    chars = charset.characters()
    words: list[Word] = []
    first = 0
    for k in range(len(reading.labels) + 1):
        if k == len(reading.labels) or reading.labels[k] == charset.SPACE:
            if k > first:
                words.append(_build_word(reading, place, first, k, chars))
            first = k + 1
    if not words:
        return None
    letters = reading.labels != charset.SPACE
    begin, end = float(reading.edges[letters, 0].min()), float(reading.edges[letters, 1].max())
    return Line(
        words=tuple(words),
        quad=slice_place(place, min(begin, 0.0), max(end, 1.0)),
        confidence=float(np.exp(np.log(np.maximum(reading.confidence, 1e-6)).mean())),
    )


def _build_word(reading: Reading, place: FloatArray, first: int, last: int, chars: str) -> Word:
    letters = []
    for k in range(first, last):
        pairs = zip(reading.alternatives[k].tolist(), reading.alternative_probs[k].tolist(), strict=True)
        letters.append(
            Char(
                text=chars[reading.labels[k] - 1],
                quad=slice_place(place, *reading.edges[k].tolist()),
                confidence=float(reading.confidence[k]),
                alternatives=tuple((chars[label - 1], p) for label, p in pairs if label),
            )
        )
    return Word(
        text="".join(letter.text for letter in letters),
        quad=slice_place(place, float(reading.edges[first, 0]), float(reading.edges[last - 1, 1])),
        confidence=mean_confidence(letters),
        chars=tuple(letters),
    )


def _pad(classes: Tensor, log_probs: Tensor, lengths: NDArray[np.int32]) -> tuple[NDArray[np.int32], FloatArray]:
    """(F, K) of all texts -> (M, T, K) of each, for the kernels."""
    shape = (len(lengths), int(lengths.max()), KEPT_CLASSES)
    used = np.arange(shape[1]) < lengths[:, None]
    padded, padded_probs = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    padded[used] = classes.cpu().numpy()
    padded_probs[used] = log_probs.cpu().numpy()
    return padded, padded_probs


def _reading(line: CtcLine, centers: FloatArray) -> Reading:
    """Character boxes meet halfway between the peaks of neighbours; the first and the last are as wide as others.

    CTC does not say where in a character it peaks, but does so at the same place in all of them: what the characters
    together are off the middle of the text, each of them is off. The first and the last reach the text's ends.
    """
    if not len(line):
        edges = np.zeros((0, 2), np.float32)
    else:
        peaks = centers[line.peak]
        middles = (peaks[1:] + peaks[:-1]) / 2
        margin = float(np.median(np.diff(peaks))) / 2 if len(peaks) > 1 else 0.5
        bounds = np.concatenate([[peaks[0] - margin], middles, [peaks[-1] + margin]])
        bounds = (bounds - (bounds[0] + bounds[-1] - 1) / 2).clip(-0.05, 1.05)
        bounds[0], bounds[-1] = min(bounds[0], 0.0), max(bounds[-1], 1.0)
        edges = np.stack([bounds[:-1], bounds[1:]], 1)
    return Reading(
        labels=line.labels,
        edges=edges.astype(np.float32),
        confidence=line.confidence,
        alternatives=line.alternatives,
        alternative_probs=line.alternative_probs,
    )


def _even_reading(classes: NDArray[np.int64], probability: FloatArray) -> Reading:
    """A reading of the point decoder, which does not say where its characters stand: they share the text evenly."""
    count = int((classes != charset.BLANK).cumprod().sum())
    bounds = np.linspace(0, 1, count + 1, dtype=np.float32)
    return Reading(
        labels=classes[:count].astype(np.int32),
        edges=np.stack([bounds[:-1], bounds[1:]], 1),
        confidence=probability[:count].astype(np.float32),
        alternatives=np.zeros((count, 0), np.int32),
        alternative_probs=np.zeros((count, 0), np.float32),
    )
