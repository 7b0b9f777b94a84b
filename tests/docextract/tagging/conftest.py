"""A tagger that has learnt one page by heart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docextract.tagging.labels import OUTSIDE, begin_label, inside_label
from docextract.tagging.network import TaggerConfig
from docextract.tagging.training.examples import LabelledPage
from docextract.tagging.training.trainer import train_tagger
from ocr.document import Page

TEXT = "BURGER HOUSE\n12 Long Street\nBurger      9.00\nCola        2.00\nTOTAL      11.00\nCASH      20.00"
FIELDS = {"merchant.name": (0, 1), "merchant.address": (2, 3, 4), "total": (10,), "paid": (12,)}
SMALL = TaggerConfig(width=64, inner_width=64, layers=1, heads=4, piece_width=32)


def labels_of(count: int, fields: dict[str, tuple[int, ...]]) -> list[int]:
    labels = [OUTSIDE] * count
    for field, words in fields.items():
        for k, index in enumerate(words):
            labels[index] = inside_label(field) if k else begin_label(field)
    return labels


@pytest.fixture(scope="session")
def example(typeset: Callable[..., Page]) -> LabelledPage:
    page = typeset(TEXT)
    return LabelledPage.build(page, labels_of(len(page.words), FIELDS), partial=False)


@pytest.fixture(scope="session")
def trained(example: LabelledPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the weights."""
    folder = tmp_path_factory.mktemp("tagger")
    train_tagger([example], folder, steps=150, config=SMALL, batch=2)
    return folder
