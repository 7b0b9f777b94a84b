"""The state of a training run in one file that a kill at any moment leaves whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

CHECKPOINT_FILE = "checkpoint.pt"


class Checkpoint:
    """Saves and restores what a run consists of.

    Args:
        folder: Of the run.
        parts: Networks, averages, optimizers by name; restored in place.
    """

    def __init__(self, folder: Path, parts: Mapping[str, nn.Module | torch.optim.Optimizer]) -> None:
        self._path = folder / CHECKPOINT_FILE
        self._parts = parts

    def save(self, step: int) -> None:
        """Write beside and move into place."""
        beside = self._path.with_suffix(".tmp")
        torch.save({name: part.state_dict() for name, part in self._parts.items()} | {"step": step}, beside)
        beside.replace(self._path)

    def load(self) -> int:
        """Restore everything; returns the number of steps that were done."""
        state: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        return int(state["step"])
