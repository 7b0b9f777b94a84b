"""The Korean resident card, alien registration card and driver's licence."""

from __future__ import annotations

from datetime import timedelta

from ocr.synthesis import corpus as texts
from ocr.synthesis.foreign import han_characters
from ocr.synthesis.forms.backgrounds import portrait
from ocr.synthesis.forms.form import Form, Part
from ocr.synthesis.forms.numbers import resident_number
from ocr.synthesis.forms.person import Person
from ocr.synthesis.forms.wording import wording

_SERIAL = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def draw_resident_card(form: Form, person: Person) -> None:
    """주민등록증."""
    rng, canvas = form.rng, form.canvas
    portrait(canvas, (0.66, 0.12, 0.27, 0.56), rng)
    form.right, form.y = 0.63 * canvas.width, 0.09 * canvas.height
    form.line([("주민등록증", "kind")], style=form.sized(1.7, tracking_em=0.15))
    form.feed(0.4)
    name: list[Part] = [(person.name, "name")]
    if rng.random() < 0.6:  # as most names are also written in Han characters
        name.append((f"({han_characters(rng, len(person.name.replace(' ', '')))})", None))
    form.line(name, style=form.sized(1.4), joint=rng.choice(("", "", " ")))
    number = resident_number(rng, person.born, male=person.male)
    form.line([(number if rng.random() < 0.7 else number[:8] + "******", "personal_number")], style=form.sized(1.15))
    form.wrapped(form.corpus.address(rng, korean=True), "address")
    form.right, form.y = 0.94 * canvas.width, 0.76 * canvas.height
    form.line([(f"{person.issued.year}. {person.issued.month}. {person.issued.day}.", "issue_date")], "center")
    form.line([(rng.choice(wording("identity")["offices"]), "authority")], "center", form.sized(1.25))


def draw_alien_card(form: Form, person: Person) -> None:
    """외국인등록증."""
    rng, canvas, words = form.rng, form.canvas, wording("identity")
    portrait(canvas, (0.05, 0.25, 0.25, 0.5), rng)
    form.y = 0.05 * canvas.height
    english = rng.choice(("RESIDENCE CARD", "ALIEN REGISTRATION CARD"))
    form.line([("외국인등록증", "kind"), (english, "kind")], "center", form.sized(1.15))
    form.left, value_x = 0.34 * canvas.width, 0.53 * canvas.width
    form.y, form.leading = 0.2 * canvas.height, rng.uniform(1.4, 1.7)
    number = resident_number(rng, person.born, male=person.male, foreign=True)
    rows = (
        ("외국인등록번호", "personal_number", number),
        ("성 명", "name", f"{person.surname} {person.given}"),
        ("성별", "sex", person.sex),
        ("국가/지역", "nationality", rng.choice(words["countries"])),
        ("체류자격", "visa_type", rng.choice(words["statuses"])),
        ("발급일자", "issue_date", f"{person.issued:%Y.%m.%d}."),
    )
    for label, field, value in rows:
        form.put([(label, f"{field}.label")], form.left, room=0.18 * canvas.width, style=form.sized(0.75))
        form.put([(value, field)], value_x, room=0.42 * canvas.width)
        form.feed()
    form.line([(f"{rng.choice(words['regions'])}출입국·외국인청장", "authority")], "right")


def draw_korean_licence(form: Form, person: Person) -> None:
    """자동차운전면허증."""
    rng, canvas, words = form.rng, form.canvas, wording("identity")
    on_left = rng.random() < 0.6
    portrait(canvas, (0.05 if on_left else 0.7, 0.22, 0.24, 0.5), rng)
    form.y = 0.05 * canvas.height
    form.line([(rng.choice(words["licence_titles"]), "kind")], "center", form.sized(1.2))
    form.left, form.right = (0.33 if on_left else 0.06) * canvas.width, (0.95 if on_left else 0.67) * canvas.width
    form.line([(rng.choice(words["classes"]), "licence_classes")])
    region = rng.choice((f"{rng.randint(11, 28)}-", rng.choice(words["regions"]) + " "))
    number = f"{region}{texts.digits(rng, 2)}-{texts.digits(rng, 6)}-{texts.digits(rng, 2)}"
    form.line([(number, "document_number")], style=form.sized(1.2))
    form.line([(rng.choice(("성 명:", "성명", "성명:")), "name.label"), (person.name, "name")])
    form.line([(resident_number(rng, person.born, male=person.male), "personal_number")])
    form.wrapped(form.corpus.address(rng, korean=True), "address", style=form.sized(0.85))
    period = f"{person.issued + timedelta(3287):%Y.%m.%d}.~{person.issued + timedelta(3652):%Y.%m.%d}."
    label = rng.choice(words["renewal_labels"])
    form.line([(label, "renewal_period.label"), (period, "renewal_period")], style=form.sized(0.8))
    if rng.random() < 0.6:
        form.line(
            [("조건:", "conditions.label"), (rng.choice(words["conditions"]), "conditions")], style=form.sized(0.85)
        )
    form.y = max(form.y, 0.8 * canvas.height)
    form.put([("".join(rng.choices(_SERIAL, k=6)), "security_code")], 0.08 * canvas.width, room=0.28 * canvas.width)
    form.put([(f"{person.issued:%Y.%m.%d}.", "issue_date")], 0.4 * canvas.width, room=0.4 * canvas.width)
    form.feed()
    form.put(
        [(f"{rng.choice(words['regions'])}지방경찰청장", "authority")], 0.4 * canvas.width, room=0.55 * canvas.width
    )
