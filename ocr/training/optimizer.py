"""Muon for the matrices, AdamW for the rest.

Muon (Jordan et al. 2024) orthogonalises the momentum of every matrix; the kernels of convolutions count as matrices of
(outputs, inputs * height * width). Norms, biases, embeddings and the classifier go to AdamW.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

_EMBEDDINGS = ("classifier", "characters", "embed", "offsets", "location")


class MuonAdamW(torch.optim.Optimizer):
    """One optimizer over both groups.

    Args:
        model: What to train.
        lr: Peak rate of AdamW.
        muon_lr: Peak rate of Muon.
        weight_decay: Decoupled decay of matrices.
    """

    def __init__(self, model: nn.Module, *, lr: float, muon_lr: float, weight_decay: float) -> None:
        matrices: list[nn.Parameter] = []
        rest: list[nn.Parameter] = []
        for name, parameter in model.named_parameters():
            is_matrix = parameter.ndim >= 2 and not any(part in name for part in _EMBEDDINGS)
            # Depthwise kernels have one input each: nothing to orthogonalise.
            is_matrix = is_matrix and parameter[0].numel() > 16 and parameter.shape[0] > 8
            (matrices if is_matrix else rest).append(parameter)
        groups = [
            {"params": matrices, "lr": muon_lr, "peak_lr": muon_lr, "muon": True, "weight_decay": weight_decay},
            {"params": rest, "lr": lr, "peak_lr": lr, "muon": False, "weight_decay": 0.0},
        ]
        super().__init__(groups, {"momentum": 0.95, "betas": (0.9, 0.98), "eps": 1e-8})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            update = self._muon if group["muon"] else self._adam
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    update(parameter, group)

    def _muon(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        momentum: Tensor = state["momentum"]
        assert parameter.grad is not None
        momentum.lerp_(parameter.grad, 1 - group["momentum"])
        update = parameter.grad.lerp(momentum, group["momentum"]).flatten(1)
        # The scale makes the update's size that of AdamW's, so that both share a schedule.
        scale = 0.2 * max(update.shape) ** 0.5
        parameter.add_(orthogonalise(update).view_as(parameter), alpha=-group["lr"] * scale)

    def _adam(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["first"] = torch.zeros_like(parameter)
            state["second"] = torch.zeros_like(parameter)
        state["step"] += 1
        step = float(state["step"])
        low, high = group["betas"]
        assert parameter.grad is not None
        state["first"].lerp_(parameter.grad, 1 - low)
        state["second"].lerp_(parameter.grad.square(), 1 - high)
        spread = (state["second"] / (1 - high**step)).sqrt_().add_(group["eps"])
        parameter.addcdiv_(state["first"], spread, value=-group["lr"] / (1 - low**step))


def orthogonalise(matrix: Tensor, *, steps: int = 5) -> Tensor:
    """Nearest matrix with singular values around 1, by the quintic Newton-Schulz iteration of Muon.

    Args:
        matrix: (R, K).
        steps: Iterations; five bring all singular values into about [0.7, 1.2].
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x: Tensor = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


def clip_gradients(parameters: Iterable[nn.Parameter], limit: float) -> float:
    """Scale gradients to a norm of at most `limit`; returns the norm before."""
    return float(nn.utils.clip_grad_norm_(list(parameters), limit))
