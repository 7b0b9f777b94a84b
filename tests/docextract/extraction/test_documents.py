"""Cards, identity documents and business cards, rendered and read without a mistake: what a template can do at best."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import regex

from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.values.cards import parse_expiry
from docextract.values.dates import scan_dates
from docextract.values.licences import parse_licence_number
from ocr.synthesis import Corpus, FontLibrary, render_page

from ..conftest import Typeset
from ..rendered import perfect_page, printed_fields

FIRST_SEED, SEEDS = 2**41, 16

# What the renderer calls a field -> what the record calls it.
FIELDS = {
    "payment_card": {"number": "number", "expiry": "expiry", "holder": "holder", "issuer": "issuer"},
    "resident_card": {
        **{"name": "name", "personal_number": "number", "address": "address", "issue_date": "issue_date"},
        **{"authority": "authority"},
    },
    "driver_licence": {
        **{"licence_classes": "classes", "document_number": "licence_number", "name": "name", "address": "address"},
        **{"personal_number": "number", "conditions": "conditions", "security_code": "security_code"},
        **{"issue_date": "issue_date", "authority": "authority"},
    },
    "alien_registration_card": {
        **{"personal_number": "number", "name": "name", "sex": "sex", "nationality": "nationality"},
        **{"visa_type": "status", "issue_date": "issue_date", "authority": "authority"},
    },
    "passport": {
        **{"surname": "surname", "given_names": "given_names", "document_number": "document_number", "sex": "sex"},
        **{"issue_date": "issue_date", "expiry_date": "expiry_date", "authority": "authority", "name": "name"},
    },
    "identity_card": {
        **{"surname": "surname", "given_names": "given_names", "document_number": "document_number"},
        **{"expiry_date": "expiry_date", "authority": "authority", "issue_date": "issue_date"},
    },
    "business_card": {
        **{"name": "name", "company": "company", "title": "title", "email": "email", "url": "url"},
        **{"address": "address"},
    },
}


def kind_of(family: str, printed: dict[str, str]) -> str | None:
    """The template for a rendered page; None for documents without one."""
    if family != "identity":
        return {"card": "payment_card"}.get(family, family)
    titles = {
        **{"주민등록": "resident_card", "면허": "driver_licence", "외국인": "alien_registration_card"},
        **{"PASSPORT": "passport", "IDENTITY": "identity_card"},
    }
    found = next((kind for title, kind in titles.items() if title in printed.get("kind", "")), None)
    return found or ("identity_card" if "mrz[0]" in printed else None)


def wanted(kind: str, field: str, printed: str) -> str:
    if field.endswith("_date"):
        return str(next(iter(scan_dates(printed))).value)
    if field == "expiry":
        return str(parse_expiry(printed))
    if field == "licence_number":
        return parse_licence_number(printed)
    return regex.sub(r"\s" if kind != "payment_card" or field != "number" else r"\D", "", printed)


def found(record: Record, field: str) -> str:
    value = getattr(record, field)
    return regex.sub(r"\s", "", value.reveal() if hasattr(value, "reveal") else str(value))


@pytest.mark.parametrize("family", ["card", "identity", "business_card"])
def test_fields_of_rendered_documents(family: str, extractor: Extractor) -> None:
    corpus, fonts = Corpus(), FontLibrary("all")
    right, all_ = Counter[str](), Counter[str]()
    for korean in (0.0, 1.0):
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
            rendered = render_page(seed, family, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=True)
            printed = printed_fields(rendered)
            kind = kind_of(family, printed)
            if kind is None:
                continue
            record = extractor.extract_page(perfect_page(rendered), template=kind)
            for name, field in FIELDS[kind].items():
                if name in printed:
                    all_[kind] += 1
                    right[kind] += found(record, field) == wanted(kind, field, printed[name])
    assert all(right[kind] >= 0.95 * all_[kind] for kind in all_), {kind: (right[kind], all_[kind]) for kind in all_}


PASSPORT = """PASSPORT
Authority
UTOPIA CITY
P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10"""


def test_a_passport_is_read_from_its_zone(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset(PASSPORT), template="passport")
    assert (record.surname, record.given_names, record.document_number) == ("ERIKSSON", "ANNA MARIA", "L898902C3")
    assert (record.birth_date, record.expiry_date, record.sex) == (date(1974, 8, 12), date(2012, 4, 15), "F")
    assert record.authority == "UTOPIA CITY"
    assert record.mrz is not None and record.mrz.valid and record.mrz.format == "TD3"
    assert record.issues == ()
    evidence = record.evidence["birth_date"]
    assert (evidence.raw, evidence.locator) == ("740812", "mrz")
    xs = [x for x, _ in evidence.quad]
    assert (min(xs), max(xs)) == (130, 190)  # characters 13 to 19, each 10 pixels wide


def test_a_check_digit_that_does_not_fit_is_said(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset(PASSPORT.replace("7408122", "7408132")), template="passport")
    assert record.mrz is not None and not record.mrz.valid
    assert {(issue.code, issue.field, issue.detail) for issue in record.issues} == {
        ("contradiction", "mrz", "check digit of the birth date"),
        ("contradiction", "mrz", "check digit of the composite"),
    }
    assert record.evidence["birth_date"].confidence < record.evidence["sex"].confidence + 1e-9


def test_what_the_zone_must_mean_is_repaired_and_said(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset(PASSPORT.replace("7408122", "74O8I22")), template="passport")
    assert record.birth_date == date(1974, 8, 12)
    assert [(issue.code, issue.field) for issue in record.issues] == [("repaired", "birth_date")]
    assert record.evidence["birth_date"].repaired_from == "74O8I2"


def test_numbers_in_a_stack(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("HARVEST BANK\n4111\n1111\n1111\n1111\nVALID THRU 08/27")
    record = extractor.extract_page(page, template="payment_card")
    assert record.number is not None and record.number.reveal() == "4111111111111111"
    assert len(record.evidence["number"].words) == 4


def test_a_number_with_a_wrong_digit_is_missing_rather_than_wrong(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("4111 1111 1111 1112\nVALID THRU 08/27"), template="payment_card")
    assert record.number is None
    assert ("missing", "number") in [(issue.code, issue.field) for issue in record.issues]
