from __future__ import annotations

from collections.abc import Callable

import pytest

from docextract.extraction.items import find_items
from docextract.extraction.rows import build_layout
from docextract.extraction.scene import Scene
from docextract.pipeline import Extractor
from docextract.values.currency import CURRENCIES
from ocr.document import Page

Typeset = Callable[..., Page]


def set_scene(page: Page, currency: str = "MYR") -> Scene:
    return Scene(build_layout(page), {}, frozenset(), CURRENCIES[currency])


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("ROTI CANAI   2   1.50   3.00", [("ROTI CANAI", "2", "1.50", "3.00")]),
        ("2 X 1.50   3.00", [(None, "2", "1.50", "3.00")]),
        ("2 Pancake Stack   17.00", [("Pancake Stack", "2", None, "17.00")]),
        ("PAINT BRUSH\n955501234   2   4.50   9.00", [("PAINT BRUSH", "2", "4.50", "9.00")]),
        ("955501234   2   4.50   9.00\nPAINT BRUSH", [("PAINT BRUSH", "2", "4.50", "9.00")]),
        ("8239   GLUE   15.00\n9744   TAPE   7.00", [("GLUE", None, None, "15.00"), ("TAPE", None, None, "7.00")]),
        ("955501234 PAINT BRUSH\n2   4.50   9.00", [("PAINT BRUSH", "2", "4.50", "9.00")]),
        ("TISSUE BOX   9.00", [("TISSUE BOX", None, None, "9.00")]),
        ("TISSUE BOX x   2   4.50   9.00", [("TISSUE BOX", "2", "4.50", "9.00")]),
        ("NO AMOUNT HERE", []),
        ("1   TIGER 12 GLASSES   145.00", [("TIGER 12 GLASSES", "1", None, "145.00")]),
        ("JOINT 2 PIN   3.00", [("JOINT 2 PIN", None, None, "3.00")]),
        ("1 Unleaded 95   4.50", [("Unleaded 95", "1", None, "4.50")]),
        ("2x Tarta de Santiago £   11.00", [("Tarta de Santiago", "2", None, "11.00")]),
        ("1,000 x   20.00   20.00", [(None, "1.000", "20.00", "20.00")]),
        ("3 X 2.9000   8.70", [(None, "3", "2.9000", "8.70")]),
        ("WIPER\n1.00 PKT * 0.7500   0.75", [("WIPER", "1.00", "0.7500", "0.75")]),
        ("WIPER\n0.7500 KG x 1.00   0.75", [("WIPER", "0.7500", "1.00", "0.75")]),
        ("WIPER\n5.00 EA   2   10.00", [("WIPER", "2", "5.00", "10.00")]),
        ("7081   1   7.95   7.95   SR\nSPANNER", [("SPANNER", "1", "7.95", "7.95")]),
        ("CHAM\n2 x   2.20   4.40   SR", [("CHAM", "2", "2.20", "4.40")]),
        ("FISH OIL 2X150'S\n2   184810   165.00   330 SR", [("FISH OIL 2X150'S", "2", "165.00", "330")]),
        ("OINTMENT 15G\n1   178104   5.00   5 ZRL", [("OINTMENT 15G", "1", "5.00", "5")]),
        ("OINTMENT 15G\n2   5.00   12 ZRL", [("OINTMENT 15G", "2", None, "5.00")]),
    ],
)
def test_items(typeset: Typeset, text: str, items: list[tuple[str | None, ...]]) -> None:
    scene = set_scene(typeset(text))
    found = find_items(scene, scene.layout.rows)
    parts = [item.parts() for item in found]
    fields = ("name", "quantity", "unit_price", "total")
    assert [tuple(str(p[f].value) if f in p else None for f in fields) for p in parts] == items


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("2PC @ 1.15   2.30 T", "GARBAGE BAG"),
        ("1.00 ROLL   0.75   0.75   SR", "GARBAGE BAG"),
        ("#1011801   18 @ 7.30   SR   131.40", "GARBAGE BAG"),
        ("SR-9556404118038   1   2.49   2.49", "GARBAGE BAG"),
        ("1   * RM   2.83   2.83", "GARBAGE BAG"),
        ("BOXING GLOVES   2.83", "BOXING GLOVES"),
    ],
)
def test_units_currencies_and_codes_of_taxes_are_no_names(typeset: Typeset, row: str, name: str) -> None:
    scene = set_scene(typeset(f"GARBAGE BAG\n{row}"))
    (item,) = find_items(scene, scene.layout.rows)
    assert item.parts()["name"].value == name


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("GARBAGE BAG   31.80 S\n@6 X RM 5.30", [("GARBAGE BAG", "6", "5.30", "31.80")]),
        ("2   GRAPEFRUIT   1.38\n2 @ 0.69 EA", [("GRAPEFRUIT", "2", "0.69", "1.38")]),
        ("GARBAGE BAG   31.90 S\n@6 X RM 5.30", [("GARBAGE BAG", None, None, "31.90"), ("RM 5.30", "6", None, "5.30")]),
        # Two articles of one price, each with its name below.
        (
            "1X 000007940774   7.90SR\nTAPE\n1X 000007940781   7.90SR\nGLUE",
            [("TAPE", "1", None, "7.90"), ("GLUE", "1", None, "7.90")],
        ),
    ],
)
def test_a_quantity_and_a_price_below_an_item_that_they_make(
    typeset: Typeset, text: str, items: list[tuple[str | None, ...]]
) -> None:
    scene = set_scene(typeset(text))
    parts = [item.parts() for item in find_items(scene, scene.layout.rows)]
    fields = ("name", "quantity", "unit_price", "total")
    assert [tuple(str(p[f].value) if f in p else None for f in fields) for p in parts] == items


@pytest.mark.parametrize(
    "row", ["ITEM COUNT: 3   ITEM QTY: 5.00", "QTY   3   9.00", "ITEM(S) : 3   9.00", "Items sold 3   9.00"]
)
def test_a_row_that_counts_the_items_is_none(typeset: Typeset, extractor: Extractor, row: str) -> None:
    page = typeset(f"GLUE   4.00\nTAPE   3.00\nITEM BOX   2.00\n{row}\nTOTAL   9.00")
    record = extractor.extract_page(page, "receipt")
    assert [item.name for item in record.items] == ["GLUE", "TAPE", "ITEM BOX"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("9495 오징어\n19,000   2   38,000", [("오징어", "9495", "38000")]),
        ("개념을 243\n17,300   2   34,600", [("개념을 243", None, "34600")]),
        ("1 배   14,400\n2 껌   1,000", [("배", None, "14400"), ("껌", None, "1000")]),
        ("우유 95 번   12,900   3   38,700", [("우유 95 번", None, "38700")]),
    ],
)
def test_numbers_that_are_no_amounts(typeset: Typeset, text: str, items: list[tuple[str, str | None, str]]) -> None:
    scene = set_scene(typeset(text), "KRW")
    found = find_items(scene, scene.layout.rows)
    parts = [item.parts() for item in found]
    fields = ("name", "code", "total")
    assert [tuple(str(p[f].value) if f in p else None for f in fields) for p in parts] == items


def test_whole_numbers_are_amounts_where_the_currency_has_no_cents(typeset: Typeset) -> None:
    scene = set_scene(typeset("아메리카노   2   9,000"), "KRW")
    (item,) = find_items(scene, scene.layout.rows)
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
    scene = set_scene(typeset(f"ROTI   2   1.50   3.00\n{row}"))
    rows = scene.layout.rows
    items = find_items(scene, rows, [row for row in rows if "COUPON" in row.text])
    discount = items[0].parts().get("discount")
    assert (str(discount.value) if discount else None) == taken_off
    assert len(items) == (1 if taken_off else 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PAINT BRUSH\n955501234   2   4.50   9.00", "955501234"),
        ("8239   GLUE   15.00", "8239"),
        ("AB1234 GLUE   15.00", "AB1234"),
        ("8239 GLUE\n2   7.50   15.00", "8239"),
        ("GLUE   15.00", None),
        ("4500   2   9000.00", None),
        ("7UP   15.00", None),
    ],
)
def test_the_code_of_an_article_begins_its_row(typeset: Typeset, text: str, code: str | None) -> None:
    scene = set_scene(typeset(text))
    (item,) = find_items(scene, scene.layout.rows)
    assert (item.code.value if item.code else None) == code


@pytest.mark.parametrize(
    ("text", "unit", "tax_code"),
    [
        ("RICE   2 kg   4.50   9.00", "kg", None),
        ("RICE   2 kg/bag   4.50   9.00", None, None),
        ("PENCIL   2 PCS   4.50   9.00 SR", "PCS", "SR"),
        ("MILCH   1,19 A", None, "A"),
        ("DEPEND MEN S   42.99   *A", None, "A"),
        ("GULA   2   4.50   9.00 THANKS", None, None),
        ("GULA   2   4.50   9.00", None, None),
    ],
)
def test_the_unit_and_the_letter_of_the_tax(
    typeset: Typeset, text: str, unit: str | None, tax_code: str | None
) -> None:
    scene = set_scene(typeset(text))
    (item,) = find_items(scene, scene.layout.rows)
    parts = item.parts()
    found = tuple(parts[name].value if name in parts else None for name in ("unit", "tax_code"))
    assert found == (unit, tax_code)
    assert [parts[name].spans[0].text for name in ("unit", "tax_code") if name in parts] == [f for f in found if f]


KOREAN = """별빛마트
사업자번호 123-45-67891
상품명   단가   수량   금액
{}
합계   8,750
신용카드   8,750"""


@pytest.mark.parametrize("minus", ["-{}", "({})", "{}-", "▲{}", "△ {}", "- {}"])
@pytest.mark.parametrize(
    "rows",
    [
        "사과   3,000   2   6,000\n할인   @\n쿠폰할인   &\n우유   2,500   2   5,000\n할인   &\n행사할인   %",
        "사과   3,000   2   6,000\n할 인   @\n할 인   &\n우유   2,500   2   5,000\n할 인   &\n할 인   %",
        "사과   3,000   2   6,000\n통신사제휴카드할인   @\n쿠폰   &\n"
        "우유   2,500   2   5,000\n멤버십할인   &\n쿠폰   %",
        "001 사과\n8801234567890   3,000   2   6,000\n할인   @\n쿠폰할인   &\n"
        "002 우유\n8801234567906   2,500   2   5,000\n할인   &\n쿠폰할인   %",
        "사과   3,000   2   6,000\n   @\n   &\n우유   2,500   2   5,000\n   &\n   %",
    ],
)
def test_all_that_is_taken_off_items(typeset: Typeset, extractor: Extractor, rows: str, minus: str) -> None:
    for sign, amount in (("@", "1,000"), ("&", "500"), ("%", "250")):
        rows = rows.replace(sign, minus.format(amount))
    receipt = extractor.extract_page(typeset(KOREAN.format(rows)), "receipt")
    parts = [(i.name, i.unit_price, i.quantity, i.total, i.discount) for i in receipt.items]
    assert parts == [("사과", 3000, 2, 6000, -1500), ("우유", 2500, 2, 5000, -750)]
    assert len(receipt.evidence["items.0.discount"].words) >= 2
    assert (receipt.discount, receipt.discounts, receipt.total) == (None, (), 8750)


def test_discounts_below_the_last_item_are_those_of_all_items_where_no_other_item_has_one(
    typeset: Typeset, extractor: Extractor
) -> None:
    rows = "사과   3,000   2   6,000\n우유   2,500   2   5,000\n할인   -1,700\n에누리   -550"
    receipt = extractor.extract_page(typeset(KOREAN.format(rows)), "receipt")
    assert [item.discount for item in receipt.items] == [None, None]
    assert [discount.amount for discount in receipt.discounts] == [-1700, -550]
    assert receipt.discount == -2250


def test_a_discount_in_the_row_of_its_item(typeset: Typeset, extractor: Extractor) -> None:
    text = KOREAN.replace("수량   금액", "수량   할인   금액").format(
        "사과   3,000   2   -1,000   5,000\n우유   2,500   2   -1,250   3,750"
    )
    receipt = extractor.extract_page(typeset(text), "receipt")
    parts = [(i.name, i.unit_price, i.quantity, i.discount, i.total) for i in receipt.items]
    assert parts == [("사과", 3000, 2, -1000, 5000), ("우유", 2500, 2, -1250, 3750)]


def test_the_first_item_where_no_header_says_where_it_is(typeset: Typeset, extractor: Extractor) -> None:
    text = "별빛마트\n사과\n  3,000 x 2   6,000\n  할인   -1,000\n우유\n  2,500 x 2   5,000\n합계   10,000"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(i.name, i.quantity, i.discount) for i in receipt.items] == [("사과", 2, -1000), ("우유", 2, None)]


@pytest.mark.parametrize(("between", "name"), [("8801234567890\n", "사과"), ("----------\n", None)])
def test_a_code_stands_between_the_name_of_the_first_item_and_its_numbers(
    typeset: Typeset, extractor: Extractor, between: str, name: str | None
) -> None:
    page = typeset(f"별빛마트\n사과\n{between}3,000   2   6,000\n우유   2,500   2   5,000\n합계   11,000")
    receipt = extractor.extract_page(page, "receipt")
    assert [(item.name, item.total) for item in receipt.items] == [(name, 6000), ("우유", 5000)]


def test_a_letterhead_without_header_below_it_is_no_item(typeset: Typeset, extractor: Extractor) -> None:
    letterhead = "별빛마트\n주소: 경상남도 창원시 자산동 227\n전화번호 012-292 7742\n경상남도 창녕군 남지읍 170,"
    text = f"{letterhead}\n사과   3,000\n합계   3,000"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(i.name, i.total) for i in receipt.items] == [("사과", 3000)]


def test_what_is_nearly_the_label_of_a_sum_ends_no_items(typeset: Typeset, extractor: Extractor) -> None:
    text = "MILK   1   2.00   2.00\nrender this   2   1.50   3.00\nTOTAL   5.00"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(i.name, i.total) for i in receipt.items] == [("MILK", 2), ("render this", 3)]


def test_a_table_behind_the_sums_is_not_that_of_the_items(typeset: Typeset, extractor: Extractor) -> None:
    text = "MILK   2   2.00   4.00\nTOTAL RM   4.00\nGST CODE   AMOUNT   TAX\nS   3.77   0.23"
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(i.name, i.quantity, i.total) for i in receipt.items] == [("MILK", 2, 4)]


def test_the_price_that_remains_is_no_item(typeset: Typeset, extractor: Extractor) -> None:
    text = "CITADEL\nRUNNING SHOE   59.99\nPROMO   -20.00\nFinal Price   39.99\nSUBTOTAL   39.99\nTOTAL   39.99"
    (item,) = extractor.extract_page(typeset(text), "receipt").items
    assert (item.name, str(item.total), str(item.discount)) == ("RUNNING SHOE", "59.99", "-20.00")


def test_a_row_that_counts_the_items_is_no_header_of_theirs(typeset: Typeset) -> None:
    text = "SPONGE   2.30\nBAG   0.20\nItem(s) : 2   Qty(s) : 2\nTOTAL   2.50"
    receipt = Extractor().extract_page(typeset(text), "receipt")
    assert [(item.name, str(item.total)) for item in receipt.items] == [("SPONGE", "2.30"), ("BAG", "0.20")]


@pytest.mark.parametrize(
    "text",
    [
        "0.60\nPRIME BURGER BAR\nVIA ROMA 4\nMENU   11.00\nTOTAL   11.00",  # a German's cash
        "ALPHA LIGHTS\nName   : CASH\nGST No.   :\nMENU   11.00\nTOTAL   11.00",
        "GRILL\nTbl 3/1   Chk 1067   Gst 2\nMENU   11.00\nTOTAL   11.00",
        "ALPHA MART\nQTY UOM   UNIT   Amount\nPrice   Tax   Tax Code\nMENU   11.00\nTOTAL   11.00",
        "ALPHA MART\nMENU   T1   11.00\nTOTAL   11.00",
        "ALPHA MART\nMENU   11.00   TFW\nTOTAL   11.00",
        "ALPHA MART\n000008190901   11.00SR\nMENU\nTOTAL   11.00",
    ],
)
def test_what_is_printed_above_the_items_does_not_end_them(typeset: Typeset, extractor: Extractor, text: str) -> None:
    receipt = extractor.extract_page(typeset(text), "receipt")
    assert [(item.name, item.total) for item in receipt.items] == [("MENU", 11)]
    assert receipt.total == 11


@pytest.mark.parametrize(("amount", "items"), [("9.00", 3), ("9.50", 4)])
def test_the_sum_of_the_items_under_a_label_that_no_template_knows(
    typeset: Typeset, extractor: Extractor, amount: str, items: int
) -> None:
    text = f"ALPHA\nMENU   2.00\nCHAM   3.00\nROTI   4.00\nUKUPNO   {amount}"
    assert len(extractor.extract_page(typeset(text), "receipt").items) == items


def test_what_is_nearly_a_label_inside_of_a_name_does_not_end_the_items(typeset: Typeset, extractor: Extractor) -> None:
    text = "ILIO'S\n1x Saft   2,50\n1x Grosses Masser   2,40\n1x Tee   2,10\nVISA   7,00\nTOTAL   7,00"
    items = extractor.extract_page(typeset(text), "receipt").items
    assert [item.name for item in items] == ["Saft", "Grosses Masser", "Tee"]
