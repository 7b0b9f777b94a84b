"""Sequence contrast: what belongs together is found by looking at the ink, and by nothing else."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ocr import charset
from ocr.model.config import ModelConfig
from ocr.model.decoders import Frames
from ocr.model.network import Deer
from ocr.training.checkpoint import CHECKPOINT_FILE
from ocr.training.config import TrainingConfig
from ocr.training.contrast import CUT, INSTANCES, ContrastiveObjective, contrastive_loss, draw_view, pool_instances
from ocr.training.optimizer import MuonAdamW
from ocr.training.trainer import LOG_FILE, train

TINY = {"widths": [8, 8, 16, 16], "fine_width": 8, "neck_width": 16, "decoder_width": 16}
TEXTS = 4
LOST = math.log(2 * TEXTS * INSTANCES - 1)
"""What it costs to know nothing."""


def draw() -> Tensor:
    """A page (1, 1, 96, 128) of lines of dots, each line darker than the one above."""
    generator = torch.Generator().manual_seed(0)
    image = torch.ones(1, 1, 96, 128)
    for k in range(TEXTS):
        dots = torch.rand(8, 48, generator=generator) < 0.2 + 0.2 * k
        image[0, 0, 24 * k + 4 : 24 * k + 20, 16:112] -= 2 * dots.repeat_interleave(2, 0).repeat_interleave(2, 1)
    return image


def places() -> Tensor:
    return torch.tensor([[16.0, 24.0 * k + 12, 112.0, 24.0 * k + 12, 16.0] for k in range(TEXTS)])


def learn(image: Tensor, *, steps: int) -> tuple[float, float]:
    """The loss before and after some steps, the mean of the same few views."""
    torch.manual_seed(0)
    config = ModelConfig.from_dict({**TINY, "decoder_width": 32, "classes": charset.class_count()})
    objective = ContrastiveObjective(Deer(config).train())
    optimizer = MuonAdamW(objective, lr=5e-3, muon_lr=1e-2, weight_decay=0.0)
    image_of = torch.zeros(TEXTS, dtype=torch.long)

    def measure() -> float:
        torch.manual_seed(1)
        with torch.no_grad():
            return float(np.mean([objective.contrast(image, places(), image_of).item() for _ in range(6)]))

    before = measure()
    for _ in range(steps):
        optimizer.zero_grad()
        objective.contrast(image, places(), image_of).backward()
        optimizer.step()
    return before, measure()


def test_texts_are_told_apart_by_their_ink_alone() -> None:
    before, after = learn(draw(), steps=30)
    assert after < before - 0.25
    before, after = learn(torch.ones(1, 1, 96, 128), steps=30)
    assert before == pytest.approx(LOST, abs=0.25) and after == pytest.approx(LOST, abs=0.25)


def test_only_the_other_view_of_an_instance_is_alike() -> None:
    right = torch.eye(20)
    assert contrastive_loss(right, right).item() < 0.01
    assert contrastive_loss(right, right.roll(1, 0)).item() > 9
    assert contrastive_loss(right[:0], right[:0]).item() == 0


def test_instances_of_both_views_are_the_same_stretches() -> None:
    """Features that say where on the page they stand tell the same place in both views."""
    torch.manual_seed(0)
    image, image_of = draw(), torch.zeros(TEXTS, dtype=torch.long)
    size = torch.tensor([128.0, 96.0])
    views = [draw_view(image, places(), image_of) for _ in range(2)]
    assert not torch.equal(views[0][0], views[1][0])
    where, ends = (torch.cat([view[k] for view in views]) for k in (1, 2))
    assert (ends[:, 0] <= CUT).all() and (ends[:, 1] >= 1 - CUT).all()
    lengths = torch.full((2 * TEXTS,), 40)
    centers = ((torch.arange(40) + 0.5) / 40).repeat(2 * TEXTS)
    text = torch.repeat_interleave(lengths)
    at = torch.lerp(ends[text, 0], ends[text, 1], centers)
    features = torch.stack([at, (text % TEXTS).float()], 1)
    first, second = pool_instances(Frames(features, lengths, centers), where, ends, size)
    assert 0 < len(first) <= TEXTS * INSTANCES
    assert torch.equal(first[:, 1], second[:, 1])
    assert (first[:, 0] - second[:, 0]).abs().max() < (1 - 2 * CUT) / INSTANCES


def test_what_rests_stays_and_the_weights_begin_another_run(tmp_path: Path) -> None:
    settings = {"model": TINY, "size": 96, "batch": 1, "workers": 0, "warmup": 1, "decay": 1}
    torch.manual_seed(1)
    before = Deer(TrainingConfig.from_dict(settings).model).state_dict()
    first = tmp_path / "contrast"
    train(TrainingConfig.from_dict(settings | {"contrastive": True, "steps": 2}), first)
    after = train(TrainingConfig.from_dict(settings | {"contrastive": True, "steps": 4}), first, resume=True)
    moved = {name for name, value in after.named_parameters() if not torch.equal(value, before[name])}
    assert {name.split(".")[0] for name in moved} == {"backbone", "coarse", "neck", "decoder"}
    assert not any("classifier" in name or "embed" in name for name in moved)
    rows = [json.loads(row) for row in (first / LOG_FILE).read_text(encoding="utf8").splitlines()]
    assert [row["step"] for row in rows] == [2, 4] and all(math.isfinite(row["total"]) for row in rows)
    train(TrainingConfig.from_dict(settings | {"steps": 1}), tmp_path / "reading", start_from=first)
    parts = torch.load(tmp_path / "reading" / CHECKPOINT_FILE, weights_only=True)
    assert set(parts) == {"network", "average", "optimizer", "step"}


def test_the_point_decoder_has_no_frames() -> None:
    config = ModelConfig.from_dict({**TINY, "decoder": "point", "classes": charset.class_count()})
    with pytest.raises(ValueError, match="line decoder"):
        ContrastiveObjective(Deer(config))
