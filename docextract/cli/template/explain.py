"""`docextract template explain`: which locator proposed what, and why it won or lost."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers, open_output
from docextract.cli.documents import add_model_arguments
from docextract.cli.template.pages import load_page

if TYPE_CHECKING:
    from docextract.extraction.solver import Choice, Verdict

_MOST = 8  # candidates of a field that are shown


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    text = "Show what each locator proposes for the fields of a template, with its score and what became of it."
    parser = actions.add_parser("explain", help="show why a value won or lost", description=text)
    parser.add_argument("page", metavar="IMG|PAGE.json", type=Path, help="an image, or a page as Page.export writes it")
    parser.add_argument("-t", "--template", required=True, help="a bundled template, or the path of a YAML file")
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Print the fields in the order of the template with their candidates, the best first, then the rows of tables."""
    from docextract.pipeline import Extractor
    from docextract.schema.loading import find_template, load_template

    template = load_template(find_template(args.template))
    findings = Extractor().explain_page(load_page(args.page, args.device, args.weights), args.template)
    with open_output("-") as stream:
        for name in template.fields:
            found = [verdict for verdict in findings.verdicts if verdict.candidate.field == name]
            stream.writelines(f"{line}\n" for line in (name, *_lines(found)))
        for name in dict.fromkeys([*template.tables, *(path.partition(".")[0] for path in findings.tables)]):
            stream.writelines(f"{line}\n" for line in (name, *_rows(name, findings.tables)))
    return Exit.OK


def _rows(name: str, cells: Choice) -> Iterator[str]:
    """A line for each row of a table, with what was found in its columns."""
    rows: dict[str, list[str]] = {}
    for path, candidate in cells.items():
        table, index, column = path.split(".", 2)
        if table == name:
            rows.setdefault(index, []).append(f"{column} {candidate.value!s}")
    for index, values in rows.items():
        yield f"  {index}: {', '.join(values)}"
    if not rows:
        yield "  no header with its labels, or no value below it"


def _lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts[:_MOST]:
        candidate = verdict.candidate
        by = f"{candidate.locator} {candidate.label.span.text!r}" if candidate.label else candidate.locator
        # A secret is its mask here.
        yield f"  {verdict.score:5.2f}  {candidate.value!s}  by {by}: {_reason(verdict)}"
    if len(verdicts) > _MOST:
        yield f"  and {len(verdicts) - _MOST} more"
    if not verdicts:
        yield "  no locator proposes anything"


def _reason(verdict: Verdict) -> str:
    winner = verdict.winner
    if winner is None:
        return "chosen" if verdict.reason == "chosen" else "its score is too low"
    return f"{winner.value!s} is better" if verdict.reason == "settled" else f"its print is that of {winner.field}"
