"""`docextract template test`: the tests inside templates."""

from __future__ import annotations

import argparse
import json

from docextract.cli.console import Exit, Subparsers, open_output


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    text = "Run the tests that templates hold. The exit status is 1 if a value is not as expected."
    parser = actions.add_parser("test", help="run the tests inside templates", description=text)
    parser.add_argument("templates", nargs="+", metavar="TEMPLATE", help="a bundled template, or a YAML file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print a line for each test, and one for each value that is not as expected."""
    from docextract.schema.loading import find_template
    from docextract.template_tests import run_tests

    status = Exit.OK
    with open_output("-") as stream:
        for template in args.templates:
            for result in run_tests(find_template(template)):
                print(f"{template}: {result.name}: {'FAILED' if result.differences else 'ok'}", file=stream)
                for difference in result.differences:
                    expected, found = (_shown(value) for value in (difference.expected, difference.found))
                    print(f"  {difference.path}: expected {expected}, found {found}", file=stream)
                    status = Exit.INCOMPLETE
    return status


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
