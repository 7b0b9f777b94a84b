"""Image in, `Page` out: DEER, a detection-agnostic end-to-end recogniser, and what surrounds it.

>>> from ocr import Reader
>>> page = Reader().read("receipt.jpg")  # doctest: +SKIP
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr.document import Page as Page
    from ocr.reader import Reader as Reader

# How many convolutions and products oneDNN keeps compiled, and how many descriptions of them torch keeps in a thread.
# Each is for one size of image, and pages have ever other sizes, so that their defaults of 1,024 only take memory: the
# description of one product in bfloat16 takes 240 kB. Torch looks when it is loaded, so that this comes before.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256")
os.environ.setdefault("LRU_CACHE_CAPACITY", "64")

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
