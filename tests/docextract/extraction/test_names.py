"""Korean names of which a syllable was misread."""

from __future__ import annotations

import pytest

from docextract.extraction.names import is_usual, respell_names
from docextract.extraction.rows import build_layout
from docextract.pipeline import Extractor
from ocr.document import Alternative

from ..conftest import Typeset, doubting


@pytest.mark.parametrize(
    ("printed", "thought_of", "name"),
    [
        # 0 is the first syllable, spaces left out.
        ("문등철", {1: (("동", 0.4),)}, "문동철"),
        ("문 등 철", {1: (("동", 0.4),)}, "문 동 철"),
        ("버린서", {0: (("벼", 0.3), ("배", 0.2))}, "배린서"),  # 벼 is no surname
        ("허숱", {1: (("솔", 0.05), ("술", 0.2))}, "허술"),
        ("문등철", {1: (("뚱", 0.4),)}, "문등철"),
        ("문등철", {1: (("동", 0.001),)}, "문등철"),
        ("문동철", {1: (("등", 0.4), ("도", 0.4))}, "문동철"),  # what may be a name stays
        ("한지회", {2: (("희", 0.3),)}, "한지희"),  # as many are called
        ("한지희", {2: (("회", 0.6),)}, "한지희"),
        ("한철천", {2: (("찬", 0.6),)}, "한철찬"),
        ("한철천", {2: (("찬", 0.5),)}, "한철천"),
        ("여지민", {0: (("이", 0.6),)}, "여지민"),  # what may be a surname stays
        ("남궁등철", {2: (("동", 0.4),)}, "남궁등철"),
        ("홍길동 (Hong)", {0: (("총", 0.4),)}, "홍길동 (Hong)"),
        ("총길동 (Hong)", {0: (("홍", 0.4),)}, "홍길동 (Hong)"),
        ("Jane Doe", {0: (("김", 0.4),)}, "Jane Doe"),
    ],
)
def test_a_syllable_of_no_name_is_what_the_reader_thought_of(
    typeset: Typeset, printed: str, thought_of: dict[int, tuple[Alternative, ...]], name: str
) -> None:
    (row,) = build_layout(doubting(typeset(printed), thought_of)).rows
    assert respell_names(row.text, [row.whole]) == name


@pytest.mark.parametrize(
    ("template", "text", "at"),
    [
        ("resident_card", "주민등록증\n홍길등\n711231-1234567\n서울특별시 강남구 한빛로 12\n2021.03.15", 5),
        ("driver_licence", "자동차운전면허증\n성명: 홍길등\n11-21-123456-01\n711231-1234567", 8),
        ("business_card", "한빛식품\n홍길등\n부장\n010-1234-5678", 4),
    ],
)
def test_a_document_says_that_a_name_was_set_right(
    typeset: Typeset, extractor: Extractor, template: str, text: str, at: int
) -> None:
    at = "".join(text.split()).index("등", at)
    record = extractor.extract_page(doubting(typeset(text), {at: (("동", 0.3),)}), template=template)
    assert (record.names if template == "business_card" else [record.name])[0] == "홍길동"  # type: ignore[attr-defined]
    assert {issue.field for issue in record.issues if issue.code == "repaired"} & {"name", "names.0"}


@pytest.mark.parametrize("template", ["resident_card", "driver_licence"])
@pytest.mark.parametrize("speck", ["\ufffd", ".", "|"])
def test_a_speck_beside_a_name_is_no_part_of_it(
    typeset: Typeset, extractor: Extractor, template: str, speck: str
) -> None:
    text = f"{'성명 ' * (template == 'driver_licence')}홍길동 {speck}\n711231-1234567"
    assert extractor.extract_page(typeset(text), template=template).name == "홍길동"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "behind", ["(\ufffd\ufffd\ufffd)", " (\ufffd\ufffd\ufffd)", "\ufffd\ufffd\ufffd)", "(\ufffd초\ufffd"]
)
def test_a_name_ends_before_its_han_characters(typeset: Typeset, extractor: Extractor, behind: str) -> None:
    page = typeset(f"주민등록증\n홍길동{behind}\n711231-1234567\n서울특별시 강남구 한빛로 12\n2021.03.15")
    card = extractor.extract_page(page, template="resident_card")
    assert card.name == "홍길동"  # type: ignore[attr-defined]
    assert not [issue for issue in card.issues if issue.field == "name"]


@pytest.mark.parametrize(
    ("value", "usual"),
    [
        *(("홍길동", True), ("홍 길 동", True), ("홍길동 (Hong)", True), ("Jane Doe", True), ("남궁길동", True)),
        *(("유테크", False), ("모린스", False), ("빛길동", False)),
    ],
)
def test_names_are_made_of_few_syllables(value: str, usual: bool) -> None:
    assert is_usual(value) == usual


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("유테크\n홍길동\n부장\n010-1234-5678", ("홍길동",)),
        ("유테크\n부장\n010-1234-5678", ("유테크",)),  # who knows
    ],
)
def test_what_looks_less_like_a_name_is_none_beside_one(
    typeset: Typeset, extractor: Extractor, text: str, names: tuple[str, ...]
) -> None:
    card = extractor.extract_page(typeset(text), template="business_card")
    assert card.names == names  # type: ignore[attr-defined]
