"""Records as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_NOT_PRINTED = frozenset({"schema_version", "evidence", "issues"})


def flatten(record: Mapping[str, Any]) -> dict[str, str | None]:
    """The values of a record's JSON by path, such as `merchant.name`; lists, such as the items, are JSON."""
    return dict(_cells({name: value for name, value in record.items() if name not in _NOT_PRINTED}, ""))


def _cells(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield prefix + name, json.dumps(value, ensure_ascii=False)
        else:
            yield prefix + name, None if value is None else str(value)
