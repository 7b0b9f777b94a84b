"""What a document is: the typed records that extraction returns."""

from __future__ import annotations

from docextract.records.base import Evidence, Issue, LabelEvidence, Part, Record
from docextract.records.receipt import Item, Merchant, Receipt

__all__ = ["RECORDS", "Evidence", "Issue", "Item", "LabelEvidence", "Merchant", "Part", "Receipt", "Record"]

RECORDS: dict[str, type[Record]] = {"receipt": Receipt}
"""Records by the name that templates call them."""
