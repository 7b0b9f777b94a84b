"""All rendered documents, read without a mistake: what a template can do at best."""

from __future__ import annotations

from datetime import date

import pytest

from docextract.pipeline import Extractor
from docextract.records import Receipt
from docextract.rendered_fields import evaluate_fields, perfect_page
from ocr.document import Alternative
from ocr.synthesis import FontLibrary

from ..conftest import Typeset, doubting

SEEDS = 16


def test_fields_of_rendered_documents() -> None:
    report = evaluate_fields(perfect_page, SEEDS, clean=True)
    assert len(report) == (9 if FontLibrary("heldout").korean else 5)
    least = {"receipt": 0.8, "korean receipt": 0.9}
    assert all(scores["right"] >= least.get(kind, 0.95) for kind, scores in report.items()), report
    assert all(scores["fields, nearly clean"] == scores["fields"] for scores in report.values())


def test_fields_are_counted_by_how_badly_the_documents_are_damaged() -> None:
    report = evaluate_fields(perfect_page, 8)["business_card"]
    levels = [level for level in ("nearly clean", "mild", "bad") if f"fields, {level}" in report]
    assert len(levels) > 1
    assert sum(report[f"fields, {level}"] for level in levels) == report["fields"]
    right = sum(report[f"fields, {level}"] * report[f"right, {level}"] for level in levels)
    assert right / report["fields"] == pytest.approx(report["right"], abs=1e-3)


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


def test_what_is_printed_is_rather_right_than_what_its_check_digit_disproves(
    extractor: Extractor, typeset: Typeset
) -> None:
    printed = PASSPORT.replace("L898902C3", "L888902C8")  # two wrong characters, which no exchange of one sets right
    record = extractor.extract_page(typeset(f"Passport No.\nL898902C3\n{printed}"), template="passport")
    assert record.document_number == "L898902C3"


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


@pytest.mark.parametrize(
    ("printed", "addresses", "phones"),
    [
        ("New York, NY 10001\nT:212-555-0199", ["New York, NY 10001"], ["2125550199"]),
        ("San Francisco, CA\n+1 415 555 0132", ["San Francisco, CA"], ["+14155550132"]),
        ("London SW1A 2AA\n+44 20 7946 0958", ["London SW1A 2AA"], ["+442079460958"]),
        (
            "Taman Johor Jaya, Portland, OR 97205\n+603-03207976",
            ["Taman Johor Jaya, Portland, OR 97205"],
            ["+60303207976"],
        ),
        ("Damansara Utama\n07-5330339", ["Damansara Utama"], ["075330339"]),
        (
            "경기 성남시 수정구 복정동 12\nT.02-123-4567 F.02-123-4568",
            ["경기 성남시 수정구 복정동 12"],
            ["021234567", "021234568"],
        ),
        ("A-ye Kong\n전라남도 무안군 무안읍 335번길 23", ["전라남도 무안군 무안읍 335번길 23"], []),
    ],
)
def test_addresses_without_labels_end_before_telephone_numbers(
    extractor: Extractor, typeset: Typeset, printed: str, addresses: list[str], phones: list[str]
) -> None:
    card = extractor.extract_page(typeset(f"Jane Doe\nSales Manager\n{printed}"), template="business_card")
    assert list(card.addresses) == addresses
    assert [phone.number for phone in card.phones] == phones


CARD = "HARVEST BANK\n4111 1111 1111 1111\n{}\nJANE DOE\nVISA"
MONTH = len("HARVESTBANK") + 16


@pytest.mark.parametrize(
    ("printed", "thought_of", "expiry"),
    [
        ("86/39", {0: (("0", 0.1),)}, date(2039, 6, 30)),
        ("VALID THRU 86/39", {9: (("0", 0.1),)}, date(2039, 6, 30)),
        ("86/39", {0: (("0", 0.01),)}, None),
        ("86/39", {0: (("9", 0.4),)}, None),
        ("19/39", {0: (("0", 0.2),), 1: (("0", 0.2),)}, None),  # September or October
        ("06/39", {0: (("1", 0.4),)}, date(2039, 6, 30)),
    ],
)
def test_no_card_expires_in_a_month_that_there_is_not(
    extractor: Extractor, typeset: Typeset, printed: str, thought_of: dict[int, tuple[Alternative, ...]], expiry: date
) -> None:
    page = doubting(typeset(CARD.format(printed)), {MONTH + k: others for k, others in thought_of.items()})
    card = extractor.extract_page(page, template="payment_card")
    assert card.expiry == expiry  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", ["JANE DOE :", ": JANE DOE", "· JANE DOE ."])
def test_a_speck_beside_a_holder_is_no_part_of_the_name(extractor: Extractor, typeset: Typeset, line: str) -> None:
    card = extractor.extract_page(typeset(CARD.format("06/39").replace("JANE DOE", line)), template="payment_card")
    assert card.holder == "JANE DOE"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "name", "titles"),
    [
        ("박희경이사", "박희경", ("이사",)),
        ("박희경 이사", "박희경", ("이사",)),
        ("박희 경이사", "박희경", ("이사",)),
        ("박이사", "박이사", ()),
    ],
)
def test_a_title_that_touches_a_name(
    extractor: Extractor, typeset: Typeset, line: str, name: str, titles: tuple[str, ...]
) -> None:
    card = extractor.extract_page(typeset(f"(주)한빛식품\n{line}\n010-1234-5678"), template="business_card")
    assert (card.names, card.titles) == ((name,), titles)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Café Aurora\nDaniel Okafor\nHead Roaster & Co-Founder\n(415) 555-0134\ndaniel@cafeaurora.com",
            {"names": ("Daniel Okafor",), "titles": ("Head Roaster & Co-Founder",), "companies": ("Café Aurora",)},
        ),
        (
            "Lena Moreau\nPHOTOGRAPHER\n+33 6 12 34 56 78 | hello@lenamoreau.fr\nwww.lenamoreau.fr",
            {"names": ("Lena Moreau",), "titles": ("PHOTOGRAPHER",), "emails": ("hello@lenamoreau.fr",)},
        ),
        (
            "HALE & PORTER\nATTORNEYS AT LAW\nJonathan P. Hale, Esq.\nSenior Partner\nPhone: (215) 555-0147",
            {"names": ("Jonathan P. Hale",), "titles": ("Senior Partner",), "companies": ("HALE & PORTER",)},
        ),
        (
            "NOVA LABS\nWei Zhang, Ph.D.\nVice President of Engineering\nwei.zhang@novalabs.ai",
            {"names": ("Wei Zhang",), "titles": ("Vice President of Engineering",), "departments": ()},
        ),
        (
            "ACME Realty Group\nSusan Baker\nRealtor®\nCell 512.555.0143",
            {"names": ("Susan Baker",), "titles": ("Realtor®",), "companies": ("ACME Realty Group",)},
        ),
        (
            "Granite Tools Inc.\nTom O'Neil\nSales Representative, Northeast Region\ntom.oneil@granitetools.com",
            {"names": ("Tom O'Neil",), "titles": ("Sales Representative, Northeast Region",)},
        ),
        (
            "주식회사 다온바이오\n최 은 지 해외사업팀 / 과장\nEunji Choi Manager, Global Business Team\n010-2345-6789",
            {
                "names": ("최은지", "Eunji Choi"),
                "titles": ("과장",),
                "departments": ("해외사업팀", "Global Business Team"),
            },
        ),
        (
            "(주)미래상사\n영업1팀 과장 홍길동\n010-1111-2222",
            {"names": ("홍길동",), "titles": ("과장",), "departments": ("영업1팀",)},
        ),
        (
            "행복부동산공인중개사사무소\n대표 / 공인중개사 이정숙\n031-901-2345",
            {"names": ("이정숙",), "titles": ("대표 / 공인중개사",)},
        ),
        (
            "주식회사 테크노바\n김민수 이사 / CTO\nMinsoo Kim\n010-3333-4444",
            {"names": ("김민수", "Minsoo Kim"), "titles": ("이사 / CTO",)},
        ),
        (
            "Müller & Söhne GmbH\nHans Müller\nGeschäftsführer\nIndustriestraße 12\n70565 Stuttgart\n+49 711 123456-0",
            {"titles": ("Geschäftsführer",), "addresses": ("Industriestraße 12 70565 Stuttgart",)},
        ),
        (
            "AHMAD BIN HASSAN\nRegional Sales Manager\nPERNIAGAAN MAJU SDN BHD (123456-K)\nTel: 03-5512 3456",
            {"titles": ("Regional Sales Manager",), "companies": ("PERNIAGAAN MAJU SDN BHD",)},
        ),
        (
            "Grace Liu\nPrincipal Designer\nSAMUEL L. GREEN\nVP, Business Development",
            {"titles": ("Principal Designer", "VP, Business Development")},
        ),
        ("법무법인 한결\n변호사 김 지 원\n02-3477-1234", {"names": ("김지원",), "titles": ("변호사",)}),
        (
            "한빛소프트(주)\n박서연 책임연구원\nE-mail seo@hanbit.co.kr www.hanbit.co.kr",
            {"emails": ("seo@hanbit.co.kr",), "urls": ("www.hanbit.co.kr",)},
        ),
    ],
)
def test_what_people_are_called_by_at_work(
    extractor: Extractor, typeset: Typeset, text: str, wanted: dict[str, tuple[str, ...]]
) -> None:
    card = extractor.extract_page(typeset(text), template="business_card")
    assert {name: getattr(card, name) for name in wanted} == wanted


def test_a_korean_convenience_store(extractor: Extractor, typeset: Typeset) -> None:
    text = """GO25 역삼센터점   정유진
서울 강남구 논현로 508 (역삼동)
02-501-2525
2026/10/02(금) 23:14:09   No.38291
삼각김밥참치마요   1   1,400
바나나우유240ML   2   3,600
  1+1 할인      -1,800
합계수량/금액   3   3,200
결제금액      3,200"""
    receipt = extractor.extract_page(typeset(text), template="receipt")
    assert isinstance(receipt, Receipt)
    merchant = receipt.merchant
    assert (merchant.name, merchant.address) == ("GO25 역삼센터점", "서울 강남구 논현로 508 (역삼동)")
    assert merchant.phones == ("025012525",) and receipt.total == 3200
    assert [item.total for item in receipt.items] == [1400, 3600]
