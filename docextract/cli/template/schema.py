"""`docextract template schema`: what editors complete and check templates by."""

from __future__ import annotations

import argparse
import json

from docextract.cli.console import Exit, Subparsers, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    text = "Print the JSON Schema of template files, for editors that complete and check YAML by one."
    parser = actions.add_parser("schema", help="the JSON Schema for editors", description=text)
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="instead of standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the schema."""
    from docextract.schema.json_schema import template_schema

    with open_output(args.output) as stream:
        print(json.dumps(template_schema(), ensure_ascii=False, indent=2), file=stream)
    return Exit.OK
