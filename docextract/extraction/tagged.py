"""The tagger's entities as spans of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docextract.extraction.rows import Layout, Row, Span
from docextract.tagging import Tag
from ocr.document import Page


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class TaggedText:
    """An entity.

    Attributes:
        tag: What the tagger says it is.
        spans: Where it stands, words side by side in one span, in the tagger's order.
        score: How sure the tagger is, in [0, 1].
    """

    tag: str
    spans: tuple[Span, ...]
    score: float


def place_tags(layout: Layout, page: Page, tags: Sequence[Tag]) -> tuple[TaggedText, ...]:
    """Find the words of tags among the rows."""
    places = {id(word): (row, k) for row in layout.rows for k, (_, word) in enumerate(row.words)}
    words = page.words
    return tuple(
        TaggedText(tag.field, _spans([places[id(words[index])] for index in tag.words]), tag.score) for tag in tags
    )


def _spans(places: Sequence[tuple[Row, int]]) -> tuple[Span, ...]:
    """Words as pairs of row and position in it, neighbours joined."""
    spans: list[Span] = []
    before: tuple[Row, int] | None = None
    for row, k in places:
        start, word = row.words[k]
        end = start + len(word.text)
        if before == (row, k - 1):
            spans[-1] = Span(row, spans[-1].start, end)
        else:
            spans.append(Span(row, start, end))
        before = row, k
    return tuple(spans)
