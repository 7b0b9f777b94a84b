"""`docextract batch`: a folder of images in, one file of records out."""

from __future__ import annotations

import argparse
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, progress_bar, tell
from docextract.cli.documents import add_weights_argument

_DESCRIPTION = """\
Extract a record from every image of a folder, on all cores.

A run that was stopped, however it was stopped, goes on where it was when the same command is given again: rows that
are done are in OUT.journal, and OUT appears when the last of them is there, in the order of the images' names. Once
OUT is there, the command leaves it alone and has the same exit status again; where images came since, or another
template is named, it says so and asks for OUT to be removed.

.jsonl    a line an image: {"image": ..., "record": ...} or {"image": ..., "error": ...}
.parquet  a row an image: image, error, record (JSON) and a column for every value, as text
"""


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "batch",
        help="a folder of images to one file of records",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="IN", help="a folder, or a text file with the path of an image a line")
    parser.add_argument("output", metavar="OUT", help="OUT.jsonl or OUT.parquet")
    parser.add_argument(
        "-t", "--template", help="a bundled template, or the path of a YAML file; by default each page tells its kind"
    )
    add_weights_argument(parser)
    parser.add_argument("-w", "--workers", type=_positive, metavar="N", help="processes; by default one a core")
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="this machine, or a Ray cluster")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Do the batch, or the rest of it."""
    from docextract.batch import cluster, extract_batch, find_images, workers
    from docextract.errors import BatchError

    engine = cluster.map_unordered if args.engine == "ray" else workers.map_unordered
    output = Path(args.output)
    try:
        images = find_images(Path(args.source), output)
        if not images:
            raise UsageError(f"{args.source}: no files found")
        with progress_bar("extracting", len(images)) as progress:
            summary = extract_batch(
                images,
                output,
                args.template,
                weights=args.weights,
                workers=args.workers,
                engine=engine,
                progress=progress,
            )
    except BatchError as error:
        raise UsageError(str(error)) from None
    if summary.finished_before:
        tell(f"{output} was finished before; remove it to start anew")
    how_many = "1 image" if summary.images == 1 else f"{summary.images} images"
    tell(f"{how_many}: {summary.failed} not read, {summary.incomplete} incomplete")
    return Exit.UNREADABLE if summary.failed else Exit.INCOMPLETE if summary.incomplete else Exit.OK


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)
