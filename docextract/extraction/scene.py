"""A page as locators see it, and the patterns of templates on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import regex

from docextract.extraction.candidates import scan
from docextract.extraction.lexicon import LabelMatch
from docextract.extraction.literals import fold, needed_by
from docextract.extraction.machine_readable import Zone
from docextract.extraction.repeats import Vocabulary
from docextract.extraction.rows import Layout, Row, Span
from docextract.extraction.tagged import TaggedText
from docextract.extraction.zones import Frame
from docextract.records.base import Kind
from docextract.schema.patterns import compile_pattern
from docextract.values.currency import Currency
from docextract.values.reading import Reading

_PATTERN_SECONDS = 0.25  # for all matches in one row; a pattern of a user may be of any cost


@dataclass(frozen=True, repr=False, eq=False)
class Scene:
    """A page as locators see it.

    Attributes:
        layout: Its rows.
        labels: The template's phrases found on it, by row.
        modifiers: Keys of the phrases that do not come between a label and its value.
        currency: The currency of the page where it is known.
        zone: Its machine readable zone, where the template asks for one.
        frame: Where the template's own frame lies, where it has anchors that were found.
        tags: What the tagger found; None where the template asks for tags and there is no tagger.
        slow_patterns: Grows by every pattern that ran out of time.
        readings: Grows by the values of every stretch of print that was scanned: many labels share one.
        reread: Grows by every stretch of print in which what the reader thought of as well was tried.
        matching: Grows by whether each pattern was found in a text: many locators share one.
    """

    layout: Layout
    labels: Mapping[int, list[LabelMatch]]
    modifiers: frozenset[str]
    currency: Currency | None = None
    zone: Zone | None = None
    frame: Frame | None = None
    tags: tuple[TaggedText, ...] | None = ()
    slow_patterns: set[str] = field(default_factory=set)
    readings: dict[tuple[Kind, str], list[Reading[Any]]] = field(default_factory=dict, init=False)
    reread: list[Span] = field(default_factory=list, init=False)
    matching: dict[str, dict[str, bool]] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the page."""
        return Vocabulary(self.layout.rows)

    @cached_property
    def _texts(self) -> tuple[list[str], list[str]]:
        """The texts of the rows, and the same folded."""
        texts = [row.text for row in self.layout.rows]
        return texts, list(map(fold, texts))

    @cached_property
    def _together(self) -> tuple[str, ...]:
        """All of the page, and the same folded."""
        return tuple(map("\n".join, self._texts))

    def possible_rows(self, pattern: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Those of some rows that hold what every match of a pattern does."""
        needed = needed_by(pattern)
        if not needed.literals:
            return rows
        texts, page = self._texts[needed.folded], self._together[needed.folded]
        return [row for row in rows if needed.among(texts[row.index])] if needed.among(page) else ()

    def read(self, kind: Kind, text: str) -> list[Reading[Any]]:
        """The values of a type in a part of a row."""
        known = self.readings.get((kind, text))
        if known is None:
            known = self.readings[kind, text] = list(scan(kind, text, self.currency))
        return known


def has_label(scene: Scene, row: Row, keys: frozenset[str]) -> bool:
    """Whether a row has a label with one of some keys."""
    return any(match.key in keys for match in scene.labels[row.index])


def matches(scene: Scene, patterns: Iterable[str], text: str) -> bool:
    """Whether one of some patterns of the template matches somewhere in a text, within its time; see `search`."""
    return any(_matches(scene, pattern, text) for pattern in patterns)


def _matches(scene: Scene, pattern: str, text: str) -> bool:
    if pattern in scene.slow_patterns:
        return False
    known = scene.matching.setdefault(pattern, {})
    found = known.get(text)
    if found is None:
        found = known[text] = next(_finds(scene, pattern, text), None) is not None
    return found


def matching_rows(scene: Scene, patterns: Iterable[str], rows: Sequence[Row]) -> set[Row]:
    """Those of some rows that one of some patterns matches somewhere."""
    return {
        row for pattern in patterns for row in scene.possible_rows(pattern, rows) if _matches(scene, pattern, row.text)
    }


def search(scene: Scene, pattern: str, text: str) -> list[tuple[int, int]]:
    """Bounds of the group `value`, or else of the match, wherever a pattern matches.

    A pattern that ran out of time once is not tried again on the page, and leaves less time to all others.
    """
    return list(_finds(scene, pattern, text))


def _finds(scene: Scene, pattern: str, text: str) -> Iterator[tuple[int, int]]:
    if pattern not in scene.slow_patterns:
        compiled, group = _compile(pattern)
        try:
            for match in compiled.finditer(text, timeout=_PATTERN_SECONDS / (1 + len(scene.slow_patterns))):
                yield match.span(group)
        except TimeoutError:
            scene.slow_patterns.add(pattern)


@cache
def _compile(pattern: str) -> tuple[regex.Pattern[str], str | int]:
    """A pattern and the group of it that is asked for."""
    compiled = compile_pattern(pattern)
    return compiled, "value" if "value" in compiled.groupindex else 0
