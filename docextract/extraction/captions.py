"""Captions: labels in small print right above their values, as passports and identity cards have them.

They are the first print that a reader cannot read any more, so more is forgiven where one must be than elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from docextract.extraction.lexicon import LabelMatch, phrase_key
from docextract.extraction.rows import Layout, PlacedLine, Row, Span

_SMALL = 0.85  # times as high as the print below it a caption is at most
_ALIKE = 0.7  # part of its letters that is read right at least
_AHEAD = 0.1  # of the next caption that it may be
_LEAST = 0.25  # part of its letters that is read right at least where its neighbour is that of the field beside its own
_TOGETHER = 0.9  # and that of both captions together
_ROWS_BETWEEN = range(2, 5)  # from a caption to the next one in its column: the value, and what else is read there


@dataclass(frozen=True, slots=True, repr=False)
class _Caption:
    """A cell that may be a caption, and the label that it holds if it is known."""

    cell: PlacedLine
    span: Span
    label: LabelMatch | None


def find_captions(layout: Layout, found: Iterable[LabelMatch], fields: Sequence[frozenset[str]]) -> list[LabelMatch]:
    """Captions that are misread too much to be found as labels.

    Args:
        layout: The page.
        found: Labels that were found on it.
        fields: The keys of each field's captions, in the order of the print as far as it is known; of a field that has
            its label none is looked for.
    """
    found = list(found)
    missing = [keys for keys in fields if not any(label.key in keys for label in found)]
    if not missing:
        return []
    labels = _by_place(found)
    captions = []
    for row, lower in pairwise(layout.rows):
        for cell, span in row.cell_spans():
            if _is_above(cell, lower) and _label_in(span, labels) is None:
                nearest = _nearest(phrase_key(span.text), missing)
                if nearest is not None:
                    captions.append(LabelMatch(span, *nearest, leads=True))
    return captions + list(_find_in_order(layout, [*found, *captions], fields))


def _find_in_order(
    layout: Layout, known: Sequence[LabelMatch], fields: Sequence[frozenset[str]]
) -> Iterator[LabelMatch]:
    """Captions that are told by the one above or below them, as those of surname and given names are."""
    missing = [keys for keys in fields if not any(label.key in keys for label in known)]
    for upper, lower in _neighbours(layout, known):
        pairs = [pair for pair in pairwise(fields) if pair[0] in missing or pair[1] in missing]
        likely = [(_likeness(upper, one, missing), _likeness(lower, other, missing)) for one, other in pairs]
        best = max(range(len(pairs)), key=lambda k: min(likely[k]), default=None)
        if best is None or min(likely[best]) < _LEAST or sum(likely[best]) < _TOGETHER:
            continue
        for caption, keys in zip((upper, lower), pairs[best], strict=True):
            if caption.label is None:
                missing.remove(keys)
                similarity, key = _most_like(phrase_key(caption.span.text), keys)
                yield LabelMatch(caption.span, key, similarity, leads=True)


def _neighbours(layout: Layout, known: Sequence[LabelMatch]) -> Iterator[tuple[_Caption, _Caption]]:
    """Captions right below each other, with room for a value in between."""
    labels = _by_place(known)
    captions = [
        _Caption(cell, span, label)
        for row, lower in pairwise(layout.rows)
        for cell, span in row.cell_spans()
        if (label := _label_in(span, labels)) is not None or _is_above(cell, lower)
    ]
    for k, upper in enumerate(captions):
        lower = next((other for other in captions[k + 1 :] if upper.cell.overlaps(other.cell)), None)
        if lower is not None and lower.span.row.index - upper.span.row.index in _ROWS_BETWEEN:
            yield upper, lower


def _by_place(labels: Iterable[LabelMatch]) -> dict[tuple[int, int], LabelMatch]:
    """Labels by row and character: a page may have thousands of them."""
    return {(label.span.row.index, k): label for label in labels for k in range(label.span.start, label.span.end)}


def _label_in(span: Span, labels: Mapping[tuple[int, int], LabelMatch]) -> LabelMatch | None:
    """The first label in a span."""
    places = ((span.row.index, k) for k in range(span.start, span.end))
    return next((labels[place] for place in places if place in labels), None)


def _likeness(caption: _Caption, keys: frozenset[str], missing: Sequence[frozenset[str]]) -> float:
    """How much a caption is like that of a field: entirely if it is its label, not at all if rather another's."""
    if caption.label is not None:
        return float(caption.label.key in keys)
    alike = {other: _most_like(phrase_key(caption.span.text), other)[0] for other in missing}
    return alike[keys] if keys in alike and alike[keys] == max(alike.values()) else 0.0


def _is_above(cell: PlacedLine, lower: Row) -> bool:
    """Whether larger print stands below a cell."""
    return any(cell.height <= _SMALL * other.height for other, _ in lower.cell_spans_across(cell))


def _nearest(key: str, fields: Sequence[frozenset[str]]) -> tuple[str, float] | None:
    """The caption of a field that a text is most like, and how much; None where two fields may be meant."""
    best = sorted((_most_like(key, keys) for keys in fields), reverse=True)
    if not best or best[0][0] < _ALIKE or (len(best) > 1 and best[0][0] - best[1][0] < _AHEAD):
        return None
    return best[0][1], best[0][0]


def _most_like(key: str, captions: frozenset[str]) -> tuple[float, str]:
    """The caption that a text is most like, behind how much."""
    return max((Levenshtein.normalized_similarity(key, caption), caption) for caption in captions)
