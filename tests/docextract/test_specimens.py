"""Machine readable zones of official specimens, as the shipped reader reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docextract import Extractor
from docextract.records import IdentityCard, Passport

PLACEHOLDERS = {"USA_Permanent": {"document_number", "composite"}}
"""Check digits that are printed wrong."""


@pytest.mark.parametrize(
    ("name", "template", "format_"),
    [
        ("Canada", "passport", "TD3"),
        ("Czech_Republic", "passport", "TD3"),
        ("ICAO_Example", "passport", "TD3"),
        ("Japan", "passport", "TD3"),
        ("Latvia", "identity_card", "TD1"),
        ("MRVA_ICAO_Example", "identity_card", "MRV-A"),
        ("Monaco", "identity_card", "TD1"),
        ("Netherland", "identity_card", "TD1"),
        ("Spain", "identity_card", "TD1"),
        ("TD2_ICAO_Example", "identity_card", "TD2"),
        ("USA2", "identity_card", "MRV-A"),
        ("USA_Permanent", "identity_card", "TD1"),
    ],
)
def test_every_check_digit_that_is_printed_right(
    development_data: Path, reading_extractor: Extractor, name: str, template: str, format_: str
) -> None:
    record = reading_extractor.extract(development_data / "mrz-dev" / "images" / f"{name}.png")
    assert isinstance(record, (Passport, IdentityCard))
    assert record.mrz is not None
    assert (record.template, record.mrz.format) == (template, format_)
    assert {field for field, fits in record.mrz.checks.items() if not fits} == PLACEHOLDERS.get(name, set())
