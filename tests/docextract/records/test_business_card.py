from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from docextract import BusinessCard, Extractor, Phone, Receipt, SocialHandle
from ocr.document import Page

from ..test_vcard import parse_vcard

Typeset = Callable[..., Page]

FRONT = """(주)한빛전자
김민수   책임연구원
기술연구소
M 010-1234-5678
T 02-555-0142
minsu@example.co.kr"""
BACK = """HANBIT ELECTRONICS CO., LTD.
Minsu Kim
Manager
Mobile +82 10-1234-5678
Fax 02-555-0143
minsu@example.co.kr
www.example.co.kr
LinkedIn: minsu-kim
123 Teheran Road, Seoul"""


@pytest.fixture(scope="module")
def front(typeset: Typeset, extractor: Extractor) -> BusinessCard:
    return extractor.extract_page(typeset(FRONT), "business_card")


@pytest.fixture(scope="module")
def back(typeset: Typeset, extractor: Extractor) -> BusinessCard:
    return extractor.extract_page(typeset(BACK), "business_card")


def test_lists_and_their_evidence(front: BusinessCard) -> None:
    assert front.names == ("김민수",) and front.titles == ("책임연구원",) and front.departments == ("기술연구소",)
    assert front.companies == ("(주)한빛전자",) and front.emails == ("minsu@example.co.kr",)
    assert front.phones == (Phone(number="01012345678", kind="mobile"), Phone(number="025550142", kind="work"))
    evidence = front.evidence["phones.1.number"]
    assert (evidence.value, evidence.raw) == ("025550142", "02-555-0142")
    assert evidence.label is not None and evidence.label.raw == "T"
    assert BusinessCard.model_validate_json(front.model_dump_json()) == front


def test_both_sides_make_one_card(front: BusinessCard, back: BusinessCard) -> None:
    card = front.merge(back)
    assert card.names == ("김민수", "Minsu Kim") and card.companies == ("(주)한빛전자", "HANBIT ELECTRONICS CO., LTD.")
    assert card.titles == ("책임연구원", "Manager") and card.emails == ("minsu@example.co.kr",)
    assert [(phone.number, phone.kind) for phone in card.phones] == [
        ("01012345678", "mobile"),
        ("025550142", "work"),
        ("025550143", "fax"),
    ]
    assert card.social == (SocialHandle(handle="minsu-kim", network="linkedin"),)
    assert card.issues == ()
    pages = {path: card.evidence[path].page for path in ("names.0", "names.1", "phones.0.number", "phones.2.number")}
    assert pages == {"names.0": 0, "names.1": 1, "phones.0.number": 0, "phones.2.number": 1}
    for path, evidence in card.evidence.items():
        value: object = card
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, tuple) else getattr(value, part)
        assert value == evidence.value


def test_what_one_side_lacks_is_not_missing(typeset: Typeset, extractor: Extractor, front: BusinessCard) -> None:
    logo = extractor.extract_page(typeset("www.example.co.kr"), "business_card")
    assert [(issue.code, issue.field) for issue in logo.issues] == [("missing", "names")]
    assert front.merge(logo).issues == logo.merge(front).issues == ()
    assert logo.merge(logo).issues == logo.issues


def test_sides_that_contradict_each_other(front: BusinessCard) -> None:
    other = BusinessCard(
        template="business_card",
        names=("이민수",),
        phones=(Phone(number="+8225550142", kind="fax"), Phone(number="01012345678")),
    )
    card = front.merge(other)
    assert card.names == ("김민수", "이민수") and len(card.phones) == 2
    assert [(issue.code, issue.field, issue.detail) for issue in card.issues] == [
        ("contradiction", "names.1", "sides"),
        ("contradiction", "phones.1.kind", "sides"),
    ]


def test_a_kind_that_only_the_back_gives_is_taken() -> None:
    plain, labelled = (
        BusinessCard(template="business_card", phones=(Phone(number="025550142", kind=kind),)) for kind in (None, "fax")
    )
    assert plain.merge(labelled).phones == labelled.phones  # type: ignore[arg-type]


def test_a_vcard(front: BusinessCard, back: BusinessCard) -> None:
    properties = parse_vcard(front.merge(back).to_vcard(country="KR"))
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, _, components in properties:
        found.setdefault(name, []).append(components)
    assert found == {
        "FN": [("김민수",), ("Minsu Kim",)],
        "N": [("김", "민수", "", "", "")],
        "ORG": [("(주)한빛전자", "기술연구소"), ("HANBIT ELECTRONICS CO., LTD.",)],
        "TITLE": [("책임연구원",), ("Manager",)],
        "TEL": [("tel:+821012345678",), ("tel:+8225550142",), ("tel:+8225550143",)],
        "EMAIL": [("minsu@example.co.kr",)],
        "URL": [("http://www.example.co.kr",)],
        "ADR": [("", "", "123 Teheran Road, Seoul", "", "", "", "")],
        "SOCIALPROFILE": [("minsu-kim",)],
        "LANG": [("ko",)],
    }
    types = [parameters["TYPE"] for name, parameters, _ in properties if name == "TEL"]
    assert types == ["work,cell", "work,voice", "work,fax"]
    assert parse_vcard(front.merge(back).to_vcard(country="KR"))[0][1] == {"LANGUAGE": "ko", "ALTID": "1"}


def test_numbers_stay_as_printed_where_no_country_is_known(front: BusinessCard) -> None:
    numbers = [components for name, _, components in parse_vcard(front.to_vcard()) if name == "TEL"]
    assert numbers == [("01012345678",), ("025550142",)]


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("남궁 민 수", "남궁", "민수"),
        ("Hong, Gildong", "Hong", "Gildong"),
        ("Ann Mary O'Neil", "O'Neil", "Ann Mary"),
        ("Cher", "Cher", ""),
    ],
)
def test_family_and_given_names(name: str, family: str, given: str) -> None:
    card = BusinessCard(template="business_card", names=(name,))
    assert ("N", {}, (family, given, "", "", "")) in parse_vcard(card.to_vcard())


def test_a_card_without_a_name_is_called_like_its_company() -> None:
    assert parse_vcard(BusinessCard(template="business_card", companies=("Bunga",)).to_vcard())[0] == (
        "FN",
        {},
        ("Bunga",),
    )
    assert parse_vcard(BusinessCard(template="business_card").to_vcard()) == [("FN", {}, ("",))]


@pytest.mark.parametrize("back", [None, {}, Receipt(template="receipt")])
def test_only_business_cards_have_another_side(back: Any) -> None:
    with pytest.raises(TypeError, match=f"not with {type(back).__name__}"):
        BusinessCard(template="business_card").merge(back)


@pytest.mark.parametrize("rule", ["|", "1", "l", "I"])
def test_an_account_behind_a_rule(typeset: Typeset, extractor: Extractor, rule: str) -> None:
    text = f"Jane Doe\nSales Manager\nM +44 7700 900123 {rule} @harvest.io\nInstagram {rule} @harvest.my"
    card = extractor.extract_page(typeset(text), template="business_card")
    assert card.emails == () and card.urls == ()
    assert card.social == (SocialHandle(handle="harvest.my", network="instagram"),)
    text = f"Jane Doe\nSales Manager\nX {rule} @harvest"
    card = extractor.extract_page(typeset(text), template="business_card")
    assert card.social == (SocialHandle(handle="harvest", network="x"),)
