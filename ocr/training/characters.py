"""Teaches the character head: a frozen network, rendered pages, and the boxes of as many of their words as one likes.

Words without boxes get them from a teacher that was taught with the others (see `ocr.training.character_teacher`),
where it finds as many characters on a word as the word has, and where a first student, taught with the others too,
finds them at about the same places. Either errs in its own way, so that boxes they agree on are right.

Letters of shapes: M texts of a page, N of its characters, D channels, F frames.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from torch import Tensor
from torch.nn import functional as F

from ocr import charset
from ocr.datasets.crops import is_inside
from ocr.datasets.examples import Displacement, normalise
from ocr.decoding import share_out, spell
from ocr.geometry import FloatArray, quads_to_places, to_line
from ocr.model.characters import CharacterHead, Peaks, relative_lengths
from ocr.model.decoders import Pointed
from ocr.model.heads import STRIDE
from ocr.model.network import SIZE_DIVISOR, Deer
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page
from ocr.training.character_teacher import CharacterMaps, CharacterTargets, find_characters, teach

SIZE = 512
"""Side of a page in pixels."""

STEPS = 1500
"""Of the student."""

EPOCHS = 8
"""Of the teacher."""

_BATCH = 512  # characters a step
_RATE = 2e-3
_DECAY = 0.02
_AGREED = 0.5  # overlap of boxes that are taken for the same one
_FARTHEST = 3.0  # line heights between a peak and its character's sides, where they are not another's

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheet:
    """A page as the frozen network sees it, pointed at its texts as a detector would point; N characters were read.

    Lengths along and across a text are in units of its height, from where it was pointed at.

    Attributes:
        fine: (C, h, w) half, the neck's finest map.
        features: (F, D) half, of frames.
        places: (M, 5) of the texts in pixels.
        texts: (K, 4, 2) quads of all texts of the page.
        words: Of each word the quads (L, 4, 2) of its characters.
        owner: (N, 3) int64, the text, the word, and where in the word a character stands.
        peaks: Of the characters.
        cells: (N, 2) where CTC alone would see them begin and end.
        truth: (N, 4) left, right, top and bottom sides as they are printed.
    """

    fine: Tensor
    features: Tensor
    places: FloatArray
    texts: FloatArray
    words: tuple[FloatArray, ...]
    owner: NDArray[np.int64]
    peaks: Peaks
    cells: FloatArray
    truth: FloatArray


def train_characters(sheets: Sequence[Sheet], *, labelled: float = 1.0, seed: int = 0) -> CharacterHead:
    """Train a head; the last student of `train_in_turn`.

    Args:
        sheets: What to learn from.
        labelled: Share of the words whose boxes are used; with less than 1 a teacher labels the rest.
        seed: Of all chance.
    """
    return train_in_turn(sheets, labelled=labelled, seed=seed).last


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trained:
    """Who learned from whom.

    Attributes:
        first: Student of the labelled words alone.
        teacher: Of the words without boxes, None where there are none.
        last: Student of the labelled words, and of those that teacher and first student agree on.
    """

    first: CharacterHead
    teacher: CharacterMaps | None
    last: CharacterHead


def train_in_turn(sheets: Sequence[Sheet], *, labelled: float, seed: int = 0) -> Trained:
    """Train a student, a teacher and another student; what the arguments are says `train_characters`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    known = [rng.random(len(sheet.words)) < labelled for sheet in sheets]
    labels = [np.where(k[sheet.owner[:, 1], None], sheet.truth, np.nan) for sheet, k in zip(sheets, known, strict=True)]
    student = train_student(sheets, [labels])
    if labelled == 1.0:
        return Trained(student, None, student)
    teacher = train_teacher(sheets, known, rng)
    agreed = [agree(pseudo_label(teacher, sheet), find_sides(student, sheet)) for sheet in sheets]
    found = sum(int(np.isfinite(boxes[:, 0]).sum()) for boxes in agreed)
    _log.info("%d boxes were labelled", found)
    return Trained(student, teacher, train_student(sheets, [labels, agreed]) if found else student)


def render_sheets(
    network: Deer, count: int, *, corpora: Path | None = None, textures: Path | None = None, first_seed: int = 0
) -> Iterator[Sheet]:
    """Damaged pages of all kinds, half of them Korean, as the network sees them.

    Args:
        network: Reads; in evaluation mode.
        count: Pages.
        corpora: Folder of texts, or None for the small ones of the package.
        textures: Folder of papers and backgrounds, or None.
        first_seed: Of the pages.
    """
    corpus, fonts = Corpus(corpora), FontLibrary("train")
    for seed in range(first_seed, first_seed + count):
        page = render_page(seed, size=SIZE, corpus=corpus, fonts=fonts, textures=textures)
        if sheet := see_page(network, page, np.random.default_rng(seed)):
            yield sheet


@torch.inference_mode()
def see_page(network: Deer, page: RenderedPage, rng: np.random.Generator) -> Sheet | None:
    """What the network sees of a page, None where it reads nothing of what is printed there."""
    grey = np.asarray(cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY), np.uint8)
    quads = np.stack([text.quad for text in page.texts])
    whole = np.flatnonzero(is_inside(quads_to_places(quads), grey.shape))
    if not len(whole):
        return None
    places = Displacement().apply(quads_to_places(quads[whole]), rng)
    padded = np.pad(grey, [(0, -side % SIZE_DIVISOR) for side in grey.shape], mode="edge")
    features = network.encode(normalise(torch.from_numpy(padded)[None, None]))
    pointed = Pointed(torch.from_numpy(places), torch.zeros(len(places), dtype=torch.long))
    frames = network.follow(features, pointed)
    lines = spell(network, frames)
    words: list[FloatArray] = []
    owner, read, truth = [], [], []
    first = 0
    for k, (line, place) in enumerate(zip(lines, places, strict=True)):
        text = page.texts[whole[k]]
        sides = _sides(place, text.char_quads)
        of_word: dict[int, tuple[int, int]] = {}
        for span in re.finditer(r"\S+", text.text):
            of_word |= {index: (len(words), index - span.start()) for index in range(*span.span())}
            words.append(text.char_quads[slice(*span.span())])
        for index, peak in _match(text.text, line.labels):
            if index in of_word:
                owner.append((k, *of_word[index]))
                read.append(first + peak)
                truth.append(sides[index])
        first += len(line)
    if not read:
        return None
    peaks = Peaks.build(frames, pointed.places, [line.peak for line in lines])
    lengths = relative_lengths(pointed.places).numpy()
    cells = [edges * length for edges, length in zip(share_out(frames, lines), lengths, strict=True)]
    return Sheet(
        fine=features.maps[0][0].half(),
        features=frames.features.half(),
        places=places,
        texts=quads,
        words=tuple(words),
        owner=np.array(owner),
        peaks=Peaks(peaks.window[read], peaks.at[read], peaks.gaps[read]),
        cells=np.concatenate(cells)[read],
        truth=np.array(truth, np.float32),
    )


def train_teacher(
    sheets: Sequence[Sheet], known: Sequence[NDArray[np.bool_]], rng: np.random.Generator
) -> CharacterMaps:
    """Train a teacher.

    Args:
        sheets: Pages.
        known: For each page, of which of its words the boxes are known.
        rng: Source of chance.
    """
    targets = [
        CharacterTargets.draw(
            _size(sheet), sheet.texts, [word for word, labelled in zip(sheet.words, k, strict=True) if labelled]
        )
        for sheet, k in zip(sheets, known, strict=True)
    ]
    teacher = CharacterMaps(len(sheets[0].fine))
    optimizer = torch.optim.AdamW(teacher.parameters(), weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=EPOCHS * len(sheets))
    for epoch in range(EPOCHS):
        total = 0.0
        for k in rng.permutation(len(sheets)):
            loss = teach(teacher(sheets[k].fine.float()), targets[k])
            total += _step(loss, optimizer, rates)
        _log.info("teacher, epoch %d of %d: loss %.3f", epoch + 1, EPOCHS, total / len(sheets))
    return teacher.eval()


def pseudo_label(teacher: CharacterMaps, sheet: Sheet) -> FloatArray:
    """(N, 4) sides of characters by a teacher, NaN in words where it finds more or fewer than there are."""
    found = find_characters(teacher, sheet.fine.float(), sheet.places)
    labels = np.full((len(sheet.owner), 4), np.nan, np.float32)
    for number, word in enumerate(sheet.words):
        own = np.flatnonzero(sheet.owner[:, 1] == number)
        if len(own) < len(word):
            continue
        text = sheet.owner[own[0], 0]
        boxes = found[text][0] / sheet.places[text, 4]
        middles = boxes[:, :2].mean(1)
        within = boxes[(middles > sheet.cells[own[0], 0]) & (middles < sheet.cells[own[-1], 1])]
        if len(within) == len(word):
            labels[own] = within
    return labels


def find_sides(head: CharacterHead, sheet: Sheet) -> FloatArray:
    """(N, 4) sides of characters by a head."""
    with torch.inference_mode():
        sides = head(sheet.features[sheet.peaks.window].float(), sheet.peaks.gaps)
        sides[:, :2] += sheet.peaks.at[:, None]
    return np.asarray(sides, np.float32)


def agree(one: FloatArray, other: FloatArray) -> FloatArray:
    """(N, 4) means of sides, NaN where they are of different boxes."""
    overlap = overlaps(torch.from_numpy(one), torch.from_numpy(other)).numpy()
    return np.where((overlap > _AGREED)[:, None], (one + other) / 2, np.float32(np.nan))


def train_student(sheets: Sequence[Sheet], sources: Sequence[Sequence[FloatArray]]) -> CharacterHead:
    """Train a head.

    Args:
        sheets: Pages.
        sources: Of labels, each with as many in a step as the others: for each page (N, 4) sides, NaN where unknown.
    """
    features = torch.cat([sheet.features for sheet in sheets])
    starts = np.cumsum([0, *(len(sheet.features) for sheet in sheets)])
    window = torch.cat([sheet.peaks.window + int(start) for sheet, start in zip(sheets, starts[:-1], strict=True)])
    gaps = torch.cat([sheet.peaks.gaps for sheet in sheets])
    at = torch.cat([sheet.peaks.at for sheet in sheets])
    labels = torch.from_numpy(np.stack([np.concatenate(source) for source in sources])).float()
    labels[..., :2] -= at[:, None]
    usable = [_usable(source) for source in labels]
    head = CharacterHead(features.shape[1])
    optimizer = torch.optim.AdamW(head.parameters(), weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=STEPS)
    for step in range(1, STEPS + 1):
        drawn = [rows[torch.randint(len(rows), (_BATCH // len(sources),))] for rows in usable]
        wanted = torch.cat([source[rows] for source, rows in zip(labels, drawn, strict=True)])
        rows = torch.cat(drawn)
        value = _step(_student_loss(head(features[window[rows]].float(), gaps[rows]), wanted), optimizer, rates)
        if step % (STEPS // 5) == 0:
            _log.info("student, step %d of %d: loss %.3f", step, STEPS, value)
    return head.eval().requires_grad_(False)


def overlaps(one: Tensor, other: Tensor) -> Tensor:
    """(N,) intersections over unions of (N, 4) sides."""
    begin, end = torch.maximum(one[:, ::2], other[:, ::2]), torch.minimum(one[:, 1::2], other[:, 1::2])
    shared = (end - begin).clamp(min=0.0).prod(1)
    areas = [(box[:, 1::2] - box[:, ::2]).clamp(min=0.0).prod(1) for box in (one, other)]
    return shared / (areas[0] + areas[1] - shared + 1e-6)


def _usable(labels: Tensor) -> Tensor:
    """Rows of (N, 4) labels that can be right."""
    return torch.nonzero((labels.abs() < _FARTHEST).all(1) & (labels[:, 1] > labels[:, 0]))[:, 0]


def _student_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """L1, and what the overlap lacks of 1: narrow characters take more care."""
    distance = F.smooth_l1_loss(found, wanted, beta=0.05, reduction="none").sum(1)
    return (distance + 0.5 * (1 - overlaps(found, wanted))).mean()


def _step(loss: Tensor, optimizer: torch.optim.Optimizer, rates: torch.optim.lr_scheduler.LRScheduler) -> float:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    rates.step()
    return loss.item()


def _match(text: str, labels: NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Pairs of a character of a text and one that was read, the same or in its place."""
    printed = charset.encode(text) or []
    for step in Levenshtein.opcodes(printed, labels.tolist()):
        if step.tag in ("equal", "replace"):
            pairs = zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
            yield from ((index, peak) for index, peak in pairs if labels[peak] != charset.SPACE)


def _sides(place: FloatArray, quads: FloatArray) -> NDArray[np.float64]:
    """(L, 4, 2) quads -> (L, 4) left, right, top and bottom sides in the frame of a place, in units of its height."""
    points = to_line(place, quads) / max(float(place[4]), 1.0)
    along, across = points[..., 0], points[..., 1]
    pairs = (along[:, [0, 3]], along[:, [1, 2]], across[:, [0, 1]], across[:, [2, 3]])
    return np.stack([pair.mean(1) for pair in pairs], 1)


def _size(sheet: Sheet) -> tuple[int, int]:
    h, w = sheet.fine.shape[1:]
    return h * STRIDE, w * STRIDE
