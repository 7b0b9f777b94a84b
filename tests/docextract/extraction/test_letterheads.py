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
    assert respell(row.whole, ("sdn bhd", "enterprise", "stationery", "stationer", "station")) == right
