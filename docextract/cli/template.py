"""`docextract template`: the templates that come with the package."""

from __future__ import annotations

import argparse

from docextract.cli.console import Exit, Subparsers, open_output


def register(commands: Subparsers) -> None:
    """Add the command's parsers."""
    parser = commands.add_parser("template", help="list and show templates", description="List and show templates.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    action = actions.add_parser("list", help="names of the bundled templates", description="Print their names.")
    action.set_defaults(run=run_list)

    action = actions.add_parser("show", help="print a template", description="Print a template as it is written.")
    action.add_argument("template", help="a bundled template, or the path of a YAML file")
    action.set_defaults(run=run_show)


def run_list(args: argparse.Namespace) -> Exit:
    """Print the names, one a line."""
    from docextract.schema.loading import bundled_names

    with open_output("-") as stream:
        stream.writelines(f"{name}\n" for name in bundled_names())
    return Exit.OK


def run_show(args: argparse.Namespace) -> Exit:
    """Print the file once it is known to be a good template."""
    from docextract.schema.loading import find_template, load_template

    path = find_template(args.template)
    load_template(path)
    with open_output("-") as stream:
        stream.write(path.read_text(encoding="utf-8"))
    return Exit.OK
