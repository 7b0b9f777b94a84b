from __future__ import annotations

from collections.abc import Callable

import pytest

from docextract.extraction.items import find_items
from docextract.extraction.rows import build_layout
from docextract.values.currency import CURRENCIES
from ocr.document import Page

Typeset = Callable[..., Page]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("ROTI CANAI   2   1.50   3.00", [("ROTI CANAI", "2", "1.50", "3.00")]),
        ("2 X 1.50   3.00", [(None, "2", "1.50", "3.00")]),
        ("2 Pancake Stack   17.00", [("Pancake Stack", "2", None, "17.00")]),
        ("PAINT BRUSH\n955501234   2   4.50   9.00", [("PAINT BRUSH", "2", "4.50", "9.00")]),
        ("955501234   2   4.50   9.00\nPAINT BRUSH", [("PAINT BRUSH", "2", "4.50", "9.00")]),
        ("8239   GLUE   15.00\n9744   TAPE   7.00", [("GLUE", None, None, "15.00"), ("TAPE", None, None, "7.00")]),
        ("TEH   5.60\nSKIPPED   1.00\nKOPI   2.00", [("TEH", None, None, "5.60"), ("KOPI", None, None, "2.00")]),
        ("NO AMOUNT HERE", []),
    ],
)
def test_items(typeset: Typeset, text: str, items: list[tuple[str | None, ...]]) -> None:
    found = find_items(build_layout(typeset(text)).rows, "SKIPPED", CURRENCIES["MYR"])
    parts = [item.parts() for item in found]
    fields = ("name", "quantity", "unit_price", "total")
    assert [tuple(str(p[f].value) if f in p else None for f in fields) for p in parts] == items


def test_whole_numbers_are_amounts_where_the_currency_has_no_cents(typeset: Typeset) -> None:
    (item,) = find_items(build_layout(typeset("아메리카노   2   9,000")).rows, None, CURRENCIES["KRW"])
    assert {name: str(candidate.value) for name, candidate in item.parts().items()} == {
        "name": "아메리카노",
        "quantity": "2",
        "total": "9000",
    }
