"""What a batch has done so far, safe on disk: a run that is killed at any moment goes on from here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from docextract.atomic import sync_folder
from docextract.errors import BatchError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Row = dict[str, Any]

_BEYOND = 1 << 40  # no journal is as long


class Journal:
    """An append-only file: a header that says whose rows these are, then a JSON object a line, in order of arrival.

    A row counts once its line is whole and on disk. What a kill cut short is cut off when the file is opened again.

    Args:
        path: Made where it does not exist.
        job: What the rows depend on besides the images.

    Raises:
        BatchError: The file is the journal of another job, or no journal, or another process is at work on it.
        OSError: It cannot be written.
    """

    def __init__(self, path: Path, job: Mapping[str, str | None]) -> None:
        self._path = path
        self._file = path.open("a+b")  # made if it is not there, and never emptied under another process
        self._places: dict[str, tuple[int, int]] = {}
        try:
            _lock(self._file, path)
            self._resume(dict(job))
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, image: str) -> bool:
        return image in self._places

    def append(self, row: Row) -> None:
        """Add a row; it is on disk when this returns."""
        self._places[row["image"]] = self._write(row)

    def rows(self, images: Iterable[str]) -> Iterator[Row]:
        """The rows of some images, in that order."""
        for image in images:
            start, length = self._places[image]
            self._file.seek(start)
            yield json.loads(self._file.read(length))

    def remove(self) -> None:
        """Delete the file; the rows have found another home."""
        self._file.close()
        self._path.unlink()

    def _resume(self, job: Mapping[str, str | None]) -> None:
        end, owner = self._file.seek(0), None
        for line in self._file:
            row = _parse(line)
            if row is None:
                break
            if owner is None:
                owner = row
            elif not isinstance(row.get("image"), str):
                raise BatchError(f"{self._path} is not the journal of a batch, and would be overwritten")
            else:
                self._places[row["image"]] = end, len(line)
            end += len(line)
        if owner != job:
            if owner is not None and self._places:
                raise BatchError(f"{self._path} is of a batch {_difference(owner, job)}; remove it to start anew")
            end = 0  # that batch never got as far as a row
        self._file.truncate(end)
        if end == 0:
            self._write(job)
            sync_folder(self._path)

    def _write(self, row: Mapping[str, Any]) -> tuple[int, int]:
        """Where the line begins, and its length in bytes."""
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        return start, len(line)


def _parse(line: bytes) -> Row | None:
    """A whole line's object; None for what a kill, or a crash of the machine, has left of one."""
    try:
        row = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _difference(owner: Mapping[str, Any], job: Mapping[str, str | None]) -> str:
    began, goes_on = owner.get("docextract"), job.get("docextract")
    return "with another template or weights" if began == goes_on else f"of docextract {began}, and this is {goes_on}"


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        if sys.platform == "win32":
            file.seek(_BEYOND)  # bytes that are locked there cannot even be read by others
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter on Windows
        raise BatchError(f"another process is working on {path}") from None
