"""Passports whose print and machine readable zone agree, or not."""

from __future__ import annotations

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

PRINT = """PASSPORT
Code of issuing State
UTO
Surname
{surname}
Given names
{given}
Passport No
{number}
Date of birth
{born}
{zone}
L898902C36UTO7408122F1204159ZE184226B<<<<<10"""
AGREEING = {"surname": "ERIKSSON", "given": "ANNA MARIA", "number": "L898902C3", "born": "12 AUG 1974"}
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ({}, None),
        ({"surname": "Eriksson"}, None),
        ({"number": "L898 902 C3"}, None),
        ({"surname": "ERIKSEN"}, "surname"),
        ({"number": "L898902C8"}, "document_number"),
        ({"born": "12 AUG 1947"}, "birth_date"),
    ],
)
def test_what_differs_is_said(
    extractor: Extractor, typeset: Typeset, printed: dict[str, str], field: str | None
) -> None:
    page = typeset(PRINT.format(**AGREEING | printed, zone=ZONE))
    record = extractor.extract_page(page, template="passport")
    assert record.mrz is not None
    assert record.mrz.agrees == {
        name: name != field for name in ("issuer", "surname", "given_names", "document_number", "birth_date")
    }
    contradictions = [(issue.code, issue.field) for issue in record.issues]
    assert contradictions == ([("contradiction", field)] if field else [])
    assert record.document_number == "L898902C3"  # the zone counts


@pytest.mark.parametrize(
    ("printed", "coded"),
    [
        ("MÜLLER", "MUELLER"),
        ("MÜLLER", "MULLER"),
        ("Strauß", "STRAUSS"),
        ("GARCÍA NÚÑEZ", "GARCIA<NUNEZ"),
        ("O'BRIEN-SMITH", "OBRIEN<SMITH"),
        ("PAPADOPOULOS-KATSIMIHAS", "PAPADOPOULOS<KATSIMI"),  # the zone ended
    ],
)
def test_spellings_of_a_name(extractor: Extractor, typeset: Typeset, printed: str, coded: str) -> None:
    zone = f"P<UTO{coded}<<ANNA<MARIA".ljust(44, "<")
    page = typeset(PRINT.format(**AGREEING | {"surname": printed}, zone=zone))
    record = extractor.extract_page(page, template="passport")
    assert record.mrz is not None and record.mrz.agrees["surname"]


def test_countries_by_name_are_not_compared(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset(PRINT.format(**AGREEING, zone=ZONE).replace("\nUTO\n", "\nREPUBLIC OF UTOPIA\n"))
    record = extractor.extract_page(page, template="passport")
    assert record.mrz is not None and "issuer" not in record.mrz.agrees
    assert record.mrz.valid


def test_a_visa_may_print_another_number_than_its_zone(extractor: Extractor, typeset: Typeset) -> None:
    visa = PRINT.format(**AGREEING | {"number": "7654321"}, zone=ZONE.replace("P<UTO", "V<UTO"))
    visa = visa.replace("PASSPORT\n", "VISA\n").replace("Passport No", "Document No")
    visa = visa.replace("L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C36UTO7408122F1204159ZE184226B<<<<<<<")
    record = extractor.extract_page(typeset(visa), template="identity_card")
    assert record.mrz is not None and record.mrz.format == "MRV-A"
    assert "document_number" not in record.mrz.agrees and record.mrz.agrees["surname"]
