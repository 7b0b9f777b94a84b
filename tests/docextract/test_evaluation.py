from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from docextract import Extractor
from docextract.evaluation import sroie_fields
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
    least = {"date": 0.97, "total": 0.92, "company": 0.85, "address": 0.75}
    assert {field for field, share in least.items() if right[field] < share * wanted[field]} == set()
