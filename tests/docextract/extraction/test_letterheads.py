"""Names and addresses of shops as receipts print them, and as readers misread them."""

from __future__ import annotations

import pytest

from docextract.extraction.rows import build_layout
from docextract.extraction.spelling import respell
from docextract.pipeline import Extractor

from ..conftest import Typeset

BELOW = """
TEL: 03-8888 1234
07/02/2023
CASHIER: ADMIN
COUNTER: 1
TABLE: 2
PAX: 3
KOPI O          RM 2.00
TEH TARIK       RM 2.50
ROTI BAKAR      RM 1.50
NASI LEMAK      RM 3.00
TOTAL           RM 9.00
CASH            RM 10.00
CHANGE          RM 1.00"""


@pytest.mark.parametrize(
    ("letterhead", "name", "address"),
    [
        (
            "BUNGA RAYA SDN BHD\n(TAMAN MELATI)\nNO 1, JALAN MELATI,\n43000 KAJANG",
            "BUNGA RAYA SDN BHD (TAMAN MELATI)",
            "NO 1, JALAN MELATI, 43000 KAJANG",
        ),
        (
            "BUNGA RAYA SDN BHD\n(NO. 193573-M)\nLEVEL G2, BLOCK D1,\n43000 KAJANG",
            "BUNGA RAYA SDN BHD",
            "LEVEL G2, BLOCK D1, 43000 KAJANG",
        ),
        (
            "THANK YOU FOR SHOPPING\nMELATI VILLAGE\nNO 1, JALAN MELATI,\n43000 KAJANG\nCARELINE : 1800 88 1231\n"
            "BUNGA RAYA SB(306295-X) FKA MAWAR SB\nTAX REG ID 000709361664",
            "BUNGA RAYA SB",
            "NO 1, JALAN MELATI, 43000 KAJANG",
        ),
        ("BUNGA\nCAFE & BAKERY\nNO 1, JALAN MELATI", "BUNGA CAFE & BAKERY", "NO 1, JALAN MELATI"),
        ("BUNGA STATIONERYSHOP\nNO 1, JALAN MELATI", "BUNGA STATIONERYSHOP", "NO 1, JALAN MELATI"),
        (
            "BUNGA RAYA SDN BHD\nNO 1, JALAN MELATI,\n43000 KAJANG\n\nMAWAR SERVICES",
            "BUNGA RAYA SDN BHD",
            "NO 1, JALAN MELATI, 43000 KAJANG",
        ),
        (
            "BUNGA RAYA SDN BHD\nNO 1, JALAN MELATI,\n43000 KAJANG\nGSTID : 000468594688",
            "BUNGA RAYA SDN BHD",
            "NO 1, JALAN MELATI, 43000 KAJANG",
        ),
        # Misread.
        ("0   BUNGA RAYA SDN BHD\nNO 1, JALAN MELATI", "BUNGA RAYA SDN BHD", "NO 1, JALAN MELATI"),  # a logo
        ("BUNGA RAYA\nCO. (M) SDN 8HD\nNO 1, JALAN MELATI", "BUNGA RAYA CO. (M) SDN BHD", "NO 1, JALAN MELATI"),
        ("BUNGA STAIONERY SHOP\nNO 1, JALAN MELATI", "BUNGA STATIONERY SHOP", "NO 1, JALAN MELATI"),
        (
            "BUNGA RAYA SDN BND\nNO 1, JALAN MELATI,\n43000 KAJANG, SETANGOR",
            "BUNGA RAYA SDN BHD",
            "NO 1, JALAN MELATI, 43000 KAJANG, SELANGOR",
        ),
    ],
)
def test_names_and_addresses(extractor: Extractor, typeset: Typeset, letterhead: str, name: str, address: str) -> None:
    merchant = extractor.extract_page(typeset(letterhead + BELOW), template="receipt").merchant
    assert (merchant.name, merchant.address) == (name, address)


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        ("4-20, Jaan Ria 25/62\nTaan Sri Muda", "4-20, Jalan Ria 25/62 Taman Sri Muda"),
        ("NO 1, JALAN PEMMAS 2\nLAMAN MAKOTA", "NO 1, JALAN PERMAS 2 LAMAN MAHKOTA"),  # a laman is no taman
        ("NO.5,57 & 59, JALAN MELATI\nTAMAN MELATI", "NO.5,57 & 59, JALAN MELATI TAMAN MELATI"),  # houses, no price
        ("NO 1, JALAN PADANG\nKLUANG", "NO 1, JALAN PADANG KLUANG"),  # there are a Pahang and a Klang as well
    ],
)
def test_places_are_set_right(extractor: Extractor, typeset: Typeset, printed: str, address: str) -> None:
    page = typeset(f"BUNGA RAYA SDN BHD\n{printed}{BELOW}")
    assert extractor.extract_page(page, "receipt").merchant.address == address


@pytest.mark.parametrize("number", ["9525323110", "04024 18171"])
def test_a_telephone_number_without_a_label(extractor: Extractor, typeset: Typeset, number: str) -> None:
    page = typeset(f"BUNGA RAYA SDN BHD\nNO 1, JALAN MELATI\n{number}{BELOW.replace('TEL: 03-8888 1234', '')}")
    assert extractor.extract_page(page, "receipt").merchant.phones == ("".join(filter(str.isdigit, number)),)


@pytest.mark.parametrize("hours", ["8:00AM - 9:00PM", "SALE 8:00 TO 21:00", "PARKING TIME   1:45"])
def test_hours_are_no_time_of_the_sale(extractor: Extractor, typeset: Typeset, hours: str) -> None:
    page = typeset(f"BUNGA RAYA SDN BHD\n{hours}{BELOW}\nPAID TIME   13:51")
    assert str(extractor.extract_page(page, "receipt").time) == "13:51:00"


def test_what_is_set_right_is_said(extractor: Extractor, typeset: Typeset) -> None:
    receipt = extractor.extract_page(typeset("Bunga Raya Sdn.Bnd" + BELOW), template="receipt")
    evidence = receipt.evidence["merchant.name"]
    assert (receipt.merchant.name, evidence.raw, evidence.repaired_from) == (
        "Bunga Raya Sdn Bhd",
        "Bunga Raya Sdn.Bnd",
        "Bunga Raya Sdn.Bnd",
    )
    assert ("repaired", "merchant.name") in {(issue.code, issue.field) for issue in receipt.issues}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("MAWAR ENTERORISE", "MAWAR ENTERPRISE"),
        ("Mawar Enterpise (KL)", "Mawar Enterprise (KL)"),
        ("mawar enterpris", "mawar enterprise"),
        ("SDN. BHD.", "SDN. BHD."),
        ("SBN. 8HD., ENTERPR1SE", "SDN BHD., ENTERPRISE"),
        ("STATION", "STATION"),
        ("STATI0NER", "STATIONER"),
        ("ENTREE PRICE", "ENTREE PRICE"),
    ],
)
def test_known_words_are_set_right(typeset: Typeset, text: str, right: str) -> None:
    (row,) = build_layout(typeset(text)).rows
    assert respell([row.whole], ("sdn bhd", "enterprise", "stationery", "stationer", "station")) == [right]


@pytest.mark.parametrize(
    ("letterhead", "name", "address"),
    [
        ("CORNER DELI\n738 OAK AVENUE, BANDAR BARU,\n40000 SHAH ALAM\nJul 26, 2010", "CORNER DELI",
         "738 OAK AVENUE, BANDAR BARU, 40000 SHAH ALAM"),
        ("CORNER DELI\n738 OAK AVENUE, TAMAN DAYA\n27-Mar-2023", "CORNER DELI", "738 OAK AVENUE, TAMAN DAYA"),
        ("CORNER DELI\nSPRINGFIELD, IL 62704\nStore # 596575-W", "CORNER DELI", "SPRINGFIELD, IL 62704"),
        ("SUMMIT GRILL\nTlf 070.5459.9370\nDENVER CO 80202", "SUMMIT GRILL", "DENVER CO 80202"),
        ("SCONTRINO\nSUMMIT OPTICAL\n75000 Melaka", "SUMMIT OPTICAL", "75000 Melaka"),
        ("CASH SALES\nSUMMIT GRILL\n28999622 TOMATO", "SUMMIT GRILL", None),
        ("[ 매출전표 ]\n별빛상사\n전라북도 군산시 개정면 184동 31호\n2011. 7. 10.   02시04분", "별빛상사",
         "전라북도 군산시 개정면 184동 31호"),
        ("별빛상사\n경기도 화성시 동탄6동 389, 40호\n주하옥\n[영수증]\n일시: 2014년01월04일", "별빛상사",
         "경기도 화성시 동탄6동 389, 40호"),
    ],
)  # fmt: skip
def test_a_letterhead_ends_before_what_is_none_of_it(
    typeset: Typeset, extractor: Extractor, letterhead: str, name: str, address: str | None
) -> None:
    receipt = extractor.extract_page(typeset(letterhead + BELOW), template="receipt")
    assert (receipt.merchant.name, receipt.merchant.address) == (name, address)


@pytest.mark.parametrize(
    ("printed", "field", "value"),
    [
        ("주하옥", "representative", "주하옥"),
        ("강남구", "representative", None),
        ("1588-5411", "phones", ("15885411",)),
        ("02) 115-3185", "phones", ("021153185",)),
        ("+1 065 596 5433", "phones", ("+10655965433",)),
        ("008917695312", "registration_number", "008917695312"),
        ("B16-7379-52943945", "registration_number", "B16-7379-52943945"),
    ],
)
def test_rows_of_a_letterhead_without_labels(
    typeset: Typeset, extractor: Extractor, printed: str, field: str, value: object
) -> None:
    below = BELOW.partition("\n07/02")[2]
    receipt = extractor.extract_page(typeset(f"별빛상사\n{printed}\n07/02{below}"), template="receipt")
    assert getattr(receipt.merchant, field) == value


def test_letterheads_that_can_never_be_taken_are_not_proposed(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("\n".join(f"BUNGA RAYA {k} SDN BHD" for k in range(100)))
    findings = extractor.explain_page(page, "receipt")
    companies = [v for v in findings.verdicts if v.candidate.field == "merchant.name" and v.score > 0]
    assert len(companies) < 100 and any(verdict.reason == "weak" for verdict in companies)
    assert findings.choice["merchant.name"].value == "BUNGA RAYA 0 SDN BHD"
