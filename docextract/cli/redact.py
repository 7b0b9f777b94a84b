"""`docextract redact`: an image without its secrets, and the proof that they are gone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers, tell
from docextract.cli.picture import add_picture_arguments, make_picture, save_picture
from docextract.failures import Failure

if TYPE_CHECKING:
    from docextract.records import Record
    from ocr.document import Page
    from ocr.imaging import Image
    from ocr.reader import Reader

_POLICIES = ("all", "pci", "pci_truncated", "kr_rrn", "kr_identifiers", "mrz")
_DESCRIPTION = """\
Blacken the secrets in an image, and read the result again: it is written only if none of them is legible. Without a
template the page tells its kind.

all             all of the following
pci             card numbers; pci_truncated: but for the first six and last four digits
kr_rrn          Korean resident and alien numbers; kr_identifiers: those of passports and driver's licences as well
mrz             machine readable zones
"""


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "redact",
        help="blacken card, resident and document numbers",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_picture_arguments(parser)
    parser.add_argument("-p", "--policy", choices=_POLICIES, default="all", help="what is blackened (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, blacken, read again, and save what passes."""
    from docextract.pipeline import fitting_engine
    from docextract.redaction import legible_secrets, redact

    def blacken(reader: Reader, image: Image, page: Page, record: Record | None) -> tuple[Image, tuple[str, ...]]:
        if record is None and (engine := fitting_engine(page)) is not None:
            record = engine.extract(page)  # fields know a number by its place even where a digit of it was misread
        black = redact(image, record, args.policy, page=page)
        return black, legible_secrets(reader.read(black), record, args.policy, before=page)

    output, outcome = make_picture(args, blacken)
    if isinstance(outcome.result, Failure):
        return Exit.UNREADABLE
    picture, legible = outcome.result
    if legible:
        tell(f"{outcome.image}: still legible: {', '.join(legible)}; nothing was written")
        return Exit.INCOMPLETE
    save_picture(picture, output)
    return Exit.OK
