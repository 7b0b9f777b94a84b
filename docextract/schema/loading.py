"""Templates from files: bundled ones by name, the user's own by path, every mistake with its line and column."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic
import regex

from docextract.errors import TemplateError, TemplateNotFoundError, TemplateSyntaxError
from docextract.schema.inheritance import inherit
from docextract.schema.references import find_broken_references
from docextract.schema.strict_yaml import Location, StrictDocument, Tree, load_strict, parse_strict
from docextract.schema.suggestions import nearest_name, suggest
from docextract.schema.template import Template

_INDEX = "kinds.yaml"
_SUFFIXES = (".yaml", ".yml")
_MOST_HEIRS = 8
_QUOTED = regex.compile(r"'([^']*)'")
_KEYS_NEEDED = "keys with values are needed here, as in {{key: value}}"
_NEEDED = {  # what pydantic says in Python's terms, in those of YAML
    "bool_parsing": "true or false is needed here",
    "bool_type": "true or false is needed here",
    "dict_type": _KEYS_NEEDED,
    "finite_number": "a finite number is needed here",
    "float_parsing": "a number is needed here",
    "float_type": "a number is needed here",
    "greater_than": "a number above {gt:g} is needed here",
    "greater_than_equal": "a number of at least {ge:g} is needed here",
    "int_parsing": "a whole number is needed here",
    "int_parsing_size": "a whole number is needed here",
    "int_type": "a whole number is needed here",
    "less_than_equal": "a number of at most {le:g} is needed here",
    "literal_error": "a word is needed here",
    "model_attributes_type": _KEYS_NEEDED,
    "model_type": _KEYS_NEEDED,
    "string_too_long": "a text of at most {max_length} characters is needed here",
    "string_too_short": "the text is empty",
    "string_type": "a text is needed here",
    "string_unicode": "half of a surrogate pair is no character",
    "too_long": "fewer items are needed here",
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
        TypeError: It is neither a string nor a path, but a dict or a class, say.
    """
    if not isinstance(template, str | Path):
        kind = template.__name__ if isinstance(template, type) else type(template).__name__
        raise TypeError(f"a template is given by its name or the path of its YAML file, not as {kind}")
    if isinstance(template, Path) or template.endswith(_SUFFIXES):
        path = Path(template)
        try:
            found = path.is_file()
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            found = False
        if not found:
            raise TemplateNotFoundError(str(template))
        return path
    names = bundled_names()
    if template not in names:
        raise TemplateNotFoundError(template, nearest_name(template, names))
    return templates_folder() / f"{_kinds().get(template, template)}.yaml"


def template_name(template: str | Path) -> str:
    """The name of a template in the records that are made by it: of a file, without its folder and suffix."""
    name = str(template)
    return name if name in bundled_names() else Path(name).stem


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
        """Whether none of the files was changed since, or cannot be reached."""
        try:
            return all(path.stat().st_mtime_ns == changed for path, changed in self.files.items())
        except OSError:
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
    document = parse_strict(source.encode(errors="surrogatepass"), Path("template.yaml"))
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
    except OSError as error:
        raise document.error(("extends",), f"this template cannot be reached: {error.strerror}") from None
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
    template, mistakes = None, []
    try:
        template = Template.model_validate(document.tree)
    except pydantic.ValidationError as error:
        errors = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        # A list is called too short for an item that is wrong: what holds another mistake is none of its own.
        holders = {e["loc"][:length] for e in errors for length in range(len(e["loc"]))}
        mistakes = [_syntax_error(document, e) for e in errors if e["loc"] not in holders]
    mistakes += [document.error(place, reason) for place, reason in find_broken_references(document.tree)]
    return template, mistakes


def _syntax_error(document: StrictDocument, error: Any) -> TemplateSyntaxError:
    # Locations of a discriminated union hold the tag between the index and the key; the file does not.
    location: Location = ()
    for part in error["loc"]:
        if (*location, part) in document.positions:
            location = (*location, part)
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            key = error["loc"][-1]
            return document.error(location, f"the key {key!r} is unknown here{suggest(key, _keys_at(error['loc']))}")
        case "missing":
            last = error["loc"][-1]
            what = "an item" if isinstance(last, int) else f"the key {last!r}"
            return document.error(location, f"{what} is missing here")
        case "literal_error" if isinstance(error["input"], str):
            return document.error(location, _unknown(error["input"], context["expected"]))
        case "union_tag_invalid":
            return document.error((*location, "find"), _unknown(context["tag"], context["expected_tags"]))
        case kind if kind in _NEEDED:
            return document.error(location, _NEEDED[kind].format(**context))
    return document.error(location, error["msg"].removeprefix("Value error, "))


def _unknown(word: str, expected: str) -> str:
    """What is wrong with a word; `expected` are those that there are, as pydantic puts them."""
    return f"{word!r} is unknown here{suggest(word, _QUOTED.findall(expected))}"


def _keys_at(location: Location) -> list[str]:
    """The keys that the model has which holds a location as pydantic gives it, with the tag of each union."""
    holder: Any = Template
    for part in location[:-1]:
        if isinstance(holder, type) and issubclass(holder, pydantic.BaseModel):
            holder = holder.model_fields[str(part)].annotation
        elif get_origin(holder) in (Union, UnionType):
            holder = next(
                member for member in get_args(holder) if part in get_args(member.model_fields["find"].annotation)
            )
        else:  # tuple[item, ...] or dict[str, item]
            holder = get_args(holder)[get_origin(holder) is dict]
        if get_origin(holder) is Annotated:
            holder = get_args(holder)[0]
        if NoneType in get_args(holder):
            (holder,) = (member for member in get_args(holder) if member is not NoneType)
    return list(holder.model_fields)
