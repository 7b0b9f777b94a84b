"""Maps made band by band, so that what is large between two convolutions is never whole.

Letters of shapes: B images, C channels, Hs and Ws the size at a stride.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

BAND = 2**19
"""Values of the first map that a band has, about."""


def in_bands(layers: Callable[..., Tensor], *maps: Tensor, rows: int, whole: bool = False) -> Tensor:
    """What layers make of maps, a band of rows after the other.

    Args:
        layers: Maps to one map, each row of which depends on nothing beyond the neighbours of the rows that it comes
            from. Not batch-norms in training, which depend on everything.
        maps: (B, C, Hs, Ws) of one image at any strides.
        rows: Rows that all maps are cut at, a divisor of every Hs: those of the coarsest, the one made included.
        whole: All rows at once, as batch-norms in training need it.

    Returns:
        (B, C, Hs, Ws), the same as from all rows at once.
    """
    step = max(BAND * rows // maps[0].numel(), 1)
    if whole or step >= rows:
        return layers(*maps)
    scales = [m.shape[2] // rows for m in maps]
    made: Tensor | None = None
    for first in range(0, rows, step):
        last = min(first + step, rows)
        top, bottom = max(first - 1, 0), min(last + 1, rows)  # what convolutions at the edges see of the neighbours
        band = layers(*(m[:, :, k * top : k * bottom] for k, m in zip(scales, maps, strict=True)))
        k = band.shape[2] // (bottom - top)
        if made is None:
            size = (*band.shape[:2], k * rows, band.shape[3])
            made = torch.empty(size, dtype=band.dtype, device=band.device, memory_format=torch.channels_last)
        made[:, :, k * first : k * last] = band[:, :, k * (first - top) : k * (last - top)]
    assert made is not None
    return made
