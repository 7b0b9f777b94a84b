"""The items of a receipt: rows with an amount, between the header of their table and the first sum."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import combinations, product, takewhile

import regex

from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import Row, Span
from docextract.extraction.scene import Scene
from docextract.values.currency import MARK
from docextract.values.reading import Reading

_AMOUNT = 0.6
"""Quality from which a number is an amount and no count."""
_COUNT = 0.1
"""Quality of a number that is a count."""
_BEHIND = 4  # characters that may follow the total of an item: what tells its tax
_ADDED = 3  # items from which an amount that is their sum is no chance
_ROUNDED = {-2: Decimal("0.005"), 0: Decimal(1)}  # what a total of so many decimals may be off; won are cut as well
_GRAMS = -3  # exponent of a measured quantity
_MEASURED = regex.compile(r"\d{1,3}\.\d{3}")
_FACTORS = 2
_MOST_NUMBERS = 12  # of a row among which its quantity and its price are looked for

_WORD = r"(?:\p{L}{2}|(?<![\p{L}\d])(?![원개個点円本])[\p{Hangul}\p{Han}])"  # a syllable says as much as two letters
_NAME = regex.compile(rf"[^\t]*?{_WORD}[^\t]*")
_LETTERS = regex.compile(_WORD)
_LINE_NUMBER = regex.compile(r"\W*0\d{1,3}[ .)]+(?=\p{L})")
_OF_MODEL = regex.compile(r"(?<=\p{Latin})[-–]\d+(?![\d.,])")  # FW-1023 owes nothing
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# In a bill of several days; 1/2 may be a half of something.
_DAY = regex.compile(rf"\W*\d\d?[-/. ](?:\d\d?|(?i:{_MONTHS}))(?:[-/. ]\d\d(?:\d\d)?)?\t|\d\d?/(?:[12]\d|3[01]) ")
_CODE = regex.compile(r"\W*(?P<code>[A-Z]{0,3}\d{4,14})(?!\S)")
_BEFORE_WORDS = regex.compile(rf"{_CODE.pattern} [^\t]*?{_WORD}")
_COUNTED = regex.compile(rf"\W*[1-9]\d{{0,2}}[xX]?(?:\s|[^\w.,])+{_WORD}")
_WORD_BEHIND = regex.compile(rf" {_WORD}")
_CODE_BEFORE = regex.compile(r"(?<!\S)\d{6,14}\t")
_UNGROUPED = regex.compile(r"\d+\W*")
_UNITS = (
    "kg|g|gr|lbs?|oz|ltr|l|ml|m|pcs?|pkt|pack|unit|ea|btl|ctn|box|set|len|tub|pail|bdl|pair|stk|st"
    "|개|병|잔|인분|그릇|점|켤레|벌|장|매|권|자루|박스|팩|마리|個|点|本"
)
_VOLUME = regex.compile(r"(?:m?l|g)\b(?! ?/)", regex.IGNORECASE)  # of a bottle: a part of its name
_UNIT = regex.compile(rf"\s?(?P<unit>{_UNITS})\b(?!\s*/)", regex.IGNORECASE)
_TAX_CODES = "[SZE]RL?|OS|TX"
_TAX_CODE = regex.compile(rf"[ \t]*[*#]?(?P<tax_code>[A-Z]|{_TAX_CODES})[*#]?\s*$")
_NO_NAME = regex.compile(
    rf"(?<!\p{{L}})(?:{_UNITS}|rolls?|nos|qty|euro|was|now|{_TAX_CODES}|{MARK})(?!\p{{L}})", regex.IGNORECASE
)
_END = regex.compile(rf"(?:{_TAX_CODE.pattern})?\s*$")
_TIMES = regex.compile(  # 2x, x2 and 2개: letters join these numbers as they join those of names
    r"^\W*(?P<count>[1-9]\d?)(?:[xX]|(?i:ea))(?=\s)"
    r"|(?<=\s)(?:[xX×](?P<count>[1-9]\d{0,2})|(?P<count>[1-9]\d{0,2})(?:개|병|잔|인분|그릇|점|켤레|벌|장|매|권|자루|박스|팩|마리|個|点|本|枚))(?!\S)"
)
_LEADING = regex.compile(r"(?:[\s*#\-:.|/@>+└├┗]|[xX](?=\s))*")
_TRAILING = regex.compile(r"(?:[\s*#\-:.|/@\p{Sc}]|(?<!\p{L})[xX])*$")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ItemCandidates:
    """One item, each part with its place."""

    name: Candidate | None
    code: Candidate | None
    quantity: Candidate | None
    unit_price: Candidate | None
    total: Candidate
    discount: Candidate | None = None
    unit: Candidate | None = None
    tax_code: Candidate | None = None

    @property
    def net(self) -> Decimal:
        """The total less a discount in a row of its own; one in the row of the total is taken off already."""
        own = self.discount is not None and self.discount.position[0] != self.total.position[0]
        return self.total.amount - abs(self.discount.amount) if self.discount is not None and own else self.total.amount

    def parts(self) -> dict[str, Candidate]:
        """The parts that were found, by the name of the item's field."""
        found = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: candidate for name, candidate in found.items() if candidate is not None}


def has_amount(scene: Scene, row: Row) -> bool:
    """Whether an amount stands in a row."""
    return last_amount(scene, row) is not None


def last_amount(scene: Scene, row: Row) -> int | None:
    """Where in a row its last amount begins."""
    return max((amount.start for amount in amounts_among(_numbers(scene, row))), default=None)


def from_first_item(scene: Scene, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from the first item on, where no header says where it is.

    Its name may stand above its numbers, and the article's code between the two.
    """
    first = next((k for k, row in enumerate(rows) if _is_item(scene, row)), len(rows))
    if first == len(rows):
        return ()
    of_units = is_product(scene, rows[first]) and not _names(rows[first].text)
    if not of_units and _LETTERS.search(rows[first].text) is not None:
        above = rows[first - 1 : first] if first else ()
        return rows[first - sum(_makes(scene, row, _numbers(scene, row), rows[first:]) for row in above) :]
    codes = sum(1 for _ in takewhile(lambda row: _CODE.fullmatch(row.text), reversed(rows[:first])))
    return rows[max(first - codes - 1, 0) :]


def _names(text: str) -> bool:
    """Whether some print has a word that may name an item: units, currencies and codes of taxes are none."""
    return _LETTERS.search(_NO_NAME.sub(" ", text)) is not None


def _is_item(scene: Scene, row: Row) -> bool:
    """Whether an amount nearly ends the row, behind a quantity and a price that make it, or behind words or a code.

    Digits alone behind words may as well end an address or a telephone number, unless a count leads the row.
    """
    numbers = _numbers(scene, row)
    amounts, total = amounts_among(numbers), _total(row, numbers)
    if total is None or len(row.text) - total.end > _BEHIND:
        return False
    bare = _UNGROUPED.fullmatch(row.text, total.start) is not None and _COUNTED.match(row.text) is None
    named = _LETTERS.search(row.text, 0, amounts[0].start) or _CODE_BEFORE.search(row.text, 0, amounts[0].start)
    return is_product(scene, row) or (not bare and named is not None)


def is_product(scene: Scene, row: Row) -> bool:
    """Whether the total of a row is the product of two numbers before it."""
    numbers = _numbers(scene, row)
    total = _total(row, numbers)
    return total is not None and factors(row.text, _before(numbers, total), total.value)[1] is not None


def _total(row: Row, numbers: Sequence[Reading[Decimal]]) -> Reading[Decimal] | None:
    """The last amount of a row, or a whole number that ends it if a quantity and the amount before it make that."""
    amounts = amounts_among(numbers)
    if not amounts:
        return None
    last = numbers[-1]
    ends = last.end > amounts[-1].end and _END.match(row.text, last.end) is not None
    return last if ends and factors(row.text, _before(numbers, last), last.value)[1] is not None else amounts[-1]


def amounts_among(numbers: Iterable[Reading[Decimal]]) -> list[Reading[Decimal]]:
    """The amounts among some numbers, counts and codes left out."""
    return [number for number in numbers if number.quality >= _AMOUNT]


def _numbers(scene: Scene, row: Row) -> list[Reading[Decimal]]:
    """The numbers of a row but for the code of an article in front of its name; that of `2x` is one."""
    code = _BEFORE_WORDS.match(row.text)
    start = code.end("code") if code else 0
    numbers = [
        number
        for number in scene.read("money", row.text)
        if number.start >= start and _OF_MODEL.match(row.text, number.start) is None
    ]
    times = (Reading(Decimal(m["count"]), *m.span("count"), quality=_COUNT) for m in _TIMES.finditer(row.text))
    return sorted([*numbers, *times], key=lambda number: number.start)


def _before(numbers: Iterable[Reading[Decimal]], amount: Reading[Decimal]) -> list[Reading[Decimal]]:
    return [number for number in numbers if number.end <= amount.start]


def find_items(scene: Scene, rows: Sequence[Row], discounts: Container[Row] = ()) -> list[ItemCandidates]:
    """Items in the rows of their table.

    A name stands before its numbers, in a row above them, or, where there is none above, in the row below. What is
    taken off an item stands below it.

    Args:
        scene: The page.
        rows: The rows.
        discounts: Those of the rows whose amounts are discounts, as is an amount that is negative.
    """
    items: list[ItemCandidates] = []
    pending: Span | None = None
    nameless = False
    prices: list[Reading[Decimal]] = []  # of the row above
    for k, row in enumerate(rows):
        above = _is_above_its_numbers(scene, row, rows[k + 1 : k + 2])
        numbers = [] if above else _numbers(scene, row)
        total = _total(row, numbers)
        name = _name(row, _ends(row, numbers, total), total.end) if total is not None else _name(row)
        if total is None:
            if nameless and name is not None and pending is None:
                items[-1] = _with_name(items[-1], name)
                nameless, name = False, None
            pending = name or pending
            continue
        if row in discounts or _is_taken_off(row, numbers, total):
            if items:
                amount = next((reading for reading in reversed(amounts_among(numbers)) if reading.value < 0), total)
                items[-1] = _with_discount(items[-1], place(row, "discount", amount))
            continue
        if name is None or not _names(name.text):
            if items and pending is None and (whole := _with_price(items[-1], row, numbers)) is not None:
                items[-1] = whole
                continue
            if pending is None and _makes(scene, row, numbers, rows[k + 1 : k + 2]):
                prices = numbers
                continue
            name = pending or name
        items.append(_item(row, numbers, total, name))
        if prices and items[-1].unit_price is None:
            items[-1] = _with_price(items[-1], rows[k - 1], prices) or items[-1]
        prices = []
        nameless = items[-1].name is None
        pending = None
    return _without_sum(items)


def _without_sum(items: list[ItemCandidates]) -> list[ItemCandidates]:
    """Without a last one that is what the others come to: their sum under a label that no template knows."""
    if len(items) <= _ADDED or (items[-1].quantity is not None and items[-1].name is not None):
        return items
    *others, last = (item.total.amount for item in items)
    return items[:-1] if last and sum(others) == last else items


def _is_above_its_numbers(scene: Scene, row: Row, below: Sequence[Row]) -> bool:
    """Whether a row is words, and nothing but numbers that come out stand below: its own are a part of the name."""
    if "\t" in row.text or _LETTERS.search(row.text) is None or is_product(scene, row):
        return False
    return any(_LETTERS.search(other.text) is None and is_product(scene, other) for other in below)


def _is_taken_off(row: Row, numbers: list[Reading[Decimal]], amount: Reading[Decimal]) -> bool:
    """Whether a row has nothing but a negative amount: what is returned has a quantity and a price as well."""
    return amount.value < 0 and factors(row.text, _before(numbers, amount), amount.value)[1] is None


def _ends(row: Row, numbers: list[Reading[Decimal]], total: Reading[Decimal]) -> list[Reading[Decimal]]:
    """Those of the numbers that may end the name of an item: quantity, price and total where they come out.

    Otherwise all but the counts inside it: more words follow them, as in JOINT 2 PIN, or another count leads the row.
    """
    quantity, unit_price = factors(row.text, _before(numbers, total), total.value)
    if quantity is not None and unit_price is not None:
        return [quantity, unit_price, total]
    counted = _COUNTED.match(row.text) is not None
    return [
        number
        for number in numbers
        if number.quality >= _AMOUNT or not (counted or _goes_on(row, number.end))
        if _VOLUME.match(row.text, number.end) is None and not (number.repaired and number.quality < _AMOUNT)
    ]


def _goes_on(row: Row, end: int) -> bool:
    """Whether a word which is no unit follows a number."""
    return _WORD_BEHIND.match(row.text, end) is not None and _UNIT.match(row.text, end) is None


def _name(row: Row, numbers: Sequence[Reading[Decimal]] = (), total_end: int = 0) -> Span | None:
    """The words before the first of some numbers that follows them.

    A day, a code or the number of the line before them is left out, and so is the letter of the tax behind the total.
    """
    tax_code = _TAX_CODE.match(row.text, total_end) if numbers else None
    day = _DAY.match(row.text)
    match = _NAME.search(row.text, day.end() if day else 0, tax_code.start() if tax_code else len(row.text))
    if match is None:
        return None
    start, end = match.span()
    counted = _LINE_NUMBER.match(row.text, start) or _CODE.match(row.text, start)
    start = counted.end() if counted else start
    for reading in numbers:
        if reading.start > start and _LETTERS.search(row.text, start, reading.start):
            end = min(end, reading.start)
    return trim(row, start, end)


def _code(row: Row, numbers: Sequence[Reading[Decimal]]) -> Candidate | None:
    """The article's code, which begins the row."""
    match = _CODE.match(row.text)
    if match is None or any(number.start < match.end("code") for number in numbers):
        return None
    span = Span(row, *match.span("code"))
    return Candidate("code", span.text, "identifier", (span,), 1.0, "rows")


def trim(row: Row, start: int, end: int) -> Span | None:
    """A stretch of a row without the signs around it; None where no word is left."""
    if (signs := _LEADING.match(row.text, start, end)) is not None:
        start = signs.end()
    if (signs := _TRAILING.search(row.text, start, end)) is not None:
        end = signs.start()
    return Span(row, start, end) if _LETTERS.search(row.text, start, end) else None


def _item(row: Row, numbers: list[Reading[Decimal]], total: Reading[Decimal], name: Span | None) -> ItemCandidates:
    own = range(name.start + 1, name.end) if name is not None and name.row is row else ()
    before = [number for number in _before(numbers, total) if number.start not in own]
    quantity, unit_price = factors(row.text, before, total.value)
    discount = None
    for reduction in (reading for reading in before if unit_price is None and reading.value < 0):
        others = [reading for reading in before if reading is not reduction]
        quantity, unit_price = factors(row.text, others, total.value - reduction.value)
        discount = reduction if unit_price is not None else None
    if name is not None and quantity is not None and name.row is row and name.start == quantity.start:
        name = trim(row, quantity.end, name.end)
    used = [number for number in (quantity, unit_price, total) if number is not None]
    above = name.row if name is not None and name.row is not row else None
    return ItemCandidates(
        name=_named(name) if name is not None else None,
        code=_code(row, used) or (_code(above, ()) if above is not None else None),
        quantity=_number(row, "quantity", quantity),
        unit_price=_number(row, "unit_price", unit_price),
        discount=_number(row, "discount", discount),
        total=place(row, "total", total),
        unit=_mark(row, "unit", _UNIT.match(row.text, quantity.end)) if quantity is not None else None,
        tax_code=_mark(row, "tax_code", _TAX_CODE.match(row.text, total.end)),
    )


def factors(
    text: str, numbers: list[Reading[Decimal]], total: Decimal
) -> tuple[Reading[Decimal] | None, Reading[Decimal] | None]:
    """Quantity and unit price: two numbers of a text whose product is the total, or one whole number that may count.

    The quantity is what a unit follows, or else the number that looks less like an amount.
    """
    for pair in combinations(numbers[-_MOST_NUMBERS:], 2):
        for first, second in product(*(_meanings(text, number) for number in pair)):
            if first.value * second.value == total or _weighs(text, first, second, total):
                measured = second.quality > _COUNT and _UNIT.match(text, first.end) is not None
                return (first, second) if measured or first.quality <= second.quality else (second, first)
            if _weighs(text, second, first, total):
                return second, first
    bare = (r for r in numbers if r.quality < _AMOUNT and not r.repaired)  # the 5S of a product's name is no 55
    counts = [r for r in bare if r.value == int(r.value) and 0 < r.value < 1000]
    return (counts[0] if len(counts) == 1 else None), None


def _weighs(text: str, first: Reading[Decimal], second: Reading[Decimal], total: Decimal) -> bool:
    """Whether a total is that of goods by weight: a broken number times a price, rounded to cents, or to whole won.

    The number has a unit, or more decimals than amounts.
    """
    exponent = total.as_tuple().exponent
    if first.value == int(first.value) or exponent not in _ROUNDED:
        return False
    if _UNIT.match(text, first.end) is None and first.value.as_tuple().exponent != _GRAMS:
        return False
    return abs(first.value * second.value - total) <= _ROUNDED[exponent]


def _meanings(text: str, number: Reading[Decimal]) -> list[Reading[Decimal]]:
    """A number as what it means, and as what it may mean as well: of 1,000 x 2,50 one is the quantity.

    Litres have decimals in countries whose money has none.
    """
    values = {number.value: None} | dict.fromkeys(number.alternatives)
    if _MEASURED.fullmatch(text, number.start, number.end):
        values[number.value.scaleb(_GRAMS)] = None
    return [replace(number, value=value, alternatives=()) for value in values]


def _mark(row: Row, field: str, match: regex.Match[str] | None) -> Candidate | None:
    """What a group of a match behind a number says."""
    if match is None:
        return None
    span = Span(row, *match.span(field))
    return Candidate(field, span.text, "text", (span,), 1.0, "rows")


def _number(row: Row, field: str, reading: Reading[Decimal] | None) -> Candidate | None:
    return place(row, field, reading) if reading is not None else None


def place(row: Row, field: str, reading: Reading[Decimal]) -> Candidate:
    """An amount of a row as a part of what the row is about."""
    span = Span(row, reading.start, reading.end)
    return Candidate(field, reading.value, "money", (span,), 1.0, "rows", None, reading.alternatives, reading.repaired)


def _named(span: Span) -> Candidate:
    return Candidate("name", " ".join(span.text.split()), "text", (span,), 1.0, "rows")


def _with_discount(item: ItemCandidates, further: Candidate) -> ItemCandidates:
    """An item with what is taken off in one more row; with a minus if any row has one."""
    if item.discount is None:
        return replace(item, discount=further)
    amounts = [item.discount.amount, further.amount]
    value = sum(amounts, Decimal(0)) if min(amounts) >= 0 else -sum(map(abs, amounts), Decimal(0))
    spans = (*item.discount.spans, *further.spans)
    repaired = item.discount.repaired or further.repaired
    return replace(item, discount=replace(further, value=value, spans=spans, alternatives=(), repaired=repaired))


def _with_price(item: ItemCandidates, row: Row, numbers: list[Reading[Decimal]]) -> ItemCandidates | None:
    """An item with the price in the row below it, if that and a quantity make its total; what is one is no detail."""
    quantity, unit_price = factors(row.text, numbers, item.total.amount)
    counted = item.quantity.value if item.quantity is not None else None
    if quantity is None or unit_price is None or counted not in (None, quantity.value) or counted == 1:
        return None
    return replace(item, quantity=_number(row, "quantity", quantity), unit_price=_number(row, "unit_price", unit_price))


def _makes(scene: Scene, row: Row, numbers: Sequence[Reading[Decimal]], below: Sequence[Row]) -> bool:
    """Whether two numbers make the total of the row below, as `2 X 3,00` above BIRRA 6,00."""
    total = _total(below[0], _numbers(scene, below[0])) if below and _LETTERS.search(below[0].text) else None
    if total is None or len(numbers) != _FACTORS or _names(row.text):
        return False
    return factors(row.text, list(numbers), total.value)[1] is not None


def _with_name(item: ItemCandidates, name: Span) -> ItemCandidates:
    return replace(item, name=_named(name))
