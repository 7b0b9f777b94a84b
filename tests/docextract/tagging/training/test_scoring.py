from __future__ import annotations

from collections.abc import Callable

import pytest

from docextract.tagging import Tag
from docextract.tagging.training.examples import LabelledPage
from docextract.tagging.training.scoring import score_entities, score_values, tagged_fields
from ocr.document import Page

Typeset = Callable[..., Page]
TRUTH = {"company": "BURGER HOUSE", "date": "25/12/2018", "total": "9.00"}


@pytest.fixture
def page(typeset: Typeset) -> Page:
    return typeset("BURGER HOUSE\nDATE:25/12/2018\nTOTAL      RM9.00")


GOOD = (Tag("merchant.name", (0, 1), 0.9), Tag("date", (2,), 0.9), Tag("total", (4,), 0.8), Tag("total", (3,), 0.1))


def test_the_surest_tag_is_the_value(page: Page) -> None:
    assert tagged_fields(page, GOOD) == {
        "company": "BURGER HOUSE",
        "address": None,
        "date": "2018-12-25",
        "total": "9.00",
    }


@pytest.mark.parametrize(
    ("tags", "micro"), [(GOOD, 1.0), (GOOD[:2], 0.8), ((), 0.0), ((Tag("merchant.name", (0,), 1.0),), 0.0)]
)
def test_values(page: Page, tags: tuple[Tag, ...], micro: float) -> None:
    assert score_values({"a": page}, {"a": TRUTH}, lambda _: tags)["micro"] == micro


def test_entities(example: LabelledPage) -> None:
    right = Tag("merchant.name", (0, 1), 1.0)
    partly = Tag("merchant.address", (2, 3), 1.0)
    scores = score_entities([example], lambda _: [right, partly])
    assert scores == {"precision": 0.5, "recall": 0.25, "f1": 0.3333}
