"""Templates from files: bundled ones by name, the user's own by path, every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pydantic
from rapidfuzz import process

from docextract.errors import TemplateError, TemplateNotFoundError, TemplateSyntaxError
from docextract.records import RECORDS, Record
from docextract.schema.inheritance import inherit
from docextract.schema.locators import LabelLocator, PatternLocator
from docextract.schema.record_type import LIST, python_type, record_type
from docextract.schema.strict_yaml import Location, StrictDocument, Tree, load_strict, parse_strict
from docextract.schema.template import Template

_INDEX = "kinds.yaml"
_SUFFIXES = (".yaml", ".yml")
_MOST_HEIRS = 8
_NEAR = 60.0  # percent of similarity that makes a name worth suggesting
_KEYS_NEEDED = "keys with values are needed here, as in {key: value}"
_NEEDED = {  # what pydantic says in Python's terms, in those of YAML
    "dict_type": _KEYS_NEEDED,
    "model_attributes_type": _KEYS_NEEDED,
    "model_type": _KEYS_NEEDED,
    "string_type": "a text is needed here",
    "too_short": "more items are needed here",
    "tuple_type": "a list is needed here, as in [a, b]",
    "union_tag_not_found": "the key 'find' is missing here",
}


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
    if isinstance(template, Path) or template.endswith(_SUFFIXES):
        path = Path(template)
        if not path.is_file():
            raise TemplateNotFoundError(str(template))
        return path
    names = bundled_names()
    if template not in names:
        near = process.extractOne(template, names, score_cutoff=_NEAR)
        raise TemplateNotFoundError(template, near[0] if near else None)
    return templates_folder() / f"{_kinds().get(template, template)}.yaml"


@dataclass(frozen=True, slots=True)
class LoadedTemplate:
    """A template and where it comes from.

    Attributes:
        template: The template, with all that it takes over.
        files: Every file that it is made of, with its time of change in nanoseconds just before it was read.
    """

    template: Template
    files: dict[Path, int]

    def is_current(self) -> bool:
        """Whether none of the files was changed since."""
        try:
            return all(path.stat().st_mtime_ns == changed for path, changed in self.files.items())
        except FileNotFoundError:
            return False


def load_template(path: Path) -> Template:
    """Read and validate one template, together with those that it extends.

    Raises:
        TemplateSyntaxError: Anything in the files is not as it should be; the first offence is named.
    """
    return load_with_files(path).template


def parse_template(source: str) -> Template:
    """Validate a template that is in memory; it may extend bundled templates, and no files.

    Raises:
        TemplateSyntaxError: Anything in it is not as it should be; the first offence is named.
    """
    document = parse_strict(source.encode(), Path("template.yaml"))
    if isinstance(document.tree, dict) and "extends" in document.tree:
        name = document.tree["extends"]
        if not isinstance(name, str) or name not in bundled_names():
            raise document.error(("extends",), "only bundled templates can be extended here")
        document = inherit(document, _read(find_template(name))[0])
    return _validated(document)


def load_with_files(path: Path) -> LoadedTemplate:
    """As `load_template`, for callers that want to know when to load it again."""
    document, files = _read(path)
    return LoadedTemplate(_validated(document), files)


def find_mistakes(path: Path) -> list[TemplateSyntaxError]:
    """All that is wrong with a template, in the order of the file.

    Where the YAML cannot be parsed, or the template extends one with a mistake, that one mistake hides all others.
    """
    try:
        document, _ = _read(path)
    except TemplateSyntaxError as error:
        return [error]
    return sorted(_check(document)[1], key=lambda mistake: (mistake.line, mistake.column))


def _read(path: Path, heirs: tuple[Path, ...] = ()) -> tuple[StrictDocument, dict[Path, int]]:
    """A file with all that it takes over, and the files read for it; `heirs` are those that take it over."""
    files = {path: path.stat().st_mtime_ns}
    document = load_strict(path)
    if not isinstance(document.tree, dict) or "extends" not in document.tree:
        return document, files
    parent, older = _read(_find_parent(document, document.tree["extends"], heirs), (*heirs, path))
    _validated(parent)
    return inherit(document, parent), files | older


def _find_parent(document: StrictDocument, name: Tree, heirs: tuple[Path, ...]) -> Path:
    if not isinstance(name, str):
        raise document.error(("extends",), "a template extends one other, by its name or path")
    try:
        # An absolute path stays what it is when it is joined to a folder.
        parent = find_template(document.path.parent / name if name.endswith(_SUFFIXES) else name)
    except TemplateNotFoundError as error:
        raise document.error(("extends",), str(error)) from None
    chain = [*heirs, document.path, parent]
    if parent.resolve() in [path.resolve() for path in chain[:-1]]:
        raise document.error(("extends",), f"templates extend each other: {' -> '.join(map(str, chain))}")
    if len(heirs) >= _MOST_HEIRS:
        raise document.error(("extends",), f"more than {_MOST_HEIRS} templates extend each other")
    return parent


def _validated(document: StrictDocument) -> Template:
    template, mistakes = _check(document)
    if template is None or mistakes:
        raise mistakes[0]
    return template


def _check(document: StrictDocument) -> tuple[Template | None, list[TemplateSyntaxError]]:
    """The template, if its models accept it, and every mistake; a misspelt key before what is missing because of it."""
    try:
        template = Template.model_validate(document.tree)
    except pydantic.ValidationError as error:
        errors = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        # A list is called too short for an item that is wrong: what holds another mistake is none of its own.
        holders = {e["loc"][:length] for e in errors for length in range(len(e["loc"]))}
        return None, [_syntax_error(document, e) for e in errors if e["loc"] not in holders]
    mistakes = list(_record_mistakes(document, template))
    return template, mistakes or list(_test_mistakes(document, template))


def _syntax_error(document: StrictDocument, error: Any) -> TemplateSyntaxError:
    # Locations of a discriminated union hold the tag between the index and the key; the file does not.
    location: Location = ()
    for part in error["loc"]:
        if (*location, part) in document.positions:
            location = (*location, part)
    if error["type"] == "extra_forbidden":
        return document.error(location, f"the key {error['loc'][-1]!r} is unknown here")
    if error["type"] == "missing":
        last = error["loc"][-1]
        what = "an item" if isinstance(last, int) else f"the key {last!r}"
        return document.error(location, f"{what} is missing here")
    return document.error(location, _NEEDED.get(error["type"], error["msg"].removeprefix("Value error, ")))


def _record_mistakes(document: StrictDocument, template: Template) -> Iterator[TemplateSyntaxError]:
    """Every field of the template must be a field of the record, and of a type that it can hold."""
    if template.record is None:
        yield from _own_mistakes(document, template)
        return
    record = RECORDS.get(template.record)
    if record is None:
        yield document.error(("record",), f"there is no record {template.record!r}; there are: {', '.join(RECORDS)}")
        return
    types = field_types(record)
    for name, rule in template.fields.items():
        if name not in types:
            near = process.extractOne(name, list(types), score_cutoff=_NEAR)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield document.error(("fields", name), f"a {template.record} has no field {name!r}{hint}")
        elif types[name] is not python_type(rule.type):
            yield document.error(("fields", name, "type"), f"{name!r} cannot hold a value of type {rule.type!r}")
        for index, locator in enumerate(rule.locate):
            for key in locator.also if isinstance(locator, LabelLocator | PatternLocator) else ():
                if types.get(f"{name.rpartition('.')[0]}.{key}") is not str:
                    place = ("fields", name, "locate", index, "also")
                    yield document.error(place, f"{key!r} is no text beside {name!r}")


def _own_mistakes(document: StrictDocument, template: Template) -> Iterator[TemplateSyntaxError]:
    """Fields and tables of a record of the template's own need names that Python allows, each once."""
    places: list[Location] = [("fields", path) for path in template.fields]
    places += [("tables", name) for name in template.tables]
    places += [
        ("tables", name, "columns", column) for name, table in template.tables.items() for column in table.columns
    ]
    for place in places:
        name = str(place[-1])
        if place[0] == "fields":
            name = name.removesuffix(LIST)
        taken = name in Record.model_fields or hasattr(Record, name) or iskeyword(name)
        if taken or not name.isidentifier() or name.startswith("_"):
            yield document.error(place, f"{place[-1]!r} cannot be the name of a field")
    for name in template.tables:
        if name in template.fields or name + LIST in template.fields:
            yield document.error(("tables", name), f"{name!r} is a field already")


def _test_mistakes(document: StrictDocument, template: Template) -> Iterator[TemplateSyntaxError]:
    """Tests expect values of fields that the record has; otherwise to expect none would always be right."""
    if not template.tests:
        return
    paths = [path.replace(LIST, "") for path in field_types(record_type(document.path.stem, template))]
    for index, test in enumerate(template.tests):
        for path in test.expect:
            plain = ".".join(part for part in path.split(".") if not part.isdigit())
            if not any(known == plain or known.startswith(f"{plain}.") for known in paths):
                yield document.error(("tests", index, "expect", path), f"the record has no field {path!r}")


def field_types(record: type[Record]) -> dict[str, type]:
    """Types of a record's fields and of its lists' elements by path, without `None` and what all records share."""
    own = record.model_fields.keys() - Record.model_fields.keys()
    return {path: type_ for path, type_ in _scalars(record, "") if path.partition(".")[0].removesuffix(LIST) in own}


def _scalars(model: type[pydantic.BaseModel], prefix: str) -> list[tuple[str, type]]:
    scalars: list[tuple[str, type]] = []
    for name, info in model.model_fields.items():
        annotation = info.annotation
        if get_origin(annotation) in (Union, UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        if get_origin(annotation) is tuple:
            annotation, name = get_args(annotation)[0], name + LIST
        if get_origin(annotation) is Literal:
            annotation = str
        if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
            scalars += _scalars(annotation, f"{prefix}{name}.")
        elif isinstance(annotation, type):
            scalars.append((prefix + name, annotation))
    return scalars
