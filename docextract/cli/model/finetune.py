"""`docextract model finetune`: adapt the weights to one's own labelled pages, and keep them only if that helped."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers, UsageError, existing_folder, progress_bar, tell

if TYPE_CHECKING:
    from ocr.datasets.inspection import Inspection
    from ocr.training.finetuning import Finetuning

_RUN = "run"
_MOST_PROBLEMS = 20


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "finetune",
        help="adapt the reader to your own pages",
        description="Adapt the reader's weights to labelled pages: a folder with images/ and boxes/<name>.csv, a line "
        "a text: x1,y1,x2,y2,x3,y3,x4,y4,text. train.txt and dev.txt name the pages to train on and those held out; "
        "without them every fifth page is held out. The output is a folder of weights for --weights, with report.json: "
        "scores before and after on the pages held out and on rendered ones. Where it got worse, no weights are "
        "written. On two cores: torchrun --standalone --nproc_per_node 2 -m docextract model finetune ...",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="labelled pages")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--minutes", type=float, default=40.0, help="of training (default: %(default)g)")
    parser.add_argument("--caseless", action="store_true", help="the transcripts do not keep the case of the print")
    parser.add_argument("--spaceless", action="store_true", help="the transcripts do not keep the spaces of the print")
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts to render with")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="to begin with instead of those of the package")
    parser.add_argument("--resume", action="store_true", help="train the run in FOLDER for some more minutes")
    parser.add_argument("--threads", type=int, help="processor cores to use (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Look the pages through, train, compare, and write what is worth it."""
    import logging
    import sys
    from importlib.util import find_spec

    if find_spec("accelerate") is None:
        raise UsageError("training needs: pip install 'docextract[train]'")
    import torch

    from ocr.training.finetuning import find_losses, release

    finetuning = _prepare(args)
    if args.threads:
        torch.set_num_threads(args.threads)
    # A log for a file, a bar for a person.
    logging.basicConfig(level=logging.WARNING if sys.stderr.isatty() else logging.INFO, format="%(message)s")
    seconds = round(60 * args.minutes)
    with progress_bar("seconds of training", seconds) as advance:
        finetuning.train(minutes=args.minutes, resume=args.resume, progress=lambda done: advance(round(done * seconds)))
    if not _is_first():
        return Exit.OK
    tell("measuring before and after")
    report = finetuning.compare()
    for name, before in report["before"].items():
        after = report["after"][name]
        for measure, value in before.items():
            if after[measure] != value:
                tell(f"{name}, {measure}: {value:g} -> {after[measure]:g}")
    if losses := find_losses(report):
        for loss in losses:
            tell(loss)
        tell(f"no weights were written; the run is kept in {finetuning.folder} and can be continued with --resume")
        return Exit.INCOMPLETE
    release(finetuning.folder, args.output)
    tell(f"weights and their report are in {args.output}; use them with --weights {args.output}")
    return Exit.OK


def _prepare(args: argparse.Namespace) -> Finetuning:
    """The run that the arguments ask for, on pages that were looked through.

    Raises:
        UsageError: They cannot be trained on.
    """
    from ocr.datasets.inspection import inspect_pages
    from ocr.training.checkpoint import CHECKPOINT_FILE
    from ocr.training.finetuning import Finetuning, split_pages, write_split
    from ocr.weights import FOLDER

    weights, folder = args.weights or FOLDER, args.output / _RUN
    if not 0 < args.minutes < float("inf"):
        raise UsageError("--minutes must be a number above 0")
    if args.output.resolve() == weights.resolve():
        raise UsageError(f"{args.output} holds the weights to begin with, which would be lost")
    if args.resume and not (folder / CHECKPOINT_FILE).is_file():
        raise UsageError(f"{args.output} holds no run to resume")
    try:
        parts = split_pages(folder if args.resume else args.folder)
    except ValueError as error:
        raise UsageError(f"{args.folder}: {error}") from None
    inspections = [inspect_pages(args.folder, stems) for stems in parts]
    problems = [problem for inspection in inspections for problem in inspection.problems]
    for problem in problems[:_MOST_PROBLEMS]:
        tell(problem)
    if problems:
        raise UsageError(f"{args.folder}: {len(problems)} problems, so nothing was trained")
    if _is_first():
        _tell_about(inspections, args)
    write_split(folder, *parts)
    return Finetuning(
        pages=args.folder,
        weights=weights,
        folder=folder,
        cased=not args.caseless,
        spaced=not args.spaceless,
        corpora=args.corpora,
    )


def _is_first() -> bool:
    """Whether this is the only process, or the first of those that torchrun started."""
    return os.environ.get("RANK", "0") == "0"


def _tell_about(inspections: list[Inspection], args: argparse.Namespace) -> None:
    """What is no problem, but worth knowing."""
    from ocr.synthesis import FontLibrary
    from ocr.synthesis.fonts import install_command

    training, heldout = (inspection.texts for inspection in inspections)
    tell(f"{training} texts to train on, {heldout} held out")
    if unread := sum(inspection.unread for inspection in inspections):
        unknown = sum(inspection.unknown for inspection in inspections)
        tell(f"{unread} texts have {unknown} characters that the reader does not know: they only teach where text is")
    if not args.caseless and any(item.upper for item in inspections) and not any(item.lower for item in inspections):
        tell("no transcript has a lower-case letter: if the print has some, use --caseless")
    if not args.spaceless and sum(item.spaces for item in inspections) < (training + heldout) / 100:
        tell("hardly any transcript has a space: if the print has some, use --spaceless")
    if not FontLibrary().korean:
        tell(f"no Korean font is installed, so Korean may be forgotten; they come with: {install_command()}")
