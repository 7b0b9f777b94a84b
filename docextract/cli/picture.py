"""Pictures that commands write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docextract.cli.console import UsageError

if TYPE_CHECKING:
    from ocr.imaging import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


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
    """Write (H, W, 3) uint8 RGB in the format that the name asks for."""
    import cv2

    # `cv2.imwrite` neither says why it fails nor takes every name that Python takes.
    encoded = cv2.imencode(path.suffix.lower(), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())
