"""The record that a template fills: one of ours, or one made of the fields that the template declares."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from keyword import iskeyword
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, create_model

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


def is_field_name(name: str) -> bool:
    """Whether a record of a template's own can have a field of a name."""
    taken = name in Record.model_fields or hasattr(Record, name) or iskeyword(name)
    return name.isidentifier() and not taken and not name.startswith("_")


def field_types(record: type[Record]) -> dict[str, type]:
    """Types of a record's fields and of its lists' elements by path, without `None` and what all records share."""
    own = record.model_fields.keys() - Record.model_fields.keys()
    return {path: type_ for path, type_ in _scalars(record, "") if path.partition(".")[0].removesuffix(LIST) in own}


def _class_name(name: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in name).title().split()
    return "".join(words) or "Document"


def _field(path: str, kind: Kind) -> Any:
    """Annotation and default."""
    type_ = python_type(kind)
    return (tuple[type_, ...], ()) if path.endswith(LIST) else (type_ | None, None)  # type: ignore[valid-type]


def _scalars(model: type[BaseModel], prefix: str) -> list[tuple[str, type]]:
    scalars: list[tuple[str, type]] = []
    for name, info in model.model_fields.items():
        annotation: Any = info.annotation
        if get_origin(annotation) in (Union, UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        if get_origin(annotation) is tuple:
            annotation, name = get_args(annotation)[0], name + LIST
        if get_origin(annotation) is Literal:
            annotation = str
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            scalars += _scalars(annotation, f"{prefix}{name}.")
        elif isinstance(annotation, type):
            scalars.append((prefix + name, annotation))
    return scalars
