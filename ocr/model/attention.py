"""Attention bricks: plain self-attention and multi-scale deformable attention (Zhu et al. 2021, section 4.1).

Letters of shapes: B images, Q queries of all images together, N queries of one image after padding, L levels, G heads,
P points, D channels of a query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class FeedForward(nn.Sequential):
    """Two linear maps with a GELU between them."""

    def __init__(self, width: int, *, expansion: int = 3) -> None:
        super().__init__(nn.Linear(width, expansion * width), nn.GELU(), nn.Linear(expansion * width, width))


class SelfAttention(nn.Module):
    """Multi-head self-attention over padded sequences."""

    def __init__(self, width: int, *, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, N, D) with an optional mask (B, N), True where a query counts -> (B, N, D)."""
        b, n, d = x.shape
        q, k, v = self.project(x).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)  # (B, G, N, D/G)
        keep = None if mask is None else mask[:, None, None, :]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=keep)
        x = self.out(y.transpose(1, 2).reshape(b, n, d))
        return x


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Where each of Q queries stands once they are laid out as a padded (B, N) grid, image by image.

    Attributes:
        image: (Q,) int64, the image of a query.
        slot: (Q,) int64, its place among the queries of that image.
        batch: B.
        width: N.
    """

    image: Tensor
    slot: Tensor
    batch: int
    width: int

    @classmethod
    def build(cls, image: Tensor, batch: int) -> QueryRows:
        """Lay out queries that are sorted by image; image is (Q,) int64."""
        counts = torch.bincount(image, minlength=batch)
        starts = torch.cumsum(counts, 0) - counts
        slot = torch.arange(len(image), device=image.device) - starts[image]
        return cls(image=image, slot=slot, batch=batch, width=max(int(counts.max()), 1))

    def pad(self, x: Tensor) -> Tensor:
        """(Q, ...) -> (B, N, ...), zeros where no query stands."""
        grid = x.new_zeros(self.batch, self.width, *x.shape[1:])
        return grid.index_put((self.image, self.slot), x)

    def flatten(self, grid: Tensor) -> Tensor:
        """(B, N, ...) -> (Q, ...), the inverse of `pad`."""
        return grid[self.image, self.slot]


class DeformableAttention(nn.Module):
    """Every query looks at a few places near where it stands, on every level, and says itself where.

    Offsets are in units of the query's own scale and turn with its direction, so that small, large and rotated text
    all look alike to the weights. The maps are looked at as they are, the heads sharing their channels out, and what
    was seen on all levels goes through one projection: projecting the maps first, as the original does, costs more
    than everything else here as soon as a map is larger than the number of places looked at.

    Args:
        width: D.
        heads: G; divides the channels of every level.
        levels: Channels of the maps.
        points: P, on each level.
    """

    def __init__(self, width: int, *, heads: int, levels: Sequence[int], points: int) -> None:
        super().__init__()
        self.heads, self.levels, self.points = heads, len(levels), points
        self.offsets = nn.Linear(width, heads * self.levels * points * 2)
        self.weights = nn.Linear(width, heads * self.levels * points)
        self.out = nn.Linear(sum(levels), width)
        nn.init.zeros_(self.offsets.weight)
        nn.init.zeros_(self.weights.weight)
        nn.init.zeros_(self.weights.bias)
        with torch.no_grad():
            self.offsets.bias.copy_(self._grid().reshape(-1))

    def _grid(self) -> Tensor:
        """(G, L, P, 2): the heads start spread over one character cell, four rows across the line by some columns."""
        count = self.heads * self.points
        rows = 4
        k = torch.arange(count)
        columns = max(count // rows, 1)
        across = ((k % rows).float() + 0.5) / rows - 0.5
        along = ((k // rows).float() - (columns - 1) / 2) * 0.25
        grid = torch.stack([along, across], -1).view(self.points, self.heads, 2).transpose(0, 1)
        return grid[:, None].expand(-1, self.levels, -1, -1)

    def forward(self, x: Tensor, places: Tensor, maps: Sequence[Tensor], rows: QueryRows, image_size: Tensor) -> Tensor:
        """Look.

        Args:
            x: (Q, D).
            places: (Q, 4): x, y of the query and the vector (along x, along y) whose length is its scale, in pixels of
                the network's input; (0, 0) is the outer corner of the first pixel.
            maps: L maps (B, C, Hs, Ws).
            rows: Layout of the queries.
            image_size: (2,) width and height of the network's input in pixels.

        Returns:
            (Q, D).
        """
        q = x.shape[0]
        offsets = self.offsets(x).view(q, self.heads, self.levels, self.points, 2)
        weights = self.weights(x).view(q, self.heads, self.levels, self.points).softmax(-1)
        along = places[:, None, None, None, 2:]
        across = torch.stack([-along[..., 1], along[..., 0]], -1)
        spots = places[:, None, None, None, :2] + offsets[..., :1] * along + offsets[..., 1:] * across
        # grid_sample without aligned corners puts -1 and 1 on the outer edges, which is the frame of `places`.
        grid = rows.pad(spots / image_size * 2 - 1)  # (B, N, G, L, P, 2)
        share = rows.pad(weights)  # (B, N, G, L, P)
        seen = [self._look(level, grid[:, :, :, k], share[:, :, :, k]) for k, level in enumerate(maps)]
        x = self.out(rows.flatten(torch.cat(seen, -1)))
        return x

    def _look(self, level: Tensor, grid: Tensor, share: Tensor) -> Tensor:
        b, n = grid.shape[:2]
        c = level.shape[1]
        level = level.reshape(b * self.heads, c // self.heads, *level.shape[2:])
        grid = grid.transpose(1, 2).reshape(b * self.heads, n, self.points, 2)
        share = share.transpose(1, 2).reshape(b * self.heads, 1, n, self.points)
        # Half precision would place a look at a large page several pixels off.
        seen = F.grid_sample(level.float(), grid.float(), mode="bilinear", padding_mode="zeros", align_corners=False)
        return (seen * share).sum(-1).view(b, c, n).transpose(1, 2)
