"""The record that a template fills: one of ours, or one made of the fields that the template declares."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import create_model

from docextract.records import RECORDS, CardNumber, Record, ResidentNumber
from docextract.records.base import Kind
from docextract.schema.template import Template

_PYTHON_TYPES: dict[Kind, type] = {
    "money": Decimal,
    "date": date,
    "expiry": date,
    "time": time,
    "card_number": CardNumber,
    "resident_number": ResidentNumber,
}


def python_type(kind: Kind) -> type:
    """The type of a record's field for values of a kind."""
    return _PYTHON_TYPES.get(kind, str)


def record_type(name: str, template: Template) -> type[Record]:
    """The class of the records of a template; `name` is what a class of its own is called after."""
    if template.record is not None:
        return RECORDS[template.record]
    fields: dict[str, Any] = {path: (python_type(rule.type) | None, None) for path, rule in template.fields.items()}
    words = "".join(char if char.isalnum() else " " for char in name).title().split()
    return create_model("".join(words) or "Document", __base__=Record, **fields)
