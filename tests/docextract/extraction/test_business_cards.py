"""Business cards of many trades, as a reader that makes no mistake gives them."""

from __future__ import annotations

from typing import Any

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

CARDS = {
    "a researcher": """\
박 서 준
수석연구원 / Ph.D.
인공지능연구소

(주)한빛테크놀로지
서울특별시 강남구 테헤란로 123, 7층 (06236)
T 02-555-0123   F 02-555-0124
M 010-1234-0123
E seojun.park@hanbit.example
www.hanbit.example""",
    "an architect": """\
NORTHBEAM
Architecture + Design

Elena Petrova, AIA
Principal

415.555.0199 office
415.555.0142 mobile
elena@northbeam.com
northbeam.com
88 Howard Street, Suite 400
San Francisco, CA 94105""",
    "a restaurant": """\
한빛식당
대표 김하은
예약문의 02-333-0123
서울시 마포구 양화로 45
영업시간 11:00 - 22:00
인스타그램 @hanbit_food""",
    "a dentist": """\
SMILE DENTAL CARE
Dr. Aaron Goldberg, DDS
General & Cosmetic Dentistry
1450 Ocean Ave, Brooklyn NY 11230
Call/Text: 718-555-0123
smiledental.com
Your next appointment: ____""",
    "telephones that say behind them what they are": """\
Priya Raman
Head of Partnerships
FINLEAF TECHNOLOGIES PTE. LTD.
71 Robinson Road, #14-01, Singapore 068895
+65 6555 0123 (DID)
+65 8123 0123 (HP)
priya@finleaf.com | linkedin.example/in/priyar""",
    "a professor": """\
서울대학교 공과대학
컴퓨터공학부
교수 최 은 서
08826 서울특별시 관악구 관악로 1 301동 512호
전화 (02) 880-0123
팩스 (02) 880-0124
이메일 eunseo@univ.example""",
    "a lawyer, twice": """\
이 도 윤   변호사
LEE DO YUN Attorney at Law
법무법인 새봄
서울 서초구 서초대로 45길 12 새봄빌딩 5층
Tel. 02.555.0123  Fax. 02.555.0124
Mobile. 010.1234.0123
doyun.lee@saebom.example""",
}
EXPECTED: dict[str, dict[str, Any]] = {
    "a researcher": {"names": ["박서준"], "titles": ["수석연구원 / Ph.D."], "departments": ["인공지능연구소"]},
    "an architect": {
        "names": ["Elena Petrova"],
        "titles": ["Principal"],
        "phones": [("4155550199", "work"), ("4155550142", "mobile")],
        "urls": ["northbeam.com"],
    },
    "a restaurant": {"names": ["김하은"], "companies": ["한빛식당"], "addresses": ["서울시 마포구 양화로 45"]},
    "a dentist": {
        "names": ["Dr. Aaron Goldberg"],
        "companies": ["SMILE DENTAL CARE"],
        "addresses": ["1450 Ocean Ave, Brooklyn NY 11230"],
        "urls": ["smiledental.com"],
    },
    "telephones that say behind them what they are": {
        "phones": [("+6565550123", "direct"), ("+6581230123", "mobile")],
        "addresses": ["71 Robinson Road, #14-01, Singapore 068895"],
    },
    "a professor": {
        "names": ["최은서"],
        "titles": ["교수"],
        "departments": ["컴퓨터공학부"],
        "companies": ["서울대학교 공과대학"],
    },
    "a lawyer, twice": {"names": ["이도윤", "LEE DO YUN"], "titles": ["변호사", "Attorney at Law"]},
}


@pytest.mark.parametrize("kind", CARDS)
def test_business_cards(typeset: Typeset, extractor: Extractor, kind: str) -> None:
    card = extractor.extract_page(typeset(CARDS[kind]), "business_card")
    found = {field: list(getattr(card, field)) for field in EXPECTED[kind]}
    if "phones" in found:
        found["phones"] = [(phone.number, phone.kind) for phone in card.phones]
    assert found == EXPECTED[kind]
