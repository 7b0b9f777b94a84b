"""`docextract model`: the lab that trains and measures the reader; a module an action."""

from __future__ import annotations

from docextract.cli.console import Subparsers
from docextract.cli.model import (
    calibrate,
    card,
    evaluate,
    finetune,
    synthesise,
    train,
    train_characters,
    train_language,
    train_tagger,
)

_ACTIONS = (synthesise, train, finetune, evaluate, card, train_tagger, train_language, train_characters, calibrate)


def register(commands: Subparsers) -> None:
    """Add the parsers of the command and its actions."""
    text = "Make, train and measure the model that reads."
    parser = commands.add_parser("model", help="make, train and measure the reader's model", description=text)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in _ACTIONS:
        action.register(actions)
