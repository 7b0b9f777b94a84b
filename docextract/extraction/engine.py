"""A template at work: from a page to a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import dropwhile, takewhile

from docextract.extraction.assembly import Findings, build_record
from docextract.extraction.candidates import Candidate, currency_of
from docextract.extraction.items import ItemCandidates, ends_with_amount, find_items
from docextract.extraction.lexicon import LabelMatch, Lexicon, phrase_keys
from docextract.extraction.locators import Scene, find_zone, locate
from docextract.extraction.rows import Layout, Row, build_layout
from docextract.extraction.solver import Choice, choose
from docextract.extraction.tagged import TaggedText, place_tags
from docextract.records import Record
from docextract.schema.record_type import record_type
from docextract.schema.template import FieldRule, LabelLocator, MrzLocator, TagLocator, Template
from docextract.tagging import Tagger, find_tagger
from ocr.document import Page

_HEADER_LABELS = 2  # labels of columns that make a row the header of a table


class Engine:
    """Extracts records by one template. Stateless after construction; threads may share it.

    Args:
        name: What records call the template.
        template: The template; kept as an attribute.
        tagger: Finds what the template's tags say. Without one, that of the package is used when the first page comes.
    """

    def __init__(self, name: str, template: Template, tagger: Tagger | None = None) -> None:
        self._name = name
        self.template = template
        self._record = record_type(name, template)
        self._lexicon = Lexicon(_phrases(template))
        self._modifiers = phrase_keys(template.modifiers)
        self._headers = phrase_keys(template.items.header if template.items else ())
        self._stops = _stop_keys(template)
        locators = [locator for rule in template.fields.values() for locator in rule.locate]
        self._asks_for_zone = any(isinstance(locator, MrzLocator) for locator in locators)
        self._asks_for_tags = any(isinstance(locator, TagLocator) for locator in locators)
        self._tagger = tagger

    def extract(self, page: Page) -> Record:
        """Fill the template's record from a page. What is missing or doubtful is among the record's issues."""
        layout = build_layout(page)
        labels: dict[int, list[LabelMatch]] = {row.index: [] for row in layout.rows}
        for match in self._lexicon.find(layout.rows):
            labels[match.span.row.index].append(match)
        header = self._header_row(labels)
        if header is not None:
            labels[header] = []  # the TOTAL above a column is not the total
        zone = find_zone(layout) if self._asks_for_zone else None
        scene = Scene(layout, labels, self._modifiers, zone=zone, tags=self._tags(layout, page))
        currencies, undecided = self._choose_currencies(scene)
        scene = replace(scene, currency=currency_of(next((c.value for c in currencies.values()), None)))
        rules = {name: rule for name, rule in self.template.fields.items() if rule.type != "currency"}
        choice = choose(rules, _locate_all(scene, rules), self.template.checks)
        findings = Findings(scene, choice | currencies, undecided, self._items(scene, header))
        return build_record(self._name, self.template, self._record, findings)

    def _tags(self, layout: Layout, page: Page) -> tuple[TaggedText, ...] | None:
        """What the tagger finds, if the template wants to know; None where there is no tagger."""
        if not self._asks_for_tags:
            return ()
        tagger = self._tagger or find_tagger()
        return None if tagger is None else place_tags(layout, page, tagger.tag(page))

    def _header_row(self, labels: Mapping[int, list[LabelMatch]]) -> int | None:
        """Index of the row that names the columns of the items."""
        for index, found in labels.items():
            if len({match.key for match in found} & self._headers) >= _HEADER_LABELS:
                return index
        return None

    def _choose_currencies(self, scene: Scene) -> tuple[Choice, list[Candidate]]:
        """The currencies, which decide how all else is read, and the marks that several currencies share."""
        rules = {name: rule for name, rule in self.template.fields.items() if rule.type == "currency"}
        choice = choose(rules, _locate_all(scene, rules), ())
        decided = {name: candidate for name, candidate in choice.items() if not candidate.alternatives}
        return decided, [candidate for candidate in choice.values() if candidate.alternatives]

    def _items(self, scene: Scene, header: int | None) -> list[ItemCandidates]:
        """Items between the header of their table, or without one the first amount, and the first sum."""
        rule = self.template.items
        if rule is None:
            return []
        start = 0 if header is None else header + 1
        rows = list(takewhile(lambda row: not self._is_sum(scene, row), scene.layout.rows[start:]))
        if header is None:
            rows = list(dropwhile(lambda row: not ends_with_amount(row, scene.currency), rows))
        return find_items(rows, rule.skip, scene.currency)

    def _is_sum(self, scene: Scene, row: Row) -> bool:
        return any(match.key in self._stops for match in scene.labels[row.index])


def _phrases(template: Template) -> Iterator[str]:
    yield from template.modifiers
    yield from template.distractors
    if template.items:
        yield from template.items.header
    for rule in template.fields.values():
        for locator in rule.locate:
            if isinstance(locator, LabelLocator):
                yield from (*locator.labels, *locator.unless)


def _stop_keys(template: Template) -> frozenset[str]:
    """Keys of the labels that end the table of items."""
    rules = [template.fields[name] for name in template.items.stop] if template.items else []
    locators = [locator for rule in rules for locator in rule.locate if isinstance(locator, LabelLocator)]
    return frozenset[str]().union(*(phrase_keys(locator.labels) for locator in locators))


def _locate_all(scene: Scene, rules: Mapping[str, FieldRule]) -> dict[str, list[Candidate]]:
    return {name: list(locate(scene, name, rule)) for name, rule in rules.items()}
