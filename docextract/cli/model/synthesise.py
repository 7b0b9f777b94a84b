"""`docextract model synthesise`: drawn documents with the truth about every character."""

from __future__ import annotations

import argparse
from pathlib import Path

from docextract.cli.console import Exit, Subparsers, UsageError, existing_folder, tell


def register(actions: Subparsers) -> None:
    """Add the action's parser."""
    parser = actions.add_parser(
        "synthesise",
        help="draw documents to train on",
        description="Draw documents with the text and place of every character, and a sheet of them to look at. "
        "The same seed, corpora and fonts give the same pages.",
    )
    parser.add_argument("-n", "--count", type=int, default=20, help="how many pages (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--kind", help="draw only this kind: text, receipt, card, identity or business_card")
    parser.add_argument("--seed", type=int, default=0, help="of the first page; the others count on (default: 0)")
    parser.add_argument("--size", type=int, default=768, help="width and height in pixels (default: %(default)s)")
    parser.add_argument("--korean", type=float, default=0.5, metavar="SHARE", help="0 to 1 (default: %(default)s)")
    parser.add_argument("--corpora", type=existing_folder, metavar="DIR", help="texts to draw words from")
    parser.add_argument("--textures", type=existing_folder, metavar="DIR", help="photographs of papers and tables")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Draw and write."""
    from ocr.synthesis import Corpus, FontLibrary
    from ocr.synthesis.fonts import install_command
    from ocr.synthesis.render import KINDS
    from ocr.synthesis.sheet import Recipe, write_pages

    if args.kind and args.kind not in KINDS:
        raise UsageError(f"{args.kind}: the kinds are {', '.join(KINDS)}")
    if args.count < 1 or args.workers < 1 or args.size < 64 or not 0 <= args.korean <= 1:
        raise UsageError("at least one page, one worker and 64 pixels are needed, and a share lies in [0, 1]")
    fonts = FontLibrary()
    if not fonts.korean:
        tell(f"no Korean font is installed, so nothing Korean is drawn; they come with: {install_command()}")
    recipe = Recipe(Corpus(args.corpora), fonts, args.kind, args.size, args.korean, args.textures)
    write_pages(args.output, args.count, recipe, seed=args.seed, workers=args.workers)
    tell(f"{args.count} pages in {args.output}; look at {args.output / 'sheet.jpg'}")
    return Exit.OK
