"""Identity documents of nobody."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ocr.synthesis.canvas import Canvas, Ink
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.forms.backgrounds import blobs, gradient, guilloche
from ocr.synthesis.forms.form import Form
from ocr.synthesis.forms.korean_cards import draw_alien_card, draw_korean_licence, draw_resident_card
from ocr.synthesis.forms.passport import draw_identity_card, draw_passport, draw_us_licence
from ocr.synthesis.forms.person import invent_person
from ocr.synthesis.text_page import random_style

_KOREAN = (draw_resident_card, draw_korean_licence, draw_alien_card, draw_passport)
_LATIN = (draw_passport, draw_passport, draw_identity_card, draw_us_licence)


def draw_identity(rng: Random, corpus: Corpus, fonts: FontLibrary, *, korean: bool, width: int) -> Canvas:
    """A card, licence or passport, `width` pixels wide or a little less, in the shape of ID-1 or ID-3."""
    draw = rng.choice(_KOREAN if korean else _LATIN)
    width = round(width * rng.uniform(0.85, 0.99))
    dark = rng.randint(0, 60)
    canvas = Canvas(width, round(width / (1.42 if draw is draw_passport else 1.586)), _pale(rng), (dark, dark, dark))
    gradient(canvas, canvas.paper, _pale(rng), rng)
    if rng.random() < 0.8:
        colour = rng.randint(90, 220), rng.randint(90, 220), rng.randint(90, 220)
        guilloche(canvas, rng, colour=colour, strength=rng.uniform(0.1, 0.35))
    if rng.random() < 0.4:
        blobs(canvas, rng, rng.randint(1, 4), strength=rng.uniform(0.05, 0.2))
    role = rng.choice(("korean_sans", "korean_sans", "korean_serif")) if korean else "sans"
    style = random_style(rng, fonts, korean=korean, role=role)
    style = replace(style, em_px=max(11.5, width / 30), stretch=(1.0, 1.0), dots=False, tracking_em=0)
    form = Form(canvas, rng, corpus, fonts, style, korean=korean)
    form.left, form.right = 0.06 * width, 0.94 * width
    draw(form, invent_person(rng, corpus, korean=korean))
    return canvas


def _pale(rng: Random) -> Ink:
    return rng.randint(195, 255), rng.randint(195, 255), rng.randint(195, 255)
