from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from docextract.tagging.labels import LABEL_COUNT, OUTSIDE, begin_label
from docextract.tagging.network import CONFIG_FILE, WEIGHTS_FILE, TaggerConfig
from docextract.tagging.training.alignment import UNKNOWN
from docextract.tagging.training.examples import LabelledPage
from docextract.tagging.training.trainer import draw, tagging_loss, train_tagger
from ocr.training.checkpoint import CHECKPOINT_FILE

TINY = TaggerConfig(width=64, inner_width=32, layers=1, heads=2, piece_width=16)


def test_one_step_writes_everything(example: LabelledPage, tmp_path: Path) -> None:
    network = train_tagger([example], tmp_path, steps=1, config=TINY, batch=1)
    assert {path.name for path in tmp_path.iterdir()} == {CHECKPOINT_FILE, CONFIG_FILE, WEIGHTS_FILE}
    assert not network.training


def test_a_stopped_run_goes_on(example: LabelledPage, tmp_path: Path) -> None:
    train_tagger([example], tmp_path, steps=3, config=TINY, batch=1, minutes=0)
    assert torch.load(tmp_path / CHECKPOINT_FILE, weights_only=True)["step"] == 1
    train_tagger([example], tmp_path, steps=3, config=TINY, batch=1, resume=True)
    state = torch.load(tmp_path / CHECKPOINT_FILE, weights_only=True)
    assert state["step"] == 3
    assert {int(entry["step"]) for entry in state["optimizer"]["state"].values()} == {3}


def test_the_shipped_size_stays_small(tmp_path: Path, example: LabelledPage) -> None:
    network = train_tagger([example], tmp_path, steps=1, batch=1)
    assert sum(parameter.numel() for parameter in network.parameters()) <= 3_000_000
    assert (tmp_path / WEIGHTS_FILE).stat().st_size <= 6_000_000


def test_half_of_a_batch_is_partial(example: LabelledPage) -> None:
    partial = replace(example, partial=True)
    rng = np.random.default_rng(0)
    counts = [sum(page.partial for page in draw([example, *[partial] * 9], 16, rng)) for _ in range(100)]
    assert np.mean(counts) == pytest.approx(8, abs=1)
    assert not any(page.partial for page in draw([example], 4, rng))
    assert all(page.partial for page in draw([partial], 4, rng))


def test_loss_of_whole_and_partial_pages() -> None:
    logits = torch.zeros(2, LABEL_COUNT)
    whole = tagging_loss(logits, np.array([OUTSIDE, begin_label("total")]), partial=False)
    assert float(whole) == pytest.approx(math.log(LABEL_COUNT))
    partial = tagging_loss(logits, np.array([OUTSIDE, UNKNOWN]), partial=True)
    four_fields = 8  # labels
    assert float(partial) == pytest.approx(math.log(LABEL_COUNT / (LABEL_COUNT - four_fields)), rel=1e-3)


def test_partial_pages_teach_nothing_about_other_fields() -> None:
    labels = np.array([OUTSIDE])
    phone, total = torch.zeros(1, LABEL_COUNT), torch.zeros(1, LABEL_COUNT)
    phone[0, begin_label("merchant.phone")] = total[0, begin_label("total")] = 20.0
    assert float(tagging_loss(phone, labels, partial=True)) < 1e-3
    assert float(tagging_loss(total, labels, partial=True)) > 10
    assert float(tagging_loss(phone, labels, partial=False)) > 10
