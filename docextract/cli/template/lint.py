"""`docextract template lint`: every mistake of some templates."""

from __future__ import annotations

import argparse

from docextract.cli.console import Exit, Subparsers, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    text = "Print every mistake as FILE:LINE:COLUMN: REASON. The exit status is 4 if there is one."
    parser = actions.add_parser("lint", help="name every mistake of templates", description=text)
    parser.add_argument("templates", nargs="+", metavar="TEMPLATE", help="a bundled template, or a YAML file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the mistakes of all templates, one a line."""
    from docextract.schema.loading import find_mistakes, find_template

    mistakes = [mistake for template in args.templates for mistake in find_mistakes(find_template(template))]
    with open_output("-") as stream:
        stream.writelines(f"{mistake}\n" for mistake in mistakes)
    return Exit.SETUP if mistakes else Exit.OK
