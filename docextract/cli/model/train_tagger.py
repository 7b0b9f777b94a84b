"""`docextract model train-tagger`: teach the tagger from nothing, and measure it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docextract.cli.console import Exit, Subparsers, UsageError, existing_folder, open_output, tell

if TYPE_CHECKING:
    from docextract.tagging import Tagger

_REPORT_FILE = "report.json"
_HELDOUT = 40  # rendered documents of a kind that are measured on


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "train-tagger",
        help="train the tagger",
        description="Train the token classifier that proposes fields, on rendered documents and on annotated receipts "
        f"(a folder with boxes/, entities/, train.txt and dev.txt). The folder takes a checkpoint, the averaged "
        f"weights and {_REPORT_FILE}; a run that was stopped goes on with --resume.",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="annotated receipts")
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts to render with")
    parser.add_argument("--rendered", type=int, default=3000, metavar="N", help="documents (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=1500, help="(default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long, to be resumed")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the folder")
    parser.add_argument("--threads", type=int, help="processor cores to use (default: all)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Train, with progress on standard error, and write the report."""
    import logging

    import torch

    from docextract.tagging import Tagger
    from docextract.tagging.training.examples import load_labelled, render_labelled
    from docextract.tagging.training.trainer import train_tagger
    from ocr.synthesis import Corpus, FontLibrary
    from ocr.training.checkpoint import CHECKPOINT_FILE

    if args.steps < 1 or args.rendered < 0 or not (args.rendered or args.data):
        raise UsageError("at least one step is needed, and something to learn from: --data, --rendered or both")
    if args.data is not None and not (args.data / "train.txt").is_file():
        raise UsageError(f"{args.data} holds no train.txt")
    if args.resume and not (args.output / CHECKPOINT_FILE).is_file():
        raise UsageError(f"{args.output} holds no checkpoint to resume")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if args.threads:
        torch.set_num_threads(args.threads)
    corpus = Corpus(args.corpora)
    pages = [] if args.data is None else load_labelled(args.data, "train")
    pages += render_labelled(args.rendered, corpus=corpus, fonts=FontLibrary("train"), first_seed=0)
    network = train_tagger(pages, args.output, steps=args.steps, resume=args.resume, minutes=args.minutes)
    report = _measure(Tagger(network), args.data, args.corpora)
    with open_output(str(args.output / _REPORT_FILE)) as stream:
        print(json.dumps(report, indent=1), file=stream)
    tell(f"averaged weights and {_REPORT_FILE} are in {args.output}")
    return Exit.OK


def _measure(tagger: Tagger, data: Path | None, corpora: Path | None) -> dict[str, Any]:
    """Scores with perfect text: on the annotated receipts held out, and on rendered documents of unseen seeds."""
    from docextract.rendered_fields import FIRST_SEED
    from docextract.tagging.training.examples import SHARES, render_labelled
    from docextract.tagging.training.scoring import score_entities, score_values
    from ocr.datasets.boxes import load_entities, load_page
    from ocr.datasets.examples import read_stems
    from ocr.synthesis import Corpus, FontLibrary

    report: dict[str, Any] = {}
    if data is not None:
        stems = read_stems(data / "dev.txt")
        pages = {stem: load_page(data / "boxes" / f"{stem}.csv", 0, 0) for stem in stems}
        truth = {stem: load_entities(data / "entities" / f"{stem}.json") for stem in stems}
        report[f"{data.name} dev, F1 of values"] = score_values(pages, truth, tagger.tag)
    corpus, fonts = Corpus(corpora), FontLibrary("heldout")
    for kind in SHARES:
        rendered = render_labelled(_HELDOUT, corpus=corpus, fonts=fonts, first_seed=FIRST_SEED, kinds={kind: 1.0})
        report[f"rendered {kind}, entities"] = score_entities(list(rendered), tagger.tag)
    return report
