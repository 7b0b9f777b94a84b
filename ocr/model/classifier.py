"""From a feature to a character, sharing what syllables have in common.

The weight of a Hangul syllable is a row of its own plus the rows of its initial, medial and final jamo, so that a rare
syllable starts from what was learnt on common ones. The sum is taken once when the network is read from disk or folded,
so reading costs nothing more than one matrix.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ocr import charset

_INITIALS, _MEDIALS, _FINALS = 19, 21, 28


def jamo_rows(classes: int) -> Tensor:
    """(classes, 3) int64 rows of each class in the table of jamo; row 0, of zeros, for whatever is no syllable."""
    rows = torch.zeros(classes, 3, dtype=torch.long)
    for k, char in enumerate(charset.characters()[: classes - 1], start=1):
        syllable = ord(char) - 0xAC00
        if 0 <= syllable < _INITIALS * _MEDIALS * _FINALS:
            initial, rest = divmod(syllable, _MEDIALS * _FINALS)
            medial, final = divmod(rest, _FINALS)
            rows[k] = torch.tensor([1 + initial, 1 + _INITIALS + medial, 1 + _INITIALS + _MEDIALS + final])
    return rows


class Classifier(nn.Module):
    """Linear map to classes with the composed weights of the module's docstring.

    Args:
        width: D.
        classes: C, the blank included.
    """

    rows: Tensor

    def __init__(self, *, width: int, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, width) * width**-0.5)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.jamo = nn.Parameter(torch.randn(1 + _INITIALS + _MEDIALS + _FINALS, width) * (3 * width) ** -0.5)
        self.register_buffer("rows", jamo_rows(classes), persistent=False)
        self.folded = False
        with torch.no_grad():
            # Without this the thousands of syllables drown the blank and the letters in the first steps, and classes
            # of scripts that a network has yet to learn (`Deer.widened`) would be read at once.
            rare = slice(charset.syllable_classes()[0], None)
            self.weight[rare] *= 0.1
            self.bias[rare] = -4.0
            self.jamo[0] = 0.0

    def composed(self, classes: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Weights (C, D) and biases (C,), of some classes (K,) int64 only where they are given."""
        weight = self.weight if classes is None else self.weight[classes]
        bias = self.bias if classes is None else self.bias[classes]
        if self.folded:
            return weight, bias
        rows = self.rows if classes is None else self.rows[classes]
        syllable = (rows[:, :1] > 0).to(weight.dtype)
        return weight + syllable * F.embedding(rows, self.jamo).sum(1), bias

    def forward(self, features: Tensor, classes: Tensor | None = None) -> Tensor:
        """(..., D) -> logits (..., C), or (..., K) of some classes only."""
        return F.linear(features, *self.composed(classes))

    @torch.no_grad()
    def fold(self) -> None:
        """Write the composed weights into `weight` and zero the jamo: the same logits, nothing left to add."""
        self.weight.copy_(self.composed()[0])
        self.jamo.zero_()
        self.folded = True
