"""Records that come back from JSON."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import get_args, get_overloads, get_type_hints

import pytest

from docextract import Receipt, ResidentCard, load_record
from docextract.errors import RecordFormatError, TemplateNotFoundError
from docextract.pipeline import Extractor
from docextract.records import RECORDS
from docextract.schema.loading import find_template, kinds, load_template
from docextract.typesetting import set_page

from .conftest import Typeset

TICKET = """\
version: 1
fields:
  plate:
    type: text
    locate: [{find: label, labels: [plate]}]
  fine:
    type: money
    locate: [{find: label, labels: [fine]}]
tables:
  works:
    columns:
      task: {type: text, labels: [task]}
      price: {type: money, labels: [price], required: true}
"""
PRINT = "PLATE   12 GA 3456\nFINE   40.00\nTASK          PRICE\nTowing        25.00"


@pytest.mark.parametrize("kind", kinds())
def test_the_same_record_of_every_kind(typeset: Typeset, extractor: Extractor, kind: str) -> None:
    for test in load_template(find_template(kind)).tests:
        record = extractor.extract_page(typeset(test.text), template=kind)
        loaded = load_record(record.model_dump_json())
        assert type(loaded) is type(record)
        assert loaded.model_dump_json() == record.model_dump_json()


def test_a_record_of_ones_own_template(typeset: Typeset, extractor: Extractor, tmp_path: Path) -> None:
    template = tmp_path / "ticket.yaml"
    template.write_text(TICKET)
    record = extractor.extract_page(typeset(PRINT), template=template)
    stored = record.model_dump_json()
    assert record.model_dump()["works"]
    assert load_record(stored, template) == record
    with pytest.raises(TemplateNotFoundError):
        load_record(stored)


def test_pickles_of_a_record_of_ones_own_template(typeset: Typeset, extractor: Extractor, tmp_path: Path) -> None:
    template = tmp_path / "ticket.yaml"
    template.write_text(TICKET)
    record = extractor.extract_page(typeset(PRINT), template=template)
    assert pickle.loads(pickle.dumps(record)) == record
    template.write_text(TICKET.replace("type: money\n", "type: text\n"))
    edited = extractor.extract_page(typeset(PRINT), template=template)
    assert edited.model_dump()["fine"] == "40.00"
    assert edited != record


def test_the_type_of_every_kind_is_known_to_checkers() -> None:
    *kinds_, _ = (get_type_hints(overload) for overload in get_overloads(load_record))
    assert {get_args(hints["template"])[0]: hints["return"] for hints in kinds_} == RECORDS


def test_a_file_that_json_names_is_not_opened(typeset: Typeset, extractor: Extractor, tmp_path: Path) -> None:
    template = tmp_path / "ticket.yaml"
    template.write_text(TICKET)
    stored = extractor.extract_page(typeset("FINE   40.00"), template=template).model_dump()
    with pytest.raises(TemplateNotFoundError):
        load_record(json.dumps(stored | {"template": str(template)}, default=str))


@pytest.mark.parametrize("data", ["", "[]", "null", "{}", '{"template": 1}', b"\xff", "[" * 100_000])
def test_what_is_no_record(data: str | bytes) -> None:
    with pytest.raises(RecordFormatError):
        load_record(data)


def test_another_kind(typeset: Typeset, extractor: Extractor) -> None:
    stored = extractor.extract_page(typeset("TOTAL   RM 9.00"), template="receipt").model_dump_json()
    assert isinstance(load_record(stored), Receipt)
    with pytest.raises(RecordFormatError):
        load_record(stored, template="resident_card")


def test_secrets_come_back_as_masks() -> None:
    (test, *_) = load_template(find_template("resident_card")).tests

    card = Extractor().extract_page(set_page(test.text), template="resident_card")
    loaded = load_record(card.model_dump_json())
    assert isinstance(loaded, ResidentCard) and loaded.number is not None and card.number is not None
    assert str(loaded.number) == card.number.masked
