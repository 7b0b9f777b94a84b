from __future__ import annotations

import pytest

from docextract.values.currency import CURRENCIES, common_currency, currencies_of, scan_currencies


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("RM 5.00", ["MYR"]),
        ("TOTAL (MYR)", ["MYR"]),
        ("12,000원", ["KRW"]),
        ("US$5", ["USD"]),
        ("S$5", ["SGD"]),
        ("PLATFORM 3", []),
        ("원두커피", []),
        ("1,200円", ["JPY"]),
        ("円高", []),
        ("￦1,200", ["KRW"]),
        ("₹1,23,456.00", ["INR"]),
    ],
)
def test_marks_inside_rows(text: str, codes: list[str]) -> None:
    assert [reading.value for reading in scan_currencies(text)] == codes


def test_a_shared_mark_is_ambiguous() -> None:
    (reading,) = scan_currencies("$5.00")
    assert {reading.value, *reading.alternatives} == set(currencies_of("$"))
    assert reading.quality < 0.5


def test_a_code_away_from_numbers_is_doubtful() -> None:
    (word,) = scan_currencies("CNY DECORATION")
    (mark,) = scan_currencies("CNY 20")
    assert word.quality < mark.quality


def test_every_mark_stands_for_known_currencies() -> None:
    assert all(currencies_of(code) == (code,) for code in CURRENCIES)
    assert set(currencies_of("$")) <= CURRENCIES.keys()
    assert currencies_of("?") == ()


def test_decimals_are_those_of_iso_4217() -> None:
    assert {code for code, currency in CURRENCIES.items() if currency.decimals != 2} == {"JPY", "KRW", "VND"}
    assert {currency.decimals for currency in CURRENCIES.values()} == {0, 2}


def test_dates_are_ordered_as_where_the_currency_is_spent() -> None:
    by_order = {order: {c for c, known in CURRENCIES.items() if known.date_order == order} for order in ("ymd", "mdy")}
    assert by_order == {"ymd": {"CAD", "CNY", "JPY", "KRW", "TWD"}, "mdy": {"PHP", "USD"}}


def test_all_but_the_euro_are_spent_in_one_country() -> None:
    assert all(known.country == code[:2] for code, known in CURRENCIES.items() if code != "EUR")
    assert CURRENCIES["EUR"].country is None


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["5,000원", "₩300"], "KRW"),
        (["$5", "USD 7"], "USD"),
        (["¥500", "1,200円"], "JPY"),
        (["$5"], None),
        (["5,000원", "$5"], None),
        (["RM 5.00", "CNY DECORATION"], "MYR"),
        (["CNY DECORATION"], None),
        ([], None),
    ],
)
def test_the_one_currency_that_all_marks_may_stand_for(texts: list[str], code: str | None) -> None:
    assert common_currency(texts) == code
