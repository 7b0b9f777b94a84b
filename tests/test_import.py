"""What importing the packages costs: which modules it loads, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "cv2", "transformers", "pydantic", "numpy", "PIL", "rich", "yaml", "fastapi")


def modules_after(code: str) -> set[str]:
    """Top-level modules that are loaded in a new interpreter after it ran the code."""
    program = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import docextract",
        "import ocr",
        "import docextract.cli",
        "from docextract.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass",
    ],
    ids=["docextract", "ocr", "cli", "help"],
)
def test_importing_loads_nothing_heavy(code: str) -> None:
    assert not modules_after(code) & set(HEAVY)


def test_the_heavy_packages_are_found_when_they_are_loaded() -> None:
    assert {"cv2", "numpy", "PIL"} <= modules_after("import ocr.imaging")
