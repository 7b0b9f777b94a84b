"""Receipts of which a digit was misread; the reader thought of the right one as well, and the sums tell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docextract.pipeline import Extractor
from docextract.records import Receipt
from ocr.document import Alternative

from ..conftest import doubting, set_page

EXTRACTOR = Extractor()
AMOUNTS = ("subtotal", "tax", "total", "paid", "change")


@dataclass(frozen=True)
class Sale:
    """A receipt that is right, amounts in cents."""

    items: tuple[tuple[int, int], ...]
    tax: int
    change: int

    @property
    def printed(self) -> list[tuple[str, str]]:
        """Rows by what their last amount is."""
        subtotal = sum(quantity * price for quantity, price in self.items)
        total = subtotal + self.tax
        items = [
            (f"items.{k}.total", f"{name}   {quantity}   {money(price)}   {money(quantity * price)}")
            for k, (name, (quantity, price)) in enumerate(zip(("TEA", "RICE", "BREAD"), self.items, strict=False))
        ]
        sums = (subtotal, self.tax, total, total + self.change, self.change)
        labels = ("SUBTOTAL", "TAX", "TOTAL", "CASH", "CHANGE")
        return [
            *items,
            *zip(AMOUNTS, (f"{label}   {money(sum_)}" for label, sum_ in zip(labels, sums, strict=True)), strict=True),
        ]


def money(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


def extract(rows: list[str], alternatives: dict[int, tuple[Alternative, ...]]) -> Receipt:
    return EXTRACTOR.extract_page(doubting(set_page("\n".join(rows)), alternatives), "receipt")


def amounts(receipt: Receipt) -> dict[str, object]:
    return {path: evidence.value for path, evidence in receipt.evidence.items() if evidence.kind == "money"}


def place(rows: list[str], row: int, column: int) -> int:
    """Index on the page, spaces left out, of a character of a row."""
    return len("".join("".join(rows[:row]).split())) + len("".join(rows[row][:column].split()))


sales = st.builds(
    Sale,
    items=st.lists(st.tuples(st.integers(2, 9), st.integers(101, 9999)), min_size=1, max_size=3).map(tuple),
    tax=st.integers(11, 99),
    change=st.integers(100, 4999),
)


@settings(max_examples=40, deadline=None)
@given(sale=sales, data=st.data())
def test_a_digit_that_the_sums_tell_is_repaired(sale: Sale, data: st.DataObject) -> None:
    printed = sale.printed
    paths, rows = [path for path, _ in printed], [row for _, row in printed]
    row = data.draw(st.integers(0, len(rows) - 1), label="row")
    amount = rows[row].rsplit("   ", 1)[1]
    k = data.draw(st.sampled_from([k for k, char in enumerate(amount) if char.isdigit()]), label="digit")
    wrong = data.draw(st.sampled_from(sorted({*"0123456789"} - {amount[k]})), label="read as")
    column = len(rows[row]) - len(amount) + k
    # Cash that is misread as the total is what was paid, without change.
    assume(not any(other.endswith(f" {amount[:k]}{wrong}{amount[k + 1 :]}") for other in rows))
    # Nor is what two others make by chance known to be misread.
    others = [Decimal(other.rsplit("   ", 1)[1]) for other in rows]
    assume(all(a + b != Decimal(f"{amount[:k]}{wrong}{amount[k + 1 :]}") for a, b in combinations(others, 2)))
    misread = [*rows[:row], rows[row][:column] + wrong + rows[row][column + 1 :], *rows[row + 1 :]]
    receipt = extract(misread, {place(rows, row, column): ((amount[k], 0.3),)})
    assert amounts(receipt) == amounts(extract(rows, {}))
    evidence = receipt.evidence[paths[row]]
    assert evidence.raw == evidence.repaired_from == amount[:k] + wrong + amount[k + 1 :]
    repaired = {issue.field: issue.detail for issue in receipt.issues if issue.code == "repaired"}
    assert repaired[paths[row]]
    assert {receipt.evidence[path].quad for path in repaired if path} == {evidence.quad}


@settings(max_examples=25, deadline=None)
@given(sale=sales, data=st.data())
def test_what_is_right_is_never_touched(sale: Sale, data: st.DataObject) -> None:
    rows = [row for _, row in sale.printed]
    others = st.tuples(st.sampled_from("0123456789"), st.floats(0.01, 0.4))
    count = len("".join("".join(rows).split()))
    alternatives = {k: (data.draw(others),) for k in data.draw(st.sets(st.integers(0, count - 1), max_size=20))}
    assert extract(rows, alternatives) == extract(rows, {})


def test_a_sum_that_came_out_is_not_broken_for_another() -> None:
    rows = ["TEA   10.00", "RICE   5.00", "SUBTOTAL   15.00", "TAX   0.90", "TOTAL   16.90"]
    subtotal = place(rows, 2, len("SUBTOTAL   1"))
    assert extract(rows, {subtotal: (("6", 0.3),)}) == extract(rows, {})  # though 16.00 and 0.90 are 16.90


def test_two_ways_to_be_right_are_told_and_not_chosen_from() -> None:
    rows = ["TOTAL   21.31", "CASH   54.67", "CHANGE   33.35"]
    paid, change = place(rows, 1, len("CASH   54.67") - 1), place(rows, 2, len("CHANGE   33.35") - 1)
    receipt = extract(rows, {paid: (("6", 0.3),), change: (("6", 0.3),)})
    assert amounts(receipt) == amounts(extract(rows, {}))
    issues = {(issue.code, issue.field, issue.detail, issue.candidates) for issue in receipt.issues}
    assert issues >= {
        ("contradiction", "total", "paid_less_change_is_total", ()),
        ("ambiguous", "paid", "", ("54.67", "54.66")),
        ("ambiguous", "change", "", ("33.35", "33.36")),
    }
    assert extract(rows, {change: (("6", 0.3),)}).change == Decimal("33.36")


def test_two_digits_need_two_sums() -> None:
    rows = [
        "RICE   2   12.45   24.90",
        "SUBTOTAL   24.90",
        "TAX   1.10",
        "TOTAL   28.60",
        "CASH   30.00",
        "CHANGE   4.00",
    ]
    start = place(rows, 3, len("TOTAL   2"))
    both = {start: (("6", 0.3),), start + 2: (("0", 0.3),)}
    assert extract(rows, both).total == Decimal("26.00")
    assert extract(rows[:4], both).total == Decimal("28.60")  # one sum alone


@pytest.mark.parametrize(
    "rows",
    [
        ["TOTAL   14.80", "CASH   14.00"],  # no more than the same amount twice
        ["TEA   3.20", "RICE   11.80", "TOTAL   14.00"],  # an item may have been missed
    ],
)
def test_a_sum_that_says_little_repairs_nothing(rows: list[str]) -> None:
    true = {"8": "0", "2": "2"}
    text = "".join("".join(rows).split())
    receipt = extract(rows, {k: ((true[char], 0.3),) for k, char in enumerate(text) if char == "8"})
    assert "repaired" not in {issue.code for issue in receipt.issues}
    assert amounts(receipt) == amounts(extract(rows, {}))


def test_a_rare_reading_is_not_tried() -> None:
    rows = ["SUBTOTAL   24.90", "TAX   1.10", "TOTAL   28.00"]
    digit = place(rows, 2, len("TOTAL   2"))
    assert extract(rows, {digit: (("6", 0.005),)}).total == Decimal("28.00")
    assert extract(rows, {digit: (("6", 0.02),)}).total == Decimal("26.00")


def test_every_print_of_an_exchanged_digit_changes() -> None:
    rows = ["SUBTOTAL   20.00", "TAX   1.00", "TOTAL   21.00", "CASH   36.00", "CHANGE   5.00"]
    receipt = extract(rows, {place(rows, 3, len("CASH   3")): (("6", 0.3), ("2", 0.3))})
    assert receipt.paid == Decimal("36.00")  # the reader did not think of what it should be
