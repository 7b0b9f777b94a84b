"""Records in the shape that the field scores of public data sets are computed from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from docextract.records import Item, Receipt
from docextract.records.base import Value
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


def judge_sroie(values: Mapping[str, Value], truth: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Whether each annotated value, by its path in a receipt, is right; as `field_scores` compares them."""
    for field, path in _PATHS.items():
        if path in values and truth.get(field):
            same = _COMPARED[field]
            yield path, same(str(values[path])) == same(truth[field])


def wildreceipt_fields(receipt: Receipt) -> dict[str, str | None]:
    """The values of WildReceipt's classes (Sun et al. 2021) that a receipt has, as printed; None where not found."""
    return {name: receipt.evidence[path].raw if path in receipt.evidence else None for name, path in _CLASSES.items()}


def wildreceipt_scores(
    found: Mapping[str, Mapping[str, str | None]], truth: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, float]:
    """F1 of each class, and of all together as `micro`.

    A value is right if it is what one of the boxes of its class says, or all of them in a row: some classes are on the
    receipt more than once. Amounts are compared by digits and point, everything else by letters and digits.

    Args:
        found: Values by document, as `wildreceipt_fields` gives them.
        truth: Texts of the boxes by document and class, as annotated.
    """
    counts = {name: [0, 0] for name in _CLASSES}  # right ones, and given and wanted ones together
    for stem, values in found.items():
        for name, count in counts.items():
            given, boxes = values.get(name), truth[stem].get(name, ())
            key = _figures if name in _AMOUNTS else _plain
            accepted = {key(text) for text in (*boxes, "".join(boxes))} if boxes else set()
            count[0] += given is not None and key(given) in accepted
            count[1] += (given is not None) + bool(boxes)
    counts["micro"] = [sum(column) for column in zip(*counts.values(), strict=True)]
    return {name: round(2 * right / max(both, 1), 4) for name, (right, both) in counts.items()}


def item_scores(
    found: Mapping[str, Sequence[Item]], truth: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, float]:
    """F1 of the names, quantities and totals of the items of WildReceipt, whatever order they stand in.

    Names are compared by letters and digits, quantities as whole numbers, totals by their figures but for the zeros
    at their end, since some are printed without cents and some with a point for thousands.

    Args:
        found: Items by document.
        truth: As for `wildreceipt_scores`.
    """
    scores = {}
    for part, (name, key) in _ITEM_CLASSES.items():
        right = both = 0
        for stem, items in found.items():
            given = Counter(key(str(value)) for item in items if (value := getattr(item, part)) is not None)
            wanted = Counter(map(key, truth[stem].get(name, ())))
            right, both = right + (given & wanted).total(), both + given.total() + wanted.total()
        scores[part] = round(2 * right / max(both, 1), 4)
    return scores


def _count(text: str) -> str:
    return re.sub(r"\D", "", re.sub(r"[.,].*", "", text))


def _significant(text: str) -> str:
    return re.sub(r"\D", "", text).strip("0")


def _figures(text: str) -> str:
    return re.sub(r"[^0-9.]", "", text)


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


_PATHS = {"company": "merchant.name", "date": "date", "address": "merchant.address", "total": "total"}
_CLASSES: Mapping[str, str] = {
    "Store_name": "merchant.name",
    "Tel": "merchant.phones.0",
    "Date": "date",
    "Time": "time",
    "Subtotal": "subtotal",
    "Tax": "tax",
    "Total": "total",
}
_ITEM_CLASSES: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "name": ("Prod_item", _plain),
    "quantity": ("Prod_quantity", _count),
    "total": ("Prod_price", _significant),
}
_AMOUNTS = frozenset({"Subtotal", "Tax", "Total"})
_COMPARED: Mapping[str, Callable[[str], object]] = {
    "company": _plain,
    "date": _day,
    "address": _plain,
    "total": _amount,
}
