"""`docextract read`: images in, pages out."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from docextract.cli.console import Exit, Subparsers, open_output
from docextract.cli.documents import (
    Failure,
    Outcome,
    add_image_arguments,
    each_image,
    open_reader,
    to_entries,
    worst,
    write_json,
    write_json_lines,
)
from docextract.cli.hocr import hocr

if TYPE_CHECKING:
    from ocr.document import Page

_DESCRIPTION = """\
Read the text of each image.

text   the lines in reading order; a form feed between two images
json   one image: its page, down to the characters; several: a list of what jsonl has in its lines
jsonl  a line an image, as soon as it is read: {"image": ..., "page": ...} or {"image": ..., "error": ...}
hocr   one hOCR document for all images
"""


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "read",
        help="images to text with its positions",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_image_arguments(parser)
    parser.add_argument("-f", "--format", choices=("text", "json", "jsonl", "hocr"), default="text")
    parser.add_argument("-o", "--output", default="-", metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, and report whether every image could be read."""
    reader = open_reader(args.device)
    statuses: list[Exit] = []

    def outcomes() -> Iterator[Outcome[Page]]:
        for outcome in each_image(args.images, reader.read):
            statuses.append(Exit.UNREADABLE if isinstance(outcome.result, Failure) else Exit.OK)
            yield outcome

    with open_output(args.output) as stream:
        if args.format == "text":
            _write_text(outcomes(), stream)
        elif args.format == "hocr":
            pages = ((outcome.image, outcome.result) for outcome in outcomes())
            stream.write(hocr((name, page) for name, page in pages if not isinstance(page, Failure)))
        else:
            write = write_json if args.format == "json" else write_json_lines
            write(to_entries(outcomes(), "page", lambda page: page.export()), stream)
    return worst(statuses)


def _write_text(outcomes: Iterable[Outcome[Page]], stream: TextIO) -> None:
    separator = ""
    for outcome in outcomes:
        if not isinstance(outcome.result, Failure):
            print(separator + outcome.result.text, file=stream, flush=True)
            separator = "\f"
