"""Rows of a batch as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from docextract.atomic import atomic_file
from docextract.batch.journal import Row
from docextract.errors import BatchError
from docextract.table import flatten

_GROUP = 1024  # rows that a group of a Parquet file holds, and the memory at a time

Rows = Callable[[], Iterator[Row]]
"""Begins to go through the rows."""


def check_output(path: Path) -> None:
    """Whether `write_output` could write such a file.

    Raises:
        BatchError: The suffix is neither `.jsonl` nor `.parquet`, or pyarrow is not installed.
    """
    if path.suffix not in _WRITERS:
        raise BatchError(f"{path}: the output must be named {' or '.join(_WRITERS)}")
    if path.suffix == ".parquet":
        if find_spec("pyarrow") is None:
            raise BatchError("Parquet needs pyarrow: pip install 'docextract[batch]'")
        import pyarrow.parquet  # noqa: F401  # a broken one is told now, not when all images are read


def write_output(rows: Rows, path: Path) -> None:
    """Write rows as JSON lines or Parquet, by the file's suffix.

    Parquet has a column for each value, as text, besides `image`, `error` (its code) and `record` (the JSON).
    """
    with atomic_file(path) as stream:
        _WRITERS[path.suffix](rows, stream)


def read_output(path: Path) -> Iterator[Row]:
    """The rows that `write_output` wrote; Parquet has only the code of an error.

    Raises:
        ValueError, LookupError: The file is of another format, pyarrow's errors included, or has no such columns.
    """
    with path.open("rb") as stream:
        yield from _READERS[path.suffix](stream)


def _write_json_lines(rows: Rows, stream: BinaryIO) -> None:
    for row in rows():
        stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _write_parquet(rows: Rows, stream: BinaryIO) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    names = dict.fromkeys(name for row in rows() for name in _columns(row))
    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    with ParquetWriter(stream, schema) as writer:
        table = map(_columns, rows())
        while group := list(islice(table, _GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))


def _columns(row: Row) -> dict[str, Any]:
    record, error = row.get("record"), row.get("error")
    return {
        "image": row["image"],
        "error": error and error["code"],
        "record": record and json.dumps(record, ensure_ascii=False),
        **flatten(record or {}),
    }


def _read_parquet(stream: BinaryIO) -> Iterator[Row]:
    from pyarrow.parquet import ParquetFile

    for group in ParquetFile(stream).iter_batches(_GROUP, columns=["image", "error", "record"]):
        for row in group.to_pylist():
            if row["error"] is None:
                yield {"image": row["image"], "record": json.loads(row["record"])}
            else:
                yield {"image": row["image"], "error": {"code": row["error"]}}


_WRITERS: dict[str, Callable[[Rows, BinaryIO], None]] = {".jsonl": _write_json_lines, ".parquet": _write_parquet}
_READERS: dict[str, Callable[[BinaryIO], Iterator[Row]]] = {
    ".jsonl": lambda stream: map(json.loads, stream),
    ".parquet": _read_parquet,
}
