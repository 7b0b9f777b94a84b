"""A teacher that finds characters by itself: Differentiable Binarization (Liao et al., 2020) for single characters.

A map at full resolution on the frozen network's finest features tells the kernels of characters apart, and each pixel
of a kernel how far it is to the four sides. It does not know what the characters are: where it finds as many on a word
as the word has, they are the word's, in order.

Letters of shapes: C channels, H and W the size of a page in pixels, h and w the same at stride 4, N characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ocr.geometry import FloatArray, to_line
from ocr.model.heads import STRIDE
from ocr.training.losses import dice_loss

PROBABILITY = 0.5
"""A pixel with more than this belongs to the kernel of a character."""

_SHRINK = 0.5  # of a character to its kernel
_THINNEST = 2.0  # pixels that a kernel is wide at least, if its character is
_LARGEST = 5.0  # log of 1 + the pixels to a side
_HARD_NEGATIVES = 3
_SHIFT = 4  # fixed-point bits of OpenCV's polygons
_ASTRAY = 0.6  # line heights that a character's middle lies off its line at most, and _BEYOND off the ends
_BEYOND = 0.4


class CharacterMaps(nn.Module):
    """Convolutions on the neck's finest map, enlarged to the size of the page.

    Args:
        channels: C.
        width: Channels between the convolutions.
    """

    def __init__(self, channels: int, *, width: int = 48) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            last := nn.Conv2d(width, 5 * STRIDE**2, 1),
            nn.PixelShuffle(STRIDE),
        )
        with torch.no_grad():
            # Characters of 8 by 20 px here and there: where training would go first anyway.
            last.bias.copy_(torch.tensor([-2.0, 1.6, 1.6, 2.4, 2.4]).repeat_interleave(STRIDE**2))  # type: ignore[union-attr]

    def forward(self, fine: Tensor) -> tuple[Tensor, Tensor]:
        """Look for characters.

        Args:
            fine: (C, h, w).

        Returns:
            (H, W) logits of kernels, and (4, H, W) logs of 1 + the pixels to the left, right, top and bottom sides.
        """
        maps = self.layers(fine[None])[0]
        return maps[0], maps[1:]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CharacterTargets:
    """Truth of one page; K pixels lie in kernels.

    Attributes:
        kernels: (H, W) bool.
        care: (H, W) bool, where there is truth: in labelled words and where there is no text.
        rows: (K,) int64 and
        columns: (K,) int64 of the pixels in kernels.
        distances: (4, K) float32 to their characters' sides.
    """

    kernels: Tensor
    care: Tensor
    rows: Tensor
    columns: Tensor
    distances: Tensor

    @classmethod
    def draw(cls, size: tuple[int, int], texts: FloatArray, words: Sequence[FloatArray]) -> CharacterTargets:
        """Draw the truth.

        Args:
            size: (H, W).
            texts: (M, 4, 2) quads of all texts.
            words: Of each labelled word the (N, 4, 2) quads of its characters.
        """
        care, owner = np.ones(size, np.uint8), np.zeros(size, np.int32)
        for text in texts:
            _fill(care, text, 0)
        for word in words:
            _fill(care, np.stack([word[0, 0], word[-1, 1], word[-1, 2], word[0, 3]]), 1)
        quads = np.concatenate([*words, np.zeros((0, 4, 2), np.float32)]).astype(np.float64)
        for k, quad in enumerate(quads, start=1):
            _fill(owner, _kernel(quad), k)
        rows, columns = np.nonzero(owner)
        return cls(
            kernels=torch.from_numpy(owner > 0),
            care=torch.from_numpy((care > 0) | (owner > 0)),
            rows=torch.from_numpy(rows),
            columns=torch.from_numpy(columns),
            distances=torch.from_numpy(_distances(quads[owner[rows, columns] - 1], np.stack([columns, rows], 1) + 0.5)),
        )


def teach(maps: tuple[Tensor, Tensor], targets: CharacterTargets) -> Tensor:
    """Loss: cross entropy over kernels and the hardest of the rest, dice, and L1 of the distances' logarithms."""
    logits, distances = maps
    positive, negative = logits[targets.kernels], logits[targets.care & ~targets.kernels]
    hardest = min(_HARD_NEGATIVES * len(positive) + 500, len(negative))
    loss = F.softplus(negative).topk(hardest).values.mean() if hardest else logits.sum() * 0.0
    maps_of_one = (logits.sigmoid(), targets.kernels, targets.care)
    loss = loss + dice_loss(*(part[None, None] for part in maps_of_one))
    if len(positive):
        found = distances[:, targets.rows, targets.columns]
        wanted = targets.distances.clamp(min=0.0).log1p()
        loss = loss + F.softplus(-positive).mean() + 2 * F.smooth_l1_loss(found, wanted, beta=0.1)
    return loss


@torch.inference_mode()
def find_characters(teacher: CharacterMaps, fine: Tensor, places: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Characters on the lines of a page.

    Args:
        teacher: Trained.
        fine: (C, h, w).
        places: (M, 5) of the lines, in pixels.

    Returns:
        For each line the (N, 4) left, right, top and bottom sides of its characters from its beginning, in pixels to
        the right and down as one reads, in order, and their (N,) scores.
    """
    logits, distances = teacher(fine)
    probability, to_sides = logits.sigmoid().numpy(), distances.clamp(0.0, _LARGEST).expm1().numpy()
    count, labels = cv2.connectedComponents((probability > PROBABILITY).astype(np.uint8), connectivity=4)
    rows, columns = np.nonzero(labels)
    owner, weight = labels[rows, columns] - 1, probability[rows, columns].astype(np.float64)
    total = np.bincount(owner, weights=weight, minlength=count - 1)

    def mean(values: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.bincount(owner, weights=weight * values, minlength=count - 1) / total

    middles = np.stack([mean(columns + 0.5), mean(rows + 0.5)], 1)
    sides = np.stack([mean(side) * sign for side, sign in zip(to_sides[:, rows, columns], _SIGNS, strict=True)])
    scores = total / np.bincount(owner, minlength=count - 1)
    line, at = _nearest_lines(middles, places)
    found = []
    for k in range(len(places)):
        own = np.flatnonzero(line == k)
        own = own[np.argsort(at[own, 0])]
        boxes = at[own][:, [0, 0, 1, 1]] + sides[:, own].T
        found.append((boxes.astype(np.float32), scores[own].astype(np.float32)))
    return found


_SIGNS = (-1.0, 1.0, -1.0, 1.0)


def _nearest_lines(points: NDArray[np.float64], places: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(N,) the line that each point lies on, -1 for none, and (N, 2) where, in pixels along and across it."""
    nearest, line, where = np.full(len(points), _ASTRAY), np.full(len(points), -1), np.zeros((len(points), 2))
    for k, place in enumerate(places):
        at, height = to_line(place, points), float(place[4])
        length = float(np.hypot(*(place[2:4] - place[:2])))
        aside = np.abs(at[:, 1]) / height
        ours = (aside < nearest) & (at[:, 0] > -_BEYOND * height) & (at[:, 0] < length + _BEYOND * height)
        nearest[ours], line[ours], where[ours] = aside[ours], k, at[ours]
    return line, where


def _kernel(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4, 2) shrunk around its middle."""
    along, across = (quad[1] - quad[0] + quad[2] - quad[3]) / 4, (quad[3] - quad[0] + quad[2] - quad[1]) / 4
    width = max(2 * float(np.hypot(*along)), 1e-3)
    along = along * max(_SHRINK * width, min(_THINNEST, width)) / width
    across = across * _SHRINK
    corners: NDArray[np.float64] = quad.mean(0) + np.stack(
        [-along - across, along - across, along + across, across - along]
    )
    return corners


def _distances(quads: NDArray[np.floating], points: NDArray[np.floating]) -> FloatArray:
    """(4, K) from points (K, 2) inside quads (K, 4, 2) to the middles of their left, right, upper and lower side."""
    along = quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    middles = [(quads[:, a] + quads[:, b]) / 2 for a, b in ((0, 3), (1, 2), (0, 1), (2, 3))]
    ways = (along, along, across, across)
    return np.stack(
        [((side - points) * way).sum(1) * sign for side, way, sign in zip(middles, ways, _SIGNS, strict=True)]
    ).astype(np.float32)


def _fill(mask: NDArray[np.uint8] | NDArray[np.int32], quad: NDArray[np.floating], value: int) -> None:
    # OpenCV counts from the centres of pixels.
    cv2.fillConvexPoly(mask, np.round((quad - 0.5) * (1 << _SHIFT)).astype(np.int32), value, shift=_SHIFT)
