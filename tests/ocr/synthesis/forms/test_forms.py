"""Forms say what they print: sums add up, numbers check, and nothing lies on something else."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page
from ocr.synthesis.forms import FORMS
from ocr.synthesis.forms.numbers import luhn_digit, mrz_digit
from ocr.synthesis.forms.receipt import Sale, locales
from ocr.synthesis.forms.wording import wording


def values(page: RenderedPage) -> dict[str, str]:
    """What is printed for every field, labels included, the lines of one field joined."""
    found: dict[str, str] = {}
    for text in page.texts:
        for span in text.spans:
            words = text.text[span.start : span.end]
            found[span.field] = f"{found[span.field]} {words}" if span.field in found else words
    return found


def money(text: str) -> Decimal:
    if re.search(r",\d\d\b", text):  # 1.234,50
        text = text.translate(str.maketrans(",.", ".,"))
    number = Decimal(re.sub(r"[^0-9.]", "", text))
    return -number if text.startswith("-") else number


def drawn(kind: str, seed: int, corpus: Corpus, fonts: FontLibrary) -> RenderedPage:
    return render_page(seed, kind, corpus=corpus, fonts=fonts, clean=True, size=None)


@pytest.mark.parametrize("seed", range(25))
def test_receipts_add_up(corpus: Corpus, installed_fonts: FontLibrary, seed: int) -> None:
    found = values(drawn("receipt", seed, corpus, installed_fonts))
    totals = [money(value) for field, value in found.items() if re.fullmatch(r"items\[\d+\]\.total", field)]
    assert totals and "total" in found and "merchant.name" in found
    for field in [field for field in found if re.fullmatch(r"items\[\d+\]\.unit_price", field)]:
        item = field.removesuffix("unit_price")
        if f"{item}quantity" in found:
            assert money(found[field]) * int(found[f"{item}quantity"]) == money(found[f"{item}total"])
    if "subtotal" in found:
        assert money(found["subtotal"]) == sum(totals)
    if "change" in found:
        assert money(found["paid"]) - money(found["change"]) == money(found["total"])


def test_a_sale_computes_its_total() -> None:
    included = Sale((("a", 2, 5500), ("b", 1, 1100)), 0.1, True, 100, 10)
    assert (included.subtotal, included.tax, included.total) == (12100, 1091, 12000)
    added = Sale((("a", 3, 333),), 0.06, False, 0, 5)
    assert (added.subtotal, added.tax, added.exact, added.total) == (999, 60, 1059, 1060)


def test_europeans_set_decimals_behind_a_comma(corpus: Corpus, installed_fonts: FontLibrary) -> None:
    totals = [values(drawn("receipt", seed, corpus, installed_fonts))["total"] for seed in range(25)]
    points = {found[1] for total in totals if (found := re.search(r"([.,])\d\d$", total))}
    assert points == {".", ","}


@pytest.mark.parametrize("seed", range(25))
def test_card_numbers_pass(corpus: Corpus, installed_fonts: FontLibrary, seed: int) -> None:
    found = values(drawn("card", seed, corpus, installed_fonts))
    number = found["number"].replace(" ", "")
    assert luhn_digit(number[:-1]) == number[-1]
    assert re.fullmatch(r"(0[1-9]|1[0-2])/\d\d", found["expiry"])


def test_machine_readable_zones_check(corpus: Corpus, installed_fonts: FontLibrary) -> None:
    seen = set()
    for seed in range(24):
        found = values(drawn("identity", seed, corpus, installed_fonts))
        if "mrz[0]" not in found:
            continue
        lines = [found[f"mrz[{k}]"] for k in range(3) if f"mrz[{k}]" in found]
        seen.add(len(lines))
        if len(lines) == 2:
            lower = lines[1]
            assert [len(line) for line in lines] == [44, 44]
            assert lower[:9].rstrip("<") == found["document_number"]
            parts = [(lower[:9], lower[9]), (lower[13:19], lower[19]), (lower[21:27], lower[27])]
            parts += [(lower[28:42], lower[42]), (lower[:10] + lower[13:20] + lower[21:43], lower[43])]
        else:
            upper, middle, _ = lines
            assert [len(line) for line in lines] == [30, 30, 30]
            parts = [(upper[5:14], upper[14]), (middle[:6], middle[6]), (middle[8:14], middle[14])]
            parts += [(upper[5:30] + middle[:7] + middle[8:15] + middle[18:29], middle[29])]
        assert all(mrz_digit(field) == digit for field, digit in parts)
    assert seen == {2, 3}


@pytest.mark.parametrize("kind", FORMS)
def test_no_text_lies_on_another(corpus: Corpus, installed_fonts: FontLibrary, kind: str) -> None:
    for seed in range(15):
        page = drawn(kind, seed, corpus, installed_fonts)
        taken = np.zeros(page.image.shape[:2], bool)
        for text in page.texts:
            # Neighbouring lines of tight print share their margins.
            x0, y0 = np.rint(text.quad[0]).astype(int) + 2
            x1, y1 = np.rint(text.quad[2]).astype(int) - 2
            box = taken[y0:y1, x0:x1]
            assert box.size == 0 or box.mean() < 0.1
            box[:] = True


def test_korean_forms_are_korean(corpus: Corpus, korean_fonts: FontLibrary) -> None:
    for kind in ("receipt", "identity", "business_card"):
        rng = Random(1)
        canvas = FORMS[kind](rng, corpus, korean_fonts, korean=True, width=480)
        letters = "".join(text.text for text in canvas.texts)
        assert sum("가" <= char <= "힣" for char in letters) > 10


def test_wordings_are_complete() -> None:
    labels = [set(locale.labels) - {"merchant.name", "merchant.address"} for locale in locales().values()]
    needed = {"date", "time", "receipt_number", "cashier", "subtotal", "tax", "discount", "total", "rounding", "paid"}
    assert all(needed <= fields for fields in labels)
    for section in ("identity", "passport", "card", "business_card", "contacts"):
        assert all(words and all(words) for words in wording(section).values())
