"""Settings and fixtures of the whole suite."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: how long an example takes says more about the machine than about the code.
settings.register_profile("docextract", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("docextract")


@pytest.fixture(scope="session")
def development_data() -> Path:
    """The folder of real images, none of which is in the repository: `DOCEXTRACT_DATA`."""
    folder = os.environ.get("DOCEXTRACT_DATA")
    if not folder:
        pytest.skip("DOCEXTRACT_DATA does not name the folder of development data")
    return Path(folder)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes that are started hear SIGINT, even where a shell began the suite in the background, deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
