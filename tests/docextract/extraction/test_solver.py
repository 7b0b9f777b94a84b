from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.extraction import solver
from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import Row, Span, build_layout
from docextract.extraction.solver import Choice, agreeing, by_path, chosen, judge
from docextract.schema.locators import AnyLocator
from docextract.schema.template import Check, FieldRule
from ocr.document import Page

Typeset = Callable[..., Page]

PAID = Check(name="paid", equals="total", terms={"paid": "add", "change": "subtract"}, optional=("change",))
PARTS = Check(
    name="parts",
    equals="total",
    terms={"subtotal": "add", "tax": "add", "discount": "subtract", "rounding": "either"},
    optional=("tax", "discount", "rounding"),
)
FIELDS = ("total", "paid", "change", "subtotal", "tax", "discount", "rounding")


@pytest.fixture(scope="module")
def rules() -> dict[str, FieldRule]:
    rule = FieldRule(type="money", locate=(AnyLocator(find="any"),))
    return dict.fromkeys(FIELDS, rule) | {"total": rule.model_copy(update={"prefer": "last"})}


@pytest.fixture(scope="module")
def row(typeset: Typeset) -> Row:
    return build_layout(typeset("." * 400)).rows[0]


def amounts(row: Row, **printed: Mapping[str, float]) -> dict[str, list[Candidate]]:
    """Candidates with their scores by printed value, each with a place of its own."""
    places = iter(range(0, 400, 10))
    return {
        field: [
            Candidate(field, Decimal(value), "money", (Span(row, start, start + 5),), score, "label")
            for value, score in values.items()
            for start in [next(places)]
        ]
        for field, values in printed.items()
    }


def choose(
    rules: Mapping[str, FieldRule], candidates: Mapping[str, Sequence[Candidate]], checks: Sequence[Check]
) -> Choice:
    return chosen(judge(rules, candidates, checks))


def values(choice: Mapping[str, Candidate]) -> dict[str, str]:
    return {field: str(candidate.value) for field, candidate in choice.items()}


def test_the_best_score_wins_where_nothing_is_checked(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"5.00": 0.6, "6.00": 0.9})
    assert values(choose(rules, candidates, ())) == {"total": "6.00"}


def test_among_equals_the_first_or_last_on_the_page_wins(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"5.00": 0.9, "6.00": 0.9}, tax={"1.00": 0.9, "2.00": 0.9})
    assert values(choose(rules, candidates, ())) == {"total": "6.00", "tax": "1.00"}


def test_what_makes_the_sum_agree_beats_a_better_label(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"60.31": 0.95, "60.30": 0.1}, paid={"70.30": 1.0}, change={"10.00": 1.0})
    assert values(choose(rules, candidates, [PAID]))["total"] == "60.30"


def test_two_prints_of_an_amount_prove_little(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"33.05": 1.0, "7.61": 0.7}, subtotal={"7.61": 0.6})
    assert values(choose(rules, candidates, [PARTS]))["total"] == "33.05"


def test_parts_with_signs(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(
        row,
        total={"99.00": 0.5, "47.50": 0.5},
        subtotal={"50.00": 0.9},
        tax={"3.00": 0.9},
        discount={"-5.48": 0.9},
        rounding={"0.02": 0.9},
    )
    choice = choose(rules, candidates, [PARTS])
    assert values(choice)["total"] == "47.50"
    satisfied, failed = agreeing(choice, [PARTS])
    assert satisfied["total"] == ["parts"] and not failed


def test_one_amount_everywhere_is_not_tried_in_all_ways(
    rules: dict[str, FieldRule], row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = PARTS.terms | {"paid": "add", "change": "either"}
    many = Check(name="many", equals="total", terms=terms, optional=tuple(terms)[1:])
    places = iter(range(0, 400, 6))
    candidates = {
        field: [
            Candidate(field, Decimal("5.00"), "money", (Span(row, start, start + 5),), 0.9, "label")
            for start in islice(places, 8)
        ]
        for field in FIELDS
    }
    tried, significance = [], solver._significance
    monkeypatch.setattr(solver, "_significance", lambda combination: tried.append(1) or significance(combination))
    judge(rules, candidates, [many])
    assert 0 < len(tried) <= 4000


def test_a_discount_inside_the_subtotal_is_no_contradiction(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"12.98": 0.9}, subtotal={"11.80": 0.9}, tax={"1.18": 0.9}, discount={"-0.50": 0.9})
    satisfied, failed = agreeing(choose(rules, candidates, [PARTS]), [PARTS])
    assert satisfied.keys() == {"total", "subtotal", "tax"} and not failed


def test_a_contradiction_is_told(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"8.00": 0.9}, paid={"10.00": 0.9}, change={"3.00": 0.9})
    satisfied, failed = agreeing(choose(rules, candidates, [PAID]), [PAID])
    assert failed == [PAID] and not satisfied


def test_a_print_serves_one_field_unless_it_is_shared(rules: dict[str, FieldRule], row: Row) -> None:
    place = (Span(row, 0, 5),)
    paid = Candidate("paid", Decimal(5), "money", place, 0.9, "label")
    total = Candidate("total", Decimal(5), "money", place, 0.5, "label")
    shared = Candidate("total", Decimal(5), "money", place, 0.5, "label", shared=True)
    assert choose(rules, {"paid": [paid], "total": [total]}, ()).keys() == {"paid"}
    assert choose(rules, {"paid": [paid], "total": [shared]}, ()).keys() == {"paid", "total"}


def test_a_list_keeps_what_is_good_enough(rules: dict[str, FieldRule], row: Row) -> None:
    rule = rules["total"].model_copy(update={"least": 0.8})
    candidates = amounts(row, **{"prices[]": {"1.00": 0.9, "2.00": 0.5, "3.00": 0.8}, "total": {"3.00": 0.1}})
    assert values(choose({"prices[]": rule}, candidates, ())) == {"prices.0": "1.00", "prices.1": "3.00"}
    everything = choose({"prices[]": rules["tax"]}, candidates, ())
    assert values(everything) == {"prices.0": "1.00", "prices.1": "2.00", "prices.2": "3.00"}


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=12))
def test_no_character_is_in_two_elements_of_a_list(
    rules: dict[str, FieldRule], row: Row, bounds: list[tuple[int, int]]
) -> None:
    prints = [(start, start + length) for start, length in bounds]
    candidates = [
        Candidate("prices[]", Decimal(k), "money", (Span(row, *print_),), 0.9 - 0.01 * k, "any")
        for k, print_ in enumerate(prints)
    ]
    kept: list[int] = []
    for k, print_ in enumerate(prints):
        if not any(set(range(*print_)) & set(range(*prints[other])) for other in kept):
            kept.append(k)
    found = choose({"prices[]": rules["tax"]}, {"prices[]": candidates}, ())
    assert {int(candidate.value) for candidate in found.values()} == set(kept)


def test_a_list_has_no_more_elements_than_a_page_can(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = [
        Candidate("prices[]", Decimal(k), "money", (Span(row, k, k + 1),), 0.5 + k / 10_000, "any") for k in range(1100)
    ]
    verdicts = judge({"prices[]": rules["tax"]}, {"prices[]": candidates}, ())
    assert [int(c.value) for c in chosen(verdicts).values()] == list(range(76, 1100))
    assert {verdict.reason for verdict in verdicts[1024:]} == {"settled"}


def test_an_element_ends_where_a_field_of_it_comes_again(row: Row) -> None:
    printed = [("name", "VAT"), ("amount", "1"), ("amount", "2"), ("name", "GST"), ("amount", "3")]
    candidates = [
        Candidate(f"taxes[].{part}", value, "text", (Span(row, place, place + 1),), 0.9, "label")
        for place, (part, value) in enumerate(printed)
    ]
    assert values(by_path(reversed(candidates))) == {
        "taxes.0.name": "VAT",
        "taxes.0.amount": "1",
        "taxes.1.amount": "2",
        "taxes.1.name": "GST",
        "taxes.2.amount": "3",
    }


def test_what_is_printed_twice_is_one_element_unless_it_is_an_amount(row: Row) -> None:
    spans = [(Span(row, place, place + 1),) for place in (0, 5)]
    names = [Candidate("names[]", "KIM", "text", place, 0.9, "pattern") for place in spans]
    amounts = [Candidate("discounts[].amount", Decimal(1), "money", place, 0.9, "label") for place in spans]
    assert by_path([*names, *amounts]).keys() == {"names.0", "discounts.0.amount", "discounts.1.amount"}


@given(
    subtotal=st.integers(100, 9999),
    tax=st.integers(1, 99),
    over=st.integers(1, 5000),
    others=st.sets(st.integers(1, 20000), max_size=3),
)
def test_a_total_that_both_checks_agree_on_is_found_among_better_labels(
    rules: dict[str, FieldRule], row: Row, subtotal: int, tax: int, over: int, others: set[int]
) -> None:
    total = subtotal + tax

    def money(cents: int) -> str:
        return str(Decimal(cents).scaleb(-2))

    wrong = others - {total, subtotal, total + over}
    candidates = amounts(
        row,
        total={money(total): 0.6} | {money(cents): 0.7 for cents in wrong},
        subtotal={money(subtotal): 0.9},
        tax={money(tax): 0.9},
        paid={money(total + over): 0.9},
        change={money(over): 0.9},
    )
    assert values(choose(rules, candidates, [PARTS, PAID]))["total"] == money(total)


def test_exact_cash_proves_less_than_a_change_that_comes_out(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(
        row,
        total={"12.00": 0.8, "10.00": 0.9},
        paid={"20.00": 0.8, "10.00": 0.9},
        change={"8.00": 0.8, "0.00": 0.9},
    )
    assert values(choose(rules, candidates, [PAID]))["total"] == "12.00"


def test_a_print_is_no_two_terms_of_a_sum(rules: dict[str, FieldRule], row: Row) -> None:
    candidates = amounts(row, total={"10.00": 0.5, "7.00": 0.6}, subtotal={"5.00": 0.9})
    candidates["tax"] = [replace(candidate, field="tax") for candidate in candidates["subtotal"]]
    assert values(choose(rules, candidates, [PARTS]))["total"] == "7.00"


def test_an_amount_printed_again_is_believed_rather(rules: dict[str, FieldRule], row: Row) -> None:
    assert values(choose(rules, amounts(row, total={"5.0": 0.5, "6.00": 0.51}), ())) == {"total": "6.00"}
    candidates = amounts(row, total={"5.0": 0.5, "6.00": 0.51, "5.00": 0.5})
    assert choose(rules, candidates, ())["total"].value == 5


def test_what_hardly_anything_speaks_for_is_not_taken(rules: dict[str, FieldRule], row: Row) -> None:
    assert choose(rules, amounts(row, total={"5.00": 0.1}, tax={"1.00": 0.2}), ()).keys() == {"tax"}


def test_an_amount_printed_thousands_of_times_takes_no_longer(rules: dict[str, FieldRule], typeset: Typeset) -> None:
    row, amount = build_layout(typeset("." * 40_000)).rows[0], Decimal("5.00")
    candidates = {
        field: [
            Candidate(field, amount, "money", (Span(row, k, k + 1),), 0.9, "label")
            for k in range(first, 40_000, len(FIELDS))
        ]
        for first, field in enumerate(FIELDS)
    }
    begun = time.process_time()
    assert choose(rules, candidates, [PARTS, PAID])["total"].value == amount
    assert time.process_time() - begun < 3
