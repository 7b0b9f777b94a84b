"""Hot loops of the reader: compiled from `ext/`, or in NumPy where that was not possible, with the same results.

The environment variable `DOCEXTRACT_KERNELS` chooses when the package is imported: `auto` (the default) takes the
compiled modules if they are there, `cython` insists on them, `numpy` never takes them.

Attributes:
    BACKEND: "cython" or "numpy", whichever was taken.
"""

from __future__ import annotations

import os

from ocr.errors import KernelsError
from ocr.kernels.contract import ALTERNATIVES, COMPONENT_COLUMNS, CtcLine

__all__ = [
    "ALTERNATIVES",
    "BACKEND",
    "COMPONENT_COLUMNS",
    "CtcLine",
    "component_geometry",
    "ctc_best_path",
    "ctc_prefix_beam",
]

_VARIABLE = "DOCEXTRACT_KERNELS"
_CHOICES = ("auto", "cython", "numpy")

_choice = os.environ.get(_VARIABLE, "auto")
if _choice not in _CHOICES:
    raise KernelsError(f"{_VARIABLE} must be one of {', '.join(_CHOICES)}")

BACKEND = "numpy"
if _choice != "numpy":
    try:
        from ocr.kernels._components import component_geometry
        from ocr.kernels._ctc import ctc_best_path, ctc_prefix_beam
    except ImportError as error:
        if _choice == "cython":
            raise KernelsError(f"{_VARIABLE} is cython, but the compiled kernels cannot be imported") from error
    else:
        BACKEND = "cython"
if BACKEND == "numpy":
    from ocr.kernels.reference import component_geometry, ctc_best_path, ctc_prefix_beam
