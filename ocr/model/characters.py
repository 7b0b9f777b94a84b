"""Character head: where characters stand, from the frames of the line decoder that spell them.

CTC says in which frame a character is most probable, not where it begins and ends. What a frame has seen tells that
too, so a small head on the frozen network's frames is enough.

Letters of shapes: M texts, N characters and F frames of all texts, D channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ocr.errors import WeightsError
from ocr.files import check_readable
from ocr.model.decoders import Frames
from ocr.model.network import Deer

CHARACTERS_FILE = "characters.safetensors"
"""Its name beside the network's weights."""

_NETWORK = "network"  # key of the network's mark
_WINDOW = 7  # frames that are looked at together
_DROPPED = 0.1
_FARTHEST = 3.0  # line heights beyond which a neighbour tells nothing


@dataclass(frozen=True, slots=True)
class Peaks:
    """Where CTC peaks: characters of all texts, one text after the other.

    Attributes:
        window: (N, W) int64, the frame of the peak in the middle of those beside it, as far as they are of its text.
        at: (N,) distance of the peak along the line from the text's beginning, in units of the line's height.
        gaps: (N, 2) distances to the peaks before and after, in the same units.
    """

    window: Tensor
    at: Tensor
    gaps: Tensor

    @classmethod
    def build(cls, frames: Frames, places: Tensor, peaks: Sequence[NDArray[np.int32]]) -> Peaks:
        """Gather.

        Args:
            frames: Of M texts.
            places: (M, 5) where these were pointed at.
            peaks: For each text the frames of its characters, ascending, counted from its first.
        """
        counts = torch.tensor([len(peak) for peak in peaks])
        text = torch.repeat_interleave(counts).to(places.device)
        starts = torch.cumsum(frames.lengths, 0) - frames.lengths
        frame = starts[text] + torch.from_numpy(np.concatenate(peaks)).to(places.device).long()
        window = frame[:, None] + torch.arange(_WINDOW, device=places.device) - _WINDOW // 2
        window = window.clamp(starts[text, None], (starts + frames.lengths - 1)[text, None])
        at = frames.centers[frame] * relative_lengths(places)[text]
        between = torch.where(text[1:] == text[:-1], at[1:] - at[:-1], _FARTHEST).clamp(max=_FARTHEST)
        end = at.new_full((1,), _FARTHEST)
        return cls(window, at, torch.stack([torch.cat([end, between]), torch.cat([between, end])], 1))


class CharacterHead(nn.Module):
    """Regresses the sides of a character from the frame where it peaks and the frames beside that.

    Args:
        width: D, the line decoder's.
        hidden: Channels between its two layers.
    """

    def __init__(self, width: int, *, hidden: int = 64) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(_DROPPED)
        self.hidden = nn.Linear(_WINDOW * width + 2, hidden)
        self.sides = nn.Linear(hidden, 4)
        nn.init.zeros_(self.sides.weight)
        with torch.no_grad():
            self.sides.bias.copy_(torch.tensor([-0.25, 0.25, -0.5, 0.5]))  # half as wide as high, on the line

    def forward(self, features: Tensor, gaps: Tensor) -> Tensor:
        """Regress.

        Args:
            features: (N, W, D), those of the frames in the windows of `Peaks`.
            gaps: (N, 2), see `Peaks`.

        Returns:
            (N, 4) left, right, top and bottom side from the peak's point on the line, to the right and down as one
            reads, in units of the line's height.
        """
        seen = torch.cat([self.norm(features).flatten(1), gaps], 1)
        hidden = nn.functional.gelu(self.hidden(self.drop(seen)))
        sides: Tensor = self.sides(hidden)
        return sides

    def save(self, path: Path, network: Deer) -> None:
        """Write the weights in half precision, with a mark of the network that they were trained for."""
        state = {name: value.half().contiguous() for name, value in self.state_dict().items()}
        save_file(state | {_NETWORK: _fingerprint(network)}, path)

    @classmethod
    def load(cls, path: Path, network: Deer) -> CharacterHead:
        """Read a file that `save` wrote, in evaluation mode.

        Raises:
            WeightsError: It cannot be read, is damaged, or was trained for another network.
        """
        try:
            check_readable(path)
            state = load_file(path)
            fits = torch.equal(state.pop(_NETWORK), _fingerprint(network))
            head = cls(len(state["norm.weight"]), hidden=len(state["hidden.weight"]))
            head.load_state_dict({name: value.float() for name, value in state.items()})
        except OSError as error:
            reason = error.strerror or "input or output failed"
            raise WeightsError(f"the character head cannot be read: {reason}") from error
        except (ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise WeightsError("the character head cannot be read: its file is damaged") from error
        if not fits:
            raise WeightsError("the character head was trained for another network: train it anew for this one")
        return head.eval().requires_grad_(False)


def relative_lengths(places: Tensor) -> Tensor:
    """(M,) how long texts at places (M, 5) are, in units of their heights."""
    lengths: Tensor = (places[:, 2:4] - places[:, :2]).norm(dim=1) / places[:, 4].clamp(min=1.0)
    return lengths


def _fingerprint(network: Deer) -> Tensor:
    """(1,) int64 that changes when the network's decoder is trained."""
    weight = network.state_dict()["decoder.layers.0.look.out.weight"]
    return torch.tensor([crc32(weight.cpu().half().numpy().tobytes())])
