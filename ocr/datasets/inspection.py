"""What is wrong with labelled pages, found before hours are spent on them; no message says what stands on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ocr import charset
from ocr.datasets.boxes import find_image, parse_row
from ocr.document import Quad
from ocr.errors import ImageError
from ocr.imaging import load_image


@dataclass(frozen=True, slots=True)
class Inspection:
    """What labelled pages hold.

    Attributes:
        problems: Messages that name a file and, where there is one, its line.
        texts: Number of labelled texts.
        unread: How many of them have a character beyond the charset: they teach where text stands, not what it says.
        unknown: Number of such characters.
        upper: Number of capital letters.
        lower: Number of small letters.
        spaces: Number of spaces.
    """

    problems: tuple[str, ...]
    texts: int
    unread: int
    unknown: int
    upper: int
    lower: int
    spaces: int


def inspect_pages(folder: Path, stems: Sequence[str]) -> Inspection:
    """Look through pages before training on them.

    Args:
        folder: Holds `images` and `boxes`.
        stems: Names of the pages.
    """
    problems: list[str] = []
    texts: list[str] = []
    for stem in stems:
        try:
            height, width = load_image(find_image(folder, stem)).shape[:2]
        except FileNotFoundError as error:
            problems.append(str(error))
            continue
        except ImageError as error:
            problems.append(f"the image of page {stem}: {error}")
            continue
        for found in _inspect_boxes(folder / "boxes" / f"{stem}.csv", width, height):
            (problems if found.is_problem else texts).append(found.text)
    if not texts and not problems:
        problems.append(f"none of the {len(stems)} pages has a labelled text")
    unknown = [sum(charset.encode(char) is None for char in text) for text in texts]
    letters = "".join(texts)
    return Inspection(
        problems=tuple(problems),
        texts=len(texts),
        unread=sum(map(bool, unknown)),
        unknown=sum(unknown),
        upper=sum(map(str.isupper, letters)),
        lower=sum(map(str.islower, letters)),
        spaces=letters.count(" "),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A transcript, or a message about a line of a boxes file."""

    text: str
    is_problem: bool = False


def _inspect_boxes(path: Path, width: int, height: int) -> Iterator[_Found]:
    name = f"boxes/{path.name}"
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        yield _Found(f"{name} is missing", is_problem=True)
        return
    except UnicodeDecodeError:
        yield _Found(f"{name} is not in UTF-8", is_problem=True)
        return
    for number, row in enumerate(rows, 1):
        try:
            line = parse_row(row) if row.strip() else None
        except ValueError:
            yield _Found(f"{name}:{number}: not eight numbers and a text", is_problem=True)
            continue
        if line is None:
            continue
        if problem := _problem_of(line.quad, width, height):
            yield _Found(f"{name}:{number}: {problem}", is_problem=True)
        else:
            yield _Found(line.text)


def _problem_of(quad: Quad, width: int, height: int) -> str | None:
    x, y = np.array(quad).T
    if not np.isfinite([x, y]).all():
        return "not eight numbers and a text"
    # Twice the signed area (shoelace formula); positive is clockwise where y runs down.
    if float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) <= 0:
        return "the corners do not go clockwise around an area"
    # Annotators overshoot the border a little, and clipping copes with that.
    overshoot = max(-x.min(), -y.min(), x.max() - width, y.max() - height)
    if overshoot > min(np.ptp(x), np.ptp(y)):
        return f"the box lies outside of the image, which has {width} x {height} pixels"
    return None
