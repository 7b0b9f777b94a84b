"""Documents in, typed records out: every value with the ink that it was read from.

>>> from docextract import extract
>>> receipt = extract("receipt.jpg", template="receipt")  # doctest: +SKIP
>>> receipt.total, receipt.evidence["total"].quad  # doctest: +SKIP

Importing this package loads next to nothing; the names below are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docextract.errors import (
        DocExtractError,
        TemplateError,
        TemplateNotFoundError,
        TemplateSyntaxError,
        ValueFormatError,
    )
    from docextract.pipeline import Extractor, extract
    from docextract.records import Evidence, Issue, Item, LabelEvidence, Merchant, Receipt, Record

__all__ = [
    "DocExtractError",
    "Evidence",
    "Extractor",
    "Issue",
    "Item",
    "LabelEvidence",
    "Merchant",
    "Receipt",
    "Record",
    "TemplateError",
    "TemplateNotFoundError",
    "TemplateSyntaxError",
    "ValueFormatError",
    "extract",
]

_HOMES = {
    **dict.fromkeys(["Extractor", "extract"], "docextract.pipeline"),
    **dict.fromkeys(
        ["Evidence", "Issue", "Item", "LabelEvidence", "Merchant", "Receipt", "Record"], "docextract.records"
    ),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "docextract.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
