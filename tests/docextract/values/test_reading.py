from __future__ import annotations

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.values.reading import Reading, digitise, without_overlaps


@pytest.mark.parametrize(
    "module",
    [
        "cards",
        "contacts",
        "currency",
        "dates",
        "licences",
        "money",
        "mrz",
        "passports",
        "phones",
        "reading",
        "registrations",
        "residents",
        "times",
    ],
)
def test_examples_in_the_documentation_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"docextract.values.{module}"))
    assert result.failed == 0


@given(st.text())
def test_digitise_keeps_the_length_and_what_is_no_look_alike(text: str) -> None:
    clean = digitise(text)
    assert len(clean) == len(text)
    assert all(a == b or (a in "OoQDIl|!ZSsB" and b.isdigit()) for a, b in zip(text, clean, strict=True))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("RM1O.5O", "RM10.50"),
        ("l2/O5/2Ol8", "12/05/2018"),
        ("NO", "NO"),  # no digit: a word
        ("BOB", "BOB"),
        ("CODE A10", "CODE A10"),  # a letter that is no look-alike: a code
        ("S/B", "S/B"),
    ],
)
def test_digitise_takes_letters_for_digits_in_numbers_only(text: str, clean: str) -> None:
    assert digitise(text) == clean


def test_the_better_of_overlapping_readings_wins_and_order_is_kept() -> None:
    first, worse, last = Reading("a", 0, 4, 0.9), Reading("b", 2, 9, 0.5), Reading("c", 5, 9, 0.8)
    assert without_overlaps([last, worse, first]) == [first, last]


def test_the_longer_of_equally_good_readings_wins() -> None:
    short, long = Reading("a", 2, 4, 1.0), Reading("b", 0, 4, 1.0)
    assert without_overlaps([short, long]) == [long]
