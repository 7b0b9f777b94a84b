from __future__ import annotations

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values.reading import Reading, digitise, scan_repaired, whole, without_overlaps


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


def test_every_look_alike_has_its_digit() -> None:
    pairs = {"O": 0, "o": 0, "Q": 0, "D": 0, "I": 1, "l": 1, "|": 1, "!": 1, "Z": 2, "S": 5, "s": 5, "B": 8}
    assert {letter: int(digitise(f"7{letter}")) for letter in pairs} == {k: 70 + digit for k, digit in pairs.items()}


def test_readings_side_by_side_are_kept() -> None:
    first, second = Reading("a", 0, 4, 0.5), Reading("b", 4, 9, 0.9)
    assert without_overlaps([second, first]) == [first, second]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from([0.2, 0.5, 1.0]))))
def test_what_is_kept_is_what_comparing_each_with_each_keeps(places: list[tuple[int, int, float]]) -> None:
    readings = [Reading(k, start, start + length, quality) for k, (start, length, quality) in enumerate(places)]
    naive: list[Reading[int]] = []
    for reading in sorted(readings, key=lambda r: (-r.quality, r.start - r.end, r.start)):
        if not any(set(range(reading.start, reading.end)) & set(range(r.start, r.end)) for r in naive):
            naive.append(reading)
    assert without_overlaps(readings) == sorted(naive, key=lambda r: r.start)


def test_the_better_of_overlapping_readings_wins_and_order_is_kept() -> None:
    first, worse, last = Reading("a", 0, 4, 0.9), Reading("b", 2, 9, 0.5), Reading("c", 5, 9, 0.8)
    assert without_overlaps([last, worse, first]) == [first, last]


def test_the_longer_of_equally_good_readings_wins() -> None:
    short, long = Reading("a", 2, 4, 1.0), Reading("b", 0, 4, 1.0)
    assert without_overlaps([short, long]) == [long]


def test_what_was_repaired_is_rated_lower() -> None:
    (plain,), (repaired,) = (scan_repaired(text, lambda _: [Reading("10", 0, 2, 1.0)]) for text in ("10", "1O"))
    assert (plain.quality, plain.repaired) == (1.0, False)
    assert repaired.quality < 1.0 and repaired.repaired


def test_a_part_is_not_the_whole() -> None:
    for start, end in ((0, 2), (1, 3)):
        with pytest.raises(ValueFormatError):
            whole("120", [Reading("12", start, end, 1.0)], "money")
