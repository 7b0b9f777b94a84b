"""Zones that the print beside them sets right; misread as the reader misread rendered passports."""

from __future__ import annotations

from datetime import date

import pytest

from docextract.values.mrz import find_mrz
from docextract.values.mrz_print import Alternatives, Print, agree_on_letters, printed_alike

NAMES = "P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<"
NUMBERS = "M965005269KOR8907161F26061297642855<<<<<<<92"
MISREAD = "M9LS005269KOR8907I6IF26061297642E55<<<<<<<92"


def doubts(text: str, places: dict[int, tuple[tuple[str, float], ...]]) -> Alternatives:
    return [places.get(k, ()) for k in range(len(text))]


def test_the_printed_number_is_asked_before_the_check_digits_choose_another() -> None:
    alternatives = [doubts(NAMES, {}), doubts(MISREAD, {32: (("6", 0.18), ("8", 0.07))})]
    today = date(2026, 1, 1)
    alone = find_mrz([NAMES, MISREAD], alternatives, today=today)
    assert alone is not None and alone[1].valid and alone[1].document_number != "M96500526"
    found = find_mrz([NAMES, MISREAD], alternatives, beside=[Print.of("M96500526"), Print.of("LIM")], today=today)
    assert found is not None
    zone = found[1]
    assert zone.valid and zone.lines == (NAMES, NUMBERS)
    assert {"document_number", "optional"} <= set(zone.repaired)


@pytest.mark.parametrize(
    ("beside", "alike"),
    [
        (["M96500526"], ["M96500526"]),
        (["M96500526", "LIM", "KOR", "REPUBLIC"], ["M96500526"]),
        (["M9L50052"], ["M9L50052<"]),
        (["M96500521", "M96500511"], ["M96500521"]),  # three characters differ, or four
        (["K12345678", "M9-LS00526)", ""], []),
    ],
)
def test_print_like_a_field(beside: list[str], alike: list[str]) -> None:
    assert printed_alike(Print("M9LS00526", [()] * 9), [Print(text, [()] * len(text)) for text in beside]) == alike


def test_a_character_or_two_of_print_are_no_field_of_fillers() -> None:
    assert printed_alike(Print("12<<<<<<<<<<<<", [()] * 14), [Print("17", [(), ()])]) == []


def test_a_line_with_a_character_too_few_has_one_of_them_twice() -> None:
    line = "P186B13597KOR0404181M1504077<<<<<<<<<<<<<<00"
    lines = ["P<KORKWAK<<SOLJA<<<<<<<<<<<<<<<<<<<<<<<<<<<<", line]
    found = find_mrz([lines[0], line.replace("77", "7")], today=date(2026, 1, 1))
    assert found is not None and found[1].valid
    assert found[1].lines == tuple(lines)


def test_a_line_with_a_letter_too_many_loses_one_of_two_that_are_alike() -> None:
    doubled = "P186B13597KOR0404181M15040077<<<<<<<<<<<<<<00"
    found = find_mrz(["P<KORKWAK<<SOLJA<<<<<<<<<<<<<<<<<<<<<<<<<<<<", doubled], today=date(2026, 1, 1))
    assert found is not None and found[1].valid
    assert found[1].expiry_date == date(2015, 4, 7)


@pytest.mark.parametrize(
    ("zone", "zone_doubts", "printed", "print_doubts", "agreed"),
    [
        # The zone doubts its N, the print is sure of its H.
        ("KONG<<SOLNYUN<<<", {9: (("H", 0.3),)}, "SOLHYUN", {}, "KONG<<SOLHYUN<<<"),
        # The print doubts its L, the zone is sure of its I.
        ("UM<<JIJUN<<<", {5: (("T", 0.017), ("L", 0.005))}, "JLJUN", {1: (("U", 0.14),)}, "UM<<JIJUN<<<"),
        # Nobody thought of an H in the zone.
        ("KONG<<SOLNYUN<<<", {}, "SOLHYUN", {}, "KONG<<SOLNYUN<<<"),
        ("KONG<<SOLNYUN<<<", {9: (("M", 0.3),)}, "SOLHYUN", {}, "KONG<<SOLNYUN<<<"),
        # Each place is doubted by one of them, so it is the same name.
        ("CNUN<<BINHYUNG<<<", {1: (("H", 0.13), ("M", 0.11))}, "CHIN", {2: (("U", 0.36),)}, "CHUN<<BINHYUNG<<<"),
        ("CNAN<<BINHYUNG<<<", {1: (("H", 0.13),)}, "CHIM", {2: (("U", 0.36),)}, "CNAN<<BINHYUNG<<<"),
        # Too much differs for it to be the same name.
        ("KIM<<DOYUN<<<", {5: (("A", 0.4),), 6: (("B", 0.4),)}, "DABUN", {}, "KIM<<DOYUN<<<"),
    ],
)
def test_letters_of_names_are_taken_from_whichever_is_surer(
    zone: str,
    zone_doubts: dict[int, tuple[tuple[str, float], ...]],
    printed: str,
    print_doubts: dict[int, tuple[tuple[str, float], ...]],
    agreed: str,
) -> None:
    beside = [Print(printed, doubts(printed, print_doubts))]
    assert agree_on_letters(Print(zone, doubts(zone, zone_doubts)), beside) == agreed


def test_of_two_prints_like_a_name_none_is_asked() -> None:
    zone = "KONG<<SOLNYUN<<<"
    beside = [Print(name, [()] * len(name)) for name in ("SOLHYUN", "SOLMYUN")]
    assert agree_on_letters(Print(zone, doubts(zone, {9: (("H", 0.3),)})), beside) == zone


def test_what_cannot_be_read_is_what_was_thought_of_in_a_zone() -> None:
    thought_of = (("몬", 0.4), ("A", 0.1), ("4", 0.2))
    print_ = Print.of(", C37\ufffd«* ", [(), (), (), (), (), thought_of, (), (), ()])
    assert print_.text == "C374<<"
    assert len(print_.others) == len(print_.text)


def test_print_is_read_again_where_both_places_were_misread() -> None:
    lines = ["P<MYSWRIGHT<<DANIEL<<<<<<<<<<<<<<<<<<<<<<<<<", "M941820155MYS0309046M2611181<<<<<<<<<<<<<<06"]
    today = date(2026, 12, 1)
    misread = find_mrz(lines, beside=[Print.of("M94182015")], today=today)
    assert misread is not None and not misread[1].checks["document_number"]
    beside = [Print.of("M94182015", doubts("M94182015", {4: (("B", 0.26),), 8: (("6", 0.1),)}))]
    found = find_mrz(lines, beside=beside, today=today)
    assert found is not None and found[1].valid
    assert (found[1].document_number, found[1].repaired) == ("M941B2015", ("document_number",))


@pytest.mark.parametrize(("beside", "surname"), [("PARK", "PARK"), ("ARK", "ARK"), ("LEE", "ARK")])
def test_a_letter_that_the_issuer_lost_is_told_by_the_printed_surname(beside: str, surname: str) -> None:
    lines = ["P<KRPARK<<HEEJAE<<<<<<<<<<<<<<<<<<<<<<<<<<<", "P897264786KOR6408022F2005113<<<<<<<<<<<<<<04"]
    found = find_mrz(lines, beside=[Print.of(beside)], today=date(2026, 1, 1))
    assert found is not None
    assert (found[1].surname, found[1].issuer) == (surname, "KOR" if surname == "PARK" else "KRP")


SIGHT = "P<UTOCARTER<<SITI<<<<<<<<<<<<<<<<<<<<<<<<<<<"


@pytest.mark.parametrize(
    ("line", "misfits"),
    [
        ("C01587089UTO9705272F27102353433599<<<<<<<48", 0),
        ("C01587089UTO9705272F27102353433599<<<<<<<4", 1),  # the last digit is lost as well
        ("C6촌15군7089UTO9705272F27102353433599<<<<<<<48", 0),
        ("C론절15군70촌9UTO9705272F27102353433599<<<<<<<48", None),  # there is hardly a number left
    ],
)
def test_a_number_with_characters_lost_or_unlike_any(line: str, misfits: int | None) -> None:
    found = find_mrz([SIGHT, line], beside=[Print.of("C60158708")], today=date(2026, 1, 1))
    assert found is not None
    assert (found[1].document_number == "C60158708") == (misfits is not None)
    assert misfits is None or list(found[1].checks.values()).count(False) == misfits


def test_print_that_is_doubted_does_not_set_a_zone_right() -> None:
    lines = ["P<KORKIM<<HANRIN<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "P316879136KOR7305058M21101349560763<<<<<<<22"]
    number = "231687913"  # whose check digit is that of P316B7913 by chance
    found = find_mrz(lines, beside=[Print.of(number)], today=date(2026, 1, 1))
    assert found is not None and found[1].document_number == number
    beside = [Print.of(number, doubts(number, {0: (("P", 0.47),)}))]
    found = find_mrz(lines, beside=beside, today=date(2026, 1, 1))
    assert found is not None and found[1].document_number == "P316B7913"


def test_of_several_repairs_the_one_that_is_printed_but_for_a_lost_character() -> None:
    lines = ["P<USACARTER<<LUCAS<WEI<LING<<<<<<<<<<<<<<<<<", "LD44416808USA4508272F17101354699742<<<<<<<70"]
    others = [[()] * 44, doubts(lines[1], {8: (("1", 0.01),)})]  # L04441680 or LD4441681
    found = find_mrz(lines, others, today=date(2026, 1, 1))
    assert found is not None and not found[1].valid
    found = find_mrz(lines, others, beside=[Print.of("L4441680")], today=date(2026, 1, 1))
    assert found is not None and found[1].valid and found[1].document_number == "L04441680"


def test_the_printed_names_are_asked_about_those_of_the_zone() -> None:
    misread = NAMES.replace("FARAH", "FARAN")
    alternatives = [doubts(misread, {misread.index("FARAN") + 4: (("H", 0.4),)}), doubts(NUMBERS, {})]
    found = find_mrz([misread, NUMBERS], alternatives, beside=[Print.of("WEILINGFARAH")], today=date(2026, 1, 1))
    assert found is not None and found[1].lines[0] == NAMES and found[1].repaired == ("names",)


def test_of_two_prints_that_fit_the_check_digit_neither_is_taken() -> None:
    alternatives = [doubts(NAMES, {}), doubts(MISREAD, {32: (("6", 0.18), ("8", 0.07))})]
    printed = [Print.of("M96500526"), Print.of("M95S00526")]
    for beside in (printed[:1], printed[1:], printed):
        found = find_mrz([NAMES, MISREAD], alternatives, beside=beside, today=date(2026, 1, 1))
        assert found is not None
        taken = [print_.text for print_ in printed if print_.text == found[1].document_number]
        assert taken == ([beside[0].text] if len(beside) == 1 else [])
