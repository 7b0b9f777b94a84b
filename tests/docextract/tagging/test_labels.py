from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docextract.tagging.labels import FIELDS, LABEL_COUNT, OUTSIDE, begin_label, inside_label, join_labels

NAME, TOTAL = "merchant.name", "total"


def test_every_label_belongs_to_one_field() -> None:
    labels = [label(field) for field in FIELDS for label in (begin_label, inside_label)]
    assert sorted([OUTSIDE, *labels]) == list(range(LABEL_COUNT))
    assert len(set(FIELDS)) == len(FIELDS)


@pytest.mark.parametrize(
    ("labels", "entities"),
    [
        ([], []),
        ([OUTSIDE, -100], []),
        ([begin_label(NAME), inside_label(NAME)], [(NAME, (0, 1))]),
        ([begin_label(NAME), begin_label(NAME)], [(NAME, (0,)), (NAME, (1,))]),
        ([begin_label(NAME), begin_label(TOTAL), inside_label(NAME)], [(NAME, (0, 2)), (TOTAL, (1,))]),
        ([inside_label(NAME)], [(NAME, (0,))]),
        ([begin_label(NAME), *[OUTSIDE] * 20, inside_label(NAME)], [(NAME, (0,)), (NAME, (21,))]),
    ],
)
def test_joining(labels: list[int], entities: list[tuple[str, tuple[int, ...]]]) -> None:
    assert join_labels(labels) == entities


@given(st.lists(st.integers(OUTSIDE, LABEL_COUNT - 1)))
def test_every_labelled_word_is_in_one_entity(labels: list[int]) -> None:
    words = [index for _, indices in join_labels(labels) for index in indices]
    assert sorted(words) == [index for index, label in enumerate(labels) if label != OUTSIDE]
