"""`docextract show`: an image with what was read drawn over it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers
from docextract.cli.documents import add_image_arguments, each_image, open_reader
from docextract.cli.picture import SUFFIXES, picture_path, save_picture
from docextract.failures import Failure

if TYPE_CHECKING:
    from ocr.imaging import Image


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "show",
        help="draw what was read over the image",
        description="Draw the lines of an image by confidence or, with a template, the ink behind each value.",
    )
    add_image_arguments(parser, several=False)
    parser.add_argument("-t", "--template", help="a bundled template, or the path of a YAML file")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=", ".join(SUFFIXES))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, draw and save."""
    from docextract.overlay import draw_overlay
    from docextract.pipeline import Extractor
    from docextract.schema.loading import find_template, load_template

    output = picture_path(args.output)
    if args.template:
        load_template(find_template(args.template))
    reader = open_reader(args.device)

    def overlay(image: Image) -> Image:
        page = reader.read(image)
        return draw_overlay(image, page, Extractor(reader).extract_page(page, args.template) if args.template else None)

    (outcome,) = each_image(args.images, overlay)
    if isinstance(outcome.result, Failure):
        return Exit.UNREADABLE
    save_picture(outcome.result, output)
    return Exit.OK
