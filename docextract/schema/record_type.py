"""The record that a template fills: one of ours, or one made of the fields that the template declares."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import create_model

from docextract.records import RECORDS, CardNumber, Record, ResidentNumber
from docextract.records.base import Kind, Part
from docextract.schema.template import Template

_PYTHON_TYPES: dict[Kind, type] = {
    "money": Decimal,
    "date": date,
    "expiry": date,
    "time": time,
    "card_number": CardNumber,
    "resident_number": ResidentNumber,
}


LIST = "[]"
"""Marks the part of a field's path that is a list."""


def python_type(kind: Kind) -> type:
    """The type of a record's field for values of a kind."""
    return _PYTHON_TYPES.get(kind, str)


def record_type(name: str, template: Template) -> type[Record]:
    """The class of the records of a template; `name` is what a class of its own is called after."""
    if template.record is not None:
        return RECORDS[template.record]
    fields = {path.removesuffix(LIST): _field(path, rule.type) for path, rule in template.fields.items()}
    for table, rule in template.tables.items():
        columns: dict[str, Any] = {path: _field(path, column.type) for path, column in rule.columns.items()}
        row = create_model(_class_name(f"{name} {table} row"), __base__=Part, **columns)
        fields[table] = tuple[row, ...], ()  # type: ignore[valid-type]
    return create_model(_class_name(name), __base__=Record, **fields)


def _class_name(name: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in name).title().split()
    return "".join(words) or "Document"


def _field(path: str, kind: Kind) -> Any:
    """Annotation and default."""
    type_ = python_type(kind)
    return (tuple[type_, ...], ()) if path.endswith(LIST) else (type_ | None, None)  # type: ignore[valid-type]
