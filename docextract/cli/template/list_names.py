"""`docextract template list`: the templates that come with the package."""

from __future__ import annotations

import argparse

from docextract.cli.console import Exit, Subparsers, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser("list", help="names of the bundled templates", description="Print their names.")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the names, one a line."""
    from docextract.schema.loading import bundled_names

    with open_output("-") as stream:
        stream.writelines(f"{name}\n" for name in bundled_names())
    return Exit.OK
