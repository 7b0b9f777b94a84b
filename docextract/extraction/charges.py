"""What is added to the sum of the items and what is taken off: the rows of taxes and of discounts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations, takewhile

import regex

from docextract.extraction.candidates import Candidate
from docextract.extraction.items import ItemCandidates, amounts_among, is_product, place, trim
from docextract.extraction.lexicon import LabelMatch
from docextract.extraction.rows import Row
from docextract.extraction.scene import Scene, has_label, matches
from docextract.records.base import Value
from docextract.values.reading import Reading

Element = dict[str, Candidate]
"""One row, by the fields of its record."""

_RATE = regex.compile(r"(?<![\d.,])(?P<rate>[0-9]{1,2}(?:[.,][0-9]{1,4})?)\s?%")
_BARE_RATE = regex.compile(r"\W*(?P<rate>[0-9]{1,2}(?:[.,][0-9]{1,4})?)\t")  # under a header that says so
_ROUNDED = Decimal(2)  # smallest units by which a tax may differ from its rate of the base: every item's was rounded
_LETTERS = regex.compile(r"\p{L}{2}")
_LETTER = regex.compile(r"\p{L}")
_COUNT = regex.compile(r"\t\d{1,3}\s*$")  # how many, in a column of its own
_FAR = 8  # amounts below one of which the sum with those in between may stand


def find_taxes(scene: Scene, rows: Iterable[Row], keys: frozenset[str]) -> list[Element]:
    """Taxes: rows with an amount behind a label of them, and rows whose amounts prove the rate beside them.

    What a summary repeats, or says in more detail, is there once; of two rows with rates, names do not matter.

    Args:
        scene: The page.
        rows: Those outside of the table of items.
        keys: Of the labels.
    """
    taxes = [tax for row in rows if (tax := _tax(scene, row, keys))]
    kept: list[Element] = []
    said: set[frozenset[tuple[str, Value]]] = set()  # by a row or a part of it
    for tax in sorted(taxes, key=len, reverse=True):
        values = {(field, candidate.value) for field, candidate in tax.items()}
        if {(field, value) for field, value in values if field != "name" or "rate" not in tax} not in said:
            kept.append(tax)
            said.update(frozenset(part) for size in range(len(values) + 1) for part in combinations(values, size))
    rated = [tax["amount"].amount for tax in kept if "rate" in tax]
    if rated:  # what they come to is none of them
        kept = [tax for tax in kept if "rate" in tax or tax["amount"].amount != sum(rated, Decimal(0))]
    return sorted(kept, key=lambda tax: tax["amount"].position)


def find_discounts(
    scene: Scene,
    rows: Sequence[Row],
    keys: frozenset[str],
    patterns: Sequence[str],
    sums: frozenset[str],
    items: Sequence[ItemCandidates] = (),
) -> list[Element]:
    """Discounts of the whole sum: rows that say so and end with an amount; their sum is none of them.

    Args:
        scene: The page.
        rows: Those outside of the table of items.
        keys: Of the labels of discounts and their sum.
        patterns: What rows of discounts match as well.
        sums: Keys of all labels of amounts. What has none of them and a minus is a discount where a sum needs it.
        items: What the receipt is for.
    """
    needed = needed_minuses(scene, rows, sums, items)
    discounts = []
    for row in rows:
        amounts = amounts_among(scene.read("money", row.text))
        if not amounts or _LETTERS.search(row.text, amounts[-1].end):
            continue
        label = next((match for match in scene.labels[row.index] if match.key in keys and match.leads), None)
        if label is not None or row in needed or matches(scene, patterns, row.text):
            discounts.append(_element(row, label, row.text[: amounts[-1].start], amount=amounts[-1]))
    sizes = [abs(discount["amount"].amount) for discount in discounts]
    together = sum(sizes, Decimal(0))
    whole = next((k for k, size in enumerate(sizes) if len(sizes) > 1 and 2 * size == together), None)
    if whole is not None and _comes_off(scene, rows, discounts, together, sums - keys, items):
        return discounts  # two of one size, neither of them the other's sum
    return [discount for k, discount in enumerate(discounts) if k != whole]


def _comes_off(
    scene: Scene,
    rows: Iterable[Row],
    discounts: Sequence[Element],
    together: Decimal,
    sums: frozenset[str],
    items: Sequence[ItemCandidates],
) -> bool:
    """Whether all discounts make what items or a labelled amount above them come to a labelled amount below."""
    labelled = [(row.index, amount.value) for row, amount in _last_amounts(scene, rows) if has_label(scene, row, sums)]
    places = [discount["amount"].spans[0].row.index for discount in discounts]
    above = {amount for index, amount in labelled if index < min(places)}
    below = {amount for index, amount in labelled if index > max(places)}
    if items:
        above.add(net_of(items))
    return any(amount - together in below for amount in above)


def trailing_minuses(scene: Scene, rows: Sequence[Row], keys: frozenset[str], patterns: Sequence[str]) -> list[Row]:
    """Rows at the end of the items that may be taken off all of them: words that no row above has, and a minus.

    Args:
        scene: The page.
        rows: Of the items.
        keys: Of the labels of discounts.
        patterns: What discounts of single items match; those that have no label are left to them.
    """
    amounts = _last_amounts(scene, rows)
    names = [_words(row.text[: amount.start]) for row, amount in amounts]

    def may_be(k: int) -> bool:
        row, amount = amounts[k]
        own = is_product(scene, row) or (not has_label(scene, row, keys) and matches(scene, patterns, row.text))
        return amount.value < 0 and bool(names[k]) and not own

    first = len(amounts) - sum(1 for _ in takewhile(may_be, reversed(range(len(amounts)))))
    above = set(names[:first])
    first = max((k for k in range(first, len(amounts)) if names[k] in above), default=first - 1) + 1
    return [row for row, _ in amounts[first:]]


def _last_amounts(scene: Scene, rows: Iterable[Row]) -> list[tuple[Row, Reading[Decimal]]]:
    """The rows with amounts, and the last one of each."""
    found = ((row, amounts_among(scene.read("money", row.text))) for row in rows)
    return [(row, amounts[-1]) for row, amounts in found if amounts]


def net_of(items: Iterable[ItemCandidates]) -> Decimal:
    """What items come to."""
    return sum((item.net for item in items), Decimal(0))


def _words(text: str) -> str:
    """The letters of a text, by which what is said twice is known again."""
    return "".join(_LETTER.findall(text)).casefold()


def needed_minuses(
    scene: Scene, rows: Iterable[Row], sums: frozenset[str], items: Sequence[ItemCandidates] = ()
) -> set[Row]:
    """Rows with words and a minus but no label, without which one amount does not become the next but few.

    Args:
        scene: The page.
        rows: Those outside of the table of items.
        sums: Keys of all labels of amounts; the second of the two has one, and so has the first.
        items: What they come to may be the first as well.
    """
    amounts = [(row, amount.value) for row, amount in _last_amounts(scene, rows)]
    labelled = {row for row, _ in amounts if has_label(scene, row, sums)}
    starts = [(first + 1, amount) for first, (row, amount) in enumerate(amounts) if row in labelled]
    if items:
        starts.insert(0, (0, net_of(items)))
    needed: set[Row] = set()
    for first, amount in starts:
        for k, (other, wanted) in enumerate(amounts[first : first + _FAR - 1], first):
            between = {row for row, taken in amounts[first:k] if taken < 0 and row not in labelled}
            if other in labelled and 0 < wanted == amount and all(_LETTERS.search(row.text) for row in between):
                needed |= between
                break
            amount += wanted
    return needed


def add_up(field: str, parts: Sequence[Candidate], score: float) -> Candidate:
    """The sum of some amounts, which stands where all of them stand."""
    total = sum((part.amount for part in parts), Decimal(0))
    spans = tuple(span for part in parts for span in part.spans)
    return Candidate(field, total, "money", spans, score, "rows", shared=True)


def _tax(scene: Scene, row: Row, keys: frozenset[str]) -> Element | None:
    match = _RATE.search(row.text) or _BARE_RATE.match(row.text)
    labels = scene.labels[row.index]
    label = next((label for label in labels if label.key in keys), None)
    if match is None and label is None:
        return None
    amounts = [reading for reading in amounts_among(scene.read("money", row.text)) if reading.value >= 0]
    rate = None
    if match is not None:
        amounts = [reading for reading in amounts if reading.start >= match.end("rate") or reading.end <= match.start()]
        rate = Reading(Decimal(match["rate"].replace(",", ".")), match.start(), match.end("rate"), 1.0)
        proven = _proven(rate.value, amounts, scene) if label is not None or not labels else None
        if proven is not None:
            return _element(row, label, row.text[: match.start()], rate=rate, base=proven[0], amount=proven[1])
    if label is None:
        return None
    end = next((other.span.start for other in labels if other.span.start >= label.span.end), len(row.text))
    behind = [reading for reading in amounts if label.span.end <= reading.start < end]
    return _element(row, label, "", rate=rate, amount=behind[0]) if behind else None


def _proven(
    rate: Decimal, amounts: Sequence[Reading[Decimal]], scene: Scene
) -> tuple[Reading[Decimal], Reading[Decimal]] | None:
    """A base, with the tax or without it, and the tax on it by a rate in percent."""
    rounded = _ROUNDED.scaleb(-(scene.currency.decimals if scene.currency else 2))
    ranked = sorted(range(len(amounts)), key=lambda k: amounts[k].value)  # a row may have thousands of them
    values = [amounts[k].value for k in ranked]
    for first, base in enumerate(amounts):
        exact = (base.value * rate / 100, base.value * rate / (100 + rate))
        near = (slice(bisect_left(values, v - rounded), bisect_right(values, v + rounded)) for v in exact)
        fitting = [k for part in near for k in ranked[part] if k != first]
        if fitting:
            return base, amounts[min(fitting)]
    return None


def _element(row: Row, label: LabelMatch | None, before: str, **parts: Reading[Decimal] | None) -> Element:
    """A row with its name: the label, or else the words in front."""
    span = label.span if label is not None else trim(row, 0, len(_COUNT.sub("", before)))
    element = {field: place(row, field, reading) for field, reading in parts.items() if reading is not None}
    if span is not None:
        element["name"] = Candidate("name", " ".join(span.text.split()), "text", (span,), 1.0, "rows", label)
    return element
