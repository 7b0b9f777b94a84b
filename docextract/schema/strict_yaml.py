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
_MOST_BYTES = 1 << 18
_DEEPEST = 16


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
    return parse_strict(path.read_bytes(), path)


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
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise TemplateSyntaxError(path, line, column, error.problem or "this is not YAML") from None
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
                raise self._error(event, "the value is empty")
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


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
