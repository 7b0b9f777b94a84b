"""A template at work: from a page to a record."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

import regex

from docextract.extraction.arithmetic import reconcile
from docextract.extraction.assembly import Findings, build_record
from docextract.extraction.candidates import Candidate, currency_of
from docextract.extraction.captions import find_captions
from docextract.extraction.charges import (
    Element,
    find_discounts,
    find_taxes,
    needed_minuses,
    net_of,
    trailing_minuses,
)
from docextract.extraction.date_order import find_between
from docextract.extraction.implied import told_by_sums
from docextract.extraction.items import ItemCandidates, find_items, from_first_item, has_amount, is_product, last_amount
from docextract.extraction.lexicon import LabelMatch, Lexicon, phrase_keys
from docextract.extraction.locators import locate
from docextract.extraction.machine_readable import find_zone
from docextract.extraction.payments import (
    agreeing_payments,
    find_payments,
    with_amount,
    with_particulars,
    without_minus,
)
from docextract.extraction.rows import Layout, Row, build_layout
from docextract.extraction.scene import Scene, has_label, matches, matching_rows
from docextract.extraction.solver import Choice, Verdict, agreeing, chosen, judge
from docextract.extraction.sums import propose_sums
from docextract.extraction.tables import find_tables
from docextract.extraction.tagged import TaggedText, place_tags
from docextract.extraction.zones import find_frame
from docextract.records import Record
from docextract.schema.locators import LabelLocator, MrzLocator, TagLocator
from docextract.schema.record_type import record_type
from docextract.schema.template import FieldRule, ItemsRule, Template
from docextract.tagging import Tagger, find_tagger
from docextract.values.currency import Currency, common_currency
from ocr.document import Page

_HEADER_LABELS = 2  # labels of columns that make a row the header of a table
_WORDS_BEHIND = regex.compile(r"[^\t\d]*\p{L}{2}")
_COUNT = regex.compile(r"(?<![^\s:=])\d+\s*(?:\t|$)")  # ends a cell that says how many items there are
_CENTS = regex.compile(r"(?<=\d)[.,](?=\d\d(?![\d.,]))")
_END = regex.compile(r"\p{L}{2}.*\t(?:\p{Sc} ?)?(?:(?P<cents>\d+[.,]\d\d)|(?P<whole>[1-9]\d{2,5}))\W*\p{L}?\W*$")
_WHOLE = 4  # rows that end with whole numbers by which a page has no cents
_SHORT = 2  # letters of a label that is one of a sum only where it begins the row: T1 behind an item is its tax
_MOST = 40_960
"""Characters of a page that are looked at: a receipt of 500 items has 30,000, a densely printed sheet 10,000, and a
page made to be slow as many as it likes."""
_SHORTEST = 10  # characters that a word counts as at least: a short one takes as long


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
        self._stops = _label_keys(template, template.items.stop if template.items else ())
        self._taxes = _label_keys(template, [template.items.taxes] if template.items else ())
        self._distractors = phrase_keys(template.distractors)
        self._methods = phrase_keys(template.items.methods if template.items else ())
        self._discounts = _label_keys(template, [template.items.discounts] if template.items else ())
        money = [name for name, rule in template.fields.items() if rule.type == "money"]
        self._sums = _label_keys(template, money) - self._methods
        locators = [locator for rule in template.fields.values() for locator in rule.locate]
        self._captions = _captions(template)
        self._asks_for_zone = any(isinstance(locator, MrzLocator) for locator in locators)
        self._asks_for_tags = any(isinstance(locator, TagLocator) for locator in locators)
        kinds = {rule.type for rule in template.fields.values()}
        kinds |= {column.type for table in template.tables.values() for column in table.columns.values()}
        self._amounts_alone = "money" in kinds and "currency" not in kinds  # it asks for no currency to tell them by
        self._tagger = tagger

    def extract(self, page: Page) -> Record:
        """Fill the template's record from a page. What is missing or doubtful is among the record's issues."""
        return build_record(self._name, self.template, self._record, self.find(page))

    def find(self, page: Page) -> Findings:
        """What the template finds on a page, before it is a record."""
        looked_at = _without_middle(page)
        findings = reconcile(looked_at, self.template, self._find)
        return replace(findings, left_out=len(page.words) - len(looked_at.words))

    def _find(self, page: Page) -> Findings:
        """What it finds on a page as it was read."""
        layout = build_layout(page, columns=self.template.columns)
        labels: dict[int, list[LabelMatch]] = {row.index: [] for row in layout.rows}
        matches = self._lexicon.find(layout.rows)
        matches += find_captions(layout, matches, self._captions)
        frame = find_frame(self.template.anchors, matches)
        for match in sorted(matches, key=lambda match: match.span.start):
            labels[match.span.row.index].append(match)
        zone = find_zone(layout) if self._asks_for_zone else None
        scene = Scene(layout, labels, self._modifiers, zone=zone, frame=frame, tags=self._tags(layout, page))
        header = self._header_row(scene)
        if header is not None:
            labels[header].clear()  # the TOTAL above a column is not the total
        currencies, undecided, judged = self._choose_currencies(scene)
        code = next((c.value for c in currencies.values()), None)
        if self._amounts_alone:
            code = common_currency(row.text for row in layout.rows)
        scene = replace(scene, currency=_as_used(currency_of(code), layout) or _without_cents(layout))
        rules = {name: rule for name, rule in self.template.fields.items() if rule.type != "currency"}
        items = self._item_rows(scene, header, self.template.items) if self.template.items is not None else ()
        found = self._items(scene, items)
        tables = self._tables(scene, items, found) | find_tables(self.template.tables, scene)
        taken_off = {c.position[0] for path, c in tables.items() if path.startswith("discounts.")}
        below = [row for row in scene.layout.rows[items[-1].index + 1 if items else 0 :] if row.index not in taken_off]
        payments = find_payments(scene, below, self._methods)
        candidates = _without_items(_locate_all(scene, rules), tables, header)
        propose_sums(self.template, candidates, tables, payments, net_of(found))
        verdicts, told = self._judge(rules, candidates, tables)
        choice, paid = self._settle_payments(scene, chosen(verdicts), payments)
        choice |= find_between(scene, self.template.order, choice, verdicts)
        sums, _ = agreeing(choice, self.template.checks)
        settled = {name: ", ".join(sums[name]) for name in told & sums.keys() if choice[name].repaired}
        return Findings(scene, choice | currencies, undecided, tables | paid, (*judged, *verdicts), settled)

    def _judge(
        self, rules: Mapping[str, FieldRule], candidates: Mapping[str, Sequence[Candidate]], tables: Choice
    ) -> tuple[list[Verdict], set[str]]:
        """Verdicts on all candidates and on what sums tell that some of them should be, and the fields of these."""
        verdicts = judge(rules, candidates, self.template.checks)
        items = [c for path, c in tables.items() if path.startswith("items.") and path.endswith(".total")]
        paid = self.template.items.payments if self.template.items is not None else None
        told = told_by_sums(verdicts, self.template.checks, items, paid)
        if not told:
            return verdicts, set()
        misread = {(candidate.field, candidate.position) for candidate in told}
        kept = {name: [c for c in found if (name, c.position) not in misread] for name, found in candidates.items()}
        for candidate in told:
            kept[candidate.field].append(candidate)
        return judge(rules, kept, self.template.checks), {candidate.field for candidate in told}

    def _tags(self, layout: Layout, page: Page) -> tuple[TaggedText, ...] | None:
        """What the tagger finds, if the template wants to know; None where there is no tagger."""
        if not self._asks_for_tags:
            return ()
        tagger = self._tagger or find_tagger()
        return None if tagger is None else place_tags(layout, page, tagger.tag(page))

    def _header_row(self, scene: Scene) -> int | None:
        """Index of the row that names the columns of the items; what comes behind a sum is a summary of its own."""
        for row in scene.layout.rows:
            keys = {match.key for match in scene.labels[row.index]}
            priced = _COUNT.search(row.text) or has_amount(scene, row)
            if len(keys & self._headers) >= _HEADER_LABELS and not priced:
                return row.index
            if keys & self._stops and has_amount(scene, row):
                return None
        return None

    def _choose_currencies(self, scene: Scene) -> tuple[Choice, list[Candidate], list[Verdict]]:
        """The currencies, which decide how all else is read, the marks that several share, and all verdicts."""
        rules = {name: rule for name, rule in self.template.fields.items() if rule.type == "currency"}
        verdicts = judge(rules, _locate_all(scene, rules), ())
        choice = chosen(verdicts)
        decided = {name: candidate for name, candidate in choice.items() if not candidate.alternatives}
        return decided, [candidate for candidate in choice.values() if candidate.alternatives], verdicts

    def _items(self, scene: Scene, rows: Sequence[Row]) -> list[ItemCandidates]:
        """The items in the rows of their table. What is taken off one of them has no label of a sum."""
        items = _items(scene, rows, self.template.items) if self.template.items is not None else []
        for item in items:
            for span in item.discount.spans if item.discount is not None else ():
                scene.labels[span.row.index].clear()
        return items

    def _tables(self, scene: Scene, rows: Sequence[Row], items: Sequence[ItemCandidates]) -> Choice:
        """The items, and the taxes and discounts that are not theirs."""
        rule = self.template.items
        if rule is None:
            return {}
        inside = {row.index for row in rows}
        others = [row for row in scene.layout.rows if row.index not in inside]
        taxes = find_taxes(scene, others, self._taxes) if rule.taxes else []
        labels = self._discounts, rule.discount, self._sums
        discounts = find_discounts(scene, others, *labels, items) if rule.discounts else []
        return _paths({"items": [item.parts() for item in items], "taxes": taxes, "discounts": discounts})

    def _settle_payments(self, scene: Scene, choice: Choice, found: Sequence[Element]) -> tuple[Choice, Choice]:
        """The choice without payments, and the payments: those that make what was paid, with what is known of cards."""
        rule = self.template.items
        if rule is None or rule.payments is None:
            return choice, {}
        known: dict[str, Element] = {}
        for path in [path for path in choice if path.startswith("payments.")]:
            _, index, part = path.split(".")
            known.setdefault(index, {})[part] = choice[path]
        paid = choice.get(rule.payments)
        payments = with_particulars(
            agreeing_payments(found, paid.value if paid is not None else None),
            list(known.values()),
            lambda payment: matches(scene, rule.cash, str(payment["method"].value)),
        )
        owed = self._owed(choice, rule.payments)
        if len(payments) == 1:
            payments = [with_amount(scene, payments[0], owed)]
        rest = {path: candidate for path, candidate in choice.items() if not path.startswith("payments.")}
        settled = _paths({"payments": payments})
        if any(sum_.amount < 0 for sum_ in owed):  # a refund: what was paid may be negative as well
            return rest, settled
        if paid is not None:
            rest |= without_minus({rule.payments: paid})
        return rest, without_minus(settled)

    def _owed(self, choice: Choice, payments: str) -> list[Candidate]:
        """What should have been paid, by the checks that payments are a part of."""
        owed = {check.equals for check in self.template.checks if payments in check.terms} & choice.keys()
        return [choice[name] for name in owed if choice[name].kind == "money"]

    def _item_rows(self, scene: Scene, header: int | None, rule: ItemsRule) -> Sequence[Row]:
        """Rows between the header of the items, or without one the first amount, and the first sum.

        Above the first amount the label of a sum is none: BAR may name the shop, CASH the customer, Tax a column.
        Discounts right before the sums are those of all items, if they are labelled in a way no other item's are, or
        have a minus without which the items do not come to the next sum.
        """
        start = 0 if header is None else header + 1
        rows: Sequence[Row] = scene.layout.rows[start:]
        rows = list(takewhile(lambda row: not self._is_sum(scene, row, with_amount=True), rows))
        rows = from_first_item(scene, rows) if header is None else rows
        begin = next((k for k, row in enumerate(rows) if has_amount(scene, row)), len(rows))
        rows = [*rows[:begin], *takewhile(lambda row: not self._is_sum(scene, row), rows[begin:])]
        amounts = [k for k, row in enumerate(rows) if has_amount(scene, row)]
        last = list(takewhile(lambda k: has_label(scene, rows[k], self._discounts), reversed(amounts)))
        above = {match.key for row in rows[: min(last, default=0)] for match in scene.labels[row.index]}
        own = (k for k in reversed(last) if not has_label(scene, rows[k], self._discounts & above))
        rows = rows[: next(own, None)]
        minuses = trailing_minuses(scene, rows, self._discounts, rule.discount) if rule.discounts else []
        if minuses:
            before, below = rows[: rows.index(minuses[0])], scene.layout.rows[rows[-1].index + 1 :]
            needed = needed_minuses(scene, [*minuses, *below], self._sums, _items(scene, before, rule))
            if any(row in needed for row in minuses):
                return before
        return rows

    def _is_sum(self, scene: Scene, row: Row, *, with_amount: bool = False) -> bool:
        """Whether a row is labelled as one; a total of savings is none.

        What is only nearly a label has to begin a cell and no word of the cell may follow, and a quantity and a price
        that come out outweigh it: 1x WASSER is not paid by MASTER, nor is SUMMER ALE the SUMME.

        Args:
            scene: The page.
            row: The row.
            with_amount: Whether the amount has to stand there, too, behind the label.
        """
        labels = scene.labels[row.index]
        last = last_amount(scene, row) if with_amount else None
        sums = [
            match
            for k, match in enumerate(labels)
            if match.key in self._stops
            and (len(match.key) > _SHORT or not match.span.start)
            and (match.similarity == 1 or (match.leads and not _WORDS_BEHIND.match(row.text, match.span.end)))
            and not any(self._distracts(other, match) for other in (*labels[max(k - 1, 0) : k], *labels[k + 1 : k + 2]))
            and (not with_amount or (last is not None and last >= match.span.end))
        ]
        exact = any(match.similarity == 1 for match in sums)
        return exact or (bool(sums) and not is_product(scene, row))

    def _distracts(self, other: LabelMatch, label: LabelMatch) -> bool:
        """Whether a label of the same row is a distractor, with no number between."""
        between = label.span.row.text[min(other.span.end, label.span.end) : max(other.span.start, label.span.start)]
        return other.key in self._distractors and not any(map(str.isdigit, between))


def _items(scene: Scene, rows: Sequence[Row], rule: ItemsRule) -> list[ItemCandidates]:
    """The items in the rows of their table, but for those that a template skips."""
    skipped, discounted = (matching_rows(scene, patterns, rows) for patterns in (rule.skip, rule.discount))
    return find_items(scene, [row for row in rows if row not in skipped], discounted)


def _as_used(currency: Currency | None, layout: Layout) -> Currency | None:
    """A currency with the order of dates that its page uses: who sets a comma before cents puts the day first."""
    if currency is None or currency.date_order != "mdy":
        return currency
    cents = Counter(mark for row in layout.rows for mark in _CENTS.findall(row.text))
    return replace(currency, date_order="dmy") if cents[","] > cents["."] else currency


def _without_cents(layout: Layout) -> Currency | None:
    """A currency without cents where rows end with whole numbers and none with cents: francs that no mark names."""
    ends = Counter(match.lastgroup for row in layout.rows if (match := _END.search(row.text)))
    return Currency(0, "dmy", None) if ends["whole"] >= _WHOLE and not ends["cents"] else None


def _without_middle(page: Page) -> Page:
    """A page with as much as is looked at: whose it is stands at its beginning, what it comes to at its end."""
    ends = list(accumulate(max(len(word.text), _SHORTEST) for word in page.words))
    if not ends or ends[-1] <= _MOST:
        return page
    behind, before = bisect_right(ends, _MOST // 2), bisect_left(ends, ends[-1] - _MOST // 2) + 1
    lines, first = [], 0
    for line in page.lines:
        last = first + len(line.words)
        if last <= behind or first >= before:
            lines.append(line)
        elif words := line.words[: max(behind - first, 0)] + line.words[before - first :]:
            lines.append(replace(line, words=words))
        first = last
    return replace(page, blocks=(replace(page.blocks[0], lines=tuple(lines)),))


def _phrases(template: Template) -> Iterator[str]:
    yield from template.modifiers
    yield from template.distractors
    yield from (anchor.text for anchor in template.anchors)
    yield from (
        label for table in template.tables.values() for column in table.columns.values() for label in column.labels
    )
    if template.items:
        yield from (*template.items.header, *template.items.methods)
    for rule in template.fields.values():
        for locator in rule.locate:
            if isinstance(locator, LabelLocator):
                yield from (*locator.labels, *locator.unless)


def _captions(template: Template) -> list[frozenset[str]]:
    """Keys of the labels that stand above their values, by field."""
    rules = [
        [loc for loc in rule.locate if isinstance(loc, LabelLocator) and loc.where[0] == "below"]
        for rule in template.fields.values()
    ]
    return [frozenset[str]().union(*(phrase_keys(loc.labels) for loc in locators)) for locators in rules if locators]


def _label_keys(template: Template, fields: Iterable[str | None]) -> frozenset[str]:
    """Keys of the labels of fields."""
    rules = [template.fields[name] for name in fields if name is not None]
    locators = [locator for rule in rules for locator in rule.locate if isinstance(locator, LabelLocator)]
    return frozenset[str]().union(*(phrase_keys(locator.labels) for locator in locators))


def _paths(tables: Mapping[str, Sequence[Element]]) -> Choice:
    return {
        f"{name}.{index}.{part}": candidate
        for name, elements in tables.items()
        for index, element in enumerate(elements)
        for part, candidate in element.items()
    }


def _without_items(
    candidates: Mapping[str, list[Candidate]], tables: Choice, header: int | None
) -> dict[str, list[Candidate]]:
    """Without the letterheads that have items in them: those below the header, and those whose price comes out."""
    items = {c.position[0] for path, c in tables.items() if path.startswith("items.") and path.endswith(".unit_price")}
    return {
        name: [
            c
            for c in found
            if c.locator != "lines"
            or not any(s.row.index in items or (header is not None and s.row.index >= header) for s in c.spans)
        ]
        for name, found in candidates.items()
    }


def _locate_all(scene: Scene, rules: Mapping[str, FieldRule]) -> dict[str, list[Candidate]]:
    return {name: list(locate(scene, name, rule)) for name, rule in rules.items()}
