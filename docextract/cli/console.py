"""What the commands share towards the shell: exit status, messages, output and progress."""

from __future__ import annotations

import argparse
import codecs
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO, TypeAlias

from docextract.atomic import atomic_file

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_ERRORS = "docextract.bytes_of_names"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Exit(IntEnum):
    """Exit status of the command; the text of `docextract --help` explains it."""

    OK = 0
    INCOMPLETE = 1
    USAGE = 2
    UNREADABLE = 3
    SETUP = 4


class UsageError(Exception):
    """The command line asks for what cannot be done, in a way that only the command itself can tell."""


def existing_folder(name: str) -> Path:
    """The type of an argument that names a folder to read from, which is told where it is not there."""
    if not Path(name).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {name!r}")
    return Path(name)


def tell(message: str) -> None:
    """Write a message for people to standard error, if anybody can be told there.

    Control characters, which names of files may hold and terminals obey, are replaced.
    """
    if sys.stderr is not None:  # otherwise `print` would write among the data
        print(f"docextract: {_CONTROLS.sub('?', message)}", file=sys.stderr)


@contextmanager
def open_output(path: str, inputs: Sequence[str] = (), *, by_line: bool = False) -> Iterator[TextIO]:
    r"""Standard output for `-`, otherwise the file; UTF-8 either way, whatever the locale.

    A file takes its name, and the place of what had it, when it is whole; with `by_line` it can be read as it grows.
    Bytes of a file's name that are no UTF-8 become `\udcff` and the like, from which JSON reads the name back.

    Raises:
        UsageError: Standard output is closed, or the file is one of the inputs.
    """
    if path != "-":
        check_is_no_input(Path(path), inputs)
    codecs.register_error(_ERRORS, _bytes_of_name)
    with ExitStack() as stack:
        if path == "-":
            stream = sys.stdout
            if stream is None:
                raise UsageError("standard output is closed")
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors=_ERRORS)
        else:
            file = stack.enter_context(_open_file(Path(path), by_line))
            stream = TextIOWrapper(file, encoding="utf-8", errors=_ERRORS, newline="", write_through=True)
        yield stream
        stream.flush()


def _open_file(path: Path, by_line: bool) -> AbstractContextManager[BinaryIO]:
    if by_line or (path.exists() and not path.is_file()):  # a device or a pipe is not to be replaced by a file
        return path.open("wb")
    return atomic_file(path.resolve() if path.is_symlink() else path)  # a link goes on leading where it led


def check_is_no_input(path: Path, inputs: Sequence[str]) -> None:
    """Whether an output would not be written over one of the inputs.

    Raises:
        UsageError: It would.
    """
    if path.exists() and any(Path(name).exists() and path.samefile(name) for name in inputs):
        raise UsageError(f"{path} is an input and would be overwritten")


def _bytes_of_name(error: UnicodeError) -> tuple[bytes, int]:
    """What is written of a name that Python could not decode by the locale: its bytes, if they are UTF-8."""
    assert isinstance(error, UnicodeEncodeError)
    undecoded = error.object[error.start : error.end]
    try:
        name = undecoded.encode("ascii", "surrogateescape")
        name.decode("utf-8")
    except UnicodeError:
        name = undecoded.encode("ascii", "backslashreplace")
    return name, error.end


def track(items: Sequence[str], description: str) -> Iterator[str]:
    """The items, with a progress bar on standard error where somebody is there to see it and it is in nobody's way."""
    visible = sys.stderr is not None and sys.stderr.isatty()
    if len(items) < 2 or not visible or (sys.stdout is not None and sys.stdout.isatty()):
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        yield from progress.track(items, description=description)


@contextmanager
def progress_bar(description: str, total: int) -> Iterator[Callable[[int], object]]:
    """A bar on standard error while it lasts, moved by calling with how much is done; none without a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn(description), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
