"""Annotated images as `Page`s: `boxes/<stem>.csv` and `entities/<stem>.json`, as SROIE and its relatives lay them out.

A boxes file has one text instance a line, `x1,y1,x2,y2,x3,y3,x4,y4,text`: pixels of the image, clockwise from the top
left of the reading direction, the text being everything after the eighth comma. A page made of it is what a perfect
reader would return, and so separates the errors of extraction from those of reading.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.charset import fold
from ocr.document import Block, Line, Page, Point, Quad, Word, bounding_quad


def load_page(csv_path: Path, width: int, height: int) -> Page:
    """Build the page that an annotation describes, in a single block, with full confidence.

    Annotations know lines only: words take the part of the line's quad that corresponds to their share of characters.

    Args:
        csv_path: A boxes file. Instances without text are left out.
        width: Width of the annotated image in pixels.
        height: Its height in pixels.

    Raises:
        ValueError: A row does not begin with eight numbers.
    """
    rows = csv_path.read_text(encoding="utf-8-sig").splitlines()
    lines = tuple(line for row in rows if row.strip() and (line := parse_row(row)) is not None)
    blocks = (Block(lines=lines, quad=bounding_quad(line.quad for line in lines)),) if lines else ()
    return Page(width=width, height=height, blocks=blocks)


def read_boxes(csv_path: Path) -> tuple[NDArray[np.float32], list[str]]:
    """Quads (M, 4, 2) and texts of a boxes file, as arrays for training and scoring; see `load_page` for the rest."""
    lines = load_page(csv_path, 0, 0).lines
    quads = np.array([line.quad for line in lines], np.float32).reshape(-1, 4, 2)
    return quads, [line.text for line in lines]


def parse_row(row: str) -> Line | None:
    """A row of a boxes file, None where it has no text.

    Raises:
        ValueError: It does not begin with eight numbers.
    """
    parts = row.split(",", 8)
    if len(parts) != 9:
        raise ValueError("a row of a boxes file is eight numbers and a text")
    x = [float(part) for part in parts[:8]]
    quad: Quad = ((x[0], x[1]), (x[2], x[3]), (x[4], x[5]), (x[6], x[7]))
    texts = fold(parts[8]).split()
    return Line(words=_split(texts, quad), quad=quad, confidence=1.0) if texts else None


def find_image(folder: Path, stem: str) -> Path:
    """The image of a page, whatever its ending.

    Raises:
        FileNotFoundError: There is none.
    """
    for suffix in (".jpg", ".png", ".jpeg"):
        if (path := folder / "images" / f"{stem}{suffix}").is_file():
            return path
    raise FileNotFoundError(f"no image of page {stem}")


def load_entities(json_path: Path) -> dict[str, str]:
    """Fields of a document as its annotation gives them; only those that are strings."""
    data = json.loads(json_path.read_text(encoding="utf-8-sig"))
    return {str(name): value for name, value in data.items() if isinstance(value, str)}


def load_classes(json_path: Path) -> dict[str, tuple[str, ...]]:
    """Texts of a document by class, where its annotation lists them; empty for annotations of another kind."""
    data = json.loads(json_path.read_text(encoding="utf-8-sig"))
    return {str(name): tuple(values) for name, values in data.items() if isinstance(values, list)}


def _split(texts: list[str], quad: Quad) -> tuple[Word, ...]:
    """Words side by side along a quad, all characters and the spaces between words equally wide."""
    count = sum(map(len, texts)) + len(texts) - 1
    words, start = [], 0
    for text in texts:
        left, right = start / count, (start + len(text)) / count
        words.append(Word(text=text, quad=_slice(quad, left, right), confidence=1.0))
        start += len(text) + 1
    return tuple(words)


def _slice(quad: Quad, left: float, right: float) -> Quad:
    """Part of a quad between two fractions of its reading direction."""
    a, b, c, d = quad
    return (_between(a, b, left), _between(a, b, right), _between(d, c, right), _between(d, c, left))


def _between(p: Point, q: Point, t: float) -> Point:
    return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
