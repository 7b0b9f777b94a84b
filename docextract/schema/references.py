"""What the parts of a template say of each other: names that its record, or another part of it, must have.

These look at the tree as it is written, whatever other mistakes there are in it, so that all can be told at once. What
is of the wrong type is passed over: the models refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar, get_args

from docextract.records import RECORDS
from docextract.records.base import Kind
from docextract.schema.record_type import LIST, field_types, is_field_name, python_type
from docextract.schema.strict_yaml import Location, Tree
from docextract.schema.suggestions import nearest_name, suggest
from docextract.schema.template import Template

Mistake: TypeAlias = tuple[Location, str]
"""Where it is in the tree, and what is wrong."""

_T = TypeVar("_T", bound="str | list[Tree] | dict[str, Tree]")


def find_broken_references(tree: Tree) -> Iterator[Mistake]:
    """Names that a template uses and that are none, or not of the type that is needed."""
    if not isinstance(tree, dict):
        return
    fields, record = _part(tree, "fields", dict), tree.get("record")
    yield from _check_mistakes(tree, fields)
    yield from _order_mistakes(tree, fields)
    yield from _items_mistakes(tree, fields)
    yield from _zone_mistakes(tree, fields)
    if isinstance(record, str) and record in RECORDS:
        yield from _record_mistakes(tree, record, fields)
    elif isinstance(record, str):
        yield ("record",), f"there is no record {record!r}{suggest(record, list(RECORDS))}"
    elif tree.keys() <= Template.model_fields.keys() - {"record"}:  # or is `recrod` there?
        yield from _own_mistakes(tree, fields)


def _part(tree: Tree | None, key: str, type_: type[_T]) -> _T:
    """A part of a mapping, empty where there is none of the type."""
    part = tree.get(key) if isinstance(tree, dict) else None
    return part if isinstance(part, type_) else type_()


def _type_of(fields: dict[str, Tree], name: str) -> Kind | None:
    """The type of a field, None where that is misspelt or missing."""
    written = _part(fields.get(name), "type", str)
    return next((kind for kind in get_args(Kind) if kind == written), None)


def _is_of(fields: dict[str, Tree], name: Tree, kind: Kind) -> bool:
    """Whether a field is there and may be of a type."""
    return not isinstance(name, str) or (name in fields and _type_of(fields, name) in (kind, None))


def _check_mistakes(tree: dict[str, Tree], fields: dict[str, Tree]) -> Iterator[Mistake]:
    for index, check in enumerate(_part(tree, "checks", list)):
        title, terms = _part(check, "name", str), _part(check, "terms", dict)
        equals = check.get("equals", []) if isinstance(check, dict) else []
        places: list[tuple[Tree, Location]] = [(equals, ("checks", index, "equals"))]
        places += [(term, ("checks", index, "terms", term)) for term in terms]
        for name, place in places:
            if not _is_of(fields, name, "money"):
                yield place, f"the check {title!r} needs {name!r}, which is not a field of type money here"
        for name in _part(check, "optional", list):
            if isinstance(name, str) and name not in terms:
                yield ("checks", index, "optional"), f"{name!r} is not a term of the check {title!r}"


def _order_mistakes(tree: dict[str, Tree], fields: dict[str, Tree]) -> Iterator[Mistake]:
    for index, name in enumerate(_part(tree, "order", list)):
        if not _is_of(fields, name, "date"):
            yield ("order", index), f"{name!r} is not a field of type date here"


def _items_mistakes(tree: dict[str, Tree], fields: dict[str, Tree]) -> Iterator[Mistake]:
    items = _part(tree, "items", dict)
    stops: list[tuple[Location, Tree]] = [
        (("items", "stop", index), name) for index, name in enumerate(_part(items, "stop", list))
    ]
    sums = [(("items", key), items[key]) for key in ("discounts", "taxes", "payments") if key in items]
    for place, name in (*stops, *sums):
        if isinstance(name, str) and name not in fields:
            yield place, f"{name!r} is not a field here"


def _zone_mistakes(tree: dict[str, Tree], fields: dict[str, Tree]) -> Iterator[Mistake]:
    if _part(tree, "anchors", list):
        return
    for name, rule in fields.items():
        for index, locator in enumerate(_part(rule, "locate", list)):
            if _part(locator, "find", str) == "zone":
                yield ("fields", name, "locate", index), "zones need anchors, by which they are found"
                return


def _record_mistakes(tree: dict[str, Tree], record: str, fields: dict[str, Tree]) -> Iterator[Mistake]:
    """Every field must be a field of the record, and of a type that it can hold."""
    if _part(tree, "tables", dict):
        yield ("tables",), "a record has no tables of a template's own"
    types = field_types(RECORDS[record])
    for name, rule in fields.items():
        kind = _type_of(fields, name)
        if name not in types:
            near = nearest_name(name, list(types))
            hint = f"; did you mean {near!r}?" if near else ""
            yield ("fields", name), f"a {record} has no field {name!r}{hint}"
        elif kind is not None and types[name] is not python_type(kind):
            yield ("fields", name, "type"), f"{name!r} cannot hold a value of type {kind!r}"
        for index, locator in enumerate(_part(rule, "locate", list)):
            for key in _part(locator, "also", dict):
                if types.get(f"{name.rpartition('.')[0]}.{key}") is not str:
                    yield ("fields", name, "locate", index, "also"), f"{key!r} is not a text beside {name!r}"
    yield from _test_mistakes(tree, list(types))


def _own_mistakes(tree: dict[str, Tree], fields: dict[str, Tree]) -> Iterator[Mistake]:
    """Fields and tables of a record of the template's own need names that Python allows, each once."""
    if "items" in tree:
        yield ("items",), "only a record that has items can have rules for them"
    tables = _part(tree, "tables", dict)
    columns = [(table, column) for table, rule in tables.items() for column in _part(rule, "columns", dict)]
    for path in fields:
        if not is_field_name(path.removesuffix(LIST)):
            yield ("fields", path), f"{path!r} cannot be the name of a field"
        if path.endswith(LIST) and path.removesuffix(LIST) in fields:
            yield ("fields", path), f"{path.removesuffix(LIST)!r} is a field already"
    places: list[Location] = [("tables", table) for table in tables]
    places += [("tables", table, "columns", column) for table, column in columns]
    for place in places:
        if not is_field_name(str(place[-1])):
            yield place, f"{place[-1]!r} cannot be the name of a field"
    for table in tables:
        if table in fields or table + LIST in fields:
            yield ("tables", table), f"{table!r} is a field already"
    yield from _test_mistakes(tree, [*fields, *(f"{table}.{column}" for table, column in columns)])


def _test_mistakes(tree: dict[str, Tree], paths: Sequence[str]) -> Iterator[Mistake]:
    """Tests expect values of fields that the record has; otherwise to expect none would always be right."""
    known = [path.replace(LIST, "") for path in paths]
    for index, test in enumerate(_part(tree, "tests", list)):
        for path in _part(test, "expect", dict):
            plain = ".".join(part for part in path.split(".") if not part.isdigit())
            if not any(field == plain or field.startswith(f"{plain}.") for field in known):
                yield ("tests", index, "expect", path), f"the record has no field {path!r}"
