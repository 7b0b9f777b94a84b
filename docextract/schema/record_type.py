"""The record that a template fills: one of ours, or one made of the fields that the template declares."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from keyword import iskeyword
from types import UnionType
from typing import Any, ClassVar, Literal, TypeAlias, Union, get_args, get_origin

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

Shape: TypeAlias = tuple[tuple[str, Kind], ...]
"""Fields by path, and their kinds."""

LIST = "[]"
"""Marks the part of a field's path that is a list."""

_MOST_TYPES = 32  # that are kept: a caller of the service may send any number of templates


def python_type(kind: Kind) -> type:
    """The type of a record's field for values of a kind."""
    return _PYTHON_TYPES.get(kind, str)


def record_type(name: str, template: Template) -> type[Record]:
    """The class of the records of a template; `name` is what a class of its own is called after.

    Templates of one name with the same fields share a class, so that records are equal whoever loaded the template.
    """
    if template.record is not None:
        return RECORDS[template.record]
    fields = tuple((path, rule.type) for path, rule in template.fields.items())
    tables = ((table, rule.columns) for table, rule in template.tables.items())
    rows = tuple((table, tuple((path, column.type) for path, column in columns.items())) for table, columns in tables)
    return _own_type(name, fields, rows)


class _OwnPart(Part):
    """Of a class that no module holds: how the class is made goes along in pickles."""

    _made: ClassVar[tuple[Any, ...]]

    def __reduce__(self) -> tuple[Any, ...]:
        return _blank, type(self)._made, self.__getstate__()


class _OwnRecord(_OwnPart, Record):
    """The same for records."""


def _blank(make: Any, *args: Any) -> Any:
    """An instance without its state, of the class that is made so."""
    type_ = make(*args)
    return type_.__new__(type_)


@lru_cache(_MOST_TYPES)
def _own_type(name: str, fields: Shape, tables: tuple[tuple[str, Shape], ...]) -> type[Record]:
    annotated = {path.removesuffix(LIST): _field(path, kind) for path, kind in fields}
    for table, columns in tables:
        annotated[table] = tuple[_row_type(f"{name} {table} row", columns), ...], ()  # type: ignore[misc]
    made = create_model(_class_name(name), __base__=_OwnRecord, **annotated)
    made._made = _own_type, name, fields, tables
    return made


@lru_cache(_MOST_TYPES)
def _row_type(name: str, columns: Shape) -> type[Part]:
    annotated: dict[str, Any] = {path: _field(path, kind) for path, kind in columns}
    made = create_model(_class_name(name), __base__=_OwnPart, **annotated)
    made._made = _row_type, name, columns
    return made


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
