"""Going through the images named on a command line, where one that cannot be read never loses the others."""

from __future__ import annotations

import argparse
import errno
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TextIO, TypeVar

from docextract.cli.console import Exit, UsageError, tell, track
from docextract.failures import Failure, attempt

if TYPE_CHECKING:
    from ocr.imaging import Image
    from ocr.reader import Reader

T = TypeVar("T")

# No string of JSON has a line break in it, so this can be nothing else than a list of numbers.
_NUMBERS_ON_LINES = re.compile(r"\[\n\s*([-+.\deE,\s]+?)\n\s*\]")


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Generic[T]):
    """What came of one image.

    Attributes:
        image: Its name on the command line.
        result: What the work on it returned, or why there is nothing.
    """

    image: str
    result: T | Failure


def add_image_arguments(parser: argparse.ArgumentParser, *, several: bool = True) -> None:
    """The arguments of every command that reads images."""
    help_text = "an image, PDF or TIFF file, or - for standard input"
    parser.add_argument("images", metavar="IMG", nargs="+" if several else 1, help=help_text)
    add_model_arguments(parser)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that reads here and now."""
    add_weights_argument(parser)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where the model runs")


def add_weights_argument(parser: argparse.ArgumentParser) -> None:
    """The argument of every command that has a model."""
    parser.add_argument("--weights", metavar="DIR", help="of the model, instead of those of the package")


def open_reader(device: str, weights: str | None = None) -> Reader:
    """The reader with the weights of a folder, by default the bundled ones.

    Raises:
        UsageError: There is no such device here.
        WeightsError: The weights are missing or damaged.
    """
    from ocr.errors import DeviceError
    from ocr.reader import Reader

    try:
        return Reader(weights, device=device)
    except DeviceError as error:
        raise UsageError(str(error)) from None


def each_image(images: Sequence[str], work: Callable[[Image], T]) -> Iterator[Outcome[T]]:
    """Do the work on one image after the other; one that cannot be read is told on standard error."""
    from ocr.imaging import load_image

    return _each(images, lambda source: work(load_image(source)))


def each_document(images: Sequence[str], work: Callable[[Iterator[Image]], T]) -> Iterator[Outcome[T]]:
    """As `each_image`, with all pages of each."""
    from ocr.imaging import load_pages

    return _each(images, lambda source: work(load_pages(source)))


def _each(names: Sequence[str], work: Callable[[str | BinaryIO], T]) -> Iterator[Outcome[T]]:
    def work_on(name: str) -> T:
        return work(_standard_input() if name == "-" else name)

    for name in track(names, "reading"):
        outcome = Outcome(name, attempt(partial(work_on, name)))
        if isinstance(outcome.result, Failure):
            tell(f"{name}: {outcome.result.message}")
        yield outcome


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def to_entries(outcomes: Iterable[Outcome[T]], key: str, export: Callable[[T], Any]) -> Iterator[dict[str, Any]]:
    """JSON's side of outcomes: `{"image": ..., key: ...}`, or `{"image": ..., "error": ...}`."""
    for outcome in outcomes:
        if isinstance(outcome.result, Failure):
            yield {"image": outcome.image, "error": asdict(outcome.result)}
        else:
            yield {"image": outcome.image, key: export(outcome.result)}


def write_json(entries: Iterable[dict[str, Any]], stream: TextIO) -> None:
    """Write the bare result of a single image, or the list of several entries. Each point takes one line, not four."""
    data: Any = list(entries)
    if len(data) == 1:
        _, data = data[0].values()
    text = json.dumps(data, ensure_ascii=False, indent=2)
    print(_NUMBERS_ON_LINES.sub(lambda numbers: f"[{' '.join(numbers[1].split())}]", text), file=stream)


def write_json_lines(entries: Iterable[dict[str, Any]], stream: TextIO) -> None:
    """One entry a line, each as soon as it is there."""
    for entry in entries:
        print(json.dumps(entry, ensure_ascii=False), file=stream, flush=True)


def worst(statuses: Sequence[Exit]) -> Exit:
    """The status that a caller most needs to know of: unreadable before incomplete before done."""
    return max(statuses, default=Exit.OK)
