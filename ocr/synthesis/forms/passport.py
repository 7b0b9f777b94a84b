"""Passports (TD3), identity cards (TD1) and driver's licences in English; the first two with machine readable zones."""

from __future__ import annotations

from datetime import date
from random import Random

from ocr.synthesis import corpus as texts
from ocr.synthesis.forms.backgrounds import portrait
from ocr.synthesis.forms.form import Form
from ocr.synthesis.forms.numbers import td1, td3
from ocr.synthesis.forms.person import Person
from ocr.synthesis.forms.wording import issuers, wording
from ocr.synthesis.text_page import random_style

_DAYS = ("{d:02} {m} {y}", "{d:02} {m}/{m} {y}", "{d:02}.{n:02}.{y}", "{d:02} {m} {y2:02}")


def draw_passport(form: Form, person: Person) -> None:
    """The data page of a passport, of Korea where the form is Korean."""
    rng, canvas = form.rng, form.canvas
    code, nationality = ("KOR", issuers()["KOR"]) if form.korean else rng.choice(list(issuers().items()))
    number = rng.choice("MSPLC") + rng.choice((texts.digits(rng, 8), f"{texts.digits(rng, 3)}B{texts.digits(rng, 4)}"))
    portrait(canvas, (0.04, 0.17, 0.25, 0.47), rng)
    title = "여권 PASSPORT" if form.korean else "PASSPORT"
    form.put([(title, "kind")], 0.04 * canvas.width, y=0.05 * canvas.height, room=0.28 * canvas.width)
    rows: list[list[tuple[str, str, float, float]]] = [
        [("type", "PM" if form.korean else "P", 0.34, 0.1), ("country", code.rstrip("<"), 0.48, 0.15)],
        [("surname", person.surname, 0.34, 0.6)],
        [("given_names", person.given, 0.34, 0.6)],
        [("nationality", nationality, 0.34, 0.36)],
        [("birth_date", _day(person.born, rng), 0.34, 0.3), ("sex", person.sex, 0.68, 0.1)],
        [("issue_date", _day(person.issued, rng), 0.34, 0.3)],
        [("expiry_date", _day(person.expires, rng), 0.34, 0.3)],
    ]
    rows[0].append(("document_number", number, 0.68, 0.28))
    rows[5].append(("authority", rng.choice(wording("identity")["authorities"]), 0.66, 0.31))
    if form.korean:
        rows[3].append(("name", person.name, 0.72, 0.24))
    for k, row in enumerate(rows):
        for field, value, x, room in row:
            english, local = wording("passport")[field]
            _labelled(form, f"{local}/{english}" if form.korean else english, value, field, (x, 0.05 + 0.1 * k, room))
    personal = texts.digits(rng, 7) if rng.random() < 0.5 else ""
    zone = td3(code, person.surname, person.given, number, person.born, person.sex, person.expires, personal)
    _zone(form, zone, 0.83, 0.075)


def draw_identity_card(form: Form, person: Person) -> None:
    """A card of size TD1: its front, or its back with the machine readable zone."""
    rng, canvas = form.rng, form.canvas
    code, nationality = rng.choice(list(issuers().items()))
    number = rng.choice("DTLXY") + texts.digits(rng, 8)
    form.y = 0.05 * canvas.height
    if rng.random() < 0.5:
        form.line([("IDENTITY CARD", "kind")], "center", form.sized(1.2))
        portrait(canvas, (0.05, 0.22, 0.27, 0.6), rng)
        cells = (
            ("Surname", person.surname, "surname"),
            ("Given names", person.given, "given_names"),
            ("Date of birth", _day(person.born, rng), "birth_date"),
            ("Nationality", nationality, "nationality"),
            ("Document No.", number, "document_number"),
            ("Date of expiry", _day(person.expires, rng), "expiry_date"),
        )
        for k, (label, value, field) in enumerate(cells):
            _labelled(form, label, value, field, (0.37, 0.2 + 0.125 * k, 0.55))
        return
    rows = (
        ("Address", form.corpus.address(rng, korean=False), "address"),
        ("Authority", rng.choice(wording("identity")["authorities"]), "authority"),
        ("Date of issue", _day(person.issued, rng), "issue_date"),
    )
    for label, value, field in rows:
        form.line([(label, f"{field}.label")], style=form.sized(0.5))
        form.line([(value, field)], style=form.sized(0.9))
    zone = td1(code, person.surname, person.given, number, person.born, person.sex, person.expires)
    _zone(form, zone, 0.6, 0.125)


def draw_us_licence(form: Form, person: Person) -> None:
    """A driver's licence as the states of the USA print it, with the numbers of its fields."""
    rng, canvas, words = form.rng, form.canvas, wording("identity")
    state, title = rng.choice(words["us_states"]), rng.choice(words["us_titles"])
    width, height = canvas.width, canvas.height
    form.put([(state, "authority")], 0.05 * width, y=0.04 * height, style=form.sized(1.5), room=0.5 * width)
    form.put([(title, "kind")], 0.95 * width, y=0.05 * height, align="right", room=0.42 * width)
    portrait(canvas, (0.04, 0.2, 0.28, 0.58), rng)
    day = "{0:%m/%d/%Y}".format
    tall = f"{rng.randint(4, 6)}'-{rng.randint(0, 11):02}\""
    rows: tuple[tuple[tuple[str, str, str], ...], ...] = (
        (("4d DL", rng.choice("ABCDMN") + texts.digits(rng, 7), "document_number"),),
        (("4b EXP", day(person.expires), "expiry_date"), ("3 DOB", day(person.born), "birth_date")),
        (("1 LN", person.surname, "surname"),),
        (("2 FN", person.given, "given_names"),),
        (("8", form.corpus.address(rng, korean=False), "address"),),
        (
            ("9 CLASS", rng.choice("CDMAB"), "licence_classes"),
            ("12 RSTR", rng.choice(("NONE", "A", "B")), "conditions"),
        ),
        (("15 SEX", person.sex, "sex"), ("18 EYES", rng.choice(("BRN", "BLU", "HZL", "GRN")), "eye_color")),
        (("16 HGT", tall, "height"), ("4a ISS", day(person.issued), "issue_date")),
    )
    form.y = 0.2 * height
    small = form.sized(0.85)
    for row in rows:
        for k, (label, value, field) in enumerate(row):
            room = (0.29 if len(row) > 1 else 0.6) * width
            form.put([(label, f"{field}.label"), (value, field)], (0.36 + 0.31 * k) * width, style=small, room=room)
        form.feed(1.1, small)


def _labelled(form: Form, label: str, value: str, field: str, place: tuple[float, float, float]) -> None:
    """A small label with its value below; the place is x, y and room in shares of the sheet."""
    canvas = form.canvas
    x, y, room = place[0] * canvas.width, place[1] * canvas.height, place[2] * canvas.width
    form.put([(label, f"{field}.label")], x, y=y, room=room, style=form.sized(0.5))
    form.put([(value, field)], x, y=y + max(12, 0.62 * form.style.em_px), room=room, style=form.sized(0.9))


def _zone(form: Form, lines: list[str], y: float, pitch: float) -> None:
    """A machine readable zone from side to side; its y and pitch in shares of the sheet's height."""
    rng, canvas = form.rng, form.canvas
    font = random_style(rng, form.fonts, korean=False, role=rng.choice(("ocr", "ocr", "ocr", "mono"))).font
    width = 0.94 * canvas.width
    # Glyphs of these fonts are about 0.6 em wide.
    scale = width / len(lines[0]) / 0.6 / form.style.em_px * rng.uniform(0.9, 1.0)
    for k, line in enumerate(lines):
        place = (y + k * pitch) * canvas.height
        form.put([(line, f"mrz[{k}]")], 0.03 * canvas.width, y=place, style=form.sized(scale, font=font), room=width)


def _day(day: date, rng: Random) -> str:
    month = texts.MONTHS[day.month - 1][:3].upper()
    return rng.choice(_DAYS).format(d=day.day, m=month, n=day.month, y=day.year, y2=day.year % 100)
