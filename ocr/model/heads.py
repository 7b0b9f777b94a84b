"""Location head: where text stands, as maps at stride 4.

A pixel inside a text's kernel (its quad shrunk) says three things: that it is text, how high the line is and which way
it runs, and how far it is to both ends. Any such pixel alone gives a whole location, so there is no box to regress, no
non-maximum suppression and no polygon to inflate.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ocr.model.config import GEOMETRY_CHANNELS, LOCATION_MAPS

STRIDE = 4


@dataclass(frozen=True, slots=True)
class LocationMaps:
    """What the head returns.

    Attributes:
        logits: (B, 3, H/4, W/4) of the kernels of lines, words and paragraphs.
        geometry: (B, 5, H/4, W/4): log of the line's height in pixels, cosine and sine of its direction, and the log
            of 1 + the distance in pixels to its beginning and to its end.
    """

    logits: Tensor
    geometry: Tensor


class LocationHead(nn.Module):
    """A 1x1 convolution on the neck's finest map.

    Args:
        width: Channels of that map.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.maps = nn.Conv2d(width, len(LOCATION_MAPS), 1)
        self.geometry = nn.Conv2d(width, GEOMETRY_CHANNELS, 1)
        nn.init.constant_(self.maps.bias, -2.0)  # type: ignore[arg-type]
        with torch.no_grad():
            # A line of 20 px that runs to the right, 60 px to each end: where training would go first anyway.
            self.geometry.bias.copy_(torch.tensor([3.0, 1.0, 0.0, 4.1, 4.1]))  # type: ignore[union-attr]

    def forward(self, fine: Tensor) -> LocationMaps:
        """(B, C, H/4, W/4) -> maps of the same size."""
        # Half precision knows the logarithm of a distance to a few per cent only, too little for the end of a line.
        with torch.autocast(fine.device.type, enabled=False):
            return LocationMaps(logits=self.maps(fine.float()), geometry=self.geometry(fine.float()))
