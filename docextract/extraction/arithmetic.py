"""Digits that sums choose: where amounts do not agree, what the reader thought of as well is tried.

A repair is taken only where it is the only one, breaks no sum that came out before, and makes all those come out that
the exchanged digits take part in: for each digit one sum of three amounts or more, or two that show fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from docextract.extraction.assembly import Findings
from docextract.extraction.candidates import Candidate
from docextract.extraction.items import amounts_among, factors
from docextract.extraction.rows import Row, Span
from docextract.extraction.solver import Choice, agreeing
from docextract.records.base import Value
from docextract.schema.template import Template
from ocr.document import Line, Page, Word

_LIKELY = 0.01  # probability from which another reading is tried
_MOST = {1: 96, 2: 16}  # other readings that are tried alone, and in pairs
_STRONG, _WEAK = 2, 1  # of a sum that shows three amounts besides nought, and of one that shows fewer


class Exchange(NamedTuple):
    """One digit of a row that may be another one."""

    row: Row
    place: int
    digit: str
    probability: float


Exchanges = tuple[Exchange, ...]


class Sum(NamedTuple):
    """Amounts that should agree.

    Attributes:
        name: Of the template's check, or of what items do.
        field: Path of the amount that the others should make.
        spans: Where the amounts are printed.
        strength: How little chance has to do with it that they agree; 0 where they do not.
    """

    name: str
    field: str
    spans: tuple[Span, ...]
    strength: int


@dataclass(frozen=True)
class Books:
    """The amounts of a page and the sums that they should make.

    Attributes:
        findings: What was found on the page.
        template: The template that found it.
    """

    findings: Findings
    template: Template

    @cached_property
    def amounts(self) -> Choice:
        """The amounts by path."""
        return {path: c for path, c in self.findings.found.items() if c.kind == "money"}

    def repairs(self) -> list[Exchanges]:
        """The exchanges that make the sums come out, with as few digits as possible: the one, several, or none."""
        wrong = [span for s in self.sums for span in s.spans if not s.strength]
        options = sorted(_options(wrong), key=lambda exchange: -exchange.probability)
        for count, most in _MOST.items():
            fitting = [tried for tried in combinations(options[:most], count) if self.settled(tried)]
            if fitting:
                return fitting
        return []

    def settled(self, exchanges: Exchanges) -> list[Sum]:
        """The sums that exchanges make come out; none where they are no repair."""
        changed = self.changed(exchanges)
        if changed is None:
            return []
        before, after = self._agreed, list(self._sums(changed, exchanges, self._beside(exchanges)))
        fixed = [s for s in after if s.strength and (s.name, s.field) not in before]
        left = [s for s in after if not s.strength and ((s.name, s.field) in before or _touch(s.spans, exchanges))]
        enough = sum(s.strength for s in fixed) >= _STRONG * len(exchanges)
        return fixed if enough and not left else []

    def changed(self, exchanges: Exchanges) -> dict[str, Decimal] | None:
        """The amounts that exchanges change, by path, with their new values; None where one becomes no amount."""
        changed = {}
        for path in self._beside(exchanges):
            candidate = self.amounts[path]
            if _touch(candidate.spans, exchanges):
                before, after = self._value(candidate, ()), self._value(candidate, exchanges)
                if after is None or before != candidate.value:
                    return None
                changed[path] = after
        return changed

    def _value(self, candidate: Candidate, exchanges: Exchanges) -> Decimal | None:
        """What the print of a candidate says, the sum of its parts; None where one of them is no amount."""
        total = Decimal(0)
        for span in candidate.spans:
            text = _text(span, exchanges)
            readings = self.findings.scene.read("money", text)
            if len(readings) != 1 or (readings[0].start, readings[0].end) != (0, len(text)):
                return None
            total += readings[0].value
        return total

    @cached_property
    def sums(self) -> list[Sum]:
        """All sums of the page as it was read."""
        return list(self._sums({}, (), self.amounts))

    @cached_property
    def _agreed(self) -> set[tuple[str, str]]:
        """The names and fields of those that come out."""
        return {(s.name, s.field) for s in self.sums if s.strength}

    def _beside(self, exchanges: Exchanges) -> list[str]:
        """Paths of the amounts in the rows of exchanges."""
        return [path for index in {e.row.index for e in exchanges} for path in self._by_row.get(index, ())]

    @cached_property
    def _by_row(self) -> dict[int, list[str]]:
        """Paths of the amounts by the rows that they are printed in: a page may have thousands of them."""
        rows: dict[int, list[str]] = {}
        for path, candidate in self.amounts.items():
            for index in {span.row.index for span in candidate.spans}:
                rows.setdefault(index, []).append(path)
        return rows

    def _sums(self, changed: Mapping[str, Decimal], exchanges: Exchanges, paths: Iterable[str]) -> Iterator[Sum]:
        """The sums with some amounts changed, but what quantities and prices make only for totals among some paths."""
        amounts = self.amounts | {path: replace(self.amounts[path], value=value) for path, value in changed.items()}
        satisfied, failed = agreeing(amounts, self.template.checks)
        proven: set[str] = set()
        for check in self.template.checks:
            agreed = [name for name, names in satisfied.items() if check.name in names]
            parts = [amounts[name] for name in agreed or (check.equals, *check.terms) if name in amounts]
            if agreed or check in failed:
                made = _sum(check.name, check.equals, parts)
                proven.update(agreed if made.strength == _STRONG else ())
                yield made if agreed else made._replace(strength=0)
        for path in paths:
            if _is_of_item(path, "total"):
                yield from self._product(path, amounts[path], exchanges)
        yield from self._sum_of_items(amounts, proven)

    @cached_property
    def _of_items(self) -> dict[str, list[str]]:
        """Paths of the totals of the items, and of what is taken off them."""
        return {part: [path for path in self.amounts if _is_of_item(path, part)] for part in ("total", "discount")}

    def _product(self, path: str, total: Candidate, exchanges: Exchanges) -> Iterator[Sum]:
        """A quantity and a price that make the total of an item, where its row shows two numbers for them."""
        span = total.spans[0]
        text = _text(span.row.whole, exchanges)
        readings = self.findings.scene.read("money", text)
        numbers = [reading for reading in readings if reading.end <= span.start]
        if len(numbers) > 1 and amounts_among(numbers):
            spans = (*(Span(span.row, number.start, number.end) for number in numbers), span)
            quantity, price = factors(text, numbers, total.amount)
            plain = quantity is None or quantity.value == 1
            yield Sum("quantity_times_price", path, spans, 0 if price is None else _WEAK if plain else _STRONG)

    def _sum_of_items(self, amounts: Choice, proven: Container[str]) -> Iterator[Sum]:
        """The totals of the items, with or without what is taken off, and an amount that they should make.

        It says little where nothing else proves that amount: an item may have been missed.
        """
        wanted = {
            name
            for check in self.template.checks
            for name in (check.equals, *(term for term, role in check.terms.items() if role == "add"))
            if name in amounts and name not in check.optional
        }
        rule = self.template.items
        totals, reductions = ([amounts[path] for path in paths] for paths in self._of_items.values())
        if rule is None or not totals or not wanted:
            return
        overall = [amounts[rule.discounts]] if rule.discounts in amounts else []
        together = sum(total.amount for total in totals)
        for parts in ([], reductions, [*reductions, *overall]):
            made = together - sum(abs(part.amount) for part in parts)
            field = next((name for name in sorted(wanted) if amounts[name].value == made), None)
            if field is not None:
                made_up = _sum("items_make_sum", "items", [*totals, *parts, amounts[field]])
                yield made_up if field in proven else made_up._replace(strength=_WEAK)
                return
        every = [*totals, *reductions, *(amounts[name] for name in wanted)]
        yield _sum("items_make_sum", "items", every)._replace(strength=0)


def _is_of_item(path: str, part: str) -> bool:
    return path.startswith("items.") and path.endswith(f".{part}")


def _sum(name: str, field: str, parts: Sequence[Candidate]) -> Sum:
    """A sum that comes out."""
    shown = sum(bool(part.value) for part in parts)
    return Sum(name, field, tuple(span for part in parts for span in part.spans), _STRONG if shown > 2 else _WEAK)


def _options(spans: Iterable[Span]) -> set[Exchange]:
    """The digits that the reader thought of as well."""
    return {
        Exchange(span.row, place, char, probability)
        for span in spans
        for place, others in enumerate(span.alternatives, span.start)
        for char, probability in others
        if span.row.text[place].isdigit() and char.isdigit() and probability >= _LIKELY
    }


def _touch(spans: Iterable[Span], exchanges: Exchanges) -> bool:
    """Whether an exchange lies in one of some spans."""
    return any(span.row is e.row and span.start <= e.place < span.end for span in spans for e in exchanges)


def _text(span: Span, exchanges: Exchanges) -> str:
    """The characters of a span with exchanges made."""
    chars = list(span.row.text)
    for exchange in exchanges:
        if exchange.row is span.row:
            chars[exchange.place] = exchange.digit
    return "".join(chars[span.start : span.end])


def reconcile(page: Page, template: Template, find: Callable[[Page], Findings]) -> Findings:
    """What a template finds on a page, with digits exchanged where that alone makes its sums come out.

    Args:
        page: The page.
        template: The template.
        find: What finds its fields on a page.

    Returns:
        The findings, traced to the print as it was read. Where several repairs are possible none is made, and the
        amounts have what they may be as well among their alternatives.
    """
    books = Books(find(page), template)
    repairs = books.repairs()
    if not repairs:
        return books.findings
    if len(repairs) > 1:
        return _doubted(books, repairs)
    again = find(_rewrite(page, repairs[0]))
    return _repaired(books, repairs[0], again) or books.findings


def _doubted(books: Books, repairs: Sequence[Exchanges]) -> Findings:
    """The findings with what each of several repairs would make of the amounts among their alternatives."""
    others: dict[str, list[Value]] = {}
    for repair in repairs:
        for path, value in (books.changed(repair) or {}).items():
            others.setdefault(path, []).append(value)

    def doubt(choice: Choice) -> Choice:
        return {
            path: replace(c, alternatives=tuple(dict.fromkeys((*c.alternatives, *others.get(path, ())))))
            for path, c in choice.items()
        }

    return replace(books.findings, choice=doubt(books.findings.choice), tables=doubt(books.findings.tables))


def _repaired(books: Books, repair: Exchanges, again: Findings) -> Findings | None:
    """What was found after a repair, traced to the print as it was read; None if it is not what was hoped for."""
    settled, values = books.settled(repair), books.changed(repair) or {}
    agreed = {(s.name, s.field) for s in Books(again, books.template).sums if s.strength}
    if not {(s.name, s.field) for s in settled} <= agreed:
        return None
    if any(path not in again.found or again.found[path].value != value for path, value in values.items()):
        return None
    rows = books.findings.scene.layout.rows

    def trace(candidate: Candidate) -> Candidate:
        spans = tuple(Span(rows[span.row.index], span.start, span.end) for span in candidate.spans)
        return replace(candidate, spans=spans, repaired=True) if _touch(spans, repair) else candidate

    traced = {path: trace(c) for path, c in again.found.items()}
    why = ", ".join(dict.fromkeys(s.name for s in settled))
    return replace(
        again,
        choice={path: traced[path] for path in again.choice},
        tables={path: traced[path] for path in again.tables},
        verdicts=[
            replace(v, candidate=trace(v.candidate), winner=trace(v.winner) if v.winner is not None else None)
            for v in again.verdicts
        ],
        settled={**again.settled} | {path: why for path, c in traced.items() if c is not again.found[path]},
    )


def _rewrite(page: Page, exchanges: Exchanges) -> Page:
    """The page as if other digits had been read."""
    words: dict[int, Word] = {}
    for row, place, digit, _ in exchanges:
        word, k, _ = next(Span(row, place, place + 1).words())
        read = words.get(id(word), word)
        chars = (*read.chars[:k], replace(read.chars[k], text=digit), *read.chars[k + 1 :])
        words[id(word)] = read.spelt(chars)

    def rewrite(line: Line) -> Line:
        return replace(line, words=tuple(words.get(id(word), word) for word in line.words))

    blocks = tuple(replace(block, lines=tuple(map(rewrite, block.lines))) for block in page.blocks)
    return replace(page, blocks=blocks)
