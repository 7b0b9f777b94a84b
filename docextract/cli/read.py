"""`docextract read`: images in, pages out."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from docextract.cli.console import Exit, Subparsers, open_output
from docextract.cli.documents import (
    Outcome,
    add_image_arguments,
    each_document,
    open_reader,
    to_entries,
    worst,
    write_json,
    write_json_lines,
)
from docextract.cli.hocr import hocr
from docextract.failures import Failure

if TYPE_CHECKING:
    from ocr.document import Page

_DESCRIPTION = """\
Read the text of each image.

text   the lines in reading order; a form feed between two images
json   one image: its page, down to the characters; several: a list of what jsonl has in its lines
jsonl  a line an image, as soon as it is read: {"image": ..., "page": ...} or {"image": ..., "error": ...}
hocr   one hOCR document for all images

Each page of a document counts as an image, such as scan.pdf#page=2.
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
    formats = ("text", "json", "jsonl", "hocr")
    parser.add_argument("-f", "--format", choices=formats, default="text", help="see above (default: text)")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="instead of standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, and report whether every image could be read."""
    reader = open_reader(args.device, args.weights)
    statuses: list[Exit] = []

    def outcomes() -> Iterator[Outcome[Page]]:
        for document in each_document(args.images, lambda pages: list(map(reader.read, pages))):
            statuses.append(Exit.UNREADABLE if isinstance(document.result, Failure) else Exit.OK)
            yield from _each_page(document)

    with open_output(args.output, args.images, by_line=args.format == "jsonl") as stream:
        if args.format == "text":
            _write_text(outcomes(), stream)
        elif args.format == "hocr":
            pages = ((outcome.image, outcome.result) for outcome in outcomes())
            stream.write(hocr((name, page) for name, page in pages if not isinstance(page, Failure)))
        else:
            write = write_json if args.format == "json" else write_json_lines
            write(to_entries(outcomes(), "page", lambda page: page.export()), stream)
    return worst(statuses)


def _each_page(document: Outcome[list[Page]]) -> Iterator[Outcome[Page]]:
    if isinstance(document.result, Failure):
        yield Outcome(document.image, document.result)
        return
    for number, page in enumerate(document.result, 1):
        # the fragment that opens a PDF at a page, RFC 8118
        name = document.image if len(document.result) == 1 else f"{document.image}#page={number}"
        yield Outcome(name, page)


def _write_text(outcomes: Iterable[Outcome[Page]], stream: TextIO) -> None:
    separator = ""
    for outcome in outcomes:
        if not isinstance(outcome.result, Failure):
            print(separator + outcome.result.text, file=stream, flush=True)
            separator = "\f"
