"""`docextract template new`: a first draft from labelled examples."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, check_is_no_input, open_output, tell
from docextract.cli.documents import add_model_arguments
from docextract.cli.template.pages import load_page

_TEXT = """\
Draft a template from examples: images, or pages as Page.export makes them, each with a JSON object of the values that
must come out, such as {"plate": "12GA3456", "fine": "45.00"}. The template holds the examples as its tests; the page of
an image is written beside it for them. A field that nothing finds is left out, and the exit status is then 1.
"""


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser("new", help="draft a template from labelled examples", description=_TEXT)
    parser.add_argument("examples", nargs="+", metavar="IMG|PAGE.json VALUES.json", type=Path)
    parser.add_argument("-o", "--output", required=True, metavar="FILE.yaml", type=Path)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Draft, and write the template."""
    from docextract.drafting import Example, draft_template

    if len(args.examples) % 2:
        raise UsageError("each page needs a file with its values")
    check_is_no_input(args.output, args.examples)
    examples = [
        Example(load_page(path, args.device, args.weights), _load_values(values), _kept_at(path, args.output))
        for path, values in zip(args.examples[::2], args.examples[1::2], strict=True)
    ]
    draft = draft_template(examples)
    for path, example in zip(args.examples[::2], examples, strict=True):
        if not _is_page(path):
            with open_output(str(args.output.with_name(example.path)), args.examples) as stream:
                json.dump(example.page.export(), stream, ensure_ascii=False)
    with open_output(str(args.output)) as stream:
        stream.write(draft.source)
    for name, reason in draft.left_out.items():
        tell(f"{name!r} is left out: {reason}; add it by hand")
    return Exit.INCOMPLETE if draft.left_out else Exit.OK


def _kept_at(path: Path, output: Path) -> str:
    """Where the template, from where it is, finds the page of an example."""
    kept = os.path.relpath(path, output.parent) if _is_page(path) else f"{output.stem}-{path.stem}.json"
    return Path(kept).as_posix()


def _is_page(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _load_values(path: Path) -> dict[str, str | None]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(value is None or isinstance(value, str) for value in values.values()):
        raise UsageError(f"{path}: the values must be a JSON object of texts, numbers and nulls")
    return values
