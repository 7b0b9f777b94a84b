"""Compiled from `ext/components.pyx`."""

import numpy as np
from numpy.typing import NDArray

def component_geometry(
    prob: NDArray[np.float32], geometry: NDArray[np.float32], threshold: float
) -> NDArray[np.float32]: ...
