"""What the commands share towards the shell: exit status, messages, output and progress."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO, TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Exit(IntEnum):
    """Exit status of the command; the text of `docextract --help` explains it."""

    OK = 0
    INCOMPLETE = 1
    USAGE = 2
    UNREADABLE = 3
    SETUP = 4


class UsageError(Exception):
    """The command line asks for what cannot be done, in a way that only the command itself can tell."""


def tell(message: str) -> None:
    """Write a message for people to standard error."""
    print(f"docextract: {message}", file=sys.stderr)


@contextmanager
def open_output(path: str) -> Iterator[TextIO]:
    """Standard output for `-`, otherwise the file; UTF-8 either way."""
    with ExitStack() as stack:
        if path == "-":
            stream = sys.stdout
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8")
        else:
            stream = stack.enter_context(Path(path).open("w", encoding="utf-8", newline=""))
        yield stream
        stream.flush()


def track(items: Sequence[str], description: str) -> Iterator[str]:
    """The items, with a progress bar on standard error where somebody is there to see it and it is in nobody's way."""
    if len(items) < 2 or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        yield from progress.track(items, description=description)
