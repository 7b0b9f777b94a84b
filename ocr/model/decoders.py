"""Two text decoders behind one interface. Both see the whole image's features and are only pointed at a text.

A text is pointed at by five numbers, `(x0, y0, x1, y1, height)`: the middle of its left and right edge in reading
direction and its height, in pixels of the network's input. Nothing is cropped, so an error of the location is an error
of where to look first, not of what can be seen.

Letters of shapes: B images, M texts of all images together, Q queries of all texts,
F frames of all texts, T steps of the longest text, D channels, C classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ocr.model.attention import DeformableAttention, FeedForward, QueryRows
from ocr.model.classifier import Classifier
from ocr.model.config import ModelConfig

MAX_QUERIES = 512
# The line is followed a little past both ends, since a location may be too short.
OVERSHOOT = 0.35


@dataclass(frozen=True, slots=True)
class Pointed:
    """Texts to read.

    Attributes:
        places: (M, 5) x0, y0, x1, y1, height in pixels of the network's input.
        image: (M,) int64, the image of each text, ascending.
    """

    places: Tensor
    image: Tensor


@dataclass(frozen=True, slots=True)
class Frames:
    """Features along texts, ready to be classified; F frames of all texts, one text after the other.

    Attributes:
        features: (F, D).
        lengths: (M,) int64, frames of each text.
        centers: (F,) distance of a frame along the line from the text's beginning, in units of the line's length.
    """

    features: Tensor
    lengths: Tensor
    centers: Tensor


class Neighbours(nn.Module):
    """Depthwise convolution along each text, all texts in one sequence with gaps between them.

    It stands where a transformer has self-attention: what helps to read a character lies within a few characters of
    it, and there is nothing to pad.
    """

    def __init__(self, width: int, *, kernel: int) -> None:
        super().__init__()
        self.gap = kernel // 2
        self.convolve = nn.Conv1d(width, width, kernel, padding=self.gap, groups=width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        """(Q, D) queries of texts (Q,) int64, ascending -> (Q, D)."""
        slot = torch.arange(len(x), device=x.device) + text * self.gap
        sequence = x.new_zeros(int(slot[-1]) + 1, x.shape[1]).index_copy(0, slot, x)
        mixed = self.convolve(sequence.T[None])[0].T
        x = self.out(nn.functional.gelu(mixed.index_select(0, slot)))
        return x


def _silence(*modules: nn.Module) -> None:
    for module in modules:
        for parameter in module.parameters():
            nn.init.zeros_(parameter)


class DecoderLayer(nn.Module):
    """Look at the image, mix along the text, think."""

    def __init__(self, width: int, *, heads: int, levels: tuple[int, ...], points: int, reach: int) -> None:
        super().__init__()
        self.norm_look = nn.LayerNorm(width)
        self.look = DeformableAttention(width, heads=heads, levels=levels, points=points)
        self.norm_mix = nn.LayerNorm(width)
        self.mix = Neighbours(width, kernel=reach)
        self.norm_feed = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def silence(self) -> None:
        """Make the layer the identity, from where it can learn."""
        _silence(self.look.out, self.mix.out, self.feed[-1])

    def forward(
        self, x: Tensor, places: Tensor, maps: list[Tensor], images: QueryRows, text: Tensor, size: Tensor
    ) -> Tensor:
        """(Q, D) -> (Q, D); `images` lays queries out by image, `text` (Q,) says which text each belongs to."""
        x = x + self.look(self.norm_look(x), places, maps, images, size)
        x = x + self.mix(self.norm_mix(x), text)
        x = x + self.feed(self.norm_feed(x))
        return x


class LineDecoder(nn.Module):
    """Queries stand along the pointed line and read it in one pass with CTC.

    A query knows its distance from both ends in units of the line's height and that height; there are no learned
    slots, so a line may be longer than any seen in training.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.decoder_width
        self.density = config.queries_per_height
        self.frames_per_query = config.frames_per_query
        levels = (config.fine_width, config.neck_width, config.neck_width)
        self.embed = nn.Linear(2 * 2 * _RATES + 1, width)
        self.layers = nn.ModuleList(
            DecoderLayer(width, heads=config.heads, levels=levels, points=config.points, reach=config.decoder_reach)
            for _ in range(config.decoder_layers)
        )
        self.norm = nn.LayerNorm(width)
        self.split = nn.Linear(width, self.frames_per_query * width)
        # Neighbouring frames have to agree on which of them spells a character, or both do.
        self.norm_frames = nn.LayerNorm(width)
        self.agree = Neighbours(width, kernel=7)
        nn.init.zeros_(self.agree.out.weight)
        nn.init.zeros_(self.agree.out.bias)
        self.classifier = Classifier(width=width, classes=config.classes)

    def forward(self, maps: list[Tensor], pointed: Pointed, image_size: Tensor) -> Frames:
        """Follow the pointed lines.

        Args:
            maps: The neck's maps (B, C, H/s, W/s), s = 4, 8, 16.
            pointed: Texts to read, at least one.
            image_size: (2,) width and height of the network's input in pixels.

        Returns:
            Frames to classify, `frames_per_query` for each query.
        """
        counts, text, at, places = self._stand(pointed.places)
        images = QueryRows.build(pointed.image[text], maps[0].shape[0])
        x = self.embed(_describe(pointed.places, text, places))
        for layer in self.layers:
            x = layer(x, places, maps, images, text, image_size)
        f = self.frames_per_query
        features = nn.functional.gelu(self.split(self.norm(x)).view(len(x) * f, -1))
        features = features + self.agree(self.norm_frames(features), text.repeat_interleave(f))
        within = (torch.arange(f, device=x.device) + 0.5) / f - 0.5
        centers = at[:, 0, None] + within * at[:, 1, None]
        return Frames(features=features, lengths=counts * f, centers=centers.flatten())

    def _stand(self, places: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Place queries along lines.

        Returns:
            (M,) queries of each text, (Q,) text of each query, (Q, 2) how far along it the query stands and how far
            apart queries are, in units of the line's length, and (Q, 4) its place.
        """
        start, stop, height = places[:, :2], places[:, 2:4], places[:, 4].clamp(min=1.0)
        along = stop - start
        length = along.norm(dim=-1).clamp(min=1e-3)
        direction = along / length[:, None]
        spans = length / height + 2 * OVERSHOOT
        counts = (spans * self.density).ceil().clamp(3, MAX_QUERIES).long()
        text = torch.repeat_interleave(counts)
        index = torch.arange(len(text), device=places.device) - (torch.cumsum(counts, 0) - counts)[text]
        step = spans / counts * height
        at = (index + 0.5) * step[text] - OVERSHOOT * height[text]
        center = start[text] + at[:, None] * direction[text]
        place = torch.cat([center, direction[text] * height[text, None]], -1)
        return counts, text, torch.stack([at, step[text]], -1) / length[text, None], place


class PointDecoder(nn.Module):
    """The paper's decoder: one reference point a text, characters one after the other.

    Keys and values of what was already written are kept, and all texts of all images advance together.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.decoder_width
        levels = (config.fine_width, config.neck_width, config.neck_width)
        self.characters = nn.Embedding(config.classes, width)
        self.layers = nn.ModuleList(
            PointDecoderLayer(width, heads=config.heads, levels=levels, points=2 * config.points)
            for _ in range(config.decoder_layers)
        )
        self.norm = nn.LayerNorm(width)
        self.classifier = Classifier(width=width, classes=config.classes)

    def forward(self, maps: list[Tensor], pointed: Pointed, image_size: Tensor, written: Tensor) -> Tensor:
        """Teacher forcing.

        Args:
            maps: The neck's maps (B, C, H/s, W/s), s = 4, 8, 16.
            pointed: Texts to read.
            image_size: (2,) width and height of the network's input in pixels.
            written: (M, T) int64 classes, class 0 (which opens and closes a text) first.

        Returns:
            (M, T, D) features; those at step t are classified as the character t + 1.
        """
        caches: list[Tensor] = [torch.empty(0)] * len(self.layers)
        return self._advance(written, 0, maps, pointed, image_size, caches)

    @torch.no_grad()
    def generate(
        self, maps: list[Tensor], pointed: Pointed, image_size: Tensor, *, limit: int = 128
    ) -> tuple[Tensor, Tensor]:
        """Write greedily until every text is closed.

        Returns:
            (M, T) int64 classes, 0 from where a text is closed, and (M, T) their log-probabilities.
        """
        m = len(pointed.places)
        last = torch.zeros(m, 1, dtype=torch.long, device=pointed.places.device)
        open_ = torch.ones(m, dtype=torch.bool, device=last.device)
        caches: list[Tensor] = [torch.empty(0)] * len(self.layers)
        labels, scores = [], []
        for step in range(limit):
            features = self._advance(last, step, maps, pointed, image_size, caches)
            best = self.classifier(features[:, -1]).log_softmax(-1).max(-1)
            chosen = torch.where(open_, best.indices, 0)
            labels.append(chosen)
            scores.append(torch.where(open_, best.values, 0.0))
            open_ = open_ & (chosen != 0)
            last = chosen[:, None]
            if not bool(open_.any()):
                break
        return torch.stack(labels, 1), torch.stack(scores, 1)

    def _advance(
        self,
        written: Tensor,
        first: int,
        maps: list[Tensor],
        pointed: Pointed,
        image_size: Tensor,
        caches: list[Tensor],
    ) -> Tensor:
        t = written.shape[1]
        steps = torch.arange(first, first + t, device=written.device, dtype=torch.float32)
        x = self.characters(written) + _waves(steps, self.characters.embedding_dim)
        start, stop, height = pointed.places[:, :2], pointed.places[:, 2:4], pointed.places[:, 4:]
        # One point, the middle of the text, and its height as the scale of the first look.
        along = (stop - start) / (stop - start).norm(dim=-1, keepdim=True).clamp(min=1e-3) * height
        places = torch.cat([(start + stop) / 2, along], -1)
        rows = QueryRows.build(pointed.image.repeat_interleave(t), maps[0].shape[0])
        for k, layer in enumerate(self.layers):
            x, caches[k] = layer(x, places.repeat_interleave(t, 0), maps, rows, image_size, caches[k])
        features: Tensor = self.norm(x)
        return features


class PointDecoderLayer(nn.Module):
    """Causal self-attention over what was written, a look at the image, a feed-forward."""

    def __init__(self, width: int, *, heads: int, levels: tuple[int, ...], points: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_past = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.norm_look = nn.LayerNorm(width)
        self.look = DeformableAttention(width, heads=heads, levels=levels, points=points)
        self.norm_feed = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def silence(self) -> None:
        """Make the layer the identity, from where it can learn."""
        _silence(self.look.out, self.out, self.feed[-1])

    def forward(
        self, x: Tensor, places: Tensor, maps: list[Tensor], rows: QueryRows, size: Tensor, cache: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(M, T, D) new steps, places (M * T, 4), cache (M, S, 2 D) of old steps or empty -> steps, longer cache."""
        m, t, d = x.shape
        normed = self.norm_past(x)
        cache = self.key_value(normed) if cache.numel() == 0 else torch.cat([cache, self.key_value(normed)], 1)
        q = self.query(normed).view(m, t, self.heads, -1).transpose(1, 2)
        k, v = cache.view(m, -1, 2, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        causal = torch.ones(t, k.shape[2], dtype=torch.bool, device=x.device).tril(k.shape[2] - t)
        past = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=causal)
        x = x + self.out(past.transpose(1, 2).reshape(m, t, d))
        looked = self.look(self.norm_look(x).view(m * t, d), places, maps, rows, size)
        x = x + looked.view(m, t, d)
        return x + self.feed(self.norm_feed(x)), cache


_RATES = 12


def _describe(pointed: Tensor, text: Tensor, places: Tensor) -> Tensor:
    """(Q, 4 * _RATES + 1): waves of the distances to both ends in line heights, and the log of the height."""
    height = pointed[:, 4].clamp(min=1.0)[text]
    direction = places[:, 2:] / height[:, None]
    from_start = ((places[:, :2] - pointed[text, :2]) * direction).sum(-1) / height
    from_stop = ((pointed[text, 2:4] - places[:, :2]) * direction).sum(-1) / height
    rate = torch.exp(torch.arange(_RATES, device=text.device) * (-math.log(64.0) / (_RATES - 1))) * math.pi
    angles = torch.stack([from_start, from_stop], -1)[..., None] * rate  # (Q, 2, R)
    return torch.cat([angles.sin().flatten(1), angles.cos().flatten(1), (height / 20).log()[:, None]], -1)


def _waves(steps: Tensor, channels: int) -> Tensor:
    """(T,) -> (T, channels) sine and cosine of the step."""
    rate = torch.exp(torch.arange(channels // 2, device=steps.device) * (-math.log(10000.0) / (channels // 2)))
    angles = steps[:, None] * rate
    return torch.cat([angles.sin(), angles.cos()], -1)
