"""Amounts that sums tell, where the print is misread in a way that no exchange of a digit repairs.

A digit is lost, or there is one too many, or a speck is taken for a minus. The reader did not think of what is printed,
but what was paid less the change does not depend on what the parts make, nor on what the items make: where two sums
tell an amount that is one edit from the print beside its label, that is what is printed. Parts and items alone do not
tell it: a charge that was not read is missing in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from docextract.extraction.candidates import Candidate
from docextract.extraction.solver import Verdict, agreeing, by_path, sums_of
from docextract.schema.template import Check

_AS_GOOD = 0.8  # part of the best score of a labelled amount from which another one may be meant as well


def told_by_sums(
    verdicts: Sequence[Verdict], checks: Sequence[Check], items: Sequence[Candidate], paid: str | None
) -> list[Candidate]:
    """Labelled amounts that no sum agrees with and two sums tell, with the values that these make.

    Args:
        verdicts: On all candidates, the best first.
        checks: The template's.
        items: The totals of the items.
        paid: Field of what was paid.
    """
    if not checks:
        return []
    choice = by_path(verdict.candidate for verdict in verdicts if verdict.reason == "chosen")
    satisfied, _ = agreeing(choice, checks)
    ranked: dict[str, list[Candidate]] = {}
    for verdict in verdicts:
        ranked.setdefault(verdict.candidate.field, []).append(verdict.candidate)
    prints = {(candidate.value, candidate.position) for found in ranked.values() for candidate in found}
    times = Counter(value for value, _ in prints)
    told = []
    for field in dict.fromkeys(check.equals for check in checks):
        labelled = [candidate for candidate in ranked.get(field, ()) if candidate.label is not None]
        least = _AS_GOOD * max((candidate.score for candidate in labelled), default=0.0)
        printed = [candidate for candidate in labelled if candidate.score >= least]
        if printed and not (field in satisfied and choice[field] in printed):
            sums = _sums(ranked, [check for check in checks if check.equals == field], items)
            # What is printed twice is not misread: a summary of taxes has a total as well.
            doubtful = [candidate for candidate in printed if times[candidate.value] == 1]
            told += [repaired for candidate in doubtful if (repaired := _repaired(candidate, sums, paid)) is not None]
    return told


def _sums(
    ranked: Mapping[str, Sequence[Candidate]], checks: Sequence[Check], items: Sequence[Candidate]
) -> dict[Decimal, list[Sequence[Candidate]]]:
    """What the terms of checks make, and what the items make: by amount, all the ways to it."""
    ways: dict[Decimal, list[Sequence[Candidate]]] = {}
    for check in checks:
        for amount, terms in sums_of(ranked, check):
            ways.setdefault(amount, []).append(terms)
    if items:
        ways.setdefault(sum((item.amount for item in items), Decimal(0)), []).append(items)
    return ways


def _repaired(
    candidate: Candidate, sums: Mapping[Decimal, Sequence[Sequence[Candidate]]], paid: str | None
) -> Candidate | None:
    """The candidate with the only amount one edit from its print that two sums tell; None where a sum is as printed."""
    printed = candidate.amount
    if any(sum(bool(term.value) for term in way) > 1 for way in sums.get(printed, ())):
        return None
    near = [amount for amount in sums if Levenshtein.distance(str(_with_cents(amount, printed)), str(printed)) == 1]
    told = [amount for amount in near if any(_are_independent(*two, paid) for two in combinations(sums[amount], 2))]
    if len(told) != 1:
        return None
    return replace(candidate, value=_with_cents(told[0], printed), repaired=True, alternatives=())


def _with_cents(amount: Decimal, like: Decimal) -> Decimal:
    """An amount with as many decimals as another one, if that does not change it."""
    rounded = amount.quantize(like)
    return rounded if rounded == amount else amount


def _are_independent(one: Sequence[Candidate], other: Sequence[Candidate], paid: str | None) -> bool:
    """Whether one of two sums is of what was paid, and they share neither print nor amounts, as in a summary."""
    if not any(candidate.field == paid for candidate in (*one, *other)):
        return False
    amounts = {candidate.value for candidate in one if candidate.value}
    places = {candidate.position for candidate in one}
    return not any(candidate.value in amounts or candidate.position in places for candidate in other)
