"""`docextract show`: an image with what was read drawn over it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers, UsageError
from docextract.cli.documents import Failure, add_image_arguments, each_image, open_reader

if TYPE_CHECKING:
    from ocr.imaging import Image

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "show",
        help="draw what was read over the image",
        description="Draw the lines of an image by confidence or, with a template, the ink behind each value.",
    )
    add_image_arguments(parser, several=False)
    parser.add_argument("-t", "--template", help="a bundled template, or the path of a YAML file")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=", ".join(_SUFFIXES))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, draw and save."""
    from docextract.overlay import draw_overlay
    from docextract.pipeline import Extractor
    from docextract.schema.loading import find_template, load_template

    output = Path(args.output)
    if output.suffix.lower() not in _SUFFIXES:
        raise UsageError(f"{output}: the picture must be named {', '.join(_SUFFIXES)}")
    if args.template:
        load_template(find_template(args.template))
    reader = open_reader(args.device)

    def overlay(image: Image) -> Image:
        page = reader.read(image)
        return draw_overlay(image, page, Extractor(reader).extract_page(page, args.template) if args.template else None)

    (outcome,) = each_image(args.images, overlay)
    if isinstance(outcome.result, Failure):
        return Exit.UNREADABLE
    _save(outcome.result, output)
    return Exit.OK


def _save(picture: Image, path: Path) -> None:
    import cv2

    # `cv2.imwrite` neither says why it fails nor takes every name that Python takes.
    encoded = cv2.imencode(path.suffix.lower(), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())
