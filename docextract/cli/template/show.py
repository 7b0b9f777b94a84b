"""`docextract template show`: a template as it is written."""

from __future__ import annotations

import argparse

from docextract.cli.console import Exit, Subparsers, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser("show", help="print a template", description="Print a template as it is written.")
    parser.add_argument("template", help="a bundled template, or the path of a YAML file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the file once it is known to be a good template."""
    from docextract.schema.loading import find_template, load_template

    path = find_template(args.template)
    load_template(path)
    with open_output("-") as stream:
        stream.write(path.read_text(encoding="utf-8"))
    return Exit.OK
