"""Which pages are held out, and which weights are worth having."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.datasets.examples import read_stems
from ocr.training.config import TrainingConfig
from ocr.training.finetuning import SETTINGS, Report, find_losses, split_pages, write_split


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "boxes").mkdir()
    for k in range(11):
        (tmp_path / "boxes" / f"till.{k:02}.csv").touch()
    return tmp_path


def report(before: tuple[float, float], after: tuple[float, float]) -> Report:
    names = ("held-out pages", "rendered receipts")
    return {
        when: {name: {"character error rate": rate} for name, rate in zip(names, rates, strict=True)}
        for when, rates in (("before", before), ("after", after))
    }


def test_every_fifth_page_is_held_out(folder: Path) -> None:
    training, heldout = split_pages(folder)
    assert heldout == ["till.04", "till.09"]
    assert sorted(training + heldout) == sorted(path.stem for path in (folder / "boxes").iterdir())


def test_a_run_keeps_its_pages(folder: Path, tmp_path: Path) -> None:
    training, heldout = split_pages(folder)
    write_split(tmp_path / "run", training, heldout)
    (folder / "boxes" / "another.csv").touch()
    assert split_pages(tmp_path / "run") == (training, heldout)


def test_lists_say_what_is_held_out(folder: Path) -> None:
    (folder / "train.txt").write_text("till.00.csv\n")
    with pytest.raises(ValueError, match="together"):
        split_pages(folder)
    (folder / "dev.txt").write_text("till.01.csv\n")
    assert split_pages(folder) == (["till.00"], ["till.01"])
    (folder / "dev.txt").write_text("till.01.csv\ntill.00.csv\n")
    with pytest.raises(ValueError, match="1 pages are trained on and held out"):
        split_pages(folder)


def test_too_few_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 5 pages"):
        split_pages(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ((0.20, 0.05), (0.10, 0.055), 0),
        ((0.20, 0.05), (0.20, 0.05), 1),
        ((0.20, 0.05), (0.10, 0.07), 1),
        ((0.20, 0.05), (0.25, 0.20), 2),
    ],
)
def test_weights_are_weighed(before: tuple[float, float], after: tuple[float, float], count: int) -> None:
    assert len(find_losses(report(before, after))) == count


def test_the_settings_are_settings(tmp_path: Path) -> None:
    assert TrainingConfig.from_toml(SETTINGS, splits=tmp_path).splits == tmp_path


def test_names_with_dots_survive(tmp_path: Path) -> None:
    write_split(tmp_path, ["a.b"], ["c"])
    assert read_stems(tmp_path / "train.txt") == ["a.b"]
