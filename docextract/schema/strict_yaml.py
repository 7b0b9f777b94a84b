"""YAML without surprises: text only, no duplicate keys, and the line and column of everything.

`yaml.safe_load` lets the last of two equal keys win, and reads `no` as False, `12:30` as 750 and `1.10` as 1.1. Here
every scalar is a string, whatever it looks like; the models that it is validated by know what they want. Anchors,
aliases, tags and empty values are refused: templates need none, and files of strangers do harm with some.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TypeAlias

import yaml

from docextract.errors import TemplateSyntaxError

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Location: TypeAlias = "tuple[str | int, ...]"

_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))
_OPEN = "what is opened here is not closed, or a comma is missing in it"
_AT_PROBLEM = {  # what the parser says of a place, and how it is put here
    "mapping values are not allowed": "no key is expected here: a colon is missing above, or a space behind one, or the"
    " indentation is wrong",
    "expected <block end>": "the indentation is not that of what stands above",
    "expected '<document start>'": "nothing can follow here: what stands above is closed",
    "expected the node content": "something is missing before this",
    "found character '\\t'": "a tab is no indentation; use spaces",
    "found unknown escape character": "between double quotes a backslash is no plain character; use single quotes",
    "found character": "a text that begins with this character needs quotes",
}
_AT_CONTEXT = {  # as above, where the place at which the parser began tells more than the one at which it gave up
    "expected ',' or": _OPEN,
    "found unexpected end of stream": "the quotes that begin here do not end",
    "expected alphabetic or numeric character": "a text that begins with this character needs quotes",
    "could not find expected ':'": "a colon is missing behind this key",
}
_MOST_BYTES = 1 << 17
_DEEPEST = 16
_LONGEST_REASON = 1000  # characters: what an error quotes may be a whole text


@dataclass(frozen=True, slots=True)
class StrictDocument:
    """A parsed file.

    Attributes:
        path: The file.
        tree: Strings, lists and dicts.
        positions: Line and column, from 1, of every key and list item by its path in the tree.
    """

    path: Path
    tree: Tree
    positions: dict[Location, tuple[int, int]] = field(default_factory=dict)

    def error(self, location: Location, reason: str) -> TemplateSyntaxError:
        """An error that points at the deepest part of a path that the file has."""
        reason = reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}..."
        for length in range(len(location), 0, -1):
            if location[:length] in self.positions:
                return TemplateSyntaxError(self.path, *self.positions[location[:length]], reason)
        return TemplateSyntaxError(self.path, 1, 1, reason)


def load_strict(path: Path) -> StrictDocument:
    """Parse one YAML document.

    Raises:
        TemplateSyntaxError: The file is no UTF-8, no YAML, or uses what is refused here.
        OSError: The file cannot be read.
    """
    with path.open("rb") as stream:
        return parse_strict(stream.read(_MOST_BYTES + 1), path)


def parse_strict(data: bytes, path: Path) -> StrictDocument:
    """Parse one YAML document that is in memory.

    Args:
        data: The document.
        path: What errors call it.

    Raises:
        TemplateSyntaxError: As for `load_strict`.
    """
    if len(data) > _MOST_BYTES:
        raise TemplateSyntaxError(path, 1, 1, f"the file is larger than {_MOST_BYTES} bytes")
    builder = _Builder(path)
    try:
        tree = builder.build(yaml.parse(data.decode("utf-8"), Loader=yaml.BaseLoader))
    except UnicodeDecodeError:
        raise TemplateSyntaxError(path, 1, 1, "the file is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark, reason = _explain(error)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise TemplateSyntaxError(path, line, column, reason) from None
    except yaml.YAMLError:
        raise TemplateSyntaxError(path, 1, 1, "the file holds characters that YAML does not allow") from None
    return StrictDocument(path=path, tree=tree, positions=builder.positions)


class _Builder:
    """Turns YAML's events into a tree and notes where everything stands; what is refused ends the parsing at once."""

    def __init__(self, path: Path) -> None:
        self.positions: dict[Location, tuple[int, int]] = {}
        self._path = path

    def build(self, events: Iterator[yaml.Event]) -> Tree:
        """The tree of the only document."""
        event = self._skip(events, yaml.StreamStartEvent, yaml.DocumentStartEvent)
        if isinstance(event, yaml.StreamEndEvent):
            raise TemplateSyntaxError(self._path, 1, 1, "the file is empty")
        tree = self._build(event, events, ())
        event = self._skip(events, yaml.DocumentEndEvent)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._error(event, "there is more than one document")
        return tree

    @staticmethod
    def _skip(events: Iterator[yaml.Event], *kinds: type[yaml.Event]) -> yaml.Event:
        return next(event for event in events if not isinstance(event, kinds))

    def _build(self, event: yaml.Event, events: Iterator[yaml.Event], location: Location) -> Tree:
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) or event.anchor is not None:
            raise self._error(event, "anchors and aliases are not supported")
        if event.tag is not None:
            raise self._error(event, "tags are not supported")
        if len(location) > _DEEPEST:
            raise self._error(event, "the nesting is too deep")
        self.positions.setdefault(location, _position(event))
        if isinstance(event, yaml.ScalarEvent):
            if not event.value and not event.style:  # an empty text has quotes
                key = str(location[-1]) if location else ""
                glued = ":" in key and not key.endswith(":")
                raise self._error(
                    event, f"a space is missing behind the colon in {key!r}" if glued else "the value is empty"
                )
            return str(event.value)
        if isinstance(event, yaml.MappingStartEvent):
            return self._build_mapping(events, location)
        inside = takewhile(lambda item: not isinstance(item, yaml.SequenceEndEvent), events)
        return [self._build(item, events, (*location, index)) for index, item in enumerate(inside)]

    def _build_mapping(self, events: Iterator[yaml.Event], location: Location) -> dict[str, Tree]:
        mapping: dict[str, Tree] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key must be a text")
            key = str(event.value)
            if key in mapping:
                raise self._error(event, f"the key {key!r} is there twice")
            self.positions[*location, key] = _position(event)
            mapping[key] = self._build(next(events), events, (*location, key))
        return mapping

    def _error(self, event: yaml.Event, reason: str) -> TemplateSyntaxError:
        return TemplateSyntaxError(self._path, *_position(event), reason)


def _explain(error: yaml.MarkedYAMLError) -> tuple[yaml.Mark | None, str]:
    """Where a template is no YAML, and why, in the words of those who write it."""
    problem = error.problem or "this is not YAML"
    for marks, reasons in (
        ((error.context_mark, error.problem_mark), _AT_CONTEXT),
        ((error.problem_mark, error.context_mark), _AT_PROBLEM),
    ):
        for begin, reason in reasons.items():
            if problem.startswith(begin):
                return marks[0] or marks[1], reason
    return error.problem_mark or error.context_mark, problem


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
