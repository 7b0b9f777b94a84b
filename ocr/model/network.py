"""DEER: the bricks wired. Kim et al., "DEER: Detection-agnostic End-to-End Recognizer for Scene Text Spotting", 2022.

Letters of shapes: B images, M texts of all images together, H and W the size of the network's input in pixels.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ocr import charset
from ocr.errors import WeightsError
from ocr.files import check_readable
from ocr.model.backbone import Backbone, ConvNorm
from ocr.model.config import STRIDES, ModelConfig
from ocr.model.decoders import Frames, LineDecoder, PointDecoder, Pointed
from ocr.model.encoder import CoarseEncoder, DeformableEncoder
from ocr.model.heads import LocationHead, LocationMaps
from ocr.model.neck import Neck

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
FORMAT_VERSION = 1

# Height and width of the input must be multiples of this.
SIZE_DIVISOR = STRIDES[-1]


@dataclass(frozen=True, slots=True)
class Features:
    """The encoded image.

    Attributes:
        maps: (B, C, H/s, W/s), s = 4, 8, 16.
        image_size: (2,) W and H in pixels.
    """

    maps: list[Tensor]
    image_size: Tensor

    def float(self) -> Features:
        """The same in float32."""
        return Features([each.float() for each in self.maps], self.image_size)


class Deer(nn.Module):
    """Backbone, encoder and neck shared by a location head and a text decoder that is pointed, never cropped.

    Args:
        config: Sizes.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width = config.neck_width
        self.backbone = Backbone(widths=config.widths, depths=config.depths)
        inner: tuple[int, ...] = config.widths
        self.deformable: DeformableEncoder | None = None
        if config.encoder != "stride32":
            stride4 = {"deformable": "all", "deformable_no_stride4": "none", "deformable_quarter_stride4": "quarter"}
            self.deformable = DeformableEncoder(
                widths=config.widths,
                width=width,
                layers=config.encoder_layers,
                stride4=stride4[config.encoder],  # type: ignore[arg-type]
            )
            inner = (width,) * len(config.widths)
        self.coarse = CoarseEncoder(
            inputs=inner[-1], width=width, layers=config.encoder_layers if self.deformable is None else 0
        )
        self.neck = Neck(widths=inner, fine_width=config.fine_width, width=width)
        self.location = LocationHead(config.fine_width)
        self.decoder: LineDecoder | PointDecoder = (
            LineDecoder(config) if config.decoder == "line" else PointDecoder(config)
        )
        # Channels beside each other suit the convolutions of CPUs and of tensor cores alike.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(self, image: Tensor) -> Features:
        """Grey images to features.

        Args:
            image: (B, 1, H, W) in [-1, 1], H and W multiples of 32.
        """
        size = torch.tensor([image.shape[3], image.shape[2]], dtype=torch.float32, device=image.device)
        maps = self.backbone(image.contiguous(memory_format=torch.channels_last))
        if self.deformable is not None:
            maps = self.deformable(maps, size)
        coarse = self.coarse(maps.pop())
        return Features(maps=self.neck(maps, coarse), image_size=size)

    def locate(self, features: Features) -> LocationMaps:
        """Maps of where text stands."""
        maps: LocationMaps = self.location(features.maps[0])
        return maps

    def follow(self, features: Features, pointed: Pointed) -> Frames:
        """Features along pointed lines; the decoder must be a `LineDecoder`."""
        frames: Frames = self.decoder(features.maps, pointed, features.image_size)
        return frames

    def save_pretrained(self, folder: str | os.PathLike[str], *, metadata: Mapping[str, str]) -> None:
        """Write `config.json` and `model.safetensors` (half precision).

        Args:
            folder: Made if it is not there.
            metadata: How the weights came about; written into the header of the weights.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "format_version": FORMAT_VERSION,
            "model": self.config.to_dict(),
            "charset": charset.characters()[: self.config.classes - 1],
        }
        text = json.dumps(settings, ensure_ascii=False, indent=1)
        (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf8")
        state = {
            name: (value.half() if value.is_floating_point() else value).contiguous()
            for name, value in self.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
        save_file(state, folder / WEIGHTS_FILE, metadata=dict(metadata))

    @classmethod
    def from_pretrained(cls, folder: str | os.PathLike[str]) -> Deer:
        """Build the network of a local folder, in float32 and in evaluation mode.

        Raises:
            WeightsError: A file is missing or damaged, or was written for another version or charset.
        """
        folder = Path(folder)
        try:
            settings: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf8"))
            config = ModelConfig.from_dict(settings["model"])
            known = (settings["format_version"], settings["charset"])
            check_readable(folder / WEIGHTS_FILE)
            state = load_file(folder / WEIGHTS_FILE)
        except FileNotFoundError as error:
            raise WeightsError(f"{CONFIG_FILE} or {WEIGHTS_FILE} is missing from the weights' folder") from error
        except OSError as error:
            raise WeightsError(f"the weights cannot be read: {error.strerror or 'input or output failed'}") from error
        except (ValueError, TypeError, KeyError, SafetensorError) as error:
            raise WeightsError("the weights cannot be read: their files are damaged") from error
        if known != (FORMAT_VERSION, charset.characters()[: config.classes - 1]):
            raise WeightsError("the weights were written for another version or charset")
        network = cls(config)
        expected = {name for name in network.state_dict() if not name.endswith("num_batches_tracked")}
        if state.keys() != expected:
            raise WeightsError("the weights do not fit the network that their configuration describes")
        try:
            network.load_state_dict({name: value.float() for name, value in state.items()}, strict=False)
        except RuntimeError as error:
            raise WeightsError("the weights do not fit the network that their configuration describes") from error
        return network.eval()

    def grown(self, config: ModelConfig) -> Deer:
        """A network that computes the same with more blocks, decoder layers, reach or classes to train.

        Args:
            config: Sizes that the network shall have at least; its other sizes stay as they are. New classes are those
                by which the charset has grown, and improbable until they are trained.
        """
        own = self.config
        large = Deer(
            replace(
                own,
                depths=tuple(map(max, own.depths, config.depths)),  # type: ignore[arg-type]
                decoder_layers=max(own.decoder_layers, config.decoder_layers),
                decoder_reach=max(own.decoder_reach, config.decoder_reach),
                classes=max(own.classes, config.classes),
            )
        )
        further = (large.config.decoder_reach - own.decoder_reach) // 2  # to either side
        state = large.state_dict()
        for name, value in self.state_dict().items():
            known = F.pad(value, (further, further)) if name.endswith("mix.convolve.weight") else value
            state[name][tuple(map(slice, known.shape))] = known
        for layer in large.decoder.layers[own.decoder_layers :]:
            layer.silence()  # type: ignore[operator]
        return large

    def fold(self) -> Deer:
        """Merge batch-norms into their convolutions and the jamo into the classifier, for reading only."""
        self.eval()
        for module in self.modules():
            if isinstance(module, ConvNorm):
                module[0] = fuse_conv_bn_eval(module[0], module[1])  # type: ignore[arg-type, type-var]
                module[1] = nn.Identity()
        self.decoder.classifier.fold()
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self.requires_grad_(False)


@cache
def multiplies_bfloat16() -> bool:
    """Whether the processor does so itself, at twice the speed of float32; others imitate it, at a third."""
    capabilities = getattr(torch.cpu, "get_capabilities", dict[str, bool])()  # older releases of torch cannot tell
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))
