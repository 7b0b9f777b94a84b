"""Taxes, discounts and payments together: sums that may be printed nowhere as one amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal

from docextract.extraction.candidates import Candidate
from docextract.extraction.charges import Element, add_up
from docextract.extraction.payments import propose_paid
from docextract.extraction.solver import Choice
from docextract.records.base import Value
from docextract.schema.template import Check, Template

_SUMMANDS = 2  # from which there is a sum
_SUM = 0.4  # score of a sum that is not printed
_OF_RATES = 0.6  # of taxes that have a rate each
_PROVEN = 1.0  # of discounts without which the items do not come to what is printed below

Candidates = dict[str, list[Candidate]]


def propose_sums(
    template: Template, candidates: Candidates, tables: Choice, payments: Sequence[Element], items: Decimal
) -> None:
    """Propose the sums of the rows of a receipt, in place of rows that are none.

    Args:
        template: Its template.
        candidates: What its locators propose, by field; the sums join them.
        tables: What the rows of taxes and discounts say, by path.
        payments: The payments.
        items: What the items come to.
    """
    rule = template.items
    if rule is None:
        return
    if rule.taxes is not None:
        _propose_tax(rule.taxes, candidates, _columns(tables, "taxes"))
    if rule.discounts is not None:
        beside = set(_beside(rule.discounts, template.checks))
        labelled = {c.value for field in beside for c in candidates[field] if c.label is not None}
        _propose_discount(rule.discounts, candidates, _columns(tables, "discounts")["amount"], items, labelled)
    if rule.payments is not None:
        candidates[rule.payments] += propose_paid(rule.payments, payments)


def _columns(tables: Choice, table: str) -> dict[str, list[Candidate]]:
    """What the rows of a table say of amounts, rates and their bases."""
    paths = [path for path in tables if path.startswith(f"{table}.")]
    return {part: [tables[p] for p in paths if p.endswith(f".{part}")] for part in ("amount", "rate", "base")}


def _propose_tax(name: str, candidates: Candidates, taxes: Mapping[str, Sequence[Candidate]]) -> None:
    """The sum of taxes; what they are of, and their rates, are none, whatever column they seem to stand in."""
    amounts, rates, bases = taxes["amount"], taxes["rate"], taxes["base"]
    _leave_out([*rates, *bases], name, candidates)
    proven = len(bases) == len(amounts)
    if len(amounts) < _SUMMANDS and not (proven and _unlabelled(amounts, name, candidates)):
        return
    # One of them may be the sum of the others, unless each has a rate of its own or its rate proves that it is a part.
    if proven or len({rate.value for rate in rates}) == len(amounts):
        _leave_out(amounts, name, candidates)
    candidates[name].append(add_up(name, amounts, _OF_RATES if len(rates) == len(amounts) else _SUM))


def _propose_discount(
    name: str, candidates: Candidates, amounts: Sequence[Candidate], items: Decimal, labelled: Set[Value]
) -> None:
    """The sum of discounts; it needs no other proof where they make what the items come to a labelled amount."""
    minuses = [amount for amount in amounts if amount.amount < 0]
    if not amounts or (len(amounts) < _SUMMANDS and not _unlabelled(minuses, name, candidates)):
        return
    _leave_out(amounts, name, candidates)
    together = add_up(name, amounts, _SUM)
    proven = items - abs(together.amount) in labelled
    candidates[name].append(replace(together, score=_PROVEN) if proven else together)


def _unlabelled(amounts: Sequence[Candidate], name: str, candidates: Candidates) -> bool:
    """Whether some amounts are there that no label of the field stands beside."""
    places = {candidate.position for candidate in candidates[name]}
    return any(amount.position not in places for amount in amounts)


def _leave_out(amounts: Sequence[Candidate], name: str, candidates: Candidates) -> None:
    """Propose what stands in some places no longer."""
    places = {amount.position for amount in amounts}
    candidates[name] = [candidate for candidate in candidates[name] if candidate.position not in places]


def _beside(name: str, checks: Sequence[Check]) -> Iterator[str]:
    """The fields that checks bring together with one."""
    return (other for check in checks if name in check.terms for other in (check.equals, *check.terms))
