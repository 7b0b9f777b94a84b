"""Rendered documents as a perfect reader sees them, and the fields that their print means."""

from __future__ import annotations

from collections import defaultdict

import regex

from ocr.document import Block, Char, Line, Page, Quad, Word, bounding_quad
from ocr.geometry import FloatArray
from ocr.synthesis import PrintedText, RenderedPage


def perfect_page(rendered: RenderedPage) -> Page:
    """The page of a reader that makes no mistake."""
    lines = tuple(_line(text) for text in rendered.texts)
    height, width = rendered.image.shape[:2]
    return Page(width, height, (Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ())


def printed_fields(rendered: RenderedPage) -> dict[str, str]:
    """What is printed for each field, parts of one that runs over lines joined by spaces; labels are left out."""
    parts: dict[str, list[str]] = defaultdict(list)
    for text in rendered.texts:
        for start, end, field in text.spans:
            if not field.endswith(".label"):
                parts[field].append(text.text[start:end].strip())
    return {field: " ".join(found) for field, found in parts.items()}


def _line(text: PrintedText) -> Line:
    words = []
    for match in regex.finditer(r"\S+", text.text):
        quads = [_quad(quad) for quad in text.char_quads[match.start() : match.end()]]
        chars = tuple(Char(char, quad, 1.0) for char, quad in zip(match[0], quads, strict=True))
        quad: Quad = (quads[0][0], quads[-1][1], quads[-1][2], quads[0][3])
        words.append(Word(match[0], quad, 1.0, chars))
    return Line(tuple(words), _quad(text.quad), 1.0)


def _quad(points: FloatArray) -> Quad:
    a, b, c, d = points.tolist()
    return (a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1])
