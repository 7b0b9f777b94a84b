"""`docextract model train-characters`: teach the reader where characters begin and end."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, existing_folder, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "train-characters",
        help="train the head that finds characters",
        description="Train the head that tells where each character begins and ends, on rendered pages and with the "
        "reader's weights frozen. With --labelled below 1 only that share of the words has boxes, and a teacher that "
        "learned from them labels others. Prints a report in JSON: how well characters are found on pages of unseen "
        "seeds and fonts without the head and with it. It takes some minutes.",
    )
    parser.add_argument("--weights", type=Path, metavar="DIR", help="instead of those of the package")
    parser.add_argument("--pages", type=int, default=120, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--labelled", type=float, default=1.0, metavar="SHARE", help="of words (default: all)")
    parser.add_argument(
        "--heldout", type=int, default=4, metavar="N", help="pages to measure on (default: %(default)s)"
    )
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts to render with")
    parser.add_argument("--textures", type=existing_folder, metavar="DIR", help="papers and surfaces to render on")
    parser.add_argument("--threads", type=int, help="processor cores to use (default: all)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="beside the reader's weights")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Train, write and measure."""
    import logging

    import torch

    from ocr.evaluation.characters import evaluate_characters
    from ocr.model.network import Deer
    from ocr.reader import Reader
    from ocr.training.characters import render_sheets, train_characters
    from ocr.weights import FOLDER

    if args.pages < 1 or not 0 < args.labelled <= 1:
        raise UsageError("at least one page is needed, and a share of labelled words above 0 and at most 1")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if args.threads:
        torch.set_num_threads(args.threads)
    network = Deer.from_pretrained(args.weights or FOLDER).fold()
    sheets = list(render_sheets(network, args.pages, corpora=args.corpora, textures=args.textures))
    head = train_characters(sheets, labelled=args.labelled)
    head.save(args.output, network)
    report = {
        name: {
            language: evaluate_characters(reader, args.heldout, korean=korean, corpora=args.corpora)
            for language, korean in (("korean", 1.0), ("english", 0.0))
        }
        for name, reader in (
            ("without the head", Reader.from_network(network)),
            ("with the head", Reader.from_network(network, head)),
        )
    }
    with open_output("-") as stream:
        print(json.dumps(report, indent=1), file=stream)
    return Exit.OK
