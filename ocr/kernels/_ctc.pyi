"""Compiled from `ext/ctc.pyx`."""

import numpy as np
from numpy.typing import NDArray

from ocr.kernels.contract import CtcLine
from ocr.language import LanguageModel

def ctc_best_path(
    classes: NDArray[np.int32], log_probs: NDArray[np.float32], lengths: NDArray[np.int32]
) -> list[CtcLine]: ...
def ctc_prefix_beam(
    classes: NDArray[np.int32],
    log_probs: NDArray[np.float32],
    lengths: NDArray[np.int32],
    beam: int = 8,
    language: LanguageModel | None = None,
) -> list[CtcLine]: ...
