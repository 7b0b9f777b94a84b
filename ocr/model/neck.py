"""Feature pyramid: every map learns what the coarser ones know.

Letters of shapes: B images, C channels, Hs and Ws the size at a stride.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn
from torch.nn import functional as F

from ocr.model.backbone import ConvNorm
from ocr.model.bands import in_bands


class Neck(nn.Module):
    """Top-down sums of the backbone's maps, smoothed by one 3x3 convolution a level.

    Args:
        widths: Channels of the backbone at strides 4, 8, 16 and 32.
        fine_width: Channels out at stride 4.
        width: Channels out at strides 8 and 16, and of the coarsest map that comes in through `coarse`.
    """

    def __init__(self, *, widths: tuple[int, ...], fine_width: int, width: int) -> None:
        super().__init__()
        outputs = (fine_width, width, width)
        self.lateral = nn.ModuleList(nn.Conv2d(c, o, 1) for c, o in zip(widths[:3], outputs, strict=True))
        self.descend = nn.ModuleList(nn.Conv2d(width, o, 1) for o in outputs)
        self.smooth = nn.ModuleList(ConvNorm(o, o) for o in outputs)

    def forward(self, maps: list[Tensor], coarse: Tensor) -> list[Tensor]:
        """Fuse downwards.

        Args:
            maps: The backbone's maps (B, C, H/s, W/s), s = 4, 8, 16. Taken out of the list, the coarsest first, so that
                none is kept longer than it is needed.
            coarse: (B, width, H/32, W/32), the encoded coarsest map.

        Returns:
            Maps (B, C, H/s, W/s), s = 4, 8, 16.
        """
        fused: list[Tensor] = []
        above = coarse
        for level in (2, 1, 0):
            fuse = partial(self._fuse, level)
            above = in_bands(fuse, maps.pop(), above, rows=above.shape[2], whole=self.training)
            fused.insert(0, above)
        return fused

    def _fuse(self, level: int, own: Tensor, above: Tensor) -> Tensor:
        # Projecting before enlarging costs a quarter of projecting after it.
        below = F.interpolate(self.descend[level](above), scale_factor=2.0, mode="nearest")
        fused: Tensor = self.smooth[level](self.lateral[level](own).add_(below).relu_())
        return fused
