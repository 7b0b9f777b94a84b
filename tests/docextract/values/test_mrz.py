"""Zones against the specimens printed in ICAO Doc 9303, and against zones composed by the renderer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docextract.errors import ValueFormatError
from docextract.values import mrz
from docextract.values.mrz import find_mrz, parse_mrz
from docextract.values.mrz_repair import repair
from docextract.values.mrz_zone import check_digit, interpret
from ocr.synthesis.forms.numbers import td1, td3

TODAY = date(2024, 5, 1)
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
ZONES = {"TD1": TD1, "TD2": TD2, "TD3": TD3, "MRV-A": MRV_A, "MRV-B": MRV_B}
NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=10)
DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize("name", ZONES)
def test_published_specimens(name: str) -> None:
    zone = parse_mrz(ZONES[name], today=TODAY)
    assert zone.format == name
    assert zone.valid and zone.repaired == ()
    assert (zone.surname, zone.given_names, zone.issuer, zone.sex) == ("ERIKSSON", "ANNA MARIA", "UTO", "F")
    assert zone.lines == ZONES[name]


def test_fields_of_a_passport() -> None:
    zone = parse_mrz(TD3, today=TODAY)
    assert (zone.document_code, zone.document_number, zone.nationality) == ("P", "L898902C3", "UTO")
    assert (zone.birth_date, zone.expiry_date) == (date(1974, 8, 12), date(2012, 4, 15))
    assert zone.optional == "ZE184226B"


def test_the_second_character_of_a_cards_code_may_be_a_digit() -> None:
    zone = parse_mrz(("C1" + TD1[0][2:], *TD1[1:]), today=TODAY)
    assert (zone.document_code, zone.repaired) == ("C1", ())
    zone = parse_mrz(("1" + TD1[0][1:], *TD1[1:]), today=TODAY)
    assert (zone.document_code, zone.repaired) == ("I", ("code",))


def test_a_number_of_more_than_nine_characters() -> None:
    upper = "I<UTOD23145890<AB112234566<<<<"  # Doc 9303-5, appendix
    number = "D23145890" + "AB11223456"
    assert check_digit("D23145890<AB11223456") == "6" or check_digit(number) == "6"
    assert parse_mrz((upper, *TD1[1:]), today=TODAY).document_number == number


@given(NAMES, NAMES, st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True), DAYS, st.sampled_from("MF"), st.booleans())
def test_composed_zones_read_back(
    surname: str, given_names: str, number: str, born: date, sex: str, passport: bool
) -> None:
    expires = date(2030, 2, 28)
    lines = (
        td3("UTO", surname, given_names, number, born, sex, expires, "1234567")
        if passport
        else td1("UTO", surname, given_names, number, born, sex, expires)
    )
    zone = parse_mrz(lines, today=TODAY)
    assert zone.valid
    assert (zone.surname, zone.given_names, zone.document_number) == (surname, given_names, number)
    assert (zone.birth_date, zone.sex, zone.expiry_date) == (born, sex, expires)
    assert parse_mrz(zone.lines, today=TODAY) == zone


@given(st.integers(0, 43), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_no_single_misreading_passes_as_valid_with_another_number(position: int, char: str) -> None:
    assume(check_digit(char) != check_digit(TD3[1][position]))  # A, K, U and 0 are the same to a sum modulo 10
    line = TD3[1][:position] + char + TD3[1][position + 1 :]
    zone = parse_mrz((TD3[0], line), today=TODAY)
    if zone.valid and not zone.repaired:
        assert zone.document_number == "L898902C3"
        assert (zone.birth_date, zone.expiry_date) == (date(1974, 8, 12), date(2012, 4, 15))


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (("7408122", "74O8I22"), "birth_date"),
        (("1204159", "I2O4159"), "expiry_date"),
        (("L898902C3", "L8989O2C3"), "document_number"),
        (("UTO", "UT0"), "nationality"),
    ],
)
def test_look_alikes_are_repaired_and_said(damage: tuple[str, str], field: str) -> None:
    zone = parse_mrz((TD3[0], TD3[1].replace(*damage)), today=TODAY)
    assert zone.lines == TD3 and zone.valid
    assert zone.repaired == (field,)


@pytest.mark.parametrize(("letter", "digit"), list(zip("ODQCUILTZEASGBY", "000001112345687", strict=True)))
def test_a_date_has_the_digits_that_letters_look_like(letter: str, digit: str) -> None:
    born = date(1980 + int(digit), 6, 15)
    upper, lower = td3("UTO", "ERIKSSON", "ANNA", "L898902C3", born, "F", date(2030, 2, 28), "")
    zone = parse_mrz((upper, lower[:14] + letter + lower[15:]), today=TODAY)
    assert zone.lines[1] == lower and zone.valid
    assert (zone.birth_date, zone.repaired) == (born, ("birth_date",))


def test_a_repair_that_is_not_unique_is_not_taken() -> None:
    lower = "AAOAA0AAA" + check_digit("AAOAA0AAA") + TD3[1][10:]
    lower = lower[:43] + check_digit(lower[:10] + lower[13:20] + lower[21:43])
    assert parse_mrz((TD3[0], lower), today=TODAY).valid
    zone = parse_mrz((TD3[0], lower.replace("0", "O", 1)), today=TODAY)  # either O may be the zero
    assert zone.document_number == "AAOAAOAAA" and zone.repaired == ()
    assert not zone.checks["document_number"]


def test_what_the_reader_thought_of_as_well_is_tried_first() -> None:
    lower = TD3[1].replace("L898902C3", "L89B902C3").replace("1204159", "1704159")
    assert parse_mrz((TD3[0], lower), today=TODAY).expiry_date == date(2017, 4, 15)  # a 2 does not look like a 7
    likely = {lower.index("B"): ("8", 0.2), lower.index("1704159") + 1: ("2", 0.3)}
    others = [[likely.get(k, ("X", 0.01))] for k in range(len(lower))]
    zone = parse_mrz((TD3[0], lower), ((), others), today=TODAY)
    assert zone.lines == TD3 and zone.valid
    assert zone.repaired == ("document_number", "expiry_date")


@pytest.mark.parametrize(
    ("thought_of", "given_names"),
    [((), "ANNA EARIA"), (("J", 0.3), "ANNA JARIA"), (("J", 0.01), "ANNA EARIA"), (("<", 0.3), "ANNA EARIA")],
)
def test_a_digit_in_a_name_is_the_letter_that_the_reader_thought_of(
    thought_of: tuple[str, float] | tuple[()], given_names: str
) -> None:
    upper = TD3[0].replace("MARIA", "3ARIA")
    others = [[thought_of] if thought_of and k == upper.index("3") else [] for k in range(len(upper))]
    zone = parse_mrz((upper, TD3[1]), (others, ()), today=TODAY)
    assert (zone.given_names, zone.repaired) == (given_names, ("names",))


@settings(max_examples=50)
@given(
    st.dictionaries(st.integers(0, 43), st.sampled_from("0123456789ABCXYZ<"), max_size=3),
    st.dictionaries(st.integers(0, 43), st.tuples(st.sampled_from("012389ABC<é"), st.floats(0.001, 0.5)), max_size=6),
)
def test_exchanges_are_kept_only_where_every_check_digit_fits(
    misread: dict[int, str], thought: dict[int, tuple[str, float]]
) -> None:
    lower = "".join(misread.get(k, char) for k, char in enumerate(TD3[1]))
    others = [[thought[k]] if k in thought else [] for k in range(len(lower))]
    zone = parse_mrz((TD3[0], lower), ((), others), today=TODAY)
    certain = parse_mrz((TD3[0], lower), today=TODAY)
    assert zone.valid or set(zone.repaired) <= set(certain.repaired)


@pytest.mark.parametrize("count", [-3, -1, 1, 2])
def test_fillers_that_were_lost_or_doubled_are_counted_again(count: int) -> None:
    upper = TD3[0] + "<" * count if count > 0 else TD3[0][:count]
    lower = TD3[1].replace("<<<<<", "<" * (5 + count))
    assert parse_mrz((upper, lower), today=TODAY).lines == TD3


def test_the_zone_is_found_on_a_page() -> None:
    page = ["PASSPORT", "ERIKSSON", "12 AUG 1974", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<KK", TD3[1].lower()]
    found = find_mrz(page, today=TODAY)
    assert found is not None and found[0] == range(3, 5) and found[1].lines == TD3
    spaced = [" ".join(TD1[0]), TD1[1].replace("<<", "«"), TD1[2]]
    found = find_mrz(spaced, today=TODAY)
    assert found is not None and found[1].lines == TD1


def test_the_zone_is_found_among_lines_of_its_form_in_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(mrz, "repair", lambda *args: tried.append(args) or repair(*args))
    found = find_mrz([*["PERSONALBESTRICHTIGKEITENUNDANGABENVERZEICHNIS"[:44]] * 3000, *TD3], today=TODAY)
    assert found is not None and found[0] == range(3000, 3002)
    assert len(tried) < 100


@pytest.mark.parametrize("page", [[], ["TOTAL 12.00"], ["A" * 44, "B" * 44], ["<" * 44] * 2, ["0" * 30] * 3])
def test_pages_without_a_zone(page: list[str]) -> None:
    assert find_mrz(page, today=TODAY) is None


@settings(max_examples=50)
@given(st.lists(st.text(alphabet="ABC019<«é ", max_size=50), max_size=4))
def test_anything_is_a_zone_or_one_clear_error(lines: list[str]) -> None:
    try:
        parse_mrz(lines, today=TODAY)
    except ValueFormatError as error:
        assert error.kind == "mrz"


def test_representations_give_nothing_away() -> None:
    zone = parse_mrz(TD3, today=TODAY)
    assert not any(secret in repr(zone) + str(zone) for secret in ("ERIKSSON", "L898902C3", "7408"))


def test_incomplete_dates_are_unknown() -> None:
    lower = "L898902C36UTO" + "74<<<<" + check_digit("74<<<<") + TD3[1][20:]
    assert parse_mrz((TD3[0], lower), today=TODAY).birth_date is None


@pytest.mark.parametrize(
    ("today", "born", "expires"),
    [
        (date(2024, 5, 1), date(2024, 5, 1), date(2074, 12, 31)),  # the last days that two digits mean
        (date(2024, 5, 1), date(1924, 5, 2), date(1975, 1, 1)),  # and the first
        (date(2026, 11, 22), date(1950, 1, 1), date(2050, 1, 1)),
        (date(2099, 12, 31), date(2099, 12, 31), date(2149, 12, 31)),
    ],
)
def test_two_digits_mean_a_year_by_the_day_of_the_call(today: date, born: date, expires: date) -> None:
    birth, expiry = f"{born:%y%m%d}", f"{expires:%y%m%d}"
    lower = f"{TD3[1][:13]}{birth}{check_digit(birth)}F{expiry}{check_digit(expiry)}{TD3[1][28:43]}"
    lower += check_digit(lower[:10] + lower[13:20] + lower[21:43])
    zone = parse_mrz((TD3[0], lower), today=today)
    assert (zone.birth_date, zone.expiry_date, zone.valid) == (born, expires, True)


def test_of_two_formats_the_one_is_taken_whose_check_digits_fit() -> None:
    lower = "AB12345<<" + check_digit("AB12345<<") + MRV_B[1][10:]
    zone = parse_mrz((MRV_B[0], lower.replace("<<", "<" * 6, 1)), today=TODAY)  # as long as a line of neither
    assert (zone.format, zone.document_number, zone.valid) == ("MRV-B", "AB12345", True)


def test_a_zone_of_which_most_check_digits_are_wrong_is_none() -> None:
    lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898904C37UTO7408174F1204159ZE184226B<<<<<14"]
    assert sum(parse_mrz(lines).checks.values()) == 2
    assert find_mrz(lines) is None


@pytest.mark.parametrize(("day", "found"), [("740812", True), ("741312", False)])
def test_a_zone_is_one_if_its_dates_are_days_of_which_the_check_digits_fit(day: str, found: bool) -> None:
    born = day + check_digit(day)
    lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", f"L898904C37UTO{born}F1204159ZE184226B<<<<<72"]
    fits = parse_mrz(lines).checks
    assert [field for field in fits if fits[field]] == ["birth_date", "expiry_date"]
    assert (find_mrz(lines) is not None) == found


def zone_of(names: str, optional: str) -> list[str]:
    """A passport's zone whose check digits fit, but for that of the optional data, which is given."""
    number, born, expiry = "L898902C3", "740812", "120415"
    checked = [field + check_digit(field) for field in (number, born, expiry)]
    lower = f"{checked[0]}UTO{checked[1]}F{checked[2]}{optional}"
    return [f"P<UTO{names}".ljust(44, "<"), lower + check_digit(lower[:10] + lower[13:20] + lower[21:43])]


@pytest.mark.parametrize(
    ("optional", "fits"),
    [
        ("<" * 15, True),
        ("<" * 14 + "0", True),
        ("ZE184226B".ljust(14, "<") + "1", True),
        ("ZE184227B".ljust(14, "<") + "1", False),
    ],
)
def test_the_check_digit_of_optional_data(optional: str, fits: bool) -> None:
    checks = interpret("TD3", tuple(zone_of("ERIKSSON<<ANNA", optional)), date(2020, 1, 1)).checks
    assert checks == {
        "document_number": True,
        "birth_date": True,
        "expiry_date": True,
        "optional": fits,
        "composite": True,
    }


def test_fillers_within_given_names_are_one_space() -> None:
    zone = parse_mrz(zone_of("ERIKSSON<<ANNA<<MARIA", "<" * 15))
    assert (zone.surname, zone.given_names) == ("ERIKSSON", "ANNA MARIA")
