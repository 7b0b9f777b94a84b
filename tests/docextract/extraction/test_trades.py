"""Receipts and business cards of many trades and countries, as a reader that makes no mistake gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from docextract.pipeline import Extractor

from ..conftest import Typeset

DOCUMENTS = yaml.safe_load(Path(__file__).with_name("trades.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["name"])
def test_what_their_records_say(typeset: Typeset, extractor: Extractor, document: dict[str, Any]) -> None:
    record = extractor.extract_page(typeset(document["text"]), template=document["template"])
    assert {path: _plain(_at(record, path)) for path in document["expect"]} == document["expect"]
    assert not [issue for issue in record.issues if issue.code == "contradiction"]


def _at(record: Any, path: str) -> Any:
    """A value of a record by its path, in which elements of lists have numbers."""
    for part in path.split("."):
        record = record[int(part)] if part.isdigit() else getattr(record, part)
    return record


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else None if value is None else str(value)
