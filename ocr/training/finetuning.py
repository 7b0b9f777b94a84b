"""Shipped weights adapted to somebody's own labelled pages, and kept only if they read these better.

What the network knew is kept by rendered pages in every batch, low rates and averaged weights. Whether that worked is
measured on pages held out and on rendered ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.datasets.boxes import read_boxes
from ocr.datasets.examples import read_stems
from ocr.evaluation.rendered import count_edits, evaluate_rendered
from ocr.evaluation.text import read_pages, score_pages
from ocr.language import LANGUAGE_FILE
from ocr.model.network import CONFIG_FILE, WEIGHTS_FILE
from ocr.reader import Reader
from ocr.training.config import TrainingConfig
from ocr.training.trainer import train
from ocr.weights import write_sums

SETTINGS = Path(__file__).with_name("finetune.toml")
REPORT_FILE = "report.json"

FORGETTING = 0.01
"""By how much the character error rate of rendered pages may rise."""

RENDERED = 12
"""Receipts that are rendered to measure it."""

_SPLITS = ("train.txt", "dev.txt")
_HOLD_OUT = 5  # every so-manieth page is held out
_ERRORS = "character error rate"

Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finetuning:
    """A run on the pages of a folder.

    Attributes:
        pages: Holds `images` and `boxes`.
        weights: What to begin with.
        folder: Of the run: takes the names of the pages, a checkpoint, a log and the weights.
        cased: Whether the transcripts keep the case of the print.
        spaced: Whether they keep its spaces.
        corpora: Folder of texts to render with, or None for the small ones of the package.
    """

    pages: Path
    weights: Path
    folder: Path
    cased: bool = True
    spaced: bool = True
    corpora: Path | None = None

    def train(
        self, *, minutes: float, resume: bool = False, progress: Callable[[float], object] = lambda done: None
    ) -> None:
        """Train for some minutes, or some more; see `ocr.training.trainer.train`."""
        config = TrainingConfig.from_toml(
            SETTINGS,
            labelled=self.pages,
            splits=self.folder,
            labelled_cased=self.cased,
            labelled_spaced=self.spaced,
            corpora=self.corpora,
        )
        train(config, self.folder, resume=resume, start_from=self.weights, minutes=minutes, progress=progress)
        if (language := self.weights / LANGUAGE_FILE).is_file():
            shutil.copyfile(language, self.folder / LANGUAGE_FILE)

    def compare(self) -> Report:
        """Scores before and after, on the pages held out and on rendered ones; written beside the weights."""
        report = {"before": self._measure(self.weights), "after": self._measure(self.folder)}
        (self.folder / REPORT_FILE).write_text(json.dumps(report, indent=1) + "\n", encoding="utf8")
        return report

    def _measure(self, weights: Path) -> Report:
        reader = Reader(weights)
        readings = read_pages(reader, self.pages, read_stems(self.folder / _SPLITS[1]))
        errors = characters = 0
        for stem, (page, _) in readings.items():
            quads, texts = read_boxes(self.pages / "boxes" / f"{stem}.csv")
            errors += count_edits(list(quads), texts, page, compared=self._compared)
            characters += sum(len(self._compared(text)) for text in texts)
        scores = score_pages(readings, self.pages, cased=self.cased)
        if not self.spaced:
            del scores["words"]
        return {
            "held-out pages": {"pages": len(readings), _ERRORS: round(errors / max(characters, 1), 4)} | scores,
            "rendered receipts": evaluate_rendered(reader, RENDERED, korean=0.5, corpora=self.corpora),
        }

    def _compared(self, text: str) -> str:
        """What is asked of a text: all that its transcripts tell."""
        text = text if self.spaced else text.replace(" ", "")
        return text if self.cased else text.upper()


def split_pages(folder: Path) -> tuple[list[str], list[str]]:
    """Names of the pages to train on and of those held out.

    They are listed in `train.txt` and `dev.txt`; where there are no such lists, every fifth page in the order of names
    is held out.

    Raises:
        ValueError: There is one list without the other, a page is on both, or there are too few pages.
    """
    lists = [folder / name for name in _SPLITS]
    listed = [path.is_file() for path in lists]
    if any(listed):
        if not all(listed):
            raise ValueError(f"{' and '.join(_SPLITS)} come together or not at all")
        training, heldout = map(read_stems, lists)
    else:
        stems = sorted(path.stem for path in (folder / "boxes").glob("*.csv"))
        training = [stem for k, stem in enumerate(stems, 1) if k % _HOLD_OUT]
        heldout = stems[_HOLD_OUT - 1 :: _HOLD_OUT]
    if both := set(training) & set(heldout):
        raise ValueError(f"{len(both)} pages are trained on and held out")
    if not training or not heldout:
        raise ValueError(f"at least {_HOLD_OUT} pages with boxes are needed, or {' and '.join(_SPLITS)}")
    return training, heldout


def write_split(folder: Path, training: list[str], heldout: list[str]) -> None:
    """Keep the names of the pages with a run, so that it goes on with the same ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, stems in zip(_SPLITS, (training, heldout), strict=True):
        # With an ending, since what follows the last dot is taken for one.
        (folder / name).write_text("".join(f"{stem}.csv\n" for stem in stems), encoding="utf8")


def find_losses(report: Report) -> list[str]:
    """Why the new weights are not worth having; empty where they are."""
    (own, own_after), (rendered, rendered_after) = (
        [report[when][what][_ERRORS] for when in ("before", "after")]
        for what in ("held-out pages", "rendered receipts")
    )
    losses = []
    if own_after >= own:
        losses.append(
            f"the pages held out are read no better: {own:.2%} of their characters were wrong, {own_after:.2%} are"
        )
    if rendered_after > rendered + FORGETTING:
        losses.append(f"too much was forgotten: of rendered pages {rendered:.2%} were wrong, {rendered_after:.2%} are")
    return losses


def release(run: Path, folder: Path) -> None:
    """Make a folder of weights for `Reader` of a run that was compared, with its report."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (REPORT_FILE, CONFIG_FILE, WEIGHTS_FILE, LANGUAGE_FILE):
        if (run / name).is_file():
            shutil.copyfile(run / name, folder / name)
    write_sums(folder)
