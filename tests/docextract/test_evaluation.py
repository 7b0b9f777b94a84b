from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from docextract import Extractor
from docextract.evaluation import item_scores, sroie_fields, wildreceipt_fields, wildreceipt_scores
from docextract.values.dates import scan_dates
from ocr.datasets.boxes import load_entities, load_page
from ocr.document import Page

Typeset = Callable[..., Page]


def plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def same(field: str, given: str, wanted: str) -> bool:
    """As the data set is scored: days and amounts by value, texts by letters and digits."""
    if field == "date":
        return given in {reading.value.isoformat() for reading in scan_dates(wanted, "dmy")}
    if field == "total":
        return given == re.sub(r"[^\d.-]", "", wanted)
    return plain(given) == plain(wanted)


def test_fields_of_a_receipt(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset("BUNGA RAYA SDN BHD\nNO 1, JALAN MELATI\nTEL 03-8888 1234\n07/02/2023\nTOTAL   RM 9.00")
    assert sroie_fields(extractor.extract_page(page, "receipt")) == {
        "company": "BUNGA RAYA SDN BHD",
        "date": "2023-02-07",
        "address": "NO 1, JALAN MELATI",
        "total": "9.00",
    }


def test_values_as_printed(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset("BUNGA DINER\n(217) 555-0142\n07/02/2023 9:15 PM\nSUBTOTAL $8.00\nTAX1: $1.00\nTOTAL: $9.00")
    assert wildreceipt_fields(extractor.extract_page(page, "receipt")) == {
        "Store_name": "BUNGA DINER",
        "Tel": "(217) 555-0142",
        "Date": "07/02/2023",
        "Time": "9:15 PM",
        "Subtotal": "$8.00",
        "Tax": "$1.00",
        "Total": "$9.00",
    }


def test_scores_of_classes() -> None:
    found = {
        "a": {"Store_name": "Bunga Diner", "Total": "$9.00", "Tax": "1.00"},
        "b": {"Store_name": "BUNGA", "Total": None, "Tax": "2.00"},
    }
    truth = {
        "a": {"Store_name": ["BUNGA", "DINER"], "Total": ["9.00", "9.00"], "Tax": ["10.0"]},
        "b": {"Store_name": ["BUNGA!"], "Total": ["5.00"]},
    }
    scores = wildreceipt_scores(found, truth)
    assert {name: scores[name] for name in ("Store_name", "Total", "Tax", "Date")} == {
        "Store_name": 1.0,
        "Total": 0.6667,  # one of one given and two wanted
        "Tax": 0.0,
        "Date": 0.0,
    }
    assert scores["micro"] == 0.6  # three right of five given and five wanted


def test_scores_of_items(typeset: Typeset, extractor: Extractor) -> None:
    page = typeset("BUNGA DINER\n2 x TEA   3.00\nRICE   4.50\nTOTAL   7.50\nCASH   7.50")
    items = extractor.extract_page(page, "receipt").items
    truth = {"Prod_item": ["Tea", "Rise"], "Prod_quantity": ["2"], "Prod_price": ["$3,00", "4.5"]}
    assert item_scores({"a": items}, {"a": truth}) == {"name": 0.5, "quantity": 1.0, "total": 1.0}
    assert item_scores({"a": ()}, {"a": {}}) == {"name": 0.0, "quantity": 0.0, "total": 0.0}


def test_nothing_found_is_none(extractor: Extractor) -> None:
    fields = sroie_fields(extractor.extract_page(Page(width=1, height=1), "receipt"))
    assert fields == dict.fromkeys(["company", "date", "address", "total"])


def test_on_scanned_receipts_with_perfect_reading(development_data: Path, extractor: Extractor) -> None:
    folder = development_data / "sroie"
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for stem in (folder / "dev.txt").read_text().split():
        with Image.open(folder / "images" / f"{stem}.jpg") as image:
            page = load_page(folder / "boxes" / f"{stem}.csv", *image.size)
        given = sroie_fields(extractor.extract_page(page, "receipt"))
        for field, value in load_entities(folder / "entities" / f"{stem}.json").items():
            wanted[field] += bool(value)
            right[field] += bool(value) and same(field, given[field] or "", value)
    least = {"date": 0.97, "total": 0.92, "company": 0.88, "address": 0.88}
    assert {field for field, share in least.items() if right[field] < share * wanted[field]} == set()


def test_on_photographed_receipts_with_perfect_reading(development_data: Path, extractor: Extractor) -> None:
    folder = development_data / "wildreceipt-dev"
    found, truth, items = {}, {}, {}
    for path in sorted((folder / "images").iterdir()):
        with Image.open(path) as image:
            page = load_page(folder / "boxes" / f"{path.stem}.csv", *image.size)
        receipt = extractor.extract_page(page, "receipt")
        found[path.stem], items[path.stem] = wildreceipt_fields(receipt), receipt.items
        truth[path.stem] = json.loads((folder / "entities" / f"{path.stem}.json").read_text(encoding="utf-8"))
    scores = wildreceipt_scores(found, truth)
    assert scores["micro"] >= 0.85
    assert min(scores.values()) >= 0.8
    assert item_scores(items, truth)["total"] >= 0.85
