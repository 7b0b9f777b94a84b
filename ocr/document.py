"""What the reader returns: `Page` > `Block` > `Line` > `Word` > `Char`.

Frame: pixels of the ORIGINAL image after its EXIF orientation was applied, x to the right, y down, (0, 0) the outer
corner of the top left pixel, so that the centre of that pixel is (0.5, 0.5). A `Quad` is four (x, y) points, clockwise
from the top left of the reading direction: a line that runs upwards starts at its own lower left.

`repr` of these classes shows sizes and counts only. Text that was read must not end up in a log by accident.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ocr.charset import UNREADABLE, Script, script_of
from ocr.errors import PageFormatError

SCHEMA_VERSION = 1

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Alternative = tuple[str, float]


@dataclass(frozen=True, slots=True, repr=False)
class Char:
    """One character.

    Attributes:
        text: The character.
        quad: Where it stands, see the module's frame.
        confidence: Probability in [0, 1] that the character is right.
        alternatives: Other readings of the same ink with their probabilities, best first.
        unreadable: The script of a character that the reader sees but cannot read; its text is U+FFFD then.
    """

    text: str
    quad: Quad
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    unreadable: Script | None = None

    @property
    def script(self) -> Script | None:
        """The script of a letter or digit, None for anything else."""
        return self.unreadable or next(map(script_of, self.text), None)

    def readings(self) -> dict[str, float]:
        """What it may be with the probabilities, first what it was read as."""
        return {self.text: self.confidence} | dict(self.alternatives)

    def read_as(self, text: str) -> Char:
        """The same ink read as something that is told from what it was read as by more than the ink.

        What it was read as becomes the first alternative, and the confidence is that of either.
        """
        others = self.readings()
        confidence = min(self.confidence + others.pop(text, 0.0), 1.0)
        return replace(self, text=text, confidence=confidence, alternatives=tuple(others.items()))

    def __repr__(self) -> str:
        return f"Char(confidence={self.confidence:.2f})"


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """Characters between two spaces. `chars` may be empty where a page comes from a source without character boxes."""

    text: str
    quad: Quad
    confidence: float
    chars: tuple[Char, ...] = ()

    @property
    def script(self) -> Script:
        """The script of most letters, "digits" where there is no letter, "other" where there are no digits either."""
        return _main_script(self._scripts())

    @property
    def unreadable(self) -> Script | None:
        """The script of the first character that cannot be read."""
        return next((char.unreadable for char in self.chars if char.unreadable), None)

    def _scripts(self) -> list[Script | None]:
        return [char.script for char in self.chars] or [script_of(char) for char in self.text]

    @classmethod
    def of(cls, chars: Sequence[Char], quad: Quad) -> Word:
        """The word that some characters make, at least one."""
        return cls("".join(char.text for char in chars), quad, mean_confidence(chars), tuple(chars))

    def spelt(self, chars: Sequence[Char]) -> Word:
        """The word with other characters in the place of its own, and the text that they make."""
        return replace(self, chars=tuple(chars), text="".join(char.text for char in chars))

    def __repr__(self) -> str:
        return f"Word({len(self.text)} characters, confidence={self.confidence:.2f})"


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """Words in reading order that share a baseline without a wide gap; the unit that the detector finds."""

    words: tuple[Word, ...]
    quad: Quad
    confidence: float

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def chars(self) -> tuple[Char, ...]:
        """The characters of all words, without the spaces."""
        return tuple(char for word in self.words for char in word.chars)

    @property
    def script(self) -> Script:
        """The script of most letters, "digits" where there is no letter, "other" where there are no digits either."""
        return _main_script(script for word in self.words for script in word._scripts())

    @property
    def height(self) -> float:
        """Mean length of the two sides across the reading direction, in pixels."""
        a, b, c, d = self.quad
        return (math.dist(a, d) + math.dist(b, c)) / 2

    @property
    def angle(self) -> float:
        """Reading direction in radians, 0 to the right and pi/2 downwards."""
        a, b, c, d = self.quad
        return math.atan2(b[1] - a[1] + c[1] - d[1], b[0] - a[0] + c[0] - d[0])

    def __repr__(self) -> str:
        return f"Line({len(self.words)} words, confidence={self.confidence:.2f})"


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """Lines that belong together as a paragraph, in reading order."""

    lines: tuple[Line, ...]
    quad: Quad

    @property
    def text(self) -> str:
        """The lines joined by newlines."""
        return "\n".join(line.text for line in self.lines)

    def __repr__(self) -> str:
        return f"Block({len(self.lines)} lines)"


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One image read.

    Attributes:
        width: Width of the upright original image in pixels.
        height: Its height in pixels.
        blocks: Paragraphs in reading order; empty for a blank page.
        metadata: Facts about the reading (never text of the document), such as the model's name.
    """

    width: int
    height: int
    blocks: tuple[Block, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[Block, ...]:
        """Another name of `blocks`."""
        return self.blocks

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in reading order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def chars(self) -> tuple[Char, ...]:
        """All characters in reading order, without the spaces."""
        return tuple(char for line in self.lines for char in line.chars)

    @property
    def text(self) -> str:
        """The blocks joined by empty lines."""
        return "\n\n".join(block.text for block in self.blocks)

    def export(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, ready for JSON. `from_dict` is its inverse."""
        return {
            "schema_version": SCHEMA_VERSION,
            "width": self.width,
            "height": self.height,
            "metadata": dict(self.metadata),
            "blocks": [_export_block(block) for block in self.blocks],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Page:
        """Build a page from what `export` returned.

        Raises:
            PageFormatError: A key is missing, a value has the wrong type or is not finite, or the version is unknown.
        """
        try:
            if data["schema_version"] != SCHEMA_VERSION:
                raise PageFormatError("the page has an unknown schema_version")
            blocks = tuple(
                Block(lines=tuple(_load_line(line) for line in block["lines"]), quad=_load_quad(block["quad"]))
                for block in data["blocks"]
            )
            width, height = _load_side(data["width"]), _load_side(data["height"])
            metadata = {str(key): str(value) for key, value in data.get("metadata", {}).items()}
        except PageFormatError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise PageFormatError("the page does not have the shape that Page.export writes") from None
        return cls(width=width, height=height, blocks=blocks, metadata=metadata)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __repr__(self) -> str:
        return f"Page({self.width}x{self.height}, {len(self.lines)} lines)"


def part_by_direction(lines: Iterable[Line], angle: float) -> tuple[list[Line], list[Line]]:
    """Lines that run along an angle in radians, and those that run across it.

    These are turned by more than 45 degrees against it; a character or two have no direction to speak of.
    """
    along: list[Line] = []
    across: list[Line] = []
    for line in lines:
        turned = abs(math.remainder(line.angle - angle, math.tau)) > math.pi / 4
        long = math.dist(line.quad[0], line.quad[1]) > 1.5 * line.height
        (across if turned and long else along).append(line)
    return along, across


def mean_confidence(chars: Iterable[Char]) -> float:
    """Geometric mean of the confidences of some characters, at least one."""
    logs = [math.log(max(char.confidence, 1e-6)) for char in chars]
    return math.exp(sum(logs) / len(logs))


def bounding_quad(quads: Iterable[Quad]) -> Quad:
    """Smallest upright rectangle around some quads.

    Raises:
        ValueError: There is no quad.
    """
    points = [point for quad in quads for point in quad]
    if not points:
        raise ValueError("no quads to bound")
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0, y1 = min(p[1] for p in points), max(p[1] for p in points)
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _main_script(scripts: Iterable[Script | None]) -> Script:
    counts = Counter(script for script in scripts if script is not None)
    return max(counts, key=lambda script: (script != "digits", counts[script]), default="other")


def _plain(quad: Quad) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in quad]


def _export_block(block: Block) -> dict[str, Any]:
    return {"quad": _plain(block.quad), "lines": [_export_line(line) for line in block.lines]}


def _export_line(line: Line) -> dict[str, Any]:
    return {
        "quad": _plain(line.quad),
        "confidence": round(line.confidence, 4),
        "script": line.script,
        "words": [_export_word(word) for word in line.words],
    }


def _export_word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "quad": _plain(word.quad),
        "confidence": round(word.confidence, 4),
        "chars": [
            {
                "text": char.text,
                "quad": _plain(char.quad),
                "confidence": round(char.confidence, 4),
                "alternatives": [[text, round(p, 4)] for text, p in char.alternatives],
            }
            | ({"unreadable": char.unreadable} if char.unreadable else {})
            for char in word.chars
        ],
    }


def _load_side(value: Any) -> int:
    side = int(value)
    if side != value or side < 1 or isinstance(value, bool):
        raise PageFormatError("the width and the height of a page must be whole numbers of pixels")
    return side


def _load_quad(data: Sequence[Sequence[float]]) -> Quad:
    points = tuple((float(x), float(y)) for x, y in data)
    if len(points) != 4 or not all(math.isfinite(v) for point in points for v in point):
        raise PageFormatError("a quad must be four finite points")
    return points[0], points[1], points[2], points[3]


def _load_line(data: Mapping[str, Any]) -> Line:
    return Line(
        words=tuple(_load_word(word) for word in data["words"]),
        quad=_load_quad(data["quad"]),
        confidence=_load_confidence(data["confidence"]),
    )


def _load_word(data: Mapping[str, Any]) -> Word:
    return Word(
        text=_load_text(data["text"]),
        quad=_load_quad(data["quad"]),
        confidence=_load_confidence(data["confidence"]),
        chars=tuple(
            Char(
                text=_load_text(char["text"]),
                quad=_load_quad(char["quad"]),
                confidence=_load_confidence(char["confidence"]),
                alternatives=tuple((_load_text(text), float(p)) for text, p in char.get("alternatives", ())),
                unreadable=_load_unreadable(char.get("unreadable")),
            )
            for char in data.get("chars", ())
        ),
    )


def _load_text(value: Any) -> str:
    if not isinstance(value, str):
        raise PageFormatError("a text must be a string")
    value.encode()  # half of a surrogate pair is no text: it could not be written again
    return value


def _load_unreadable(value: Any) -> Script | None:
    found = next((script for script in UNREADABLE if script == value), None)
    if found != value:
        raise PageFormatError("a script must be one of those that cannot be read")
    return found


def _load_confidence(value: Any) -> float:
    confidence = float(value)
    if not 0.0 <= confidence <= 1.0:
        raise PageFormatError("a confidence must lie in [0, 1]")
    return confidence
