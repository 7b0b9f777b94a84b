"""What the actions share that measure the reader on labelled and on rendered pages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import UsageError, existing_folder

if TYPE_CHECKING:
    from ocr.reader import Reader


def add_measuring_arguments(parser: argparse.ArgumentParser) -> None:
    """Where pages come from, by which weights they are read, and where the report goes."""
    parser.add_argument("folder", nargs="?", type=Path, help="labelled pages")
    parser.add_argument(
        "--rendered", type=int, default=0, metavar="N", help="also read N rendered documents of each kind"
    )
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts to render with")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="instead of those of the package")
    parser.add_argument("--threads", type=int, help="processor cores to use (default: all)")
    parser.add_argument("-o", "--output", default="-", metavar="JSON", help="of the report (default: standard output)")


def open_measured_reader(args: argparse.Namespace) -> Reader:
    """The reader that the arguments ask for.

    Raises:
        UsageError: They name nothing to read.
        WeightsError: The weights are missing or damaged.
    """
    import torch

    from ocr.reader import Reader

    if args.folder is None and not args.rendered:
        raise UsageError("name a folder of labelled pages, or ask for rendered ones with --rendered")
    if args.threads:
        torch.set_num_threads(args.threads)
    return Reader(args.weights)
