from __future__ import annotations

import os
import subprocess
import sys

import pytest

import ocr.kernels

ABSENT = "import sys; sys.modules['ocr.kernels._ctc'] = None; "


def choose(choice: str | None, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own: the choice is made once, at import."""
    environment = {name: value for name, value in os.environ.items() if name != "DOCEXTRACT_KERNELS"}
    if choice is not None:
        environment["DOCEXTRACT_KERNELS"] = choice
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("choice", "backend"), [(None, "cython"), ("auto", "cython"), ("cython", "cython"), ("numpy", "numpy")]
)
def test_the_backend_is_the_one_asked_for(choice: str | None, backend: str) -> None:
    if backend == "cython" and os.environ.get("DOCEXTRACT_KERNELS") == "numpy":
        pytest.skip("DOCEXTRACT_KERNELS=numpy")
    code = "import ocr.kernels as k; print(k.BACKEND, k.ctc_best_path.__module__, k.component_geometry.__module__)"
    done = choose(choice, code)
    assert done.returncode == 0, done.stderr
    name, ctc, components = done.stdout.split()
    assert name == backend
    expected = ("ocr.kernels.reference",) * 2 if backend == "numpy" else ("ocr.kernels._ctc", "ocr.kernels._components")
    assert (ctc, components) == expected


def test_auto_falls_back_where_nothing_was_compiled() -> None:
    done = choose("auto", ABSENT + "import ocr.kernels as k; print(k.BACKEND, k.component_geometry.__module__)")
    assert done.stdout.split() == ["numpy", "ocr.kernels.reference"], done.stderr


@pytest.mark.parametrize(
    ("choice", "says"), [("cython", "cannot be imported"), ("fast", "auto, cython, numpy"), ("", "auto, cython, numpy")]
)
def test_a_choice_that_cannot_be_met_is_an_error(choice: str, says: str) -> None:
    code = ABSENT + "from ocr.errors import KernelsError\ntry:\n import ocr.kernels\nexcept KernelsError as e: print(e)"
    done = choose(choice, code)
    assert says in done.stdout, done.stderr


def test_every_public_name_is_there() -> None:
    assert all(hasattr(ocr.kernels, name) for name in ocr.kernels.__all__)
