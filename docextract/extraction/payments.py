"""How it was paid: rows with a means of payment and an amount, and the card's particulars that belong to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from docextract.extraction.candidates import Candidate
from docextract.extraction.charges import Element, add_up
from docextract.extraction.items import amounts_among, place
from docextract.extraction.rows import Row
from docextract.extraction.scene import Scene
from docextract.records.base import Value

_BEHIND = 4  # characters that may follow the amount: a currency, a mark
_SOON = 3  # rows from the last particular of a card to the amount
_FEW = 16  # payments of which one may be a repetition: a receipt has no more
_TOGETHER = 0.6  # score of the sum of several payments


def find_payments(scene: Scene, rows: Iterable[Row], keys: frozenset[str]) -> list[Element]:
    """Rows that begin with a means of payment and end with an amount.

    Args:
        scene: The page.
        rows: Those below the items.
        keys: Of the means of payment.
    """
    payments = []
    for row in rows:
        label = next((match for match in scene.labels[row.index] if match.key in keys and match.leads), None)
        if label is None:
            continue
        amounts = amounts_among(scene.read("money", row.text))
        behind = [amount for amount in amounts if amount.start >= label.span.end]
        if behind and len(row.text) - behind[-1].end <= _BEHIND:
            method = Candidate("method", " ".join(label.span.text.split()), "text", (label.span,), 1.0, "rows")
            payments.append({"method": method, "amount": place(row, "amount", behind[-1])})
    return payments


def without_minus(amounts: Mapping[str, Candidate]) -> dict[str, Candidate]:
    """What was handed over, which some tills print with a minus; what is no amount is left as it is."""
    return {path: replace(c, value=abs(c.value)) if isinstance(c.value, Decimal) else c for path, c in amounts.items()}


def propose_paid(field: str, payments: Sequence[Element]) -> Iterator[Candidate]:
    """What may have been paid: all payments, or all but one that repeats another or is none.

    Of payments some of which have a minus, also what they come to without: a voucher is printed as taken off.
    """
    has_minus = any(payment["amount"].amount < 0 for payment in payments)
    for kept in _selections(payments):
        if len(kept) > 1 or kept is payments:
            sum_ = add_up(field, [payment["amount"] for payment in kept], _TOGETHER)
            yield sum_
            if has_minus and (handed_over := _handed_over(kept)) != abs(sum_.amount):
                yield replace(sum_, value=handed_over)


def agreeing_payments(payments: Sequence[Element], paid: Value | None) -> Sequence[Element]:
    """The payments that make what was paid; all of them where none do."""
    sums = (_total, _handed_over)
    return next((kept for sum_ in sums for kept in _selections(payments) if sum_(kept) == paid), payments)


def with_particulars(
    payments: Sequence[Element], particulars: Sequence[Element], is_cash: Callable[[Element], bool]
) -> list[Element]:
    """Payments with what is printed elsewhere about their cards.

    Args:
        payments: In the order of the page.
        particulars: Likewise; those that no payment is there for are payments of their own.
        is_cash: Whether a payment was made without a card.
    """
    joined = [dict(payment) for payment in payments]
    cards = [payment for payment in joined if not is_cash(payment)]
    for k, known in enumerate(particulars):
        free = [card for card in cards if not (card.keys() & known.keys()) - payments[0].keys()]
        above = [card for card in free if card["amount"].position < min(c.position for c in known.values())]
        if len(particulars) == len(cards):
            free = [cards[k]]
        elif above:
            free = [above[-1]]
        if free:
            free[0].update({part: candidate for part, candidate in known.items() if part not in free[0]})
        else:
            joined.append(dict(known))
    return joined


def with_amount(scene: Scene, payment: Element, owed: Sequence[Candidate]) -> Element:
    """The only payment with its amount: what was owed, if that is printed again about where its particulars are."""
    rows = [candidate.position[0] for candidate in payment.values()]
    for row in scene.layout.rows[max(min(rows) - 1, 0) : max(rows) + _SOON] if "amount" not in payment else ():
        for reading in amounts_among(scene.read("money", row.text)):
            if any(reading.value == sum_.value and row.index != sum_.position[0] for sum_ in owed):
                return payment | {"amount": place(row, "amount", reading)}
    return payment


def _selections(payments: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """All payments if there are any, then all but one, the last one first, then each alone."""
    if payments:
        yield payments
    if 2 < len(payments) <= _FEW:
        yield from combinations(payments, len(payments) - 1)
    if len(payments) > 1:
        yield from combinations(payments, 1)


def _handed_over(payments: Sequence[Element]) -> Decimal:
    return sum((abs(payment["amount"].amount) for payment in payments), Decimal(0))


def _total(payments: Sequence[Element]) -> Decimal:
    return sum((payment["amount"].amount for payment in payments), Decimal(0))
