"""Decimal marks are the same all over a page."""

from __future__ import annotations

import pytest

from ocr.decimals import settle_decimals
from ocr.document import Char, Line, Word

QUAD = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def line(text: str, comma: float = 0.0) -> Line:
    """A line of one word, whose points may be commas with a probability."""
    chars = tuple(Char(c, QUAD, 0.9, ((",", comma), (":", 0.01)) if c == "." and comma else ()) for c in text)
    return Line((Word(text, QUAD, 0.9, chars),), QUAD, 0.9)


def settled(*lines: Line) -> list[str]:
    return [each.text for each in settle_decimals(lines)]


def test_points_become_commas_where_a_fifth_of_the_amounts_have_thought_of_one() -> None:
    faint = 0.001
    lines = [line("12,50"), line("3.30", faint), line("0.95", faint), line("€7.00", faint), line("1.50", faint)]
    assert settled(*lines) == ["12,50", "3,30", "0,95", "€7,00", "1,50"]
    assert settled(line("3.30", 0.1), *lines[1:]) == ["3,30", "3,30", "0,95", "€7,00", "1,50"]


def test_what_is_a_point_for_sure_stays() -> None:
    assert settled(line("3,30"), line("22.27"), line("22.28", 0.0001)) == ["3,30", "22.27", "22.28"]


def test_one_amount_is_believed_where_most_others_may_have_commas() -> None:
    assert settled(line("4.80", 0.13), line("12.80")) == ["4.80", "12.80"]
    assert settled(line("4.80", 0.13), line("12.80"), line("3.10", 0.001)) == ["4,80", "12.80", "3,10"]
    assert settled(line("4.80", 0.13), line("12.80"), line("3.10", 0.13)) == ["4,80", "12.80", "3,10"]


def test_too_few_thoughts_change_nothing() -> None:
    assert settled(line("3.30", 0.4), *[line("12.50")] * 5) == ["3.30", *["12.50"] * 5]
    assert settled(line("3.30", 0.09), line("12.50", 0.09)) == ["3.30", "12.50"]


@pytest.mark.parametrize(
    "other", ["v1.2", "2026.11.22", "11.22.26", "1.000", "02.345.67", "1,234.50", "1.234,50", "a.b", "12.30-13.45"]
)
def test_only_amounts_change(other: str) -> None:
    assert settled(line("3,30"), line("4,40"), line(other, 0.4)) == ["3,30", "4,40", other]


def test_what_was_read_remains_an_alternative() -> None:
    mark = settle_decimals([line("3.30", 0.1)])[0].words[0].chars[1]
    assert (mark.text, mark.alternatives) == (",", ((".", 0.9), (":", 0.01)))
    assert mark.confidence == pytest.approx(1.0)


def test_a_page_without_amounts_stays_as_it_is() -> None:
    assert settled(line("TOTAL")) == ["TOTAL"]
    assert settle_decimals([]) == []
