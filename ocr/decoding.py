"""From the network's maps and frames to places and readings.

Letters of shapes: B images, M texts, F frames of all texts, K classes kept per frame, h and w the size at stride 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import regex
import torch
from numpy.typing import NDArray
from torch import Tensor

from ocr import charset
from ocr.document import Char, Line, Quad, Word, mean_confidence
from ocr.geometry import FloatArray, slice_place
from ocr.kernels import CtcLine, component_geometry, ctc_prefix_beam
from ocr.language import LanguageModel
from ocr.model.characters import CharacterHead, Peaks, relative_lengths
from ocr.model.decoders import Frames, PointDecoder, Pointed
from ocr.model.heads import STRIDE, LocationMaps
from ocr.model.network import Deer, Features

PROBABILITY = 0.3
"""A pixel with more than this belongs to the kernel of a text."""

SCORE = 0.4
"""A text whose kernel is less sure than this on average is dropped."""

SUNK = 0.9
ACROSS = 3
"""Between two texts one above the other lies a cell whose probability is less than this share of the highest among so
many cells on either side, across the reading direction: texts that nearly touch have kernels that run together."""

LIKE_HEIGHT = 1.6
ASIDE = 0.4
SHARED = 0.3
"""Two places are of one text if neither is this many times higher than the other, the shorter one's ends are at most
this many heights aside of the longer one, and this share of it lies within."""

KEPT_CLASSES = 8

TELLING = 4
"""Characters of a text that tells when CTC peaks."""

NARROWEST = 0.05
"""Width that a character has at least, in heights of its line."""

ECHO, BROAD = 0.75, 0.4
"""Share of a character that an equal one before it covers where both are one, and the width in heights of its line that
it then has at least: narrow ones, as in 11 and tt, do seem to stand on each other."""

FRAMES_AT_ONCE = 512
"""Frames that are classified together: the probabilities of all classes for a whole page would be the largest array."""

_FILLER = 1 + charset.readable().index("<")

_NO_LANGUAGE = regex.compile(
    r"(?<=[\w.-]{2})(?<!www\S*)@(?=[\w-]+\.\w)|_(?=[\w.-]*@)|㈜"
    r"|(?<!\S)(?=\S*[A-Z]\d)(?=\S*\d[A-Z])(?=\S*\d\S*\d)[A-Z\d]{6,}(?!\S)",
    regex.ASCII,
)
"""What is read without a language model: signs of addresses on the net and of companies, which it hardly knows, and
codes in which digits, two at least, and letters take turns. Those of one turn (400MG, POS01) are words and numbers.
"""

_LEGIBLE = 0.9
"""Mean confidence with which the network reads codes; with less, what looks like one is noise."""


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
    geometry = maps.geometry[image].float().cpu().numpy().transpose(1, 2, 0)
    probability = _part_texts(maps.logits[image, 0].sigmoid().float().cpu().numpy(), geometry)
    # The head speaks of pixels of the input and log(1 + distance), the kernel of map cells and log(distance).
    asked = probability > PROBABILITY
    inside = geometry[asked].astype(np.float64)
    distances = np.log(np.maximum(np.expm1(inside[:, 3:].clip(max=10.0)), 1.0) / STRIDE)
    cells = np.zeros_like(geometry)
    cells[asked] = np.concatenate([inside[:, :1] - np.log(STRIDE), inside[:, 1:3], distances], 1)
    found = component_geometry(np.ascontiguousarray(probability), cells, PROBABILITY)
    found = found[(found[:, 5] > SCORE) & (found[:, 6] >= 2)]
    return found[:, :5] * STRIDE, found[:, 5]


def _part_texts(probability: FloatArray, geometry: FloatArray) -> FloatArray:
    """Set cells between texts that lie one above the other to 0.

    Args:
        probability: (h, w) of the texts' kernels.
        geometry: (h, w, 5) as in `LocationMaps`, channels last.
    """
    rows, columns = np.nonzero(probability > PROBABILITY)
    cos, sin = geometry[rows, columns, 1:3].T
    norm = np.maximum(np.hypot(cos, sin), 1e-6)
    steps = np.arange(1, ACROSS + 1)[:, None]
    last_row, last_column = np.subtract(probability.shape, 1)
    highest = [
        probability[
            np.rint(rows + way * cos / norm).astype(int).clip(0, last_row),
            np.rint(columns - way * sin / norm).astype(int).clip(0, last_column),
        ].max(0)
        for way in (steps, -steps)
    ]
    between = probability[rows, columns] < SUNK * np.minimum(*highest)
    parted = probability.copy()
    parted[rows[between], columns[between]] = 0.0
    return parted


def join_pieces(places: FloatArray) -> FloatArray:
    """Make one place of those that overlap along one line: a text that was found twice, or in pieces.

    Args:
        places: (M, 5).

    Returns:
        (N, 5), N <= M, the longest first.
    """
    joined: list[FloatArray] = []
    for place in sorted(places, key=lambda place: -float(np.hypot(*(place[2:4] - place[:2])))):
        for k, longer in enumerate(joined):
            if (whole := _joined(longer, place)) is not None:
                joined[k] = whole
                break
        else:
            joined.append(place)
    return np.array(joined, np.float32).reshape(-1, 5)


def _joined(longer: FloatArray, place: FloatArray) -> FloatArray | None:
    """A (5,) place prolonged by another that overlaps it, or None where the other one is of another text."""
    start, along = longer[:2], longer[2:4] - longer[:2]
    length = max(float(np.hypot(*along)), 1e-6)
    along = along / length
    to_ends = place[:4].reshape(2, 2) - start
    first, last = (to_ends @ along).tolist()
    aside = np.abs(to_ends[:, 0] * along[1] - to_ends[:, 1] * along[0]).max()
    shared = min(last, length) - max(first, 0.0)
    alike = 1 / LIKE_HEIGHT < place[4] / longer[4] < LIKE_HEIGHT
    if not alike or aside > ASIDE * longer[4] or last <= first or shared < SHARED * (last - first):
        return None
    ends = [start + min(first, 0.0) * along, start + max(last, length) * along]
    return np.concatenate([*ends, longer[4:]]).astype(np.float32)


@torch.inference_mode()
def read_places(
    network: Deer,
    features: Features,
    places: FloatArray,
    image_of: NDArray[np.int64],
    head: CharacterHead | None = None,
    language: LanguageModel | None = None,
) -> list[Reading]:
    """Read where pointed.

    Args:
        network: Its decoder is used.
        features: Of B images.
        places: (M, 5) in pixels of the network's input.
        image_of: (M,) the image of each place, ascending.
        head: Tells where characters begin and end; without it they share the space between the peaks of CTC.
        language: Has a say in what is read.
    """
    if not len(places):
        return []
    device = features.image_size.device
    pointed = Pointed(torch.from_numpy(places).to(device), torch.from_numpy(image_of).to(device))
    if isinstance(network.decoder, PointDecoder):
        labels, scores = network.decoder.generate(features.maps, pointed, features.image_size)
        return [_even_reading(c, s) for c, s in zip(labels.cpu().numpy(), scores.exp().cpu().numpy(), strict=True)]
    frames = network.follow(features, pointed)
    lines = spell(network, frames, language)
    edges = share_out(frames, lines) if head is None else _sides(head, frames, pointed.places, lines)
    readings = [_reading(line, edge) for line, edge in zip(lines, edges, strict=True)]
    if head is None:
        return readings
    lengths = relative_lengths(pointed.places).tolist()
    return [without_echoes(reading, length) for reading, length in zip(readings, lengths, strict=True)]


def without_echoes(reading: Reading, length: float) -> Reading:
    """A reading without the characters that CTC spelt twice where one stands.

    Args:
        reading: What was read, its edges found by a head: those that CTC shares out never overlap.
        length: Of the text, in heights of its line.
    """
    begin, end = reading.edges.T * length
    widths = end - begin
    narrower = np.minimum(widths[1:], widths[:-1])
    shared = np.minimum(end[1:], end[:-1]) - np.maximum(begin[1:], begin[:-1])
    echoes = (reading.labels[1:] == reading.labels[:-1]) & (narrower >= BROAD) & (shared >= ECHO * narrower)
    kept = np.flatnonzero(~np.insert(echoes, 0, False)[: len(reading.labels)])
    return Reading(
        reading.labels[kept],
        reading.edges[kept],
        reading.confidence[kept],
        reading.alternatives[kept],
        reading.alternative_probs[kept],
    )


@torch.inference_mode()
def spell(network: Deer, frames: Frames, language: LanguageModel | None = None) -> list[CtcLine]:
    """Read frames of M texts with CTC and, if there is one, a language model."""
    parts = [_most_probable(network.decoder.classifier(part)) for part in torch.split(frames.features, FRAMES_AT_ONCE)]
    lengths = frames.lengths.cpu().numpy().astype(np.int32)
    indices, values = (torch.cat(part) for part in zip(*parts, strict=True))
    classes, log_probs = _pad(indices, values, lengths)
    seen = ctc_prefix_beam(classes, log_probs, lengths)
    if language is None:
        return seen
    weighed = ctc_prefix_beam(classes, log_probs, lengths, language=language)
    return [_without_say(*lines) for lines in zip(weighed, seen, strict=True)]


def _without_say(weighed: CtcLine, seen: CtcLine) -> CtcLine:
    """What was read with a language model, but without it where it has no say.

    In machine readable zones it has none anywhere: they are no language, and have check digits.

    Args:
        weighed: What was read with it.
        seen: What the network alone reads on the same frames.
    """
    if _is_zone(weighed):
        return seen
    text = "".join(map(charset.decode, seen.labels.tolist()))
    for match in _NO_LANGUAGE.finditer(text):
        first, last = match.span()
        if match[0].isalnum() and seen.confidence[first:last].mean() < _LEGIBLE:
            continue
        before = int(np.searchsorted(weighed.stop, seen.start[first], "right"))
        behind = max(int(np.searchsorted(weighed.start, seen.stop[last - 1], "left")), before)
        columns = ((getattr(weighed, field.name), getattr(seen, field.name)) for field in fields(CtcLine))
        weighed = CtcLine(*(np.concatenate([kept[:before], own[first:last], kept[behind:]]) for kept, own in columns))
    return weighed


def _is_zone(line: CtcLine) -> bool:
    fillers = line.labels == _FILLER
    return bool((fillers[1:] & fillers[:-1]).any())


def share_out(frames: Frames, lines: Sequence[CtcLine]) -> list[FloatArray]:
    """(L, 2) edges of each text's characters by CTC alone: they meet halfway between the peaks of neighbours.

    The first and the last are as wide as others, or reach the text's ends.
    """
    centers = np.split(frames.centers.cpu().numpy(), np.cumsum(frames.lengths.cpu().numpy())[:-1])
    peaks = [center[line.peak] for line, center in zip(lines, centers, strict=True)]
    delay = _delay(peaks)
    return [_meet(peak, delay) for peak in peaks]


def build_line(reading: Reading, place: FloatArray, size: tuple[int, int]) -> Line | None:
    """Cut a reading at its spaces into words, or None where nothing but spaces was read.

    Args:
        reading: What was read.
        place: (5,) where, in the frame that the line's quads shall have.
        size: Width and height of that frame; quads of print that is cut off end at its edges.
    """
    words: list[Word] = []
    first = 0
    for k in range(len(reading.labels) + 1):
        if k == len(reading.labels) or reading.labels[k] == charset.SPACE:
            if k > first:
                words.append(_build_word(reading, place, size, first, k))
            first = k + 1
    if not words:
        return None
    letters = reading.labels != charset.SPACE
    begin, end = float(reading.edges[letters, 0].min()), float(reading.edges[letters, 1].max())
    return Line(
        words=tuple(words),
        quad=_slice(place, size, min(begin, 0.0), max(end, 1.0)),
        confidence=float(np.exp(np.log(np.maximum(reading.confidence, 1e-6)).mean())),
    )


def _build_word(reading: Reading, place: FloatArray, size: tuple[int, int], first: int, last: int) -> Word:
    letters = []
    for k in range(first, last):
        pairs = zip(reading.alternatives[k].tolist(), reading.alternative_probs[k].tolist(), strict=True)
        label = int(reading.labels[k])
        letters.append(
            Char(
                text=charset.decode(label),
                quad=_slice(place, size, *reading.edges[k].tolist()),
                confidence=float(reading.confidence[k]),
                alternatives=tuple((charset.decode(other), p) for other, p in pairs if other),
                unreadable=charset.unread_script(label),
            )
        )
    return Word(
        text="".join(letter.text for letter in letters),
        quad=_slice(place, size, float(reading.edges[first, 0]), float(reading.edges[last - 1, 1])),
        confidence=mean_confidence(letters),
        chars=tuple(letters),
    )


def _slice(place: FloatArray, size: tuple[int, int], first: float, last: float) -> Quad:
    """Part of a place between two fractions of its length, as far as it lies within (0, 0) and `size`."""
    a, b, c, d = ((min(max(x, 0.0), size[0]), min(max(y, 0.0), size[1])) for x, y in slice_place(place, first, last))
    return a, b, c, d


def _most_probable(logits: Tensor) -> tuple[Tensor, Tensor]:
    """(F, C) logits -> the (F, K) most probable classes and the logarithms of their probabilities."""
    best = logits.float().topk(KEPT_CLASSES, -1)
    return best.indices, best.values - logits.float().logsumexp(-1, keepdim=True)


def _pad(classes: Tensor, log_probs: Tensor, lengths: NDArray[np.int32]) -> tuple[NDArray[np.int32], FloatArray]:
    """(F, K) of all texts -> (M, T, K) of each, for the kernels."""
    shape = (len(lengths), int(lengths.max()), KEPT_CLASSES)
    used = np.arange(shape[1]) < lengths[:, None]
    padded, padded_probs = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    padded[used] = classes.cpu().numpy()
    padded_probs[used] = log_probs.cpu().numpy()
    return padded, padded_probs


def _spacing(peaks: FloatArray) -> float:
    """Distance from one character to the next, as a fraction of the text's length."""
    return float(np.median(np.diff(peaks))) if len(peaks) > 1 else 1.0


def _delay(peaks: Sequence[FloatArray]) -> float:
    """By how many characters CTC peaks late, judged by how far off the middles of their texts it does.

    It does not say where in a character it peaks, but does so at the same place in all of them. A single text's ends
    may be found wrongly, so that the median of all texts counts.
    """
    off = [((text[0] + text[-1] - 1) / 2) / _spacing(text) for text in peaks if len(text) >= TELLING]
    return float(np.median(off)) if off else 0.0


def _meet(peaks: FloatArray, delay: float) -> FloatArray:
    if not len(peaks):
        return np.zeros((0, 2), np.float32)
    middles, spacing = (peaks[1:] + peaks[:-1]) / 2, _spacing(peaks)
    bounds = np.concatenate([[peaks[0] - spacing / 2], middles, [peaks[-1] + spacing / 2]]) - delay * spacing
    bounds = bounds.clip(-0.05, 1.05)
    bounds[0], bounds[-1] = min(bounds[0], 0.0), max(bounds[-1], 1.0)
    return np.stack([bounds[:-1], bounds[1:]], 1).astype(np.float32)


def _sides(head: CharacterHead, frames: Frames, places: Tensor, lines: Sequence[CtcLine]) -> list[FloatArray]:
    """(L, 2) edges of each text's characters as the head sees them, in the order in which they are read.

    Of the sides only those along the line: a character is as high as its line.
    """
    counts = np.cumsum([len(line) for line in lines])
    if not counts[-1]:
        return [np.zeros((0, 2), np.float32) for _ in lines]
    peaks = Peaks.build(frames, places, [line.peak for line in lines])
    sides = peaks.at[:, None] + head(frames.features[peaks.window], peaks.gaps)[:, :2].float()
    found = np.split(sides.cpu().numpy(), counts[:-1])
    for line, edges, length in zip(lines, found, relative_lengths(places).tolist(), strict=True):
        letters = line.labels != charset.SPACE  # where a space ends nobody taught
        edges[letters] = np.maximum.accumulate(edges[letters], 0)
        edges[:, 1] = np.maximum(edges[:, 1], edges[:, 0] + NARROWEST)
        edges /= max(length, 1e-3)
    return found


def _reading(line: CtcLine, edges: FloatArray) -> Reading:
    return Reading(
        labels=line.labels,
        edges=edges,
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
