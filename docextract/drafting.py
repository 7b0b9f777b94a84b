"""Drafts a template from labelled examples: pages, and the values that must come out.

Each value is looked for on its page by every type's rules, and what stands before or above it is taken for its label.
The drafts are tried on the examples until one finds everything; what nothing finds is left out, and it is said why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any, Literal, get_args

import regex

from docextract.errors import DraftError
from docextract.extraction.candidates import scan
from docextract.extraction.engine import Engine
from docextract.extraction.lexicon import phrase_key
from docextract.extraction.rows import CELL, Layout, Row, build_layout
from docextract.records.base import Kind
from docextract.records.secrets import Secret
from docextract.schema.loading import parse_template
from docextract.schema.record_type import is_field_name
from ocr.document import Page

Place = Literal["right", "below"]

_LAST: tuple[Kind, ...] = ("money", "identifier", "text")  # what print may be as well as anything else
_KINDS: tuple[Kind, ...] = (*(kind for kind in get_args(Kind) if kind not in _LAST), *_LAST)
_WORD = r"(?:[\p{L}&/'’]+|\([\p{L}&/'’ .\-]+\))[ .\-]*"
_COUNT = r"(?<![\d.,])\d{1,2}(?![.,]?\d)[ .\-]*"
_END = r"(?=(?:\(?\d+(?:[.,]\d+)?\s?%\)?)?[\s:.=#*\-]*$)"  # a percentage is left out: rates change
_PLAIN = regex.compile(rf"(?:{_WORD}){{1,5}}{_END}")
_NUMBERED = regex.compile(rf"{_WORD}(?:{_WORD}|{_COUNT}){{1,4}}{_END}")  # as in "zone 2"
_ROWS_ABOVE = 2
_MISREAD = 0.25  # share of a value's characters up to which print is taken for a misreading of it
_MOST_PRINTS = 4  # of one value on a page, each with its label, that are tried
_ORDERS: tuple[tuple[Place, ...], ...] = (("right", "below"), ("below", "right"))
_FORMS = ((_PLAIN, _NUMBERED), (_NUMBERED, _PLAIN))

_Forms = tuple[regex.Pattern[str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Example:
    """A page and its values.

    Attributes:
        page: The page.
        values: By name of the field, as in a record's JSON; None where the page has no such value.
        path: Where the template's test finds the page.
    """

    page: Page
    values: Mapping[str, str | None]
    path: str


@dataclass(frozen=True, slots=True, repr=False)
class _Option:
    """A way to find a field: a type, and labels with where the value is; without labels wherever the type occurs."""

    kind: Kind
    labels: tuple[str, ...] = ()
    where: tuple[Place, ...] = ()

    def source(self, *, required: bool) -> str:
        """The rule as YAML, of which JSON is a part."""
        find = {"find": "label", "labels": self.labels, "where": self.where} if self.labels else {"find": "any"}
        rule = {"type": self.kind, **({"required": True} if required else {}), "locate": [find]}
        return json.dumps(rule, ensure_ascii=False)


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A template for some examples.

    Attributes:
        source: The template, as YAML with the examples as its tests; comments say what is left out.
        left_out: Why, by the name of each field that nothing finds.
    """

    source: str
    left_out: Mapping[str, str]


def draft_template(examples: Sequence[Example]) -> Draft:
    """A template that finds all values of the examples, but for those of fields that nothing finds.

    Raises:
        DraftError: These are all fields.
    """
    names = list(dict.fromkeys(name for example in examples for name in example.values))
    found = {name: list(dict.fromkeys(_options(name, examples))) if is_field_name(name) else [] for name in names}
    options = {name: ways for name, ways in found.items() if ways}
    left_out = {name: _why_not(name, examples) for name in names if name not in options}
    tried = dict.fromkeys(names, 0)
    while options:
        source = _source({name: ways[tried[name]] for name, ways in options.items()}, examples)
        engine = Engine("draft", parse_template(source))
        records = [engine.extract(example.page) for example in examples]
        wrong = [
            name
            for name in options
            if any(not _means(getattr(r, name), e.values.get(name)) for r, e in zip(records, examples, strict=True))
        ]
        if not wrong:
            tests = _tests(options, examples, [record.model_dump(mode="json") for record in records])
            return Draft(source + _comments(left_out) + tests, left_out)
        if all(tried[name] + 1 == len(options[name]) for name in wrong):
            for name in wrong:
                del options[name]
                left_out[name] = "the labels around its value lead to another one"
        else:
            for name in wrong:
                tried[name] = min(tried[name] + 1, len(options[name]) - 1)
    raise DraftError({name: left_out[name] for name in names})


def _why_not(name: str, examples: Sequence[Example]) -> str:
    """Why there is no way to find a field."""
    if not is_field_name(name):
        return "it cannot be the name of a field"
    wanted = [(e.path, build_layout(e.page), value) for e in examples if (value := e.values.get(name)) is not None]
    if not wanted:
        return "no example has a value of it"
    kinds = [{kind for kind in _KINDS if any(_prints(layout, kind, value))} for _, layout, value in wanted]
    for (path, layout, value), able in zip(wanted, kinds, strict=True):
        if not able:
            return f"{_how_read([row.text for row in layout.rows], value)} on {path!r}"
    if not set.intersection(*kinds):
        return "no type reads its values in all examples"
    return "no label stands before or above its value"


def _how_read(rows: Sequence[str], value: str) -> str:
    """What became of a value that is in no row as it is given."""
    closed = regex.sub(r"\s", "", value)
    closed_rows = [regex.sub(r"\s", "", row) for row in rows]
    if closed in "".join(closed_rows) and not any(closed in row for row in closed_rows):
        return "its value runs over several rows"
    wrong = min((_distance(value, row) for row in rows), default=len(value))
    if wrong == 0:
        return "its value is only a part of a word"
    if wrong <= _MISREAD * len(value):
        return f"{wrong} of the {len(value)} characters of its value were read otherwise"
    return "nothing like its value was read"


def _distance(value: str, row: str) -> int:
    """Edit distance of a value and the part of a row that is most like it (Sellers, 1980)."""
    above = [0] * (len(row) + 1)
    for char in value:
        here = [above[0] + 1]
        for k, other in enumerate(row):
            here.append(min(above[k] + (char != other), above[k + 1] + 1, here[k] + 1))
        above = here
    return min(above)


def _options(name: str, examples: Sequence[Example]) -> Iterator[_Option]:
    """Ways to find a field, the likeliest first: by a label before it, by one above it, and by its type alone."""
    wanted = [(build_layout(e.page), value) for e in examples if (value := e.values.get(name)) is not None]
    for kind in _KINDS:
        found = [list(_prints(layout, kind, value)) for layout, value in wanted]
        if not found or not all(found):
            continue
        for turn in range(min(max(map(len, found)), _MOST_PRINTS)):
            turned = [prints[turn:] + prints[:turn] for prints in found]
            for places, forms in product(_ORDERS, _FORMS):
                labels = [
                    _label(layout, prints, places, forms) for (layout, _), prints in zip(wanted, turned, strict=True)
                ]
                if all(labels):
                    texts, where = zip(*(label for label in labels if label), strict=True)
                    yield _Option(kind, tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(where)))
        if kind not in ("identifier", "text"):
            yield _Option(kind)


def _prints(layout: Layout, kind: Kind, value: str) -> Iterator[tuple[Row, int]]:
    """Row and first character of every print that means a value. A bare number is taken for a code, not for money."""
    for row in layout.rows:
        if kind == "text":
            yield from (
                (row, match.start()) for match in regex.finditer(rf"(?<!\w){regex.escape(value)}(?!\w)", row.text)
            )
            continue
        for reading in scan(kind, row.text, None):
            bare = kind == "money" and row.text[reading.start : reading.end].isdigit()
            if not bare and _means(reading.value, value):
                yield row, reading.start


def _means(value: Any, wanted: str | None) -> bool:
    """Whether a value is the one that an example gives as text."""
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, Secret):
        return wanted == value.masked or regex.sub(r"\W", "", wanted) == value.reveal()
    if isinstance(value, Decimal):
        return regex.fullmatch(r"-?\d+(\.\d+)?", wanted) is not None and Decimal(wanted) == value
    return str(value) == wanted


def _label(
    layout: Layout, prints: Sequence[tuple[Row, int]], places: Sequence[Place], forms: _Forms
) -> tuple[str, Place] | None:
    """The label of one of some prints, and where the print stands from there; the first place that has one."""
    for place in places:
        for row, start in prints:
            text = _before(row, start, forms) if place == "right" else _above(layout, row, start, forms)
            if text is not None:
                return text, place
    return None


def _before(row: Row, start: int, forms: _Forms) -> str | None:
    """The words before a print in its cell, or else those of the cell on the left."""
    cells = row.text[:start].split(CELL)
    return next((label for text in reversed(cells[-2:]) if (label := _words_at_end(text, forms))), None)


def _above(layout: Layout, row: Row, start: int, forms: _Forms) -> str | None:
    """The words of the cell above a print."""
    me = row.cell_at(start)
    for higher in reversed(layout.rows[max(row.index - _ROWS_ABOVE, 0) : row.index]):
        for cell, span in higher.cell_spans():
            if cell.x0 < me.x1 and me.x0 < cell.x1:
                return _words_at_end(span.text, forms)
    return None


def _words_at_end(text: str, forms: _Forms) -> str | None:
    matches = (match for form in forms if (match := form.search(text)) and phrase_key(match[0]))
    return next((match[0].strip(" .-").lower() for match in matches), None)


def _source(rules: Mapping[str, _Option], examples: Sequence[Example]) -> str:
    fields = (
        f"  {name}: {option.source(required=all(e.values.get(name) is not None for e in examples))}\n"
        for name, option in rules.items()
    )
    return "version: 1\nfields:\n" + "".join(fields)


def _comments(left_out: Mapping[str, str]) -> str:
    return "".join(f"  # {name!r} is left out: {reason}\n" for name, reason in left_out.items())


def _tests(names: Iterable[str], examples: Sequence[Example], records: Sequence[Mapping[str, Any]]) -> str:
    """The examples as tests that expect what the records say, secrets masked."""
    tests = (
        {"page": example.path, "expect": {name: record[name] for name in names if name in example.values}}
        for example, record in zip(examples, records, strict=True)
    )
    return "tests:\n" + "".join(f"  - {json.dumps(test, ensure_ascii=False)}\n" for test in tests if test["expect"])
