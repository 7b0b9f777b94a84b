"""`docextract model calibrate`: make the confidence of values a probability, and say how far it can be believed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docextract.cli.console import Exit, Subparsers, open_output
from docextract.cli.model.measuring import add_measuring_arguments, open_measured_reader

if TYPE_CHECKING:
    from docextract.extraction.confidence import Signals
    from docextract.extraction.engine import Engine
    from ocr.document import Page
    from ocr.reader import Reader

    Judged = tuple[Signals, bool]


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "calibrate",
        help="calibrate the confidence of values",
        description="Read documents whose fields are known, fit what makes a value's confidence the probability that "
        "it is right, and measure it on other such documents: train.txt and dev.txt of a folder of annotated receipts "
        "(images/, entities/), and rendered documents. Prints the reliability in JSON.",
    )
    add_measuring_arguments(parser)
    parser.add_argument("--pages", type=int, default=120, help="receipts of train.txt to read (default: %(default)s)")
    parser.add_argument("--fit", type=Path, metavar="JSON", help="fit, and write the weights of the confidence here")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Fit where asked to, and measure."""
    from docextract.calibration import fit, reliability
    from docextract.extraction.confidence import load_weights, probability
    from docextract.rendered_fields import FIRST_SEED

    reader = open_measured_reader(args)
    weights = load_weights()
    if args.fit:
        known = [*_receipts(reader, args, "train", args.pages), *_rendered(reader, args, FIRST_SEED + 10**6)]
        fitted = fit([signals for signals, _ in known], [right for _, right in known])
        args.fit.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
        weights = load_weights(args.fit)
    report: dict[str, Any] = {}
    groups = {"receipts": _receipts(reader, args, "dev"), "rendered documents": _rendered(reader, args, FIRST_SEED)}
    for name, group in groups.items():
        judged = list(group)
        if judged:
            confidence = [probability(signals, weights) for signals, _ in judged]
            report[name] = reliability(confidence, [right for _, right in judged])
    with open_output(args.output) as stream:
        print(json.dumps(report, indent=1), file=stream)
    return Exit.OK


def _receipts(reader: Reader, args: argparse.Namespace, split: str, pages: int | None = None) -> Iterator[Judged]:
    """The annotated values of receipts."""
    from docextract.evaluation import judge_sroie
    from ocr.datasets.boxes import load_entities
    from ocr.datasets.examples import read_stems
    from ocr.evaluation.text import read_pages

    if args.folder is None:
        return
    for stem, (page, _) in read_pages(reader, args.folder, read_stems(args.folder / f"{split}.txt")[:pages]).items():
        truth = load_entities(args.folder / "entities" / f"{stem}.json")
        values, signals = _extract("receipt", page)
        yield from ((signals[path], right) for path, right in judge_sroie(values, truth))


def _rendered(reader: Reader, args: argparse.Namespace, first_seed: int) -> Iterator[Judged]:
    from docextract.rendered_fields import judge_values, printed_fields, render_documents

    for kind, rendered in render_documents(first_seed, args.rendered, corpora=args.corpora):
        values, signals = _extract(kind, reader.read(rendered.image))
        judged = judge_values(values, kind, printed_fields(rendered))
        yield from ((signals[path], right) for path, right in judged)


def _extract(kind: str, page: Page) -> tuple[dict[str, Any], dict[str, Signals]]:
    """Values and signals by path."""
    engine = _engine(kind)
    findings = engine.find(page)
    values = {path: candidate.value for path, candidate in findings.found.items()}
    return values, findings.signals(engine.template.checks)


@cache
def _engine(kind: str) -> Engine:
    from docextract.extraction.engine import Engine
    from docextract.schema.loading import find_template, load_template

    return Engine(kind, load_template(find_template(kind)))
