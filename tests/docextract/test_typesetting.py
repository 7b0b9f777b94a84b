from __future__ import annotations

import time

from docextract.typesetting import set_page


def test_rows_cells_and_letters_have_their_places() -> None:
    page = set_page("합계   9.00\n\n  a b\tc")
    assert [line.text for line in page.lines] == ["합계", "9.00", "a b", "c"]
    assert page.lines[1].quad == ((70, 0), (110, 0), (110, 20), (70, 20))  # two wide letters and three spaces before it
    assert page.lines[2].words[1].quad == ((40, 60), (50, 60), (50, 80), (40, 80))
    assert [char.text for char in page.chars] == list("합계9.00abc")
    assert (page.width, page.height) == (110, 90)


def test_no_text_is_an_empty_page() -> None:
    assert set_page("").blocks == ()


def test_a_long_row_takes_no_longer_than_many_short_ones() -> None:
    begun = time.process_time()
    assert set_page("ab " * 20_000).width == 10 * 60_000
    assert time.process_time() - begun < 5
