"""`docextract extract`: images in, records out."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from docextract.cli.console import Exit, Subparsers, UsageError, open_output
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
from docextract.failures import Failure
from docextract.table import flatten

if TYPE_CHECKING:
    from docextract.records import Record

_DESCRIPTION = """\
Extract a typed record from each image.

json   one image: its record; several: a list of what jsonl has in its lines
jsonl  a line an image, as soon as it is read: {"image": ..., "record": ...} or {"image": ..., "error": ...}
csv    a row an image; lists, such as the items, are JSON in their cell
vcf    business cards only: a vCard 4.0 an image
"""


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "extract",
        help="images to typed records",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_image_arguments(parser)
    parser.add_argument(
        "-t", "--template", help="a bundled template, or the path of a YAML file; by default the page tells its kind"
    )
    formats = ("json", "jsonl", "csv", "vcf")
    parser.add_argument("-f", "--format", choices=formats, default="json", help="see above (default: json)")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="instead of standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Extract, and report the worst that happened."""
    from docextract.pipeline import Extractor
    from docextract.records import BusinessCard
    from docextract.schema.loading import find_template, load_template

    if args.format == "vcf" and args.template is None:
        args.template = "business_card"
    if args.template is not None:  # a mistake in it is told before a model is loaded
        record = load_template(find_template(args.template)).record
        if args.format == "vcf" and record != "business_card":
            raise UsageError(f"{args.template}: only business cards can be written as vCards")
    reader = open_reader(args.device, args.weights)
    extractor = Extractor(reader)
    statuses: list[Exit] = []

    def outcomes() -> Iterator[Outcome[Record]]:
        for outcome in each_document(
            args.images, lambda pages: extractor.extract_pages(list(map(reader.read, pages)), args.template)
        ):
            statuses.append(_status(outcome.result))
            yield outcome

    with open_output(args.output, args.images, by_line=args.format == "jsonl") as stream:
        if args.format == "csv":
            _write_csv(outcomes(), stream)
        elif args.format == "vcf":
            cards = (outcome.result for outcome in outcomes())
            stream.writelines(card.to_vcard() for card in cards if isinstance(card, BusinessCard))
        else:
            write = write_json if args.format == "json" else write_json_lines
            write(to_entries(outcomes(), "record", lambda record: record.model_dump(mode="json")), stream)
    return worst(statuses)


def _status(result: Record | Failure) -> Exit:
    if isinstance(result, Failure):
        return Exit.UNREADABLE
    return Exit.INCOMPLETE if any(issue.code == "missing" for issue in result.issues) else Exit.OK


def _write_csv(outcomes: Iterable[Outcome[Record]], stream: TextIO) -> None:
    rows = [_row(outcome) for outcome in outcomes]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(stream, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)


def _row(outcome: Outcome[Record]) -> dict[str, str | None]:
    if isinstance(outcome.result, Failure):
        return {"image": outcome.image, "error": outcome.result.code}
    return {"image": outcome.image, "error": None, **flatten(outcome.result.model_dump(mode="json"))}
