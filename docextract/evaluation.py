"""Records in the shape that the field scores of public data sets are computed from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from docextract.records import Receipt
from docextract.values.dates import parse_date
from docextract.values.money import parse_money


def sroie_fields(receipt: Receipt) -> dict[str, str | None]:
    """The four fields of SROIE's task 3 (ICDAR 2019): company, date, address, total; None where one was not found."""
    return {
        "company": receipt.merchant.name,
        "date": receipt.date.isoformat() if receipt.date else None,
        "address": receipt.merchant.address,
        "total": str(receipt.total) if receipt.total is not None else None,
    }


def field_scores(
    found: Mapping[str, Mapping[str, str | None]], truth: Mapping[str, Mapping[str, str]]
) -> dict[str, float]:
    """Share of documents whose company, date, address and total are right.

    Names and addresses are compared by their letters and digits without case, dates as days with the day before the
    month (as these receipts print them), totals as numbers. A document without a field in `truth` does not count for
    it.

    Args:
        found: Fields by document, as `sroie_fields` gives them.
        truth: Fields by document, as annotated.
    """
    scores = {}
    for field, same in _COMPARED.items():
        wanted = [stem for stem in found if truth[stem].get(field)]
        right = sum(same(found[stem].get(field) or "") == same(truth[stem][field]) for stem in wanted)
        scores[field] = round(right / max(len(wanted), 1), 4)
    return scores


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def _day(text: str) -> str:
    try:
        return parse_date(text, "dmy").value.isoformat()
    except ValueError:
        return _plain(text)


def _amount(text: str) -> Decimal | str:
    try:
        return parse_money(text)
    except ValueError:
        return _plain(text)


_COMPARED: Mapping[str, Callable[[str], object]] = {
    "company": _plain,
    "date": _day,
    "address": _plain,
    "total": _amount,
}
