"""`docextract show`: an image with what was read drawn over it."""

from __future__ import annotations

import argparse

from docextract.cli.console import Exit, Subparsers
from docextract.cli.picture import add_picture_arguments, make_picture, save_picture
from docextract.failures import Failure


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "show",
        help="draw what was read over the image",
        description="Draw the lines of an image by confidence or, with a template, the ink behind each value.",
    )
    add_picture_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, draw and save."""
    from docextract.overlay import draw_overlay

    output, outcome = make_picture(args, lambda _, image, page, record: draw_overlay(image, page, record))
    if isinstance(outcome.result, Failure):
        return Exit.UNREADABLE
    save_picture(outcome.result, output)
    return Exit.OK
