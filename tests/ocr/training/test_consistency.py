"""Pages without transcripts: what the released network reads on them with confidence is what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest
import torch
from torch import Tensor

from ocr import charset
from ocr.datasets.crops import UnlabelledCrops
from ocr.datasets.examples import Batch
from ocr.model.config import ModelConfig
from ocr.model.network import Deer
from ocr.training.config import TrainingConfig
from ocr.training.consistency import add_unlabelled, label_crops
from ocr.training.trainer import LOG_FILE, Objective, train
from ocr.training.views import strong_view
from ocr.weights import FOLDER

TINY = {"widths": [8, 8, 16, 16], "fine_width": 8, "neck_width": 16, "decoder_width": 16}
LINES = ("TOTAL 12.80", "Thank you", "2024-03-15 18:42", "Bread 4.50")
STEP = 60


def draw(lines: tuple[str, ...] = LINES) -> Tensor:
    """A crop (1, 256, 256) with lines, their middles at STEP / 2, 3 * STEP / 2 and so on."""
    paper = PIL.Image.new("L", (256, 256), 240)
    pen, font = PIL.ImageDraw.Draw(paper), PIL.ImageFont.load_default(26)
    for k, text in enumerate(lines):
        pen.text((16, STEP * k + STEP / 2), text, fill=30, font=font, anchor="lm")
    return torch.from_numpy(np.array(paper))[None]


def spelled(batch: Batch) -> list[str]:
    return ["".join(map(charset.decode, text.tolist())) for text in batch.texts]


@pytest.fixture(scope="module")
def teacher() -> Deer:
    return Deer.from_pretrained(FOLDER)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of one page without labels."""
    folder = tmp_path / "pages"
    (folder / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / "images" / "a.png"), draw()[0].numpy())
    (folder / "train.txt").write_text("a\n")
    return folder


def test_what_a_good_teacher_reads_is_the_truth(teacher: Deer) -> None:
    torch.manual_seed(0)
    batch = label_crops(teacher, torch.cat([draw(), draw(LINES[:2])]), confidence=0.5)
    for image, lines in enumerate([LINES, LINES[:2]]):
        mine = batch.image_of == image
        # Pointed as in training, near the middle of the line.
        rows = ((batch.places[mine, 1] + batch.places[mine, 3]) / 2 / STEP).long().tolist()
        texts = [text for text, own in zip(spelled(batch), mine.tolist(), strict=True) if own]
        assert sorted(zip(rows, texts, strict=True)) == list(enumerate(lines))
    assert batch.cased.all() and batch.spaced.all()


def test_the_location_is_not_taught(teacher: Deer) -> None:
    batch = label_crops(teacher, draw(), confidence=0.5)
    assert batch.texts
    assert not batch.care.any() and not batch.known.any()


def test_texts_that_are_cut_off_are_not_believed(teacher: Deer) -> None:
    cut = draw()[:, STEP // 2 + 2 :]  # through the middle of the first line
    cut = cut[:, :224]
    assert sorted(spelled(label_crops(teacher, cut, confidence=0.0))) == sorted(LINES[1:])


def test_nothing_is_learnt_from_what_is_doubted(teacher: Deer) -> None:
    torch.manual_seed(0)
    certain = label_crops(teacher, draw(), confidence=0.5)
    (joined,) = add_unlabelled([certain], [draw()], teacher, confidence=1.1)
    assert joined.images.shape[0] == 2 and spelled(joined) == spelled(certain)
    student = Objective(Deer(ModelConfig.from_dict(TINY | {"classes": charset.class_count()})), 3.0)
    losses = []
    for batch in (certain, joined):
        torch.manual_seed(1)  # draws the syllables to tell from
        losses.append(student.eval()(batch)["total"].item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_strong_views_differ_but_nothing_moves() -> None:
    torch.manual_seed(0)
    image = draw()[None].float() / 127.5 - 1
    views = strong_view(image.repeat(12, 1, 1, 1))
    assert views.shape == (12, 1, 256, 256) and views.abs().max() <= 1
    assert len({round(view.mean().item(), 6) for view in views}) == 12
    for view in views:
        (dx, dy), _ = cv2.phaseCorrelate(image[0, 0].numpy(), view[0].numpy())
        assert abs(dx) < 1 and abs(dy) < 1


def test_crops_show_the_pages(pages: Path) -> None:
    crops = iter(UnlabelledCrops(pages, ["a"], size=128, seed=0))
    shown = [next(crops) for _ in range(8)]
    assert all(crop.shape == (128, 128) and crop.dtype == np.uint8 for crop in shown)
    assert len({crop.tobytes() for crop in shown}) == 8
    assert any((crop < 100).any() for crop in shown)


def test_a_run_with_unlabelled_pages_goes_on(tmp_path: Path, pages: Path) -> None:
    settings = {"model": TINY, "size": 96, "batch": 1, "workers": 0, "warmup": 1, "decay": 1}
    settings |= {"unlabelled": str(pages), "unlabelled_batch": 2, "unlabelled_confidence": 0.0}
    train(TrainingConfig.from_dict(settings | {"steps": 2}), tmp_path)
    train(TrainingConfig.from_dict(settings | {"steps": 4}), tmp_path, resume=True)
    rows = [json.loads(row) for row in (tmp_path / LOG_FILE).read_text(encoding="utf8").splitlines()]
    assert [row["step"] for row in rows] == [2, 4]
    assert all(np.isfinite(row["total"]) for row in rows)
