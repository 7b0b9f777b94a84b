"""Encoders: what mixes information across the page before anything is located or read.

Letters of shapes: B images, C channels, N tokens, Hs and Ws the size at a stride.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from ocr.model.attention import DeformableAttention, FeedForward, QueryRows, SelfAttention


def sine_grid(height: int, width: int, channels: int, device: torch.device) -> Tensor:
    """Sine and cosine of row and column, (height * width, channels); `channels` is a multiple of 4."""
    rate = torch.exp(torch.arange(channels // 4, device=device) * (-math.log(1000.0) / (channels // 4)))
    y = torch.arange(height, device=device)[:, None] * rate
    x = torch.arange(width, device=device)[:, None] * rate
    rows = torch.cat([y.sin(), y.cos()], -1)[:, None].expand(-1, width, -1)
    columns = torch.cat([x.sin(), x.cos()], -1)[None].expand(height, -1, -1)
    return torch.cat([rows, columns], -1).reshape(height * width, channels)


class EncoderLayer(nn.Module):
    """Pre-norm transformer layer over all tokens of a map."""

    def __init__(self, width: int, *, heads: int = 4) -> None:
        super().__init__()
        self.norm_attention = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads=heads)
        self.norm_feed = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, C) -> the same."""
        x = x + self.attention(self.norm_attention(x))
        x = x + self.feed(self.norm_feed(x))
        return x


class CoarseEncoder(nn.Module):
    """Attention over the stride-32 map alone; the neck carries it down. What a CPU can afford."""

    def __init__(self, *, inputs: int, width: int, layers: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(inputs, width, 1)
        self.layers = nn.ModuleList(EncoderLayer(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, coarse: Tensor) -> Tensor:
        """(B, C, H/32, W/32) -> (B, width, H/32, W/32)."""
        x = self.project(coarse)
        b, c, h, w = x.shape
        tokens: Tensor = x.flatten(2).transpose(1, 2) + sine_grid(h, w, c, x.device)
        for layer in self.layers:
            tokens = layer(tokens)
        tokens = self.norm(tokens)
        return tokens.transpose(1, 2).reshape(b, c, h, w)


class DeformableEncoderLayer(nn.Module):
    """Every token of the chosen levels looks at a few places of all levels."""

    def __init__(self, width: int, *, levels: int, heads: int = 4, points: int = 4) -> None:
        super().__init__()
        self.norm_attention = nn.LayerNorm(width)
        self.attention = DeformableAttention(width, heads=heads, levels=(width,) * levels, points=points)
        self.norm_feed = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def forward(self, x: Tensor, places: Tensor, maps: list[Tensor], rows: QueryRows, size: Tensor) -> Tensor:
        """(Q, C) tokens at `places` -> the same."""
        x = x + self.attention(self.norm_attention(x), places, maps, rows, size)
        x = x + self.feed(self.norm_feed(x))
        return x


class DeformableEncoder(nn.Module):
    """DEER's encoder: deformable self-attention over the tokens of all levels, or over fewer of stride 4.

    Args:
        widths: Channels of the maps that come in, finest first.
        width: Channels of the maps that go out.
        layers: Number of layers.
        stride4: Which tokens of the finest map ask questions; all of them, none, or every second row and column. The
            map itself is looked at in every case.
    """

    def __init__(
        self, *, widths: tuple[int, ...], width: int, layers: int, stride4: Literal["all", "none", "quarter"]
    ) -> None:
        super().__init__()
        self.project = nn.ModuleList(nn.Conv2d(c, width, 1) for c in widths)
        self.level = nn.Parameter(torch.zeros(len(widths), width))
        self.layers = nn.ModuleList(DeformableEncoderLayer(width, levels=len(widths)) for _ in range(layers))
        self.stride4 = stride4

    def forward(self, maps: list[Tensor], image_size: Tensor) -> list[Tensor]:
        """Maps (B, C, H/s, W/s), s = 4, 8, 16, 32 -> maps (B, width, H/s, W/s)."""
        maps = [project(value) for project, value in zip(self.project, maps, strict=True)]
        steps = [{"all": 1, "none": 0, "quarter": 2}[self.stride4], 1, 1, 1]
        asking = [value[:, :, ::step, ::step] for value, step in zip(maps, steps, strict=True) if step]
        levels = [level for level, step in enumerate(steps) if step]
        tokens = torch.cat([self._tokens(value, level) for value, level in zip(asking, levels, strict=True)], 1)
        b, n, c = tokens.shape
        places = torch.cat([self._places(value, image_size) for value in asking]).repeat(b, 1)
        rows = QueryRows.build(torch.arange(b, device=tokens.device).repeat_interleave(n), b)
        x = tokens.reshape(b * n, c)
        for layer in self.layers:
            x = layer(x, places, maps, rows, image_size)
        out = list(maps)
        sizes = [value.shape[2] * value.shape[3] for value in asking]
        for level, part, value in zip(levels, torch.split(x.view(b, n, c), sizes, 1), asking, strict=True):
            answer = part.transpose(1, 2).reshape_as(value)
            if answer.shape != maps[level].shape:
                answer = nn.functional.interpolate(answer, size=maps[level].shape[2:], mode="nearest")
            out[level] = maps[level] + answer
        return out

    def _tokens(self, value: Tensor, level: int) -> Tensor:
        _, c, h, w = value.shape
        return value.flatten(2).transpose(1, 2) + sine_grid(h, w, c, value.device) + self.level[level]

    @staticmethod
    def _places(value: Tensor, image_size: Tensor) -> Tensor:
        """(Hs * Ws, 4): centre of each token and a scale of four tokens, in pixels of the input."""
        h, w = value.shape[2:]
        y = (torch.arange(h, device=value.device) + 0.5) * (image_size[1] / h)
        x = (torch.arange(w, device=value.device) + 0.5) * (image_size[0] / w)
        scale = (4 * image_size[0] / w).expand(h, w)
        return torch.stack([x.expand(h, w), y[:, None].expand(h, w), scale, torch.zeros_like(scale)], -1).view(-1, 4)
