from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docextract.tagging.labels import join_labels
from docextract.tagging.tagger import Tag
from docextract.tagging.training.alignment import UNKNOWN, align_entities
from docextract.tagging.training.examples import load_labelled
from docextract.tagging.training.scoring import score_values
from ocr.datasets.boxes import load_entities
from ocr.datasets.examples import read_stems
from ocr.document import Page

Typeset = Callable[..., Page]
TEXT = (
    "BURGER HOUSE SDN. BHD.\n(123456-W)\n12, LONG STREET\nREG 000999\n81100 JOHOR\nDATE: 25/12/2018\n"
    "Burger      9.00\nTOTAL      RM 9.00\nCASH      20.00"
)
ENTITIES = {
    "company": "BURGER HOUSE SDN BHD",
    "address": "12, LONG STREET, 81100 JOHOR",
    "date": "25/12/2018",
    "total": "9.00",
}


@pytest.fixture
def aligned(typeset: Typeset) -> Callable[..., dict[str, str]]:
    def aligned(text: str, **entities: str) -> dict[str, str]:
        page = typeset(text)
        entries = join_labels(align_entities(page, entities))
        return {field: " ".join(page.words[index].text for index in words) for field, words in entries}

    return aligned


Aligned = Callable[..., dict[str, str]]


def test_all_fields_of_a_receipt(aligned: Aligned) -> None:
    assert aligned(TEXT, **ENTITIES) == {
        "merchant.name": "BURGER HOUSE SDN. BHD.",
        "merchant.address": "12, LONG STREET 81100 JOHOR",
        "date": "25/12/2018",
        "total": "9.00",
    }


def test_an_amount_outside_the_row_of_the_total_is_unknown(typeset: Typeset) -> None:
    page = typeset(TEXT)
    labels = align_entities(page, ENTITIES)
    assert [page.words[index].text for index, label in enumerate(labels) if label == UNKNOWN] == ["9.00"]


def test_names_are_found_although_the_annotator_wrote_them_otherwise(aligned: Aligned) -> None:
    assert aligned("BURGR HOUSE SDN BND\nTEL 123", company="BURGER HOUSE SDN BHD") == {
        "merchant.name": "BURGR HOUSE SDN BND"
    }


@pytest.mark.parametrize("entities", [{}, {"company": "SOMETHING ELSE"}, {"total": "7.77"}, {"date": ""}])
def test_what_is_not_printed_is_not_found(aligned: Aligned, entities: dict[str, str]) -> None:
    assert aligned(TEXT, **entities) == {}


def test_annotated_receipts_keep_their_fields(development_data: Path) -> None:
    folder = development_data / "sroie"
    stems, examples = read_stems(folder / "dev.txt"), load_labelled(folder, "dev")
    truth = {stem: load_entities(folder / "entities" / f"{stem}.json") for stem in stems}
    tags = {
        id(example.page): [Tag(field, words, 1.0) for field, words in join_labels(example.labels.tolist())]
        for example in examples
    }
    pages = {stem: example.page for stem, example in zip(stems, examples, strict=True)}
    assert score_values(pages, truth, lambda page: tags[id(page)])["micro"] > 0.97
