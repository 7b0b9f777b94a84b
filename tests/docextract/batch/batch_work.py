"""Work for the processes that the tests of batches start; they find this module by `sys.path`."""

from __future__ import annotations

import hashlib
import os
import signal
import struct
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ocr.errors import WeightsError


def open_digests(template: str | None, weights: str | None) -> Callable[[tuple[str, Path]], dict[str, Any]]:
    """Rows that take some milliseconds: the digest of a file, and an error for what is called bad."""
    return digest


def digest(task: tuple[str, Path]) -> dict[str, Any]:
    name, path = task
    time.sleep(0.02)
    if "bad" in name:
        return {"image": name, "error": {"code": "image_corrupt", "message": "the image is broken"}}
    issues = [{"code": "missing", "field": "total"}] if "blank" in name else []
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    found = {"template": "receipt", "digest": digest, "merchant": {"name": "스타커피"}}
    return {"image": name, "record": {**found, "items": [{"name": "물"}], "date": None, "issues": issues}}


def open_held_digests(marker: Path, template: str | None, weights: str | None) -> Callable[[tuple[str, Path]], Any]:
    """As `open_digests`, but what is called held waits until there is such a file."""
    return partial(digest_held, marker)


def digest_held(marker: Path, task: tuple[str, Path]) -> dict[str, Any]:
    while "held" in task[0] and not marker.exists():
        time.sleep(0.02)
    return digest(task)


def open_squares() -> Callable[[int], int]:
    return square


def square(number: int) -> int:
    return number * number


def open_killer(folder: Path) -> Callable[[int], int]:
    return partial(square_or_die, folder)


def square_or_die(folder: Path, number: int) -> int:
    """7 dies every time, 5 the first time."""
    mark = folder / str(number)
    if number == 7 or (number == 5 and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def open_cut_off() -> Callable[[int], int]:
    return square_or_be_cut_off


def square_or_be_cut_off(number: int) -> int:
    """7 dies in the middle of its answer."""
    if number == 7:
        Connection._send_bytes = send_half  # type: ignore[attr-defined]
    return square(number)


def send_half(connection: Connection, data: bytes) -> None:
    os.write(connection.fileno(), struct.pack("!i", len(data)) + data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def open_threads() -> Callable[[int], str | None]:
    return threads


def threads(number: int) -> str | None:
    return os.environ.get("OMP_NUM_THREADS")


def open_nothing() -> Callable[[int], int]:
    raise WeightsError("the weights are missing")


def open_and_die() -> Callable[[int], int]:
    os.kill(os.getpid(), signal.SIGKILL)
    return square
