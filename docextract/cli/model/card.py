"""`docextract model card`: the model card, its numbers taken from a report of `docextract model evaluate`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from docextract.cli.console import Exit, Subparsers, UsageError, open_output

_HEAD = """\
# Model card: DEER, {parameters:.1f} million parameters

A detection-agnostic end-to-end recogniser (Kim et al. 2022) for receipts, cards, identity documents and business cards
in Korean and English: {classes} classes, of them 2,350 Hangul syllables. {megabytes:.1f} MB in half precision.
{language}
**Trained** by `docextract model train` from nothing, the last run {steps} steps, on pages that this project renders
and on the 554 receipts of SROIE's training split (CC-BY-4.0); see `docs/weights.md`. No other data, no other model's
output.

**Measured** {date} on {machine}, by `{command}`.

"""

_LANGUAGE = """\
Beside it lies an n-gram model of characters that has a say in what is read, counted on corpora of words, SROIE's
training split and the texts of rendered pages by `docextract model train-language`.
"""

_TAIL = """
What it is not: it reads no handwriting, no script but Latin and Hangul, and no accented letters. SROIE's transcripts
are upper case, so their scores without case say how well letters are told apart, and those with case mostly how SROIE
is labelled. Rendered pages are drawn by the renderer that drew the training pages, in fonts and with seeds held out;
dividers (`-----`) are left out of their error rates, as the reader leaves them out. Fields are illegible where a part
of them as wide as a syllable correlates by less than 0.65 with the clean print; they are not among the others.
"""


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    description = "Write the model card, its numbers taken from a report of `docextract model evaluate`."
    parser = actions.add_parser("card", help="write the model card", description=description)
    parser.add_argument("report", type=Path, help="what `docextract model evaluate` wrote")
    parser.add_argument("--date", required=True, help="of the measurement")
    parser.add_argument("--machine", required=True, help="that measured")
    parser.add_argument("--command", required=True, help="that measured")
    parser.add_argument("--reliability", type=Path, metavar="JSON", help="what `docextract model calibrate` wrote")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="instead of those of the package")
    parser.add_argument("-o", "--output", default="-", help="of the card (default: standard output)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Fill the card in."""
    from safetensors import safe_open

    from ocr.language import LANGUAGE_FILE
    from ocr.model.network import WEIGHTS_FILE, Deer
    from ocr.weights import FOLDER

    report = _load(args.report)
    reliability = _load(args.reliability) if args.reliability else {}
    folder = args.weights or FOLDER
    network = Deer.from_pretrained(folder)
    with safe_open(folder / WEIGHTS_FILE, framework="pt") as file:
        metadata = file.metadata()
    with open_output(args.output) as stream:
        stream.write(
            _HEAD.format(
                parameters=sum(parameter.numel() for parameter in network.parameters()) / 1e6,
                classes=network.config.classes,
                megabytes=(folder / WEIGHTS_FILE).stat().st_size / 1e6,
                steps=metadata.get("step", "an unknown number of"),
                date=args.date,
                machine=args.machine,
                language=_LANGUAGE if (folder / LANGUAGE_FILE).is_file() else "",
                command=args.command,
            )
        )
        for name, section in report.items():
            stream.write(f"## {name}\n\n" + _table(section) + "\n")
        for name, section in reliability.items():
            stream.write(f"## confidence of the values of {name}\n\n" + _reliability_table(section) + "\n")
        stream.write(_TAIL.lstrip("\n"))
    return Exit.OK


def _load(path: Path) -> dict[str, dict[str, Any]]:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict) or not all(isinstance(section, dict) for section in report.values()):
        raise UsageError(f"{path} is not a report")
    return report


def _table(section: dict[str, Any]) -> str:
    """Numbers as a Markdown table, a row a number; of parts that are measured alike, a row a part."""
    if all(isinstance(part, dict) for part in section.values()):
        columns = list(dict.fromkeys(name for part in section.values() for name in part))
        rows = [f"| {key} | {' | '.join(str(part.get(c, '')) for c in columns)} |" for key, part in section.items()]
        return "\n".join([f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|", *rows]) + "\n"
    rows = []
    for key, value in section.items():
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        rows.extend(f"| {key}{f', {name}' if name else ''} | {number} |" for name, number in pairs)
    return "\n".join(["| measure | value |", "|---|---|", *rows]) + "\n"


def _reliability_table(section: dict[str, Any]) -> str:
    rows = [
        f"| {row['from']} to {row['to']} | {row['values']} | {row['confidence']} | {row['right']} |"
        for row in section["rows"]
    ]
    summary = ", ".join(f"{name} {section[name]}" for name in ("values", "brier", "calibration error", "ranking"))
    head = ["| confidence | values | mean confidence | right |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + f"\n\nTogether: {summary}.\n"
