"""`docextract model train-language`: teach the reader which characters follow each other."""

from __future__ import annotations

import argparse
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, existing_folder, tell


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "train-language",
        help="train the language model",
        description="Count which characters follow each other in what documents commonly say, in corpora, in labelled "
        "pages (boxes/ and train.txt) and on rendered pages, and write the model that has a say in what is read. "
        "It takes a minute.",
    )
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts, and words to render with")
    parser.add_argument("--labelled", type=Path, metavar="DIR", help="labelled pages")
    parser.add_argument("--rendered", type=int, default=0, metavar="N", help="pages of each kind (default: none)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="beside the reader's weights")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Count and write."""
    from ocr.training.language import gather_texts, train_language_model

    if args.labelled is not None and not (args.labelled / "train.txt").is_file():
        raise UsageError(f"{args.labelled} holds no train.txt")
    if args.corpora is None and args.labelled is None and not args.rendered:
        raise UsageError("there is too little to learn from: name --corpora, --labelled or --rendered")
    texts = [text for text in gather_texts(args.corpora, args.labelled, args.rendered) if text[0]]
    model = train_language_model(texts)
    model.save(args.output)
    tell(f"{len(model)} n-grams from {sum(len(text) for text, _ in texts)} characters")
    return Exit.OK
