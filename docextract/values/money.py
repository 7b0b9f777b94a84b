"""Amounts of money: `RM 1,234.50`, `12,000원`, `(5.00)`, `△5,000`, `1.234,50 €`, `1’234.50`, `₹1,23,456.00`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import regex

from docextract.values.currency import CURRENCIES, MARK, currencies_of
from docextract.values.reading import Reading, scan_repaired, whole

_AMOUNT = regex.compile(
    rf"""
    (?<![\d.,:/\#]) (?<!\d[-–]) (?<![*•]{{2}}) (?<![*•]{{2}}[-–]) (?<!\d['’](?=\d{{3}})) (?<!\p{{Latin}}{{3}})
    (?P<sign>[-–(△▲]\ ?)?
    (?:(?<!\p{{L}}(?=[원円]))(?P<mark>{MARK})(?:\ ?:|\.(?!\d\d(?!\d)))?\ ?)?
    (?P<inner_sign>[-–(△▲]\ ?)?
    (?P<number>
        \d{{1,2}} (?:,\d{{2}})+ (?P<group>,) \d{{3}} (?:\.(?P<cents>\d{{2}}))?  # lakhs and crores
      | \d{{1,3}} (?P<group>[,.'’\ ]) \d{{3}} (?:(?P=group)\d{{3}})* (?:(?!(?P=group))[.,]\ ?(?P<cents>\d{{2}}))?
      | (?<!\p{{L}}(?<!{MARK})) (?P<bare_cents>\.\d{{2}})
      | \d+ \ ? (?P<point>[.,]) \ ? (?P<fraction>\d{{1,4}})
      | (?<!\p{{Latin}}(?<!{MARK})) \d{{1,9}} (?!(?![원円])\p{{L}})
    )
    (?!\d|[.,/:]\d|\ ?%|[-–]\d)
    (?:\ ?(?P<mark_after>{MARK}))?
    (?P<sign_after>[-–)](?!\d))?
    """,
    regex.VERBOSE,
)
_TAX_CODE = regex.compile(r"(?<=\d\.\d\d)[BSZOI](?![\w.,])|(?<=\d,\d\d)[BS](?![\w.,])")  # no third decimal
_POINT = regex.compile(r"\s?[.,]\s?")
_POINTED = frozenset({"$", "£", "US$"})  # of currencies whose cents stand behind a point
_NO_DIGIT = regex.compile(r"\D")
_LONGEST_BARE = 7  # digits; longer runs without any mark are codes


def scan_money(text: str, decimals: int | None = None) -> Iterator[Reading[Decimal]]:
    """Every amount of a text, in order.

    Args:
        text: One row of print.
        decimals: Digits of the currency's minor unit where the currency is known. It decides what `1.234` means, and
            makes whole numbers plausible amounts where it is 0.
    """
    if decimals != 0:
        text = _TAX_CODE.sub("A", text)
    yield from scan_repaired(text, lambda clean: _scan(clean, decimals))


def parse_money(text: str, decimals: int | None = None) -> Decimal:
    """The amount that a text is as a whole.

    >>> parse_money("RM 1,234.50")
    Decimal('1234.50')
    >>> parse_money("-5.59")
    Decimal('-5.59')

    Raises:
        ValueFormatError: The text is no amount, or more than one.
    """
    text = text.strip()
    return whole(text, scan_money(text, decimals), "money").value


def _scan(text: str, decimals: int | None) -> Iterator[Reading[Decimal]]:
    for match in _AMOUNT.finditer(text, overlapped=True):
        reading = _read(match, decimals)
        if reading is not None:
            yield reading


def _read(match: regex.Match[str], decimals: int | None) -> Reading[Decimal] | None:
    """An amount, rated by its form: cents are typical, groups of thousands a little less, bare numbers are not."""
    number, mark = match["number"], match["mark"] or match["mark_after"]
    codes = currencies_of(mark) if mark else ()
    if len(codes) == 1:
        decimals = CURRENCIES[codes[0]].decimals
    alternatives: tuple[Decimal, ...] = ()
    if match["group"]:
        value, alternatives, quality = _grouped(number, match["group"], match["cents"], decimals)
        if match["group"] == "." and alternatives and mark in _POINTED:  # a price of petrol: $3.199
            value, alternatives = alternatives[0], (value,)
    elif match["bare_cents"]:
        value, quality = Decimal("0" + number), 0.8
    elif match["point"]:
        value = Decimal(_POINT.sub(".", number))
        quality = {1: 0.3, 2: 1.0, 3: 0.4, 4: 0.2}[len(match["fraction"])] * (0.3 if decimals == 0 else 1.0)
    elif not mark and len(number) > _LONGEST_BARE:
        return None
    else:
        value = Decimal(number)
        counted = len(number) < 3 or number.startswith("0")  # a quantity, or the number of a line
        quality = 0.1 if counted else 0.7 if decimals == 0 else 0.3
    if mark:
        quality = min(1.0, quality + 0.5)
    if match["group"] == " " and (mark or _fills_cell(match)):
        quality = 1.0
    opening = (match["sign"] or "") + (match["inner_sign"] or "")
    closing = match["sign_after"] or ""
    if closing == ")" and "(" not in opening:  # it closes words before the amount, as in (RM 5.00)
        closing = ""
    end = match.end() - len((match["sign_after"] or "").removesuffix(closing))
    sign = -1 if opening or closing else 1
    return Reading(sign * value, match.start(), end, quality, tuple(sign * other for other in alternatives))


def _fills_cell(match: regex.Match[str]) -> bool:
    """Whether nothing stands beside the amount: `2 100.00` in a row of an item is a quantity and a price."""
    before, after = match.string[: match.start()].rstrip(" "), match.string[match.end() :].lstrip(" ")
    return before[-1:] in ("", "\t") and after[:1] in ("", "\t")


def _grouped(
    number: str, group: str, cents: str | None, decimals: int | None
) -> tuple[Decimal, tuple[Decimal, ...], float]:
    """Value, other values and quality of a number with groups of thousands."""
    quality = {",": 0.95, ".": 0.9, "'": 0.8, "’": 0.8, " ": 0.5}[group]
    if cents:
        return Decimal(_NO_DIGIT.sub("", number[:-2]) + "." + cents), (), quality
    value = Decimal(number.replace(group, ""))
    if group in ",." and number.count(group) == 1 and decimals != 0:
        # 1.234 is a weight or a price per litre as easily as a number of four digits.
        return value, (Decimal(number.replace(",", ".")),), quality - (0.5 if group == "." else 0.1)
    return value, (), quality
