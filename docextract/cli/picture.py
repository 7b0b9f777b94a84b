"""Pictures that commands make of an image and of what was read in it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from docextract.atomic import atomic_file
from docextract.cli.console import UsageError, check_is_no_input
from docextract.cli.documents import Outcome, add_image_arguments, each_image, open_reader

if TYPE_CHECKING:
    from docextract.records import Record
    from ocr.document import Page
    from ocr.imaging import Image
    from ocr.reader import Reader

T = TypeVar("T")

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def add_picture_arguments(parser: argparse.ArgumentParser) -> None:
    """The image, what is extracted from it, and where the picture goes."""
    add_image_arguments(parser, several=False)
    parser.add_argument("-t", "--template", help="a bundled template, or the path of a YAML file")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=f"the picture, as {', '.join(SUFFIXES)}")


def make_picture(
    args: argparse.Namespace, work: Callable[[Reader, Image, Page, Record | None], T]
) -> tuple[Path, Outcome[T]]:
    """Read the image, extract from it if a template is named, and do the work on all that.

    Returns:
        Where the picture goes, and what came of the work. A wrong name or template is told before anything is read.
    """
    from docextract.pipeline import Extractor
    from docextract.schema.loading import find_template, load_template

    path = picture_path(args.output)
    check_is_no_input(path, args.images)
    if args.template:
        load_template(find_template(args.template))
    reader = open_reader(args.device, args.weights)

    def read(image: Image) -> T:
        page = reader.read(image)
        record = Extractor(reader).extract_page(page, args.template) if args.template else None
        return work(reader, image, page, record)

    (outcome,) = each_image(args.images, read)
    return path, outcome


def picture_path(name: str) -> Path:
    """Where a picture is to be written.

    Raises:
        UsageError: It could not be written in the format that the name asks for.
    """
    path = Path(name)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: the picture must be named {', '.join(SUFFIXES)}")
    return path


def save_picture(picture: Image, path: Path) -> None:
    """Write (H, W, 3) uint8 RGB in the format that the name asks for.

    Raises:
        UsageError: The format holds no picture of that size.
    """
    import cv2

    # `cv2.imwrite` neither says why it fails nor takes every name that Python takes.
    done, encoded = cv2.imencode(path.suffix.lower(), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        height, width = picture.shape[:2]
        raise UsageError(f"{path}: {width} x {height} pixels are too many for this format; use .png")
    with atomic_file(path) as stream:
        stream.write(encoded.tobytes())
