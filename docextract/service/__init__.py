"""The HTTP service: images in, JSON out, with limits on everything that a stranger decides.

>>> from docextract.service import Settings, create_app  # needs the extra `service`
>>> app = create_app(Settings(workers=2))  # doctest: +SKIP

`docextract serve` runs it; docs/service.md describes it.
"""

from __future__ import annotations

from docextract.service.app import create_app
from docextract.service.settings import Settings

__all__ = ["Settings", "create_app"]
