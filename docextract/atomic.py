"""Files that are written completely or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file under a name of its own, and rename it once it is complete and on disk.

    It keeps the permissions of the file that it replaces. A draft that a kill left behind is overwritten next time.

    Raises:
        OSError: It cannot be written; `filename` is its name.
    """
    draft = draft_of(path)
    try:
        with draft.open("wb") as stream:
            with suppress(FileNotFoundError):
                draft.chmod(stat.S_IMODE(path.stat().st_mode))
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    sync_folder(path)


def draft_of(path: Path) -> Path:
    """The name of a file while it is being written."""
    return path.with_name(f"{path.name}.draft")


def sync_folder(path: Path) -> None:
    """Put the name of a file on disk: POSIX keeps names apart from contents."""
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
