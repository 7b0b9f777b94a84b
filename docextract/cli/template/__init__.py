"""`docextract template`: writing templates and looking at them; a module an action."""

from __future__ import annotations

from docextract.cli.console import Subparsers
from docextract.cli.template import explain, lint, list_names, new, schema, show, test

_ACTIONS = (list_names, show, new, lint, test, explain, schema)


def register(commands: Subparsers) -> None:
    """Add the parsers of the command and its actions."""
    text = "List, show, write and try templates."
    parser = commands.add_parser("template", help="list, show, write and try templates", description=text)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in _ACTIONS:
        action.register(actions)
