from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def work() -> Iterator[ModuleType]:
    """The module `batch_work`, as worker processes find it too."""
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    yield import_module("batch_work")
    sys.path.remove(folder)
