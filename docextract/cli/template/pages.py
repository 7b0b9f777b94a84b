"""Pages for commands that try templates: images, or pages that were read before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import UsageError
from docextract.cli.documents import open_reader
from docextract.failures import Failure, attempt
from ocr.errors import ImageError

if TYPE_CHECKING:
    from ocr.document import Page


def load_page(path: Path, device: str, weights: str | None) -> Page:
    """The page of an image, which is read, or of a JSON file as `Page.export` makes it.

    Raises:
        UsageError: The JSON is not a page.
        ImageError: The image cannot be read.
    """
    if path.suffix.lower() != ".json":
        from ocr.imaging import load_image

        reader = open_reader(device, weights)
        page = attempt(lambda: reader.read(load_image(path)))
        if isinstance(page, Failure):
            raise ImageError(f"{path}: {page.message}")
        return page
    from ocr.document import Page

    try:
        return Page.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: not a page as Page.export returns it") from None
