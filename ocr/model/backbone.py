"""Residual backbone: a grey image to feature maps at strides 4, 8, 16 and 32.

Plain 3x3 convolutions, since they train about twice as fast as depthwise ones on a CPU for the same accuracy, and few
channels at stride 4, whose map is the largest.

Letters of shapes: B images, H and W the image's size, C channels, Hs and Ws the size at a stride.
"""

from __future__ import annotations

from torch import Tensor, nn

from ocr.model.bands import in_bands


class ConvNorm(nn.Sequential):
    """Convolution and batch-norm, with ReLU unless told otherwise."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, relu: bool = True) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        if relu:
            layers.append(nn.ReLU(inplace=True))
        super().__init__(*layers)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around an identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = ConvNorm(width, width)
        self.second = ConvNorm(width, width, relu=False)
        # Starting as the identity lets the first steps train the whole depth.
        nn.init.zeros_(self.second[1].get_parameter("weight"))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, Hs, Ws) -> the same."""
        # In place: maps at stride 4 are what takes the memory. No gradient needs what is overwritten.
        inner: Tensor = self.second(self.first(x))
        return inner.add_(x).relu_()


class Backbone(nn.Module):
    """Image to four maps.

    Args:
        widths: Channels at strides 4, 8, 16 and 32.
        depths: Residual blocks there.
    """

    def __init__(self, *, widths: tuple[int, ...], depths: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvNorm(1, widths[0] // 2, stride=2), ConvNorm(widths[0] // 2, widths[0], stride=2))
        self.stages = nn.ModuleList()
        for k, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            down = [] if k == 0 else [ConvNorm(widths[k - 1], width, stride=2)]
            self.stages.append(nn.Sequential(*down, *(ResidualBlock(width) for _ in range(depth))))

    def forward(self, image: Tensor) -> list[Tensor]:
        """Encode grey images.

        Args:
            image: (B, 1, H, W), dark ink near -1 and paper near 1; H and W multiples of 32.

        Returns:
            Four maps (B, C, H/s, W/s), s = 4, 8, 16, 32.
        """
        x = in_bands(self.stem, image, rows=image.shape[2] // 4, whole=self.training)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps
