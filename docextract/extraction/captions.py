"""Captions: labels in small print right above their values, as passports and identity cards have them.

They are the first print that a reader cannot read any more, so more is forgiven where one must be than elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from docextract.extraction.lexicon import LabelMatch, phrase_key
from docextract.extraction.rows import Layout, PlacedLine, Row

_SMALL = 0.85  # times as high as the print below it a caption is at most
_ALIKE = 0.7  # part of its letters that is read right at least
_AHEAD = 0.1  # of the next caption that it may be


def find_captions(layout: Layout, found: Iterable[LabelMatch], fields: Sequence[frozenset[str]]) -> list[LabelMatch]:
    """Captions that are misread too much to be found as labels.

    Args:
        layout: The page.
        found: Labels that were found on it.
        fields: The keys of each field's captions; of a field that has its label none is looked for.
    """
    found = list(found)
    missing = [keys for keys in fields if not any(label.key in keys for label in found)]
    captions = []
    for row, lower in pairwise(layout.rows):
        for cell, span in row.cell_spans():
            if _is_above(cell, lower) and not any(label.span.overlaps(span) for label in found):
                nearest = _nearest(phrase_key(span.text), missing)
                if nearest is not None:
                    captions.append(LabelMatch(span, *nearest, leads=True))
    return captions


def _is_above(cell: PlacedLine, lower: Row) -> bool:
    """Whether larger print stands below a cell."""
    below = [other for other in lower.cells if other.x0 < cell.x1 and cell.x0 < other.x1]
    return any(cell.height <= _SMALL * other.height for other in below)


def _nearest(key: str, fields: Sequence[frozenset[str]]) -> tuple[str, float] | None:
    """The caption of a field that a text is most like, and how much; None where two fields may be meant."""
    similar = Levenshtein.normalized_similarity
    best = sorted((max((similar(key, caption), caption) for caption in keys) for keys in fields), reverse=True)
    if not best or best[0][0] < _ALIKE or (len(best) > 1 and best[0][0] - best[1][0] < _AHEAD):
        return None
    return best[0][1], best[0][0]
