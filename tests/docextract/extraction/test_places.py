"""Names of Korean districts that were misread."""

from __future__ import annotations

import pytest

from docextract.extraction.places import respell_places
from docextract.extraction.rows import build_layout
from docextract.pipeline import Extractor
from docextract.values.korean_places import place_names
from ocr.document import Alternative

from ..conftest import Typeset, doubting


@pytest.mark.parametrize(
    ("printed", "thought_of", "address"),
    [
        # 0 is the first letter, spaces left out.
        ("경상북도 구마시 공단동 272", {5: (("미", 0.01),)}, "경상북도 구미시 공단동 272"),
        ("주소 경북 구미시 공단둥 272", {9: (("동", 0.3),)}, "주소 경북 구미시 공단동 272"),
        ("전라북도 남원시 수천면 55", {7: (("주", 0.01),)}, "전라북도 남원시 주천면 55"),
        ("전라북도 남원시 수천면 55", {7: (("주", 0.01),), 8: (("지", 0.01),)}, "전라북도 남원시 수천면 55"),
        ("전라북도 남원시 수천면 55", {7: (("우", 0.5),)}, "전라북도 남원시 주천면 55"),
        ("전라북도 남원시 수천면 55", {7: (("우", 0.5),), 8: (("친", 0.5),)}, "전라북도 남원시 수천면 55"),
        ("전라북도 남원시 수천면 55", {}, "전라북도 남원시 수천면 55"),  # 수지면 or 주천면
        ("서울특별시 송로구 12", {6: (("파", 0.002),)}, "서울특별시 종로구 12"),  # 송 is but a letter off
        ("서울특별시 송로구 12", {6: (("파", 0.01),)}, "서울특별시 송로구 12"),
        ("서울특별시 송로구 12", {6: (("파", 0.3),)}, "서울특별시 송파구 12"),
        ("서울특별시 송로구 12", {}, "서울특별시 송로구 12"),
        ("서울특별시 종로구 교북동 1", {}, "서울특별시 종로구 교북동 1"),  # a quarter of that name, not 교남동
        ("서울특별시 종로구 교북동 1", {9: (("남", 1e-6),)}, "서울특별시 종로구 교북동 1"),
        ("서울특별시 종로구 교북동 1", {9: (("낙", 0.5),)}, "서울특별시 종로구 교남동 1"),
        ("경기도 안성시 덕면 183", {}, "경기도 안성시 대덕면 183"),
        ("서울특별시 종로구 부동 12", {}, "서울특별시 종로구 부동 12"),  # 부암동 or any quarter
        ("서울특별시 강남구 한빛로 12", {}, "서울특별시 강남구 한빛로 12"),
        ("제주특별자치도 제주시장", {}, "제주특별자치도 제주시장"),
        ("세종특별시치시 나성로 2", {4: (("자", 0.3),)}, "세종특별자치시 나성로 2"),
        ("경상남도 거제시 목포2동 12", {7: (("옥", 0.006),)}, "경상남도 거제시 옥포2동 12"),
        ("경상남도 거제시 목포2동 12", {}, "경상남도 거제시 목포2동 12"),
        (
            "경상남도 거제시 목포9동 12",
            {7: (("옥", 0.006),)},
            "경상남도 거제시 목포9동 12",
        ),  # only 1 and 2 have the name
        ("서울특별시 종로구 종로1-2-3-4가동 75", {}, "서울특별시 종로구 종로1·2·3·4가동 75"),
        ("복정동 103동 163", {9: (("로", 0.04), ("오", 0.02))}, "복정동 103동 16호"),
        ("복정동 12, 163", {8: (("로", 0.04), ("오", 0.02))}, "복정동 12, 16호"),
        ("복정동 12, 163", {8: (("로", 0.04),)}, "복정동 12, 163"),
        ("복정동 12, 163", {8: (("층", 0.2),)}, "복정동 12, 163"),
        ("복정동 163", {5: (("로", 0.2),)}, "복정동 163"),  # a lot
    ],
)
def test_what_the_reader_doubted_is_set_right(
    typeset: Typeset, printed: str, thought_of: dict[int, tuple[Alternative, ...]], address: str
) -> None:
    (row,) = build_layout(doubting(typeset(printed), thought_of)).rows
    assert respell_places(row.text, [row.whole]) == address


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        ("성당동 37.23", "성당동 37-23"),
        ("성당동 37. 2층", "성당동 37. 2층"),
        ("Lot 2.01, Jalan Kenari", "Lot 2.01, Jalan Kenari"),
    ],
)
def test_lots_have_hyphens(typeset: Typeset, printed: str, address: str) -> None:
    (row,) = build_layout(typeset(printed)).rows
    assert respell_places(row.text, [row.whole]) == address


def test_every_name_is_left_as_it_is(typeset: Typeset) -> None:
    names = sorted(place_names())[::97]
    rows = build_layout(typeset("\n".join(names))).rows
    assert [respell_places(row.text, [row.whole]) for row in rows] == names


def test_an_address_that_was_set_right_says_so(typeset: Typeset, extractor: Extractor) -> None:
    card = extractor.extract_page(
        typeset("주민등록증\n홍길동\n711231-1234567\n경기도 안성시 덕면 183\n2021.03.15\n경기도 안성시장"),
        template="resident_card",
    )
    assert card.address == "경기도 안성시 대덕면 183"
    assert [issue.field for issue in card.issues if issue.code == "repaired"] == ["address"]
