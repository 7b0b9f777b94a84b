"""The zone of a page, and the print of the same page that sets it right."""

from __future__ import annotations

from datetime import date

from docextract.extraction.machine_readable import find_zone
from docextract.extraction.rows import build_layout
from docextract.pipeline import Extractor
from docextract.values.mrz_zone import check_digit

from ..conftest import Typeset, doubting

NAMES = "P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<"
NUMBERS = "M965005269KOR8907161F26061297642855<<<<<<<92"


def test_the_rows_of_the_zone_are_those_of_its_lines(typeset: Typeset) -> None:
    zone = find_zone(build_layout(typeset(f"PASSPORT\n{NAMES}\n{NUMBERS}\n13 JUN 21")))
    assert zone is not None and zone.mrz.lines == (NAMES, NUMBERS)
    assert [row.text for row in zone.rows] == [NAMES, NUMBERS]
    assert find_zone(build_layout(typeset("PASSPORT\n13 JUN 21"))) is None


def test_a_date_beside_the_zone_is_that_of_the_zone(typeset: Typeset) -> None:
    misread = NUMBERS.replace("8907161", "8901761")
    alone = find_zone(build_layout(typeset(f"{NAMES}\n{misread}")))
    assert alone is not None and not alone.mrz.checks["birth_date"]
    beside = find_zone(build_layout(typeset(f"16.07.1989\n{NAMES}\n{misread}")))
    assert beside is not None and beside.mrz.valid
    assert (beside.mrz.birth_date, beside.mrz.repaired) == (date(1989, 7, 16), ("birth_date",))


def test_every_cell_beside_the_zone_has_its_own_doubts(typeset: Typeset) -> None:
    page = typeset(f"CITIZENS   WEI LING FARAH\n{NAMES.replace('FARAH', 'FARAN')}\n{NUMBERS}")
    doubted = len("CITIZENSWEILINGFARAHP<KORLIM<<WEI<LING<FARA")
    zone = find_zone(build_layout(doubting(page, {len("CITIZENSWEI"): (("N", 0.9),), doubted: (("H", 0.3),)})))
    assert zone is not None and zone.mrz.given_names == "WEI LING FARAH"


def test_a_number_whose_beginning_is_cut_off_is_left_as_it_is(typeset: Typeset, extractor: Extractor) -> None:
    for number in ("M96500526", "B12345<<<", "K96500526", "AAB123456", "M1234<<<<"):
        line = number + check_digit(number) + NUMBERS[10:]
        line = line[:-1] + check_digit(line[:10] + line[13:20] + line[21:43])
        for lost in (1, 2):
            page = typeset(f"PASSPORT\n{NAMES}\n{' ' * lost}{line[lost:]}")
            passport = extractor.extract_page(page, "passport")
            assert passport.document_number == number[lost:].rstrip("<")
            assert [issue.field for issue in passport.issues if issue.code == "repaired"] == []
            assert "check digit of the document number" in {issue.detail for issue in passport.issues}
            assert passport.birth_date == date(1989, 7, 16)


def test_a_number_whose_beginning_is_cut_off_is_set_right_by_the_one_printed_elsewhere(typeset: Typeset) -> None:
    for lost in (1, 2):
        zone = find_zone(build_layout(typeset(f"M96500526\n{NAMES}\n{' ' * lost}{NUMBERS[lost:]}")))
        assert zone is not None and zone.mrz.valid
        assert zone.mrz.document_number == "M96500526"


def test_where_a_line_begins_says_nothing_of_one_that_is_whole(typeset: Typeset) -> None:
    zone = find_zone(build_layout(typeset(f"{NAMES}\n   {NUMBERS}")))
    assert zone is not None and zone.mrz.lines == (NAMES, NUMBERS)
    zone = find_zone(build_layout(typeset(f"PASSPORT\n   {NAMES[:-4]}\n   {NUMBERS}")))
    assert zone is not None and zone.mrz.lines == (NAMES, NUMBERS)
