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
    from docextract.capture import CaptureIssue, check_capture
    from docextract.errors import (
        DocExtractError,
        NoTemplateFitsError,
        RecordFormatError,
        SecretUnavailableError,
        TemplateError,
        TemplateNotFoundError,
        TemplateSyntaxError,
        ValueFormatError,
    )
    from docextract.pipeline import Extractor, FoundDocument, aextract, extract, extract_all
    from docextract.records import (
        AlienRegistrationCard,
        BusinessCard,
        CardNumber,
        Discount,
        DriverLicence,
        Evidence,
        IdentityCard,
        Issue,
        Item,
        LabelEvidence,
        MachineReadableZone,
        Merchant,
        Passport,
        Payment,
        PaymentCard,
        Phone,
        Receipt,
        Record,
        ResidentCard,
        ResidentNumber,
        SocialHandle,
        Tax,
    )
    from docextract.redaction import legible_secrets, redact
    from docextract.stored import load_record

__all__ = [
    "AlienRegistrationCard",
    "BusinessCard",
    "CaptureIssue",
    "CardNumber",
    "Discount",
    "DocExtractError",
    "DriverLicence",
    "Evidence",
    "Extractor",
    "FoundDocument",
    "IdentityCard",
    "Issue",
    "Item",
    "LabelEvidence",
    "MachineReadableZone",
    "Merchant",
    "NoTemplateFitsError",
    "Passport",
    "Payment",
    "PaymentCard",
    "Phone",
    "Receipt",
    "Record",
    "RecordFormatError",
    "ResidentCard",
    "ResidentNumber",
    "SecretUnavailableError",
    "SocialHandle",
    "Tax",
    "TemplateError",
    "TemplateNotFoundError",
    "TemplateSyntaxError",
    "ValueFormatError",
    "aextract",
    "check_capture",
    "extract",
    "extract_all",
    "legible_secrets",
    "load_record",
    "redact",
]

_HOMES = {
    **dict.fromkeys(["CaptureIssue", "check_capture"], "capture"),
    **{name: "errors" for name in __all__ if name.endswith("Error")},
    **dict.fromkeys(["Extractor", "FoundDocument", "aextract", "extract", "extract_all"], "pipeline"),
    **dict.fromkeys(["legible_secrets", "redact"], "redaction"),
    "load_record": "stored",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"docextract.{_HOMES.get(name, 'records')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
