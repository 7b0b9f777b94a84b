"""From the network's frames to readings and lines.

Letters of shapes: B images, M texts, F frames of all texts, K classes kept per frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import regex
import torch
from numpy.typing import NDArray
from torch import Tensor

from ocr import charset
from ocr.document import Char, Line, Quad, Word
from ocr.geometry import FloatArray, slice_place
from ocr.kernels import CtcLine, ctc_prefix_beam
from ocr.language import LanguageModel
from ocr.model.characters import CharacterHead, Peaks, relative_lengths
from ocr.model.decoders import Frames, PointDecoder, Pointed
from ocr.model.network import Deer, Features

KEPT_CLASSES = 8

TELLING = 4
"""Characters of a text that tells when CTC peaks."""

NARROWEST = 0.05
"""Width that a character has at least, in heights of its line."""

ECHO, BROAD = 0.75, 0.4
"""Share of a character that an equal one before it covers where both are one, and the width in heights of its line that
it then has at least: narrow ones, as in 11 and tt, do seem to stand on each other."""

SPACE_STEPS, SPACE_SHARE = 0.6, 0.6
"""Least width of a space before a colon, in steps from one letter of the line to the next and as a share of the line's
other spaces: what falls short of both is none."""

FRAMES_AT_ONCE = 512
"""Frames that are classified together: the probabilities of all classes for a whole page would be the largest array."""

_FILLER, _COLON = (1 + charset.characters().index(char) for char in "<:")

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

    def without(self, indexes: NDArray[np.int64]) -> Reading:
        """The reading but for some of its characters."""
        if not len(indexes):
            return self
        return Reading(*(np.delete(getattr(self, field.name), indexes, axis=0) for field in fields(Reading)))


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
    return [close_up(without_echoes(reading, length)) for reading, length in zip(readings, lengths, strict=True)]


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
    return reading.without(1 + np.flatnonzero(echoes))


def close_up(reading: Reading) -> Reading:
    """A reading without spaces before colons that are too narrow for one.

    A colon has its cell to itself where all characters are equally wide: what it leaves empty looks like a space.

    Args:
        reading: What was read, its edges found by a head.
    """
    letters = np.flatnonzero(reading.labels != charset.SPACE)
    spaced = np.diff(letters) > 1
    if spaced.all():
        return reading
    begin, end = reading.edges[letters].T
    first, behind = charset.syllable_classes()
    syllables = (reading.labels[letters] >= first) & (reading.labels[letters] < behind)  # their cells are twice as wide
    gaps, before_colon = begin[1:] - end[:-1], (reading.labels[letters[1:]] == _COLON) & ~syllables[:-1]
    narrow = gaps < SPACE_STEPS * np.median(np.diff(begin + end)[~spaced] / 2)
    if (others := spaced & ~before_colon).any():
        narrow &= gaps < SPACE_SHARE * np.median(gaps[others])
    return reading.without(letters[1:][spaced & before_colon & narrow] - 1)


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
    spaces = np.flatnonzero(np.pad(reading.labels == charset.SPACE, 1, constant_values=True)).tolist()
    spans = [(before, behind - 1) for before, behind in pairwise(spaces) if behind - before > 1]
    if not spans:
        return None
    first, behind = np.array(spans).T
    begin, end = reading.edges[first, 0], reading.edges[behind - 1, 1]
    letters = reading.edges[reading.labels != charset.SPACE]
    whole = [min(float(letters[:, 0].min()), 0.0), max(float(letters[:, 1].max()), 1.0)]
    parts = np.concatenate([reading.edges, np.stack([begin, end], 1), [whole]])
    *quads, quad = _quads(slice_place(place, parts), size)
    chars = _chars(reading, quads[: len(reading.labels)])
    words = tuple(
        Word.of(chars[first:behind], quad) for (first, behind), quad in zip(spans, quads[len(chars) :], strict=True)
    )
    confidence = float(np.exp(np.log(np.maximum(reading.confidence, 1e-6)).mean()))
    return Line(words=words, quad=quad, confidence=confidence)


def _chars(reading: Reading, quads: Sequence[Quad]) -> list[Char]:
    """The characters of a reading, spaces among them."""
    columns = (reading.labels, reading.confidence, reading.alternatives, reading.alternative_probs)
    return [
        Char(
            text=charset.decode(label),
            quad=quad,
            confidence=confidence,
            alternatives=tuple((charset.decode(other), p) for other, p in zip(others, probs, strict=True) if other),
            unreadable=charset.unread_script(label),
        )
        for quad, label, confidence, others, probs in zip(quads, *(each.tolist() for each in columns), strict=True)
    ]


def _quads(corners: FloatArray, size: tuple[int, int]) -> list[Quad]:
    """(N, 4, 2) corners as quads, as far as they lie within (0, 0) and `size`."""
    return [((*a,), (*b,), (*c,), (*d,)) for a, b, c, d in corners.clip(0.0, size).tolist()]


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
