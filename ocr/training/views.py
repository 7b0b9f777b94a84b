"""Worse views of an image in which nothing moves, so that what is known of the image holds for them too."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_BLURS = ((1, 3), (3, 1), (3, 3))
_STRIPS = 4


def strong_view(images: Tensor) -> Tensor:
    """The same print coarser, out of focus, fainter, noisy and with dots missing, as FixMatch's strong augmentation.

    Args:
        images: (B, 1, H, W) in [-1, 1].

    Returns:
        (B, 1, H, W) in [-1, 1], each image damaged its own way.
    """
    return torch.cat([_worsen(image[None]) for image in images])


def _worsen(image: Tensor) -> Tensor:
    size = image.shape[2:]
    if _uniform(0, 1) < 0.5:
        image = F.interpolate(image, scale_factor=_uniform(0.55, 0.9), mode="area")
        image = F.interpolate(image, size, mode="bilinear")
    if _uniform(0, 1) < 0.5:
        rows, columns = _BLURS[int(_uniform(0, len(_BLURS)))]
        around = (columns // 2, columns // 2, rows // 2, rows // 2)
        image = F.avg_pool2d(F.pad(image, around, mode="replicate"), (rows, columns), stride=1)
    image = image * _uniform(0.4, 1.2) + _uniform(-0.25, 0.25)
    if _uniform(0, 1) < 0.5:
        image = image + _uniform(0.02, 0.15) * torch.randn_like(image)
    # Thin, as the dead dots of a thermal head: whoever erases whole letters teaches to invent them.
    paper = image.median()
    image = image.clone()
    for _ in range(_STRIPS):
        left, wide = int(_uniform(0, size[1])), int(_uniform(1, 4))
        image[..., left : left + wide] = paper
    return image.clamp(-1, 1)


def _uniform(low: float, high: float) -> float:
    return float(torch.empty(()).uniform_(low, high))
