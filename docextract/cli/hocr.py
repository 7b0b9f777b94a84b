"""Pages as hOCR 1.2: HTML, well-formed as XML, whose `title` attributes say where everything stands.

Source: http://kba.github.io/hocr-spec/1.2/
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr.document import Block, Line, Page, Quad, Word

# Subtags of ISO 15924 for the scripts that cannot be read, after "und", a language that is not known (BCP 47).
_SUBTAGS = {"han": "Hani", "kana": "Hrkt", "cyrillic": "Cyrl", "greek": "Grek", "arabic": "Arab", "other": "Zzzz"}

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\udc80-\udcff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold. Halves of surrogate pairs stand for bytes of a name that are written as they were."""

_HEAD = """\
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<title>docextract</title>
<meta name="ocr-system" content="docextract"/>
<meta name="ocr-capabilities" content="ocr_page ocr_par ocr_line ocrx_word ocrp_lang"/>
</head>
<body>
"""


def hocr(pages: Iterable[tuple[str, Page]]) -> str:
    """One document of pages, each with the name of its image."""
    body = (line for number, (image, page) in enumerate(pages) for line in _page(image, page, number))
    return _HEAD + "\n".join([*body, "</body>\n</html>\n"])


def _page(image: str, page: Page, number: int) -> Iterator[str]:
    name = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", image.replace('"', "'"))
    yield _open("div", "ocr_page", f'image "{name}"; bbox 0 0 {page.width} {page.height}; ppageno {number}')
    for block in page.blocks:
        yield from _paragraph(block)
    yield "</div>"


def _paragraph(block: Block) -> Iterator[str]:
    yield _open("p", "ocr_par", _bbox(block.quad))
    for line in block.lines:
        yield _line(line)
    yield "</p>"


def _line(line: Line) -> str:
    # hOCR counts a text's angle against the clock; ours, with y downwards, goes with it.
    angle = -math.degrees(line.angle) % 360
    title = f"{_bbox(line.quad)}; textangle {angle:.1f}" if 0.5 < angle < 359.5 else _bbox(line.quad)
    return _open("span", "ocr_line", title) + " ".join(_word(word) for word in line.words) + "</span>"


def _word(word: Word) -> str:
    title = f"{_bbox(word.quad)}; x_wconf {round(100 * word.confidence)}"
    language = f"und-{_SUBTAGS[word.unreadable]}" if word.unreadable else ""
    return f"{_open('span', 'ocrx_word', title, language)}{escape(word.text)}</span>"


def _open(tag: str, kind: str, title: str, language: str = "") -> str:
    lang = f' lang="{language}"' if language else ""
    return f'<{tag} class="{kind}"{lang} title="{escape(title)}">'


def _bbox(quad: Quad) -> str:
    """Whole pixels that hold the quad, which hOCR wants upright and not negative."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    low, high = (max(0, math.floor(v)) for v in (min(xs), min(ys))), (max(0, math.ceil(v)) for v in (max(xs), max(ys)))
    return "bbox " + " ".join(str(v) for v in (*low, *high))
