"""What taxes, discounts and payments come to, and what only stands beside them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docextract.pipeline import Extractor

from ..conftest import Typeset

SHOP = "KEDAI MAJU\nNO 1, JALAN MAWAR, 43000 KAJANG\n"


@pytest.mark.parametrize(
    ("rows", "tax", "total"),
    [
        ("TEH   36.00\nTOTAL (GST INCL)   36.00\nGST SUMMARY   AMOUNT   TAX\nSR 6 %   33.96   2.04", "2.04", "36.00"),
        ("JUICE   3.95\nTOTAL   1.58\nVAT%   NET   VAT\n9.00   1.45   0.13", "0.13", "1.58"),
        ("TEH   11.25\nTOTAL   11.25\nGST 0%   0.00   0.00\nGST 6%   10.61   0.64", "0.64", "11.25"),
        ("TEH   24.80\nTOTAL   24.80\nIVA 10%   22.55   2.25", "2.25", "24.80"),
        ("TEH   40.50\nTOTAL   40.50\nVAT REG: 142 440 545", "None", "40.50"),
        # The second row repeats the first one in detail.
        ("TEH   8.70\nGST 6%   0.49\nTOTAL   8.70\nGST SUMMARY   AMOUNT   TAX\nSR 6 %   8.21   0.49", "0.49", "8.70"),
    ],
)
def test_bases_and_rates_are_no_taxes(typeset: Typeset, extractor: Extractor, rows: str, tax: str, total: str) -> None:
    receipt = extractor.extract_page(typeset(SHOP + rows), "receipt")
    assert (str(receipt.tax), str(receipt.total)) == (tax, total)


def test_taxes_of_rates_of_their_own_are_added(typeset: Typeset, extractor: Extractor) -> None:
    rows = "TEH   365.00\nTotal   365.00\nSer.Tax 5.6%   20.44\nVAT 2%   7.30\nRound off   0.26\nNet Amount   393.00"
    receipt = extractor.extract_page(typeset(SHOP + rows), "receipt")
    assert (receipt.tax, receipt.subtotal, receipt.total) == (Decimal("27.74"), Decimal("365.00"), Decimal("393.00"))


def test_discounts_that_made_the_subtotal(typeset: Typeset, extractor: Extractor) -> None:
    rows = "TEH   10.00\nNASI   6.48\nMember discount   -1.00\nCoupon   -0.50\nSUBTOTAL   {}\nTAX   1.20\nTOTAL   {}"
    receipt = extractor.extract_page(typeset(SHOP + rows.format("14.98", "16.18")), "receipt")
    assert receipt.discount == Decimal("-1.50")
    assert extractor.extract_page(typeset(SHOP + rows.format("14.00", "15.20")), "receipt").discount is None
