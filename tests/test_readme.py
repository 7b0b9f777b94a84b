"""What the README shows works as it says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import regex

import docextract
from docextract.pipeline import Extractor
from docextract.records import RECORDS
from docextract.schema.loading import bundled_names

from .docextract.conftest import set_page

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    found: list[str] = regex.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), regex.DOTALL)
    return found


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    (yaml,) = blocks("yaml")
    assert len(yaml.splitlines()) <= 10
    path = tmp_path / "parking.yaml"
    path.write_text(yaml, encoding="utf-8")
    page = set_page("PARKING NOTICE\nPlate: 12GA3456\nIssued: 2026-03-15\nFine: 45.00")
    ticket = Extractor().extract_page(page, template=path)
    assert ticket.model_dump(include={"plate", "fine"}) == {"plate": "12GA3456", "fine": Decimal("45.00")}
    assert ticket.issues == ()
    korean = Extractor().extract_page(set_page("차량번호 12가3456\n과태료 40,000"), template=path)
    assert korean.model_dump(include={"plate", "fine"}) == {"plate": "12가3456", "fine": Decimal(40000)}


@pytest.mark.parametrize("block", blocks("python"))
def test_names_in_the_examples_exist(block: str) -> None:
    compile(block, str(README), "exec")
    for names in regex.findall(r"from docextract import (.+)", block):
        assert all(hasattr(docextract, name.strip()) for name in names.split(","))


def test_the_table_of_documents_is_complete() -> None:
    text = README.read_text(encoding="utf-8")
    assert all(f"`{kind}`" in text for kind in RECORDS)
    assert set(RECORDS) <= set(bundled_names())
