"""Documents misread as the reader misreads rendered ones: captions, dates without labels, names, short lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from docextract.pipeline import Extractor
from docextract.rendered_fields import kind_of, perfect_page, printed_fields
from ocr.document import Alternative, Line, Page, Word
from ocr.synthesis import Corpus, FontLibrary, render_page

from ..conftest import Typeset, doubting

SURNAME, GIVEN_NAMES = "LEE", "PETER"


@pytest.fixture(scope="module")
def identity_card() -> Page:
    """The front of a rendered card, its captions in small print above the values."""
    corpus, fonts = Corpus(None), FontLibrary("heldout")
    for seed in range(200):
        card = render_page(seed, "identity", size=None, corpus=corpus, fonts=fonts, korean=0, clean=True)
        if kind_of(card) == "identity_card" and {"Surname", "Given names"} <= {text.text for text in card.texts}:
            names = printed_fields(card)
            return misread(perfect_page(card), {names["surname"]: SURNAME, names["given_names"]: GIVEN_NAMES})
    raise AssertionError


def misread(page: Page, readings: dict[str, str]) -> Page:
    """The page with other texts in the place of some lines."""

    def read(line: Line) -> Line:
        text = readings.get(line.text)
        return line if text is None else replace(line, words=(Word(text, line.quad, 0.5, ()),))

    return replace(page, blocks=tuple(replace(b, lines=tuple(map(read, b.lines))) for b in page.blocks))


@pytest.mark.parametrize(
    ("readings", "found"),
    [
        ({}, (SURNAME, GIVEN_NAMES)),
        ({"Surname": "Sunume", "Given names": "Chen nameS"}, (SURNAME, GIVEN_NAMES)),
        ({"Surname": "Nme", "Given names": "Cn Semes"}, (None, None)),  # too little of them is right
        ({SURNAME: "Sunume"}, ("Sunume", GIVEN_NAMES)),  # no small print: a value
    ],
)
def test_captions_are_found_where_small_print_stands_above_larger(
    identity_card: Page, extractor: Extractor, readings: dict[str, str], found: tuple[str | None, str | None]
) -> None:
    record = extractor.extract_page(misread(identity_card, readings), template="identity_card")
    assert (record.surname, record.given_names) == found


ZONE = """P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<
M965005269KOR8907161F26061297642855<<<<<<<92"""


@pytest.mark.parametrize(
    ("print_", "issued"),
    [
        ("16.07.1989\n13 JUN 21\n12.06.2026", date(2021, 6, 13)),
        ("16.07.1989\nDate of issue\n13 JUN 21\n12.06.2026", date(2021, 6, 13)),
        ("13 JUN 21\n14 JUN 21", None),  # which of them is it
        ("13 JUN 27", None),  # behind the expiry
        ("Date of birth\n13 JUN 2001", None),  # of another field, misread
    ],
)
def test_a_date_without_a_label_is_told_by_the_others(
    extractor: Extractor, typeset: Typeset, print_: str, issued: date | None
) -> None:
    record = extractor.extract_page(typeset(f"PASSPORT\n{print_}\n{ZONE}"), template="passport")
    assert (record.birth_date, record.expiry_date) == (date(1989, 7, 16), date(2026, 6, 12))
    assert record.issue_date == issued


ALIEN_CARD = """외국인등록증 RESIDENCE CARD
외국인등록번호   641120-5254253
성 명   {name}
국가/지역   {nationality}
체류자격   {status}
{authority}"""


@pytest.mark.parametrize(
    ("field", "print_", "value", "repaired"),
    [
        ("status", "결혼이민(F-6)", "결혼이민(F-6)", False),
        ("status", "결혼이인(F-6)", "결혼이민(F-6)", True),
        ("status", "거주(F 2)", "거주(F-2)", True),
        ("status", "영주(F-2)", "영주(F-2)", False),  # 거주(F-2) or 영주(F-5)
        ("nationality", "PHLIPPINES", "PHILIPPINES", True),
        ("nationality", "UTOPIA", "UTOPIA", False),
        ("nationality", "PKISTN", "PAKISTAN", True),  # far from it, but much farther from all others
        ("nationality", "THATAND", "THATAND", False),  # BHUTAN is hardly farther than THAILAND
        ("nationality", "MAUITINIA", "MAURITANIA", True),
        ("status", "결혼이민(P-d)", "결혼이민(F-6)", True),
        ("name", "J00 WOOJAE", "JOO WOOJAE", True),
        ("authority", "서울출입국외국인청장", "서울출입국외국인청장", False),
        ("authority", "전남출입국·외국청장", "전남출입국·외국인청장", True),
    ],
)
def test_what_is_on_a_short_list_is_set_right(
    extractor: Extractor, typeset: Typeset, field: str, print_: str, value: str, repaired: bool
) -> None:
    printed = {"name": "SHIM HYUNGNA", "nationality": "MALAYSIA", "status": "거주(F-2)", "authority": ""}
    page = typeset(ALIEN_CARD.format(**printed | {field: print_}))
    record = extractor.extract_page(page, template="alien_registration_card")
    assert getattr(record, field) == value
    assert ("repaired" in {issue.code for issue in record.issues if issue.field == field}) == repaired
    assert (record.evidence[field].repaired_from is not None) == repaired


@pytest.mark.parametrize(
    ("print_", "place", "thought_of", "names"),
    [
        ("쇠 호 수\n전략기획실 선임연구원", 0, (("최", 0.34), ("치", 0.06)), ("최호수",)),
        ("쇠 호 수\n전략기획실 선임연구원", 0, (("최", 0.02),), ()),  # hardly thought of
        ("쇠 호 수\n전략기획실 선임연구원", 0, (("최", 0.34), ("채", 0.1)), ()),  # either is a surname
        ("최 호 수\n전략기획실 선임연구원", 0, (("채", 0.34),), ("최호수",)),
    ],
)
def test_a_surname_is_read_again_where_no_name_is_found(
    extractor: Extractor,
    typeset: Typeset,
    print_: str,
    place: int,
    thought_of: tuple[Alternative, ...],
    names: tuple[str],
) -> None:
    record = extractor.extract_page(doubting(typeset(print_), {place: thought_of}), template="business_card")
    assert record.names == names
    assert ("repaired" in {issue.code for issue in record.issues}) == (bool(names) and print_[0] != "최")


def test_a_name_stands_before_a_title(extractor: Extractor, typeset: Typeset) -> None:
    text = "MAPLE OPTICAL\nPeter Carter\nEngineering Consultant\nM: 012-687 3980"
    record = extractor.extract_page(typeset(text), template="business_card")
    assert (record.names, record.companies) == (("Peter Carter",), ("MAPLE OPTICAL",))


@pytest.mark.parametrize(
    ("print_", "urls"),
    [
        ("Web https:///example.co.kr", ("https://example.co.kr",)),
        ("Web htps:/WWW.example.CO.kr/Path", ("https://www.example.co.kr/Path",)),
        ("e-mail olivia-greendmaple.kr", ()),  # its @ is misread
    ],
)
def test_web_addresses(extractor: Extractor, typeset: Typeset, print_: str, urls: tuple[str, ...]) -> None:
    assert extractor.extract_page(typeset(f"Peter Carter\n{print_}"), template="business_card").urls == urls


@pytest.mark.parametrize(
    ("authority", "thought_of", "value"),
    [
        ("저울특별시 강남구청장", {}, "서울특별시 강남구청장"),
        ("홍산광역시 동구청장", {}, "홍산광역시 동구청장"),  # 울산 or 부산
        ("홍산광역시 동구청장", {18: (("울", 0.1),)}, "울산광역시 동구청장"),
    ],
)
def test_provinces_are_set_right(
    extractor: Extractor, typeset: Typeset, authority: str, thought_of: dict[int, tuple[Alternative, ...]], value: str
) -> None:
    page = doubting(
        typeset(f"주민등록증\n951120-1******\n{authority}"), {place + 1: t for place, t in thought_of.items()}
    )
    record = extractor.extract_page(page, template="resident_card")
    assert record.authority == value


AUTHORITY = "".join(ALIEN_CARD.format(name="", nationality="", status="", authority="").split())


@pytest.mark.parametrize(
    ("thought_of", "value"),
    [({}, "대진출입국·외국인청장"), ({1: (("전", 0.2),)}, "대전출입국·외국인청장")],  # 대전 or 대구
)
def test_of_two_on_a_short_list_the_one_is_taken_that_was_thought_of(
    extractor: Extractor, typeset: Typeset, thought_of: dict[int, tuple[Alternative, ...]], value: str
) -> None:
    text = ALIEN_CARD.format(name="", nationality="", status="", authority="대진출입국·외국인청장")
    page = doubting(typeset(text), {len(AUTHORITY) + place: t for place, t in thought_of.items()})
    assert extractor.extract_page(page, template="alien_registration_card").authority == value


def test_a_status_is_told_by_its_form_where_its_label_is_misread(extractor: Extractor, typeset: Typeset) -> None:
    text = "외국인등록증 RESIDENCE CARD\n외국인등록번호   641120-5254253\n제구자걱   교수(E-1)"
    assert extractor.extract_page(typeset(text), template="alien_registration_card").status == "교수(E-1)"


RESIDENT_CARD = "주민등록증\n{name}\n951120-1******\n{address}\n2017. 3. 15.\n{authority}"


@pytest.mark.parametrize(
    ("field", "print_", "thought_of", "value"),
    [
        ("authority", "강원도 춘천사장", {5: (("시", 0.3),)}, "강원도 춘천시장"),
        ("authority", "강원도 춘천사장", {}, None),
        ("name", "십경솔", {0: (("심", 0.5),)}, "심경솔"),
        ("name", "누경솔", {0: (("뉴", 0.5),)}, "누경솔"),  # whoever is called so
        ("address", "충청북도제천시 화산동 195", {}, "충청북도제천시 화산동 195"),
    ],
)
def test_resident_cards(
    extractor: Extractor,
    typeset: Typeset,
    field: str,
    print_: str,
    thought_of: dict[int, tuple[Alternative, ...]],
    value: str | None,
) -> None:
    printed = {"name": "홍길동", "address": "서울특별시 강남구", "authority": "서울특별시 강남구청장"} | {field: print_}
    text = RESIDENT_CARD.format(**printed)
    before = len("".join(text[: text.index(print_)].split()))
    page = doubting(typeset(text), {before + place: t for place, t in thought_of.items()})
    assert getattr(extractor.extract_page(page, template="resident_card"), field) == value


def test_driver_licences(extractor: Extractor, typeset: Typeset) -> None:
    text = "운전면허증\n1종보통\n11-21-123456-01\n성명홍길동\n조건: 자동번속기\n2021.03.15.\n서울시방경찰청장"
    record = extractor.extract_page(typeset(text), template="driver_licence")
    assert (record.name, record.conditions, record.authority) == ("홍길동", "자동변속기", "서울지방경찰청장")
    assert {issue.field for issue in record.issues if issue.code == "repaired"} == {"conditions", "authority"}


@pytest.mark.parametrize(
    ("field", "print_", "thought_of", "value"),
    [
        ("name", "성명: 감성하", {2: (("강", 0.2), ("광", 0.14))}, "강성하"),
        ("name", "성명: 뉴성하", {2: (("누", 0.2),)}, "뉴성하"),  # whoever is called so
        ("conditions", "조건: 인경", {2: (("안", 0.25), ("입", 0.04))}, "안경"),
        ("conditions", "조건: 인경", {}, "인경"),
        ("conditions", "조건: 8", {}, "B"),
    ],
)
def test_driver_licences_are_read_again(
    extractor: Extractor,
    typeset: Typeset,
    field: str,
    print_: str,
    thought_of: dict[int, tuple[Alternative, ...]],
    value: str,
) -> None:
    text = f"운전면허증\n1종보통\n{print_}\n11-21-123456-01\n2021.03.15.\n서울지방경찰청장"
    before = len("운전면허증1종보통") + print_.startswith(("성명:", "조건:"))
    page = doubting(typeset(text), {before + place: others for place, others in thought_of.items()})
    assert getattr(extractor.extract_page(page, template="driver_licence"), field) == value


def test_a_passport_whose_zone_cannot_be_read(extractor: Extractor, typeset: Typeset) -> None:
    text = (
        "PASSPORT   TyP   Passport No.\nUTO   C60158708\nDate of birth   Sex\n27 MAY 1997   F\nREPUBLIC OF KOREA 고인순"
    )
    record = extractor.extract_page(typeset(text), template="passport")
    assert (record.document_number, record.sex, record.name) == ("C60158708", "F", "고인순")


@pytest.mark.parametrize("template", ["passport", "identity_card"])
@pytest.mark.parametrize(("below", "name"), [("REPUBLIC OF KOREA", None), ("대한민국", None), ("고인순", "고인순")])
def test_no_country_is_a_name_in_hangul(
    extractor: Extractor, typeset: Typeset, template: str, below: str, name: str | None
) -> None:
    assert extractor.extract_page(typeset(f"한글성명\n{below}"), template=template).name == name


def test_a_name_in_hangul_needs_no_label_in_a_passport(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset(f"여권   PASSPORT\n발국성면/Name\n\n공광빈\n{ZONE}"), template="passport")
    assert record.name == "공광빈"
    record = extractor.extract_page(typeset(f"PASSPORT\nREPUBLIC OF KOREA 성 수 선\n\n{ZONE}"), template="passport")
    assert record.name == "성수선"


def test_a_country_needs_no_label(extractor: Extractor, typeset: Typeset) -> None:
    text = "외국인등록증   RESIDENCE CARD\n901231-5123456\n성명   SUNG SOLJUN\n국사사비\nJAPAN"
    record = extractor.extract_page(typeset(text), template="alien_registration_card")
    assert (record.name, record.nationality) == ("SUNG SOLJUN", "JAPAN")


@pytest.mark.parametrize(
    ("print_", "field", "value"),
    [
        ("MODERN ELECTRICAL CO,LTD.", "companies", ("MODERN ELECTRICAL CO., LTD.",)),
        ("Modern Electrical Co Ltd", "companies", ("Modern Electrical Co Ltd",)),
        ("Modern Electrical Co. Ltd.", "companies", ("Modern Electrical Co. Ltd.",)),
        ("Cold Trading", "companies", ("Cold Trading",)),
        ("Kota Damansara, 10050 Pulau Pinang", "addresses", ("Kota Damansara, 10050 Pulau Pinang",)),
        ("NEW YORK, NY 10001", "addresses", ("NEW YORK, NY 10001",)),
        ("KOTA DAMANSARA, 47400 PETANG JAYA", "addresses", ("KOTA DAMANSARA, 47400 PETALING JAYA",)),
        ("KOTA DAMANSARA, 10050 PULAU PINANG-", "addresses", ("KOTA DAMANSARA, 10050 PULAU PINANG",)),
        ("BRIGHT CAPITAL", "companies", ("BRIGHT CAPITAL",)),
        ("BRIGHT CAPITAL", "names", ()),
        ("Software Engineer", "companies", ()),
        ("E. example.org/q?id=406", "urls", ("example.org/q?id=406",)),
        ("주호훈 표", "names", ("주호훈",)),
        (". 우우광 :", "names", ("우우광",)),
        ("인사팀 이사", "names", ()),
        ("Yang, Rinkyu.", "names", ("Yang, Rinkyu",)),
        ("대표 이사", "titles", ("대표 이사",)),
        ("인사팀 이사", "departments", ("인사팀",)),
        ("신은선\n유테크", "companies", ("유테크",)),
        ("신은선\n유테크", "names", ("신은선",)),
        ("PACIFIC BAKERY LIC", "companies", ("PACIFIC BAKERY LLC",)),
        (
            "NO.786, ELM ST, SEATTLE, WA\n98101\nhttps://example.biz/kr",
            "addresses",
            ("NO.786, ELM ST, SEATTLE, WA 98101",),
        ),
        ("erman ahmad_86@example.co.kr", "emails", ("ahmad_86@example.co.kr",)),
        ("E ahmad 86@example.co.kr", "emails", ("ahmad_86@example.co.kr",)),
    ],
)
def test_business_cards(
    extractor: Extractor, typeset: Typeset, print_: str, field: str, value: tuple[str, ...]
) -> None:
    record = extractor.extract_page(typeset(f"{print_}\n010-1234-5678"), template="business_card")
    assert getattr(record, field) == value


@pytest.mark.parametrize(
    ("print_", "authority"),
    [
        ("17 AUG 05   UTOPIA CITY", "UTOPIA CITY"),
        ("Authority\n17 AUG 05   UTOPIA CITY", "UTOPIA CITY"),
        ("Authority\nUTO\n17 AUG 05   PASSPORT OFFICE", "PASSPORT OFFICE"),  # that was the country
        ("17 AUG 05   F", None),
    ],
)
def test_an_authority_stands_beside_the_date_of_issue(
    extractor: Extractor, typeset: Typeset, print_: str, authority: str | None
) -> None:
    record = extractor.extract_page(typeset(f"PASSPORT\n{print_}\n{ZONE}"), template="passport")
    assert record.authority == authority


def test_a_department_is_read_again(extractor: Extractor, typeset: Typeset) -> None:
    page = doubting(typeset("Sales a Marketing\n010-1234-5678"), {5: (("&", 0.35),)})
    record = extractor.extract_page(page, template="business_card")
    assert record.departments == ("Sales & Marketing",)
    assert ("repaired", "departments.0") in {(issue.code, issue.field) for issue in record.issues}


def test_a_doubtful_name_in_hangul_stands_beside_a_sure_one_in_latin_letters(
    extractor: Extractor, typeset: Typeset
) -> None:
    page = doubting(typeset("총훈도\n대표\nYeonyoon Ha\n010-1234-5678"), {0: (("홍", 0.17), ("충", 0.12))})
    assert extractor.extract_page(page, template="business_card").names == ("홍훈도", "Yeonyoon Ha")
