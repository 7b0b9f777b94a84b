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
        ("NO AMOUNT HERE", []),
    ],
)
def test_items(typeset: Typeset, text: str, items: list[tuple[str | None, ...]]) -> None:
    found = find_items(build_layout(typeset(text)).rows, CURRENCIES["MYR"])
    parts = [item.parts() for item in found]
    fields = ("name", "quantity", "unit_price", "total")
    assert [tuple(str(p[f].value) if f in p else None for f in fields) for p in parts] == items


def test_whole_numbers_are_amounts_where_the_currency_has_no_cents(typeset: Typeset) -> None:
    (item,) = find_items(build_layout(typeset("아메리카노   2   9,000")).rows, CURRENCIES["KRW"])
    assert {name: str(candidate.value) for name, candidate in item.parts().items()} == {
        "name": "아메리카노",
        "quantity": "2",
        "total": "9000",
    }


@pytest.mark.parametrize(
    ("row", "taken_off"),
    [("1+1   -1.50", "-1.50"), ("COUPON   0.50", "0.50"), ("RETURNED   -1   1.50   -1.50", None), ("TEH   1.00", None)],
)
def test_what_is_taken_off_an_item_stands_below_it(typeset: Typeset, row: str, taken_off: str | None) -> None:
    rows = build_layout(typeset(f"ROTI   2   1.50   3.00\n{row}")).rows
    items = find_items(rows, CURRENCIES["MYR"], [row for row in rows if "COUPON" in row.text])
    discount = items[0].parts().get("discount")
    assert (str(discount.value) if discount else None) == taken_off
    assert len(items) == (1 if taken_off else 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PAINT BRUSH\n955501234   2   4.50   9.00", "955501234"),
        ("8239   GLUE   15.00", "8239"),
        ("AB1234 GLUE   15.00", "AB1234"),
        ("GLUE   15.00", None),
        ("4500   2   9000.00", None),
        ("7UP   15.00", None),
    ],
)
def test_the_code_of_an_article_begins_its_row(typeset: Typeset, text: str, code: str | None) -> None:
    (item,) = find_items(build_layout(typeset(text)).rows, CURRENCIES["MYR"])
    assert (item.code.value if item.code else None) == code
