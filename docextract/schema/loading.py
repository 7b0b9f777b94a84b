"""Templates from files: bundled ones by name, the user's own by path, every mistake with its line and column."""

from __future__ import annotations

from functools import cache
from keyword import iskeyword
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pydantic
from rapidfuzz import process

from docextract.errors import TemplateError, TemplateNotFoundError
from docextract.records import RECORDS, Record
from docextract.schema.record_type import python_type
from docextract.schema.strict_yaml import Location, StrictDocument, load_strict
from docextract.schema.template import Template

_INDEX = "kinds.yaml"
_NEAR = 60.0  # percent of similarity that makes a name worth suggesting


@cache
def templates_folder() -> Path:
    """The folder of bundled templates: inside the installed package, or beside it in a checkout.

    Other packages may well install a folder called `templates`, so the index file inside is the proof.

    Raises:
        TemplateError: Neither place has them; the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / _INDEX).is_file():
            return folder
    raise TemplateError("the bundled templates are missing; install docextract again")


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of documents that there are templates for."""
    return tuple(_kinds())


@cache
def bundled_names() -> tuple[str, ...]:
    """Names of the bundled templates, such as `receipt/generic`, and kinds that stand for one of them."""
    folder = templates_folder()
    files = [path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.glob("*/*.yaml"))]
    return (*_kinds(), *files)


@cache
def _kinds() -> dict[str, str]:
    document = load_strict(templates_folder() / _INDEX)
    if not isinstance(document.tree, dict):
        raise document.error((), "kinds are a mapping")
    return {kind: str(name) for kind, name in document.tree.items()}


def find_template(template: str | Path) -> Path:
    """The file of a template: a bundled name, a kind, or a path that ends in `.yaml` or `.yml`.

    Raises:
        TemplateNotFoundError: There is none; the error names the nearest bundled one.
    """
    if isinstance(template, Path) or template.endswith((".yaml", ".yml")):
        path = Path(template)
        if not path.is_file():
            raise TemplateNotFoundError(str(template))
        return path
    names = bundled_names()
    if template not in names:
        near = process.extractOne(template, names, score_cutoff=_NEAR)
        raise TemplateNotFoundError(template, near[0] if near else None)
    return templates_folder() / f"{_kinds().get(template, template)}.yaml"


def load_template(path: Path) -> Template:
    """Read and validate one template.

    Raises:
        TemplateSyntaxError: Anything in the file is not as it should be; the first offence is named.
    """
    document = load_strict(path)
    try:
        template = Template.model_validate(document.tree)
    except pydantic.ValidationError as error:
        # A misspelt key is named before what is missing because of it.
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise _syntax_error(document, first) from None
    _check_record(document, template)
    return template


def _syntax_error(document: StrictDocument, error: Any) -> Exception:
    # Locations of a discriminated union hold the tag between the index and the key; the file does not.
    location: Location = ()
    for part in error["loc"]:
        if (*location, part) in document.positions:
            location = (*location, part)
    if error["type"] == "extra_forbidden":
        return document.error(location, f"the key {error['loc'][-1]!r} is unknown here")
    if error["type"] == "missing":
        return document.error(location, f"the key {error['loc'][-1]!r} is missing here")
    return document.error(location, error["msg"].removeprefix("Value error, "))


def _check_record(document: StrictDocument, template: Template) -> None:
    """Every field of the template must be a field of the record, and of a type that it can hold."""
    if template.record is None:
        for name in template.fields:
            taken = name in Record.model_fields or hasattr(Record, name) or iskeyword(name)
            if taken or not name.isidentifier() or name.startswith("_"):
                raise document.error(("fields", name), f"{name!r} cannot be the name of a field")
        return
    record = RECORDS.get(template.record)
    if record is None:
        raise document.error(("record",), f"there is no record {template.record!r}; there are: {', '.join(RECORDS)}")
    types = field_types(record)
    for name, rule in template.fields.items():
        if name not in types:
            near = process.extractOne(name, list(types), score_cutoff=_NEAR)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise document.error(("fields", name), f"a {template.record} has no field {name!r}{hint}")
        if types[name] is not python_type(rule.type):
            raise document.error(("fields", name, "type"), f"{name!r} cannot hold a value of type {rule.type!r}")


def field_types(record: type[Record]) -> dict[str, type]:
    """Types of a record's scalar fields by path, without `None`; tables and what all records share are left out."""
    shared = set(Record.model_fields)
    return {path: type_ for path, type_ in _scalars(record, "") if path.partition(".")[0] not in shared}


def _scalars(model: type[pydantic.BaseModel], prefix: str) -> list[tuple[str, type]]:
    scalars: list[tuple[str, type]] = []
    for name, info in model.model_fields.items():
        annotation = info.annotation
        if get_origin(annotation) in (Union, UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        if get_origin(annotation) is Literal:
            annotation = str
        if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
            scalars += _scalars(annotation, f"{prefix}{name}.")
        elif isinstance(annotation, type):
            scalars.append((prefix + name, annotation))
    return scalars
