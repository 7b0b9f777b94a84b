"""Materials of the renderer's tests."""

from __future__ import annotations

import pytest

from ocr.synthesis import Corpus, FontLibrary


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return Corpus()


@pytest.fixture(scope="session")
def builtin_fonts() -> FontLibrary:
    """The one Latin font that comes with Pillow: the same on every machine."""
    return FontLibrary("all", folders=())


@pytest.fixture(scope="session")
def installed_fonts() -> FontLibrary:
    return FontLibrary("all")


@pytest.fixture(scope="session")
def korean_fonts(installed_fonts: FontLibrary) -> FontLibrary:
    if not installed_fonts.korean:
        pytest.skip("no listed Korean font is installed")
    return installed_fonts
