"""`docextract model evaluate`: how well the reader reads, as numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docextract.cli.console import Exit, Subparsers, UsageError, open_output
from docextract.cli.model.measuring import add_measuring_arguments, open_measured_reader

if TYPE_CHECKING:
    from ocr.reader import Reader


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "evaluate",
        help="measure the reader",
        description="Measure the reader on labelled pages (a folder with images/ and boxes/, and entities/ where "
        "fields are known) and on rendered pages of unseen seeds and fonts. Prints a report in JSON.",
    )
    add_measuring_arguments(parser)
    parser.add_argument("--split", default="dev", help="file of page names in that folder, without .txt (default: dev)")
    parser.add_argument(
        "--predictions", type=Path, metavar="JSON", help="also write boxes and texts, for other scorers"
    )
    parser.add_argument("--fields", type=Path, metavar="JSON", help="also write company, date, address and total")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Measure what was asked for."""
    reader = open_measured_reader(args)
    report: dict[str, Any] = {}
    if args.folder is not None:
        report[args.folder.name] = _labelled(reader, args)
    if args.rendered:
        from docextract.rendered_fields import evaluate_fields, perfect_page
        from ocr.evaluation.rendered import evaluate_rendered
        from ocr.evaluation.scripts import evaluate_scripts

        for language, korean in (("korean", 1.0), ("english", 0.0)):
            report[f"rendered {language} receipts"] = evaluate_rendered(
                reader, args.rendered, korean=korean, corpora=args.corpora
            )
            report[f"scripts beside {language} that cannot be read"] = evaluate_scripts(
                reader, args.rendered, korean=korean, corpora=args.corpora
            )
        for reading, read in (("our reading", lambda page: reader.read(page.image)), ("perfect reading", perfect_page)):
            report[f"fields of damaged cards and documents, {reading}"] = evaluate_fields(
                read, args.rendered, corpora=args.corpora
            )
    with open_output(args.output) as stream:
        print(json.dumps(report, indent=1), file=stream)
    return Exit.OK


def _labelled(reader: Reader, args: argparse.Namespace) -> dict[str, Any]:
    from docextract.evaluation import field_scores, item_scores, sroie_fields, wildreceipt_fields, wildreceipt_scores
    from docextract.pipeline import Extractor
    from ocr.datasets.boxes import load_classes, load_entities
    from ocr.datasets.examples import read_stems
    from ocr.evaluation.text import predictions, read_pages, score_pages

    names = args.folder / f"{args.split}.txt"
    stems = (
        read_stems(names) if names.is_file() else sorted(path.stem for path in (args.folder / "boxes").glob("*.csv"))
    )
    if not stems:
        raise UsageError(f"{args.folder} holds no labelled page")
    pages = read_pages(reader, args.folder, stems)
    report: dict[str, Any] = {
        "pages": len(stems),
        "without case": score_pages(pages, args.folder),
        "with case": score_pages(pages, args.folder, cased=True),
    }
    if args.predictions:
        boxes = {stem: predictions(page, seconds) for stem, (page, seconds) in pages.items()}
        args.predictions.write_text(json.dumps(boxes, ensure_ascii=False), encoding="utf-8")
    if (args.folder / "entities").is_dir() or args.fields:
        extractor = Extractor(reader=reader)
        receipts = {stem: extractor.extract_page(page, template="receipt") for stem, (page, _) in pages.items()}
        found = {stem: sroie_fields(receipt) for stem, receipt in receipts.items()}
        if args.fields:
            args.fields.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        entities = {stem: args.folder / "entities" / f"{stem}.json" for stem in found}
        classes = {stem: load_classes(path) for stem, path in entities.items()}
        if any(classes.values()):
            printed = {stem: wildreceipt_fields(receipt) for stem, receipt in receipts.items()}
            report["fields"] = wildreceipt_scores(printed, classes)
            report["items"] = item_scores({stem: receipt.items for stem, receipt in receipts.items()}, classes)
        else:
            report["fields"] = field_scores(found, {stem: load_entities(path) for stem, path in entities.items()})
    return report
