"""How a template says where a value is: by label, by pattern, by type alone, by whole lines, by the MRZ, by tag."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice, pairwise, takewhile

import regex

from docextract.extraction.candidates import Candidate, holds_secret
from docextract.extraction.letterheads import find_letterheads
from docextract.extraction.lexicon import LabelMatch, phrase_keys
from docextract.extraction.names import closed_up, is_usual
from docextract.extraction.rows import CELL, Row, Span
from docextract.extraction.scene import Scene, matches, search
from docextract.extraction.second_thoughts import ASCII, PROVEN, REPAIRED, legible, reread, reread_rows
from docextract.extraction.spelling import respell, set_right
from docextract.records.base import Kind
from docextract.schema.locators import (
    AnyLocator,
    LabelLocator,
    LinesLocator,
    MrzLocator,
    PatternLocator,
    TagLocator,
    ZoneLocator,
)
from docextract.schema.template import FieldRule
from docextract.values.currency import currencies_of

_FARTHER = 0.85  # factor of the score for each value between the label and this one
_MOST_LETTERHEADS = 16  # of a page: by then the score is below the least that is ever taken
_OTHERWISE = 0.6  # factor of the score for what an amount less likely means
_BELOW = 0.8
_ROWS_BELOW = 2
_LOWEST_ROW = 3.0  # text heights under the label
_NEXT_ROW = 2.2  # the same, of a row that goes on with the one above it
_SURE = 0.85  # similarity of print that is no value because it is a label
_INSIDE = 0.7  # a label in the middle of a sentence
_BESIDE = 3  # cells of a row at most that is a value and its currency
_GROUP, _GROUPS = regex.compile(r"[\dOIlSB]{4,6}"), 4  # of a card number
_BROKEN = regex.compile(r"[\d*]-$")
_NOTHING: Mapping[str, str] = {}
_UNPROVEN = 0.6  # a value of a zone whose check digits do not all fit
_UNUSUAL = 0.8  # factor of the score of a name with syllables that names rarely have
_DISPROVED = 0.5  # one whose own check digit does not: rather what is printed beside the label


@dataclass(frozen=True, slots=True, repr=False)
class _Target:
    """The field that is looked for, and the page it is looked for on."""

    scene: Scene
    name: str
    kind: Kind

    def read(
        self,
        spans: Iterable[Span],
        find: str,
        weight: float,
        label: LabelMatch | None = None,
        shared: bool = False,
        also: Mapping[str, str] = _NOTHING,
    ) -> Iterator[Candidate]:
        """The values in stretches of print; behind a label each is less likely than the one before it."""
        for span in spans:
            text = printed = span.row.text[span.start : span.end]
            if self.kind in ASCII:
                text = legible(span)
            readings = self.scene.read(self.kind, text)
            if not readings and self.kind in PROVEN:
                reading = reread(self.kind, span, self.scene.reread)
                readings = [] if reading is None else [reading]
            for reading in readings:
                bounds = slice(reading.start, reading.end)
                candidate = Candidate(
                    field=self.name,
                    value=reading.value,
                    kind=self.kind,
                    spans=(Span(span.row, span.start + reading.start, span.start + reading.end),),
                    score=weight * reading.quality,
                    locator=find,
                    label=label,
                    alternatives=reading.alternatives,
                    repaired=reading.repaired or text[bounds] != printed[bounds],
                    shared=shared,
                    proven=self.kind in PROVEN and not reading.repaired,
                    also=tuple(also.items()),
                )
                yield candidate
                if self.kind == "money":
                    yield from _otherwise(candidate)
                weight *= 1.0 if label is None else _FARTHER


def _otherwise(candidate: Candidate) -> Iterator[Candidate]:
    """What an amount may mean as well, for sums to choose: of 100.000, a hundred or a hundred thousand."""
    meanings = (candidate.value, *candidate.alternatives)
    for value in candidate.alternatives:
        others = tuple(other for other in meanings if other != value)
        yield replace(candidate, value=value, score=_OTHERWISE * candidate.score, alternatives=others)


def locate(scene: Scene, name: str, rule: FieldRule) -> Iterator[Candidate]:
    """What all locators of a field propose; no plain text with a secret in it."""
    for candidate in _propose(_Target(scene, name, rule.type), rule):
        value = candidate.value
        if isinstance(value, str) and (right := set_right(value, rule, candidate.spans)) != value:
            candidate, value = replace(candidate, value=right, repaired=True), right
        if rule.names and isinstance(value, str) and (name := closed_up(value)) != value:
            candidate, value = replace(candidate, value=name), name
        if rule.past and isinstance(value, date):
            days = (value, *(day for day in candidate.alternatives if isinstance(day, date)))
            value, *others = (_of_last_century(day, candidate.spans[0].text) for day in days)
            candidate = replace(candidate, value=value, alternatives=tuple(others))
        if rule.unsigned and isinstance(value, Decimal):
            value = abs(value)
            meanings = tuple(abs(other) for other in candidate.alternatives if isinstance(other, Decimal))
            candidate = replace(candidate, value=value, alternatives=meanings)
        if rule.one_of and candidate.locator == "any" and value not in rule.one_of:
            continue
        if rule.names and isinstance(value, str) and not is_usual(value):
            candidate = replace(candidate, score=_UNUSUAL * candidate.score)
        if rule.type not in ("text", "identifier") or not isinstance(value, str) or not holds_secret(value):
            yield candidate


def _of_last_century(day: date, printed: str) -> date:
    """A day that has not come yet, but was printed with two digits of its year, a hundred years before."""
    return day if day <= date.today() or str(day.year) in printed else day.replace(year=day.year - 100)


def _propose(target: _Target, rule: FieldRule) -> Iterator[Candidate]:
    for locator in rule.locate:
        match locator:
            case LabelLocator():
                yield from _by_label(target, locator)
            case PatternLocator():
                yield from _by_pattern(target, locator)
            case AnyLocator():
                yield from _by_type(target, locator)
            case LinesLocator():
                yield from _by_lines(target, locator)
            case MrzLocator():
                yield from _by_mrz(target, locator)
            case TagLocator():
                yield from _by_tag(target, locator)
            case ZoneLocator():
                yield from _by_zone(target, locator)


def _by_label(target: _Target, locator: LabelLocator) -> Iterator[Candidate]:
    keys, barred = phrase_keys(locator.labels), phrase_keys(locator.unless)
    for label in (label for labels in target.scene.labels.values() for label in labels if label.key in keys):
        weight = locator.weight * label.similarity * (1.0 if label.leads else _INSIDE)
        for place in locator.where:
            spans = _right_of(target.scene, label, barred) if place == "right" else _below(target.scene, label)
            reach = weight * (1.0 if place == "right" else _BELOW)
            found = list(target.read(spans, locator.find, reach, label, locator.shared, locator.also))
            if locator.form is not None:
                found = [c for c in found if matches(target.scene, [locator.form], c.spans[0].text)]
            if locator.continued is not None:
                found = [_continued(target.scene, c, locator.continued) for c in found]
            yield from found
            if found:
                break


def _continued(scene: Scene, candidate: Candidate, pattern: str) -> Candidate:
    """A text with the rows below that go on with it."""
    rows, last = scene.layout.rows, candidate.spans[-1]
    left = last.row.cells[0].x0 - last.row.height
    for row in rows[last.row.index + 1 : last.row.index + 1 + _ROWS_BELOW]:
        above = candidate.spans[-1]
        if above.end < len(above.row.text.rstrip()) or row.y - above.row.y > _NEXT_ROW * above.row.height:
            break
        if row.cells[0].x0 < left or _holds_label(scene, row.whole):
            break
        if not (above.text.endswith(",") or matches(scene, [pattern], row.text)):
            break
        value = f"{candidate.value} {' '.join(row.text.split())}"
        candidate = replace(candidate, value=value, spans=(*candidate.spans, row.whole))
    return candidate


def _right_of(scene: Scene, label: LabelMatch, barred: frozenset[str]) -> Iterator[Span]:
    """The rest of the row up to the next label; nothing where a barred phrase follows the label."""
    row, end = label.span.row, len(label.span.row.text)
    labels = scene.labels[row.index]
    first = bisect_left(labels, label.span.end, key=lambda other: other.span.start)
    for other in map(labels.__getitem__, range(first, len(labels))):
        if other.key in barred:
            return
        if other.key not in scene.modifiers:
            end = other.span.start
            break
    if label.span.end < end:
        yield Span(row, label.span.end, end)


def _below(scene: Scene, label: LabelMatch) -> Iterator[Span]:
    """Cells under the label's cell, and one with the next row to itself but for a currency, unless they hold labels."""
    row = label.span.row
    head = row.cell_at(label.span.start)
    for lower in scene.layout.rows[row.index + 1 : row.index + 1 + _ROWS_BELOW]:
        if lower.y - row.y > _LOWEST_ROW * row.height:
            return
        few = lower.index == row.index + 1 and len(lower.cells) <= _BESIDE
        for cell, span in lower.cell_spans() if few else lower.cell_spans_across(head):
            others = (other.line.text for other in lower.cells if other is not cell)
            if (cell.overlaps(head) or all(map(currencies_of, others))) and not _holds_label(scene, span):
                yield span


def _holds_label(scene: Scene, span: Span) -> bool:
    """Whether something that is surely a label stands in a span."""
    labels = scene.labels.get(span.row.index, [])
    first = bisect_right(labels, span.start, key=lambda label: label.span.end)
    inside = takewhile(lambda label: label.span.start < span.end, islice(labels, first, None))
    return any(label.similarity > _SURE for label in inside)


def _by_pattern(target: _Target, locator: PatternLocator) -> Iterator[Candidate]:
    found = list(_as_read(target, locator))
    yield from found
    if not locator.reread or found:
        return
    rows = _rows(target.scene, locator.unless)
    for span, text in reread_rows(rows, lambda text: _found_in(target.scene, locator, text)):
        for reading in target.scene.read(target.kind, text):
            yield Candidate(
                field=target.name,
                value=reading.value,
                kind=target.kind,
                spans=(span,),
                score=REPAIRED * locator.weight * reading.quality,
                locator=locator.find,
                repaired=True,
                also=tuple(locator.also.items()),
            )


def _found_in(scene: Scene, locator: PatternLocator, text: str) -> list[tuple[int, int]]:
    """What a pattern finds in a row as it may be read: what spoils the row may have been misread as well."""
    found = list(search(scene, locator.pattern, text))
    return [] if found and matches(scene, locator.unless, text) else found


def _as_read(target: _Target, locator: PatternLocator) -> Iterator[Candidate]:
    rows = target.scene.layout.rows
    for row in target.scene.possible_rows(locator.pattern, rows[: math.ceil(locator.top * len(rows))]):
        found = search(target.scene, locator.pattern, row.text)
        for start, end in found if found and not matches(target.scene, locator.unless, row.text) else ():
            span = Span(row, start, end)
            if locator.value is None:
                yield from target.read([span], locator.find, locator.weight, shared=locator.shared, also=locator.also)
            else:
                yield Candidate(
                    field=target.name,
                    value=locator.value,
                    kind=target.kind,
                    spans=(span,),
                    score=locator.weight,
                    locator=locator.find,
                    shared=locator.shared,
                    also=tuple(locator.also.items()),
                )


def _by_type(target: _Target, locator: AnyLocator) -> Iterator[Candidate]:
    for row in target.scene.layout.rows:
        found = list(target.read([row.whole], locator.find, locator.weight, shared=locator.shared))
        if found and not matches(target.scene, locator.unless, row.text):  # rows without a value are the most
            yield from found
    if target.kind == "card_number":
        yield from _stacked(target, locator)
    if target.kind == "masked_number":
        yield from _wrapped(target, locator)


def _wrapped(target: _Target, locator: AnyLocator) -> Iterator[Candidate]:
    """Masked numbers that a narrow receipt breaks behind a hyphen."""
    for upper, lower in pairwise(_rows(target.scene, locator.unless)):
        if lower.index != upper.index + 1 or _BROKEN.search(upper.text) is None:
            continue
        middle = len(upper.text)
        for reading in target.scene.read(target.kind, upper.text + lower.text):
            if reading.start < middle < reading.end:
                spans = Span(upper, reading.start, middle), Span(lower, 0, reading.end - middle)
                # Rather than either of its halves.
                yield Candidate(target.name, reading.value, target.kind, spans, reading.quality, locator.find)


def _stacked(target: _Target, locator: AnyLocator) -> Iterator[Candidate]:
    """Card numbers whose groups of digits stand below each other, as on upright cards."""
    groups = [
        (cell, span)
        for row in _rows(target.scene, locator.unless)
        for cell, span in row.cell_spans()
        if _GROUP.fullmatch(span.text)
    ]
    for k, (first, _) in enumerate(groups):
        below = map(groups.__getitem__, range(k, len(groups)))
        column = list(islice((span for cell, span in below if abs(cell.x0 - first.x0) < first.height), _GROUPS))
        for reading in target.scene.read(target.kind, " ".join(span.text for span in column)):
            yield Candidate(
                field=target.name,
                value=reading.value,
                kind=target.kind,
                spans=tuple(column),
                score=locator.weight * reading.quality,
                locator=locator.find,
                repaired=reading.repaired,
            )


def _by_lines(target: _Target, locator: LinesLocator) -> Iterator[Candidate]:
    weight = locator.weight
    found = list(islice(find_letterheads(target.scene, locator), _MOST_LETTERHEADS))
    spelt = _spelt(target.scene, [span for spans in found for span in spans], locator.words)
    for spans in found:
        texts = list(islice(spelt, len(spans)))
        yield Candidate(
            field=target.name,
            value=" ".join(" ".join(texts).split()),
            kind=target.kind,
            spans=spans,
            score=weight,
            locator=locator.find,
            repaired=texts != [span.text for span in spans],
        )
        weight *= _FARTHER


def _spelt(scene: Scene, spans: Sequence[Span], words: tuple[str, ...]) -> Iterator[str]:
    """The texts of some print as the template and the rest of the page spell them."""
    return (scene.vocabulary.respell(text, words) for text in respell(spans, words))


def _by_mrz(target: _Target, locator: MrzLocator) -> Iterator[Candidate]:
    zone = target.scene.zone
    value = getattr(zone.mrz, locator.part) if zone is not None else None
    if zone is None or not value:
        return
    line, start, end = zone.mrz.place_of(locator.part)
    row = zone.rows[line]
    countable = len(row.text) == len(zone.mrz.lines[line]) and " " not in row.text and CELL not in row.text
    span = Span(row, start, end) if countable else row.whole
    fits = zone.mrz.checks.get(locator.part)
    trust = {True: 1.0, False: _DISPROVED, None: 1.0 if zone.mrz.valid else _UNPROVEN}[fits]
    yield Candidate(
        field=target.name,
        value=value,
        kind=target.kind,
        spans=(span,),
        score=locator.weight * trust,
        locator=locator.find,
        repaired=locator.part in zone.mrz.repaired,
        shared=True,
        proven=fits is True and locator.part not in zone.mrz.repaired,
        disproved=fits is False,
    )


def _by_tag(target: _Target, locator: TagLocator) -> Iterator[Candidate]:
    """Values inside the words of a tag."""
    for tagged in target.scene.tags or ():
        if tagged.tag == locator.tag:
            yield from _within(target, tagged.spans, locator.find, locator.weight * tagged.score)


def _by_zone(target: _Target, locator: ZoneLocator) -> Iterator[Candidate]:
    """Values inside a place of the template's frame."""
    frame = target.scene.frame
    if frame is not None:
        spans = tuple(frame.spans_in(locator.box, target.scene.layout))
        yield from _within(target, spans, locator.find, locator.weight * frame.support)


def _within(target: _Target, spans: tuple[Span, ...], find: str, weight: float) -> Iterator[Candidate]:
    """Values inside some print; a text is all of it, over however many rows."""
    if target.kind != "text":
        yield from target.read(spans, find, weight)
    elif spans:
        text = " ".join(" ".join(span.text for span in spans).split())
        yield Candidate(target.name, text, target.kind, spans, weight, find)


def _rows(scene: Scene, unless: Sequence[str]) -> Iterator[Row]:
    return (row for row in scene.layout.rows if not matches(scene, unless, row.text))
