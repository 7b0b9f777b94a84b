"""Sizes of the network, saved beside its weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

STRIDES = (4, 8, 16, 32)
GEOMETRY_CHANNELS = 5
LOCATION_MAPS = ("line", "word", "paragraph")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Everything that decides the shape of the weights.

    Attributes:
        widths: Channels of the backbone at strides 4, 8, 16 and 32.
        depths: Residual blocks at the same strides.
        fine_width: Channels of the neck's map at stride 4, which is by far the largest map.
        neck_width: Channels of the neck's maps at strides 8, 16 and 32.
        encoder: What mixes the page: attention over stride 32 alone, or deformable attention over all levels, over all
            but stride 4, or over all with a quarter of the stride-4 queries.
        encoder_layers: Layers of that encoder.
        decoder: "line" reads along a pointed line with CTC, "point" from one pointed place autoregressively.
        decoder_width: Channels of a query.
        decoder_layers: Layers of the decoder.
        decoder_reach: Queries that a layer of the line decoder mixes, an odd number.
        heads: Attention heads of the decoder.
        points: Places that a head looks at on each level.
        frames_per_query: CTC frames that one query of the line decoder emits.
        queries_per_height: Queries of the line decoder along one line height.
        classes: Characters plus the blank.
    """

    widths: tuple[int, int, int, int] = (32, 64, 128, 192)
    depths: tuple[int, int, int, int] = (1, 3, 3, 1)
    fine_width: int = 48
    neck_width: int = 96
    encoder: Literal["stride32", "deformable", "deformable_no_stride4", "deformable_quarter_stride4"] = "stride32"
    encoder_layers: int = 1
    decoder: Literal["line", "point"] = "line"
    decoder_width: int = 160
    decoder_layers: int = 2
    decoder_reach: int = 7
    heads: int = 4
    points: int = 3
    frames_per_query: int = 2
    queries_per_height: float = 3.0
    classes: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelConfig:
        """Inverse of `to_dict`.

        Raises:
            ValueError: A key is unknown or `classes` is missing.
        """
        known = {field.name for field in fields(cls)}
        if unknown := set(data) - known:
            raise ValueError(f"unknown settings of the model: {', '.join(sorted(unknown))}")
        if "classes" not in data:
            raise ValueError("the number of classes is missing")
        settings: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in data.items()}
        return cls(**settings)
