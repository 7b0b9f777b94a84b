"""Chooses among candidates: the set that agrees with itself.

Each check is tried on all combinations of its fields' candidates. A combination that satisfies it lends every candidate
in it support, in proportion to the scores of the others: a total is believed where cash minus change makes the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, islice
from operator import itemgetter
from typing import Generic, Literal, TypeVar

from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import Span
from docextract.schema.record_type import LIST
from docextract.schema.template import Check, FieldRule

_SUPPORT = 0.8  # factor of the support of the best combination, added to a candidate's score
_DOUBT = 0.3  # factor of the trust in the other fields of a check that a candidate satisfies with none of them
_AGAIN = 0.03  # share of the score that is added for every other print of the same value, up to five
_MOST_COMBINATIONS = 4000  # of one check; receipts have some hundreds, one amount everywhere tens of thousands
_TRIED = 5  # candidates of each term, and of the prints of a result, that checks are tried on
_WITH_ZERO = 0.5  # factor where only two of at least three amounts are not nought: exact cash, no change
_TRIVIAL = 0.1  # factor where only two prints show the same amount
_LEAST = 0.12  # score below which nothing is taken
_LONGEST = 1024  # elements of a list: the densest sheet has hardly more words
_BLOCK = 16  # characters of a row, about as many as a value has

T = TypeVar("T")
Choice = dict[str, Candidate]
"""Candidates by path; `phones[].number` has the paths `phones.0.number`, `phones.1.number` and so on."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Verdict:
    """What became of a candidate.

    Attributes:
        candidate: The candidate.
        score: Its score with what checks and other prints of the same value added or took.
        reason: Why it was chosen or not: it is `chosen`; its score is too `weak`; the field has a better one, or a list
            as many as lists have, and is `settled`; or its print is `used` for another value.
        winner: The candidate that settled the field or uses the print.
    """

    candidate: Candidate
    score: float
    reason: Literal["chosen", "weak", "settled", "used"]
    winner: Candidate | None = None


def chosen(verdicts: Sequence[Verdict]) -> Choice:
    """The candidates that were chosen, each with how far it is ahead."""
    fields: dict[str, list[Verdict]] = {}
    prints = _Prints[Verdict]()
    for verdict in verdicts:
        fields.setdefault(verdict.candidate.field, []).append(verdict)
        if LIST in verdict.candidate.field:
            prints.add(verdict.candidate, verdict)

    def rivals(winner: Candidate) -> Iterable[Verdict]:
        return prints.overlapping(winner) if LIST in winner.field else fields[winner.field]

    return by_path(
        replace(verdict.candidate, lead=_lead(verdict, rivals(verdict.candidate)))
        for verdict in verdicts
        if verdict.reason == "chosen"
    )


def judge(
    rules: Mapping[str, FieldRule],
    candidates: Mapping[str, Sequence[Candidate]],
    checks: Sequence[Check],
) -> list[Verdict]:
    """Choose the best candidate of each field, and of a list all that are good enough, no print being used twice.

    Returns:
        A verdict on each print of each value, the best candidates first.
    """
    ranked = {name: _distinct(candidates.get(name, ()), rule) for name, rule in rules.items()}
    scores = {c: c.score + again for found in ranked.values() for c, again in zip(found, _repeats(found), strict=True)}
    for check in checks:
        for candidate, change in _verdicts(ranked, check).items():
            scores[candidate] += change
    order = {c: rank for found in ranked.values() for rank, c in enumerate(found)}
    taken: dict[str, list[Candidate]] = {}
    prints = _Prints[Candidate]()
    verdicts = []
    for candidate in sorted(scores, key=lambda c: (-scores[c], order[c])):
        own = taken.get(candidate.field, [])
        least = max([_LEAST, *(rules[candidate.field].least * scores[best] for best in own[:1])])
        if scores[candidate] < least:
            verdicts.append(Verdict(candidate, scores[candidate], "weak"))
        elif own and (LIST not in candidate.field or len(own) == _LONGEST):
            verdicts.append(Verdict(candidate, scores[candidate], "settled", own[0]))
        elif (user := _user_of(candidate, prints)) is not None:
            verdicts.append(Verdict(candidate, scores[candidate], "used", user))
        else:
            prints.add(candidate, candidate)
            taken.setdefault(candidate.field, []).append(candidate)
            verdicts.append(Verdict(candidate, scores[candidate], "chosen"))
    return verdicts


def _user_of(candidate: Candidate, prints: _Prints[Candidate]) -> Candidate | None:
    """The first candidate, of the same field or else of another, that has print which this one cannot share."""
    users = prints.overlapping(candidate)
    own = (other for other in users if other.field == candidate.field)
    return next(own, None) or next((other for other in users if not (other.shared or candidate.shared)), None)


def _lead(winner: Verdict, rivals: Iterable[Verdict]) -> float:
    """How far a candidate is ahead of another value of its field that might have stood in its place."""
    chosen = winner.candidate
    others = (rival for rival in rivals if rival.candidate.field == chosen.field)
    return winner.score - max((other.score for other in others if other.candidate.value != chosen.value), default=0.0)


class _Prints(Generic[T]):
    """What candidates stand for, by blocks of characters of their print: a page may have thousands of them."""

    def __init__(self) -> None:
        self._at: dict[tuple[int, int], list[tuple[Span, T]]] = {}

    def add(self, candidate: Candidate, value: T) -> None:
        """Keep what a candidate stands for."""
        for span in candidate.spans:
            for block in _blocks(span):
                self._at.setdefault(block, []).append((span, value))

    def overlapping(self, candidate: Candidate) -> list[T]:
        """What stands for candidates that share a character with one, each once, in the order of the print."""
        found: dict[T, None] = {}
        for span in candidate.spans:
            near = (print_ for block in _blocks(span) for print_ in self._at.get(block, ()))
            shared = [(max(span.start, other.start), value) for other, value in near if span.overlaps(other)]
            found |= dict.fromkeys(value for _, value in sorted(shared, key=itemgetter(0)))
        return list(found)


def _blocks(span: Span) -> Iterator[tuple[int, int]]:
    return ((span.row.index, k) for k in range(span.start // _BLOCK, -(-span.end // _BLOCK)))


def by_path(candidates: Iterable[Candidate]) -> Choice:
    """Candidates by path, those of a list in the order of the page.

    An element of a list ends where one of its fields would be there twice. One that says less than another is left
    out; so is one that says the same, if there is no amount in it.
    """
    choice: Choice = {}
    lists: dict[str, list[dict[str, Candidate]]] = {}
    for candidate in sorted(candidates, key=lambda c: c.position):
        name, mark, part = candidate.field.partition(LIST)
        if not mark:
            choice[name] = candidate
            continue
        elements = lists.setdefault(name, [{}])
        if part in elements[-1]:
            elements.append({})
        elements[-1][part] = candidate
    for name, elements in lists.items():
        for index, element in enumerate(_without_repeats(elements)):
            choice |= {f"{name}.{index}{part}": candidate for part, candidate in element.items()}
    return choice


def _without_repeats(elements: Sequence[dict[str, Candidate]]) -> Iterator[dict[str, Candidate]]:
    sayings = [frozenset((part, candidate.value) for part, candidate in element.items()) for element in elements]
    less = {frozenset(part) for says in set(sayings) for n in range(len(says)) for part in combinations(says, n)}
    seen = set()
    for element, says in zip(elements, sayings, strict=True):
        again = says in seen and all(candidate.kind != "money" for candidate in element.values())
        seen.add(says)
        if not again and says not in less:
            yield element


def agreeing(choice: Choice, checks: Sequence[Check]) -> tuple[dict[str, list[str]], list[Check]]:
    """Which checks the chosen values satisfy, by field, and which checks they contradict."""
    satisfied: dict[str, list[str]] = {}
    failed = []
    for check in checks:
        needed = [name for name in check.terms if name not in check.optional]
        if any(name not in choice for name in (check.equals, *needed)):
            continue
        extra = [name for name in check.optional if name in choice]
        # With all that is printed first: a discount may be part of the sum already, and then be left out.
        subsets = (taken for count in range(len(extra), -1, -1) for taken in combinations(extra, count))
        fields = next((f for taken in subsets if _holds(choice, check, f := [*needed, *taken])), None)
        if fields is None:
            failed.append(check)
        else:
            for name in (check.equals, *fields):
                satisfied.setdefault(name, []).append(check.name)
    return satisfied, failed


def _holds(choice: Choice, check: Check, terms: Sequence[str]) -> bool:
    sums = {Decimal(0)}
    for name in terms:
        sums = {total + change for total in sums for change in _changes(choice[name].value, check.terms[name])}
    return choice[check.equals].value in sums


def _distinct(candidates: Sequence[Candidate], rule: FieldRule) -> list[Candidate]:
    """Candidates from the best to the worst, each print once; among equals the first or last on the page."""
    direction = -1 if rule.prefer == "last" else 1
    best: dict[object, Candidate] = {}
    placed = [(candidate, candidate.position) for candidate in candidates]
    for candidate, place in sorted(placed, key=lambda c: (-c[0].score, direction * c[1][0], direction * c[1][1])):
        best.setdefault((candidate.value, place), candidate)
    return list(best.values())


def _repeats(candidates: Sequence[Candidate]) -> list[float]:
    """What each candidate gains by other prints of its value, in proportion to its own worth."""
    prints = Counter(candidate.value for candidate in candidates)
    return [_AGAIN * candidate.score * min(prints[candidate.value] - 1, 5) for candidate in candidates]


def _verdicts(ranked: Mapping[str, list[Candidate]], check: Check) -> dict[Candidate, float]:
    """What a check adds to the scores of its candidates: support, or doubt where nothing agrees with a candidate."""
    support: dict[Candidate, float] = {}
    for combination in islice(_combinations(ranked, check), _MOST_COMBINATIONS):
        weight = _SUPPORT * _significance(combination)
        lowest, next_lowest, *_ = sorted(candidate.score for candidate in combination)
        for candidate in combination:
            others = next_lowest if candidate.score == lowest else lowest
            support[candidate] = max(support.get(candidate, 0.0), weight * others)
    required = [name for name in (check.equals, *check.terms) if name not in check.optional]
    for name in (check.equals, *check.terms):
        rest = [ranked[other] for other in required if other != name]
        for candidate in ranked[name]:
            if candidate not in support:
                support[candidate] = -_DOUBT * min((_trust(found, candidate) for found in rest), default=0.0)
    return support


def _trust(found: Sequence[Candidate], doubted: Candidate) -> float:
    """The score of a field's best candidate that is another print."""
    return next((candidate.score for candidate in found if candidate.position != doubted.position), 0.0)


def _significance(combination: Sequence[Candidate]) -> float:
    """How little chance has to do with it that these amounts agree; a sum that is printed nowhere shows its parts."""
    shown = [candidate.value for candidate in combination for _ in candidate.spans]
    if len(shown) == 2 or (combination[0].shared and _share_print(combination)):  # nothing else may share its print
        return _TRIVIAL
    return 1.0 if sum(map(bool, shown)) > 2 else _WITH_ZERO


def _combinations(ranked: Mapping[str, list[Candidate]], check: Check) -> Iterator[list[Candidate]]:
    """Candidates of a check's fields that satisfy it; a print takes part only once."""
    results: dict[object, list[Candidate]] = {}
    for candidate in ranked[check.equals]:
        results.setdefault(candidate.value, []).append(candidate)
    for total, present in sums_of(ranked, check):
        for result in results.get(total, ())[:_TRIED] if total else ():
            if result.shared or not _share_print([result, *present]):
                yield [result, *present]


def sums_of(ranked: Mapping[str, Sequence[Candidate]], check: Check) -> Iterator[tuple[Decimal, list[Candidate]]]:
    """What the best candidates of a check's terms make, with those that make it; a print takes part only once."""
    sums: list[tuple[Decimal, list[Candidate], int]] = [(Decimal(0), [], 0)]  # the last is a set of places, as bits
    bits: dict[tuple[int, int], int] = {}
    for name, role in check.terms.items():
        tried = [
            (candidate, bits.setdefault(candidate.position, 1 << len(bits)), _changes(candidate.value, role))
            for candidate in ranked.get(name, ())[:_TRIED]
        ]
        longer = [
            (total + change, [*present, candidate], used | place)
            for total, present, used in sums
            for candidate, place, changes in tried
            if not used & place
            for change in changes
        ]
        sums = sums + longer if name in check.optional else longer
    return ((total, present) for total, present, _ in sums if present)


def _changes(value: object, role: str) -> set[Decimal]:
    """What a term may add to a sum; more than one amount where its sign is open."""
    if not isinstance(value, Decimal):
        return {Decimal(0)}
    return {value} if role == "add" else {-abs(value)} if role == "subtract" else {value, -value}


def _share_print(candidates: Sequence[Candidate]) -> bool:
    places = [candidate.position for candidate in candidates]
    return len(set(places)) < len(places)
