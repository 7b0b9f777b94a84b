"""Business cards, Korean and English."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ocr.synthesis import corpus as texts
from ocr.synthesis.canvas import Canvas
from ocr.synthesis.corpus import Corpus, vocabulary
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.forms.backgrounds import blobs, gradient
from ocr.synthesis.forms.form import Align, Form, Part
from ocr.synthesis.forms.wording import wording
from ocr.synthesis.lettering import Style
from ocr.synthesis.logo import draw_logo
from ocr.synthesis.text_page import random_colours, random_style

_LATIN_ROLES = ("sans",) * 8 + ("serif",) * 4 + ("sans_italic", "serif_italic")
_KOREAN_ROLES = "korean_sans", "korean_sans", "korean_serif"


def draw_business_card(rng: Random, corpus: Corpus, fonts: FontLibrary, *, korean: bool, width: int) -> Canvas:
    """A business card, `width` pixels wide or a little less, now and then upright."""
    width = round(width * rng.uniform(0.8, 0.98))
    upright = rng.random() < 0.12
    size = (round(width / 1.1), round(width)) if upright else (width, round(width * rng.choice((0.556, 0.6, 0.572))))
    canvas = Canvas(*size, *random_colours(rng))
    if rng.random() < 0.25:
        near = tuple(max(0, value - rng.randint(0, 25)) for value in canvas.paper)
        gradient(canvas, canvas.paper, (near[0], near[1], near[2]), rng)
    if rng.random() < 0.2:
        blobs(canvas, rng, rng.randint(1, 3), strength=0.12)
    style = random_style(rng, fonts, korean=korean, role=rng.choice(_KOREAN_ROLES if korean else _LATIN_ROLES))
    em = max(11.5, width / rng.uniform(26, 36))
    style = replace(style, em_px=em, stretch=(1.0, 1.0), dots=False, tracking_em=0)
    form = Form(canvas, rng, corpus, fonts, style, korean=korean)
    form.left, form.right = 0.07 * canvas.width, 0.93 * canvas.width
    form.leading = rng.uniform(1.25, 1.6)
    _fill(form, rng.choice(("left", "left", "left", "center", "right")))
    return canvas


def _fill(form: Form, align: Align) -> None:
    rng, canvas = form.rng, form.canvas
    form.y = rng.uniform(0.06, 0.12) * canvas.height
    large = form.sized(rng.uniform(1.2, 1.6))
    company_first = rng.random() < 0.7
    if company_first:
        _company(form, align, large)
        form.pause(rng.uniform(0.3, 1.0))
    _person(form, align)
    form.pause(rng.uniform(0.3, 1.0))
    if not company_first:
        _company(form, align, large)
    if rng.random() < 0.5:
        form.y = max(form.y, rng.uniform(0.5, 0.62) * canvas.height)
    _contacts(form, align)


def _company(form: Form, align: Align, style: Style) -> None:
    """The firm, now and then in letters of its own."""
    rng, name, top = form.rng, form.corpus.company(form.rng, korean=form.korean), form.y
    if rng.random() < 0.4:
        box, em_px = (form.left, form.right, top), form.style.em_px * rng.uniform(1.3, 3.0)
        form.y = draw_logo(form.canvas, rng, form.fonts, name, box=box, em_px=em_px, align=align, field="company")
    if form.y > top:
        form.pause(rng.uniform(0.3, 0.8))
    else:
        form.line([(name, "company")], align, style)


def _person(form: Form, align: Align) -> None:
    rng, words, suffix = form.rng, wording("business_card"), "_ko" if form.korean else ""
    name = form.sized(rng.uniform(1.4, 2.0), tracking_em=rng.choice((0, 0, 0.15)))
    title, department = rng.choice(words["titles" + suffix]), rng.choice(words["departments" + suffix])
    person, beside = form.corpus.person(rng, korean=form.korean), False
    if form.korean and rng.random() < 0.35:
        form.line([(person, "name"), (title, "title")], align, form.sized(1.3, tracking_em=name.tracking_em))
    else:
        form.line([(person, "name")], align, name)
        beside = rng.random() < 0.4
        form.line([(department, "department"), (title, "title")] if beside else [(title, "title")], align)
    if rng.random() < 0.5 and not beside:
        form.line([(department, "department")], align)
    if form.korean and rng.random() < 0.35:
        form.line([(_latin_name(rng), "name_latin")], align)


def _contacts(form: Form, align: Align) -> None:
    rng, corpus = form.rng, form.corpus
    mobile = f"010-{texts.digits(rng, 4)}-{texts.digits(rng, 4)}" if form.korean else texts.filled(rng, "phone")
    values = {
        "address": corpus.address(rng, korean=form.korean),
        "phone": texts.filled(rng, "phone"),
        "mobile": mobile,
        "fax": texts.filled(rng, "phone"),
        "email": texts.email(rng),
        "url": texts.website(rng),
    }
    fields = [field for field in values if rng.random() < (0.5 if field == "fax" else 0.85)]
    rng.shuffle(fields)
    labelled, colon = rng.random() < 0.75, rng.choice(("", ":", ""))
    small = form.sized(rng.uniform(0.8, 1.0))
    for field in fields:
        if form.y > form.canvas.height - 2 * small.em_px:
            return
        value: Part = values[field], field
        if field == "address" and not (labelled and align == "left"):
            form.wrapped(*value, align, small)
        elif labelled:
            label = rng.choice([label for label in wording("contacts")[field] if form.korean or label.isascii()])
            form.line([(label + colon, f"{field}.label"), value], align, small)
        else:
            form.line([value], align, small)


def _latin_name(rng: Random) -> str:
    """An invented Korean name in Latin letters."""
    words = vocabulary()["ko"]
    first, second = (syllable.title() for syllable in rng.sample(words["given_latin"], 2))
    given = rng.choice((f"{first}-{second.lower()}", f"{first}{second.lower()}", f"{first} {second}"))
    surname = rng.choice(words["surnames_latin"]).title()
    return rng.choice((f"{given} {surname}", f"{surname}, {given}", f"{surname} {given}"))
