"""`docextract redact`: an image without its secrets, and the proof that they are gone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docextract.cli.console import Exit, Subparsers, tell
from docextract.cli.documents import add_image_arguments, each_image, open_reader
from docextract.cli.picture import SUFFIXES, picture_path, save_picture
from docextract.failures import Failure

if TYPE_CHECKING:
    from ocr.imaging import Image

_POLICIES = ("all", "pci", "pci_truncated", "kr_rrn", "kr_identifiers", "mrz")
_DESCRIPTION = """\
Blacken the secrets in an image, and read the result again: it is written only if none of them is legible.

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
    add_image_arguments(parser, several=False)
    parser.add_argument("-t", "--template", help="a bundled template, or the path of a YAML file")
    parser.add_argument("-p", "--policy", choices=_POLICIES, default="all", help="what is blackened (default: all)")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=", ".join(SUFFIXES))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Read, blacken, read again, and save what passes."""
    from docextract.pipeline import Extractor
    from docextract.redaction import legible_secrets, redact
    from docextract.schema.loading import find_template, load_template

    output = picture_path(args.output)
    if args.template:
        load_template(find_template(args.template))
    reader = open_reader(args.device)

    def blacken(image: Image) -> tuple[Image, tuple[str, ...]]:
        page = reader.read(image)
        record = Extractor(reader).extract_page(page, args.template) if args.template else None
        black = redact(image, record, args.policy, page=page)
        return black, legible_secrets(reader.read(black), record, args.policy)

    (outcome,) = each_image(args.images, blacken)
    if isinstance(outcome.result, Failure):
        return Exit.UNREADABLE
    picture, legible = outcome.result
    if legible:
        tell(f"{outcome.image}: still legible: {', '.join(legible)}; nothing was written")
        return Exit.INCOMPLETE
    save_picture(picture, output)
    return Exit.OK
