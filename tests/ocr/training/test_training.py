"""Training: losses that mean what they say, one real step, and a run that goes on where it was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ocr import charset
from ocr.datasets.examples import Batch, Example
from ocr.datasets.targets import build_location_targets
from ocr.model.classifier import Classifier
from ocr.model.decoders import Frames
from ocr.model.heads import LocationMaps
from ocr.model.network import Deer
from ocr.training.checkpoint import CHECKPOINT_FILE
from ocr.training.config import TrainingConfig
from ocr.training.losses import location_loss, reading_loss
from ocr.training.optimizer import orthogonalise
from ocr.training.trainer import LOG_FILE, train

TINY = {"widths": [8, 8, 16, 16], "fine_width": 8, "neck_width": 16, "decoder_width": 16}


def batch_of(texts: list[str], *, cased: bool = True, spaced: bool = True) -> Batch:
    places = np.array([[8.0, 10.0 + 20 * k, 60.0, 10.0 + 20 * k, 12.0] for k in range(len(texts))], np.float32)
    classes = [charset.encode(text) for text in texts]
    return Batch.collate(
        [
            Example(
                image=np.full((64, 64), 255, np.uint8),
                targets=build_location_targets((64, 64), places, shrink=0.5),
                known=np.array([1, 0, 0], np.float32),
                places=places,
                texts=tuple(np.array(label, np.int64) for label in classes if label),
                cased=cased,
                spaced=spaced,
            )
        ]
    )


def frames_that_spell(classifier: Classifier, texts: list[str]) -> Frames:
    """Two frames a character, the second a blank, as sure as the classifier can be made."""
    rows, lengths = [], []
    for text in texts:
        labels = charset.encode(text)
        assert labels
        path = [label for pair in zip(labels, [0] * len(labels), strict=True) for label in pair]
        rows.append(torch.nn.functional.one_hot(torch.tensor(path), classifier.weight.shape[0]).float() * 50)
        lengths.append(len(path))
    features = torch.cat(rows)
    return Frames(features=features, lengths=torch.tensor(lengths), centers=torch.zeros(len(features)))


@pytest.fixture
def classifier() -> Classifier:
    """Features are logits."""
    count = charset.class_count()
    made = Classifier(width=count, classes=count)
    with torch.no_grad():
        made.weight.copy_(torch.eye(count))
        made.bias.zero_()
        made.jamo.zero_()
    return made


def test_a_perfect_reading_costs_nothing(classifier: Classifier) -> None:
    texts = ["Total 12.50", "합계", "A"]
    assert reading_loss(classifier, frames_that_spell(classifier, texts), batch_of(texts)).item() < 1e-3


def test_a_wrong_character_costs(classifier: Classifier) -> None:
    loss = reading_loss(classifier, frames_that_spell(classifier, ["T0tal"]), batch_of(["Total"]))
    assert loss.item() > 5


def test_case_costs_only_where_it_is_known(classifier: Classifier) -> None:
    frames = frames_that_spell(classifier, ["Total due"])
    assert reading_loss(classifier, frames, batch_of(["TOTAL DUE"], cased=False)).item() < 1e-3
    assert reading_loss(classifier, frames, batch_of(["TOTAL DUE"], cased=True)).item() > 5


def test_spaces_cost_only_where_they_are_known(classifier: Classifier) -> None:
    frames = frames_that_spell(classifier, ["12 20 off", "12 20 off"])
    assert reading_loss(classifier, frames, batch_of(["1220OFF", "12 20 off"], cased=False, spaced=False)).item() < 1e-3
    assert reading_loss(classifier, frames, batch_of(["1220off", "12 20 off"])).item() > 2


def test_a_transcript_without_spaces_favours_neither_space_nor_blank(classifier: Classifier) -> None:
    logits = torch.zeros(6, charset.class_count())
    labels = charset.encode("ab")
    assert labels
    for frame, label in enumerate([labels[0], 0, 1, 1, 0, labels[1]]):
        logits[frame, label] = 12.0
    logits[1:5, [0, 1]] = torch.tensor([[9.0, 8.0]])
    features = logits.requires_grad_()
    frames = Frames(features=features, lengths=torch.tensor([6]), centers=torch.zeros(6))
    classifier.requires_grad_(False)
    (slope,) = torch.autograd.grad(reading_loss(classifier, frames, batch_of(["ab"], spaced=False)), features)
    assert torch.allclose(slope[1:5, 0] / slope[1:5, 1], torch.tensor(1.0).exp(), rtol=1e-3)


def test_perfect_maps_cost_nothing() -> None:
    batch = batch_of(["abc", "de"])
    right = LocationMaps(logits=batch.maps * 40 - 20, geometry=batch.geometry)
    loss = location_loss(right, batch)
    assert loss.cross_entropy.item() < 1e-3
    assert loss.geometry.item() < 1e-3
    assert location_loss(LocationMaps(-right.logits, batch.geometry + 1), batch).total.item() > 5


def test_unknown_maps_ask_nothing() -> None:
    batch = batch_of(["abc"])  # knows lines only
    maps = LocationMaps(logits=(batch.maps * 40 - 20).requires_grad_(), geometry=batch.geometry)
    loss = location_loss(maps, batch).total
    (gradient,) = torch.autograd.grad(loss, maps.logits)
    assert not gradient[:, 1:].any()


def test_hard_negatives_are_the_worst_pixels() -> None:
    torch.manual_seed(0)
    batch = batch_of(["abc"])
    maps = LocationMaps(logits=torch.randn_like(batch.maps), geometry=batch.geometry)
    few, some, all_ = (location_loss(maps, batch, hard_negatives=n).cross_entropy.item() for n in (1, 3, 1e9))
    assert few > some > all_
    lines, asked = batch.maps[:, :1], batch.care
    plain = torch.nn.functional.binary_cross_entropy_with_logits(maps.logits[:, :1], lines, asked, reduction="sum")
    assert all_ == pytest.approx((plain / asked.sum()).item() / 3, rel=1e-4)  # two of three maps are not known


@pytest.mark.parametrize("shape", [(16, 16), (12, 60), (60, 12)])
def test_newton_schulz_orthogonalises(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
    assert 0.5 < float(values.min()) <= float(values.max()) < 1.5


@pytest.mark.parametrize("decoder", ["line", "point"])
def test_a_few_steps_train_every_weight(tmp_path: Path, decoder: str) -> None:
    run = {"size": 128, "batch": 1, "workers": 0, "steps": 3, "warmup": 1, "decay": 1}
    config = TrainingConfig.from_dict(run | {"model": TINY | {"decoder": decoder}})
    torch.manual_seed(config.seed)
    before = Deer(config.model).state_dict()
    after = train(config, tmp_path)
    still = [name for name, value in after.named_parameters() if torch.equal(value, before[name])]
    # What is zero at first (offsets' weights, residual scales) moves too; only weights that meet no syllable may rest.
    assert [name for name in still if "jamo" not in name] == []
    assert Deer.from_pretrained(tmp_path).config == config.model


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    settings = {"model": TINY, "size": 96, "batch": 1, "workers": 0, "save_every": 0.0, "warmup": 1, "decay": 1}
    train(TrainingConfig.from_dict(settings | {"steps": 2}), tmp_path)
    (tmp_path / CHECKPOINT_FILE).with_suffix(".tmp").write_bytes(b"killed while writing")
    train(TrainingConfig.from_dict(settings | {"steps": 3}), tmp_path, resume=True)
    rows = [json.loads(row) for row in (tmp_path / LOG_FILE).read_text(encoding="utf8").splitlines()]
    assert [row["step"] for row in rows] == [2, 3]
    assert all(np.isfinite(row["total"]) for row in rows)


def test_time_ends_a_run_that_can_go_on(tmp_path: Path) -> None:
    settings = {"model": TINY, "size": 96, "batch": 1, "workers": 0, "warmup": 1, "steps": 1000, "decay": 0}
    shares: list[float] = []
    train(TrainingConfig.from_dict(settings), tmp_path, minutes=1e-6, progress=shares.append)
    assert shares == [1.0]
    shares.clear()
    train(TrainingConfig.from_dict(settings | {"steps": 3}), tmp_path, resume=True, progress=shares.append)
    assert shares == [0.5, 1.0]
    assert Deer.from_pretrained(tmp_path).config.widths == tuple(TINY["widths"])


def test_processes_train_together(tmp_path: Path) -> None:
    """One of them evaluates, while the other waits for it; both stop at once."""
    pages = tmp_path / "pages"
    for folder in ("images", "boxes"):
        (pages / folder).mkdir(parents=True)
    cv2.imwrite(str(pages / "images" / "a.png"), np.full((96, 96), 255, np.uint8))
    (pages / "boxes" / "a.csv").write_text("10,10,80,10,80,30,10,30,TOTAL\n")
    for split in ("train", "dev"):
        (pages / f"{split}.txt").write_text("a\n")
    settings = f"""
        labelled = "{pages.as_posix()}"
        size = 96
        batch = 1
        workers = 0
        steps = 2
        warmup = 1
        decay = 1
        evaluate_every = 1
        [model]
        {chr(10).join(f"{name} = {value}" for name, value in TINY.items())}
    """
    (tmp_path / "tiny.toml").write_text(settings)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command += ["-m", "docextract", "model", "train", "--config", "tiny.toml", "-o", "run"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "in 2 process(es)" in done.stderr
    rows = [json.loads(row) for row in (tmp_path / "run" / LOG_FILE).read_text(encoding="utf8").splitlines()]
    assert [row["step"] for row in rows if "dev_words" in row] == [1, 2]
    assert Deer.from_pretrained(tmp_path / "run").config.widths == tuple(TINY["widths"])


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="learning_rate"):
        TrainingConfig.from_dict({"learning_rate": 1.0})
