"""Pre-training without transcripts: SeqCLR (Aberdam et al. 2021) on the frames of the line decoder.

Two damaged views of a page are pointed at the same texts. A few stretches of each text are its instances: those of one
stretch in both views belong together, those of all other stretches and texts do not. The network must not know a
stretch without looking, so that texts stand elsewhere on the page in each view, and are pointed at from other ends.

Letters of shapes: B images, M texts, F frames of all texts, D channels, I instances.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ocr.datasets.examples import Batch
from ocr.model.decoders import Frames, LineDecoder, Pointed
from ocr.model.network import Deer
from ocr.training.views import strong_view

INSTANCES = 5
"""Stretches of a text."""

CUT = 0.25
"""Of its length that a text is cut by at either end, at most; the stretches lie between."""

HEIGHT = 0.3
"""By which the logarithm of the pointed height varies, either way."""

TEMPERATURE = 0.1

_PROJECTED = 64


class ContrastiveObjective(nn.Module):
    """Learn to tell what stands at a place from all else, not what it says. Only the projection is thrown away.

    Args:
        network: Has a line decoder.
    """

    def __init__(self, network: Deer) -> None:
        super().__init__()
        if not isinstance(network.decoder, LineDecoder):
            raise ValueError("only frames of the line decoder can be contrasted")
        self.network = network
        width = network.config.decoder_width
        self.projection = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, _PROJECTED))
        # Told how far off both ends are, it would know a stretch without looking.
        network.decoder.embed.register_forward_hook(lambda module, given, described: torch.zeros_like(described))
        # A data-parallel wrapper waits for the gradients of all that is not told to rest.
        for resting in (network.location, network.decoder.embed, network.decoder.classifier):
            resting.requires_grad_(False)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """The loss of a batch, a scalar: "total" is what to minimise."""
        return {"total": self.contrast(batch.images, batch.places, batch.image_of)}

    def contrast(self, images: Tensor, places: Tensor, image_of: Tensor) -> Tensor:
        """The loss of two views of images (B, 1, H, W) with texts at (M, 5) places of images (M,)."""
        views = [draw_view(images, places, image_of) for _ in range(2)]
        seen, pointed, ends = (torch.cat(part) for part in zip(*views, strict=True))
        features = self.network.encode(seen)
        frames = self.network.follow(features, Pointed(pointed, torch.cat([image_of, image_of + len(images)])))
        projected = replace(frames, features=self.projection(frames.features))
        return contrastive_loss(*pool_instances(projected, pointed, ends, features.image_size))


def draw_view(images: Tensor, places: Tensor, image_of: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Damage pages, roll them, what leaves at one side coming in at the other, and point at a part of each text.

    Args:
        images: (B, 1, H, W).
        places: (M, 5) of the texts.
        image_of: (M,) their images.

    Returns:
        Images, (M, 5) places of the parts, and (M, 2) where these begin and end in units of the text's length.
    """
    size = places.new_tensor([images.shape[3], images.shape[2]])
    roll = (torch.rand(len(images), 2, device=images.device) * size).floor()
    rolled = torch.stack([image.roll((int(y), int(x)), (1, 2)) for image, (x, y) in zip(images, roll, strict=True)])
    start, along, height = places[:, :2] + roll[image_of], places[:, 2:4] - places[:, :2], places[:, 4:]
    start = start - ((start + along / 2) / size).floor() * size
    cut = torch.rand(len(places), 2, device=places.device) * CUT
    ends = torch.stack([cut[:, 0], 1 - cut[:, 1]], 1)
    height = height * torch.exp((torch.rand_like(height) * 2 - 1) * HEIGHT)
    part = torch.cat([start + along * ends[:, :1], start + along * ends[:, 1:], height], 1)
    return strong_view(rolled), part, ends


def pool_instances(frames: Frames, places: Tensor, ends: Tensor, size: Tensor) -> tuple[Tensor, Tensor]:
    """Means of the frames on each stretch of each text.

    Args:
        frames: Of the texts of one view and then of the same M texts of the other.
        places: (2 M, 5) where the network was pointed.
        ends: (2 M, 2) which part of a text that is.
        size: (2,) width and height of the images; what lies outside of one of them is left out.

    Returns:
        Twice (I, D): the stretches on which both views have frames.
    """
    text = torch.repeat_interleave(frames.lengths)
    centers = frames.centers[:, None]
    spot = places[text, :2] + centers * (places[text, 2:4] - places[text, :2])
    at = torch.lerp(ends[text, :1], ends[text, 1:], centers)[:, 0]
    stretch = ((at - CUT) / (1 - 2 * CUT) * INSTANCES).floor().long()
    counts = (stretch >= 0) & (stretch < INSTANCES) & ((spot >= 0) & (spot < size)).all(1)
    slot = (text * INSTANCES + stretch)[counts]
    features = frames.features[counts].float()
    number = torch.bincount(slot, minlength=len(places) * INSTANCES)
    sums = features.new_zeros(len(number), features.shape[1]).index_add(0, slot, features)
    means = (sums / number.clamp(min=1)[:, None]).view(2, -1, sums.shape[1])
    seen = (number.view(2, -1) > 0).all(0)
    return means[0, seen], means[1, seen]


def contrastive_loss(first: Tensor, second: Tensor) -> Tensor:
    """NT-Xent (Chen et al. 2020) of (I, D) instances in two views: each has to find its other view among all."""
    instances = F.normalize(torch.cat([first, second]), dim=-1)
    itself = torch.eye(len(instances), dtype=torch.bool, device=instances.device)
    similarity = (instances @ instances.T / TEMPERATURE).masked_fill(itself, -torch.inf)
    partner = torch.arange(len(instances), device=instances.device).roll(len(first))
    return F.cross_entropy(similarity, partner, reduction="sum") / max(len(instances), 1)
