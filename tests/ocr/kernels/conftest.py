"""The suite of the kernels runs on both backends."""

from __future__ import annotations

import importlib
import os
from types import ModuleType, SimpleNamespace

import pytest

from ocr.kernels import reference


def _compiled() -> SimpleNamespace:
    modules: list[ModuleType] = [importlib.import_module(f"ocr.kernels.{name}") for name in ("_ctc", "_components")]
    return SimpleNamespace(
        ctc_best_path=modules[0].ctc_best_path,
        ctc_prefix_beam=modules[0].ctc_prefix_beam,
        component_geometry=modules[1].component_geometry,
    )


@pytest.fixture(scope="session", params=["numpy", "cython"])
def kernels(request: pytest.FixtureRequest) -> ModuleType | SimpleNamespace:
    """The kernels of one backend. A missing compiled module fails the suite unless the run asks for NumPy alone."""
    if request.param == "numpy":
        return reference
    if os.environ.get("DOCEXTRACT_KERNELS") == "numpy":
        pytest.skip("DOCEXTRACT_KERNELS=numpy")
    return _compiled()
