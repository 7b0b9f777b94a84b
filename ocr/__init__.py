"""Image in, `Page` out: DEER, a detection-agnostic end-to-end recogniser, and what surrounds it.

>>> from ocr import Reader
>>> page = Reader().read("receipt.jpg")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr.document import Page as Page
    from ocr.reader import Reader as Reader

__all__ = ["Page", "Reader"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first asked for: importing the package loads no torch."""
    if name == "Reader":
        from ocr.reader import Reader

        return Reader
    if name == "Page":
        from ocr.document import Page

        return Page
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
