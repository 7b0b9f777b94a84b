"""Bank cards, embossed or flat, with numbers that pass Luhn's check."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise
from random import Random

from ocr.synthesis import corpus as texts
from ocr.synthesis.canvas import Canvas, Ink
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.forms.backgrounds import blobs, chip, gradient, guilloche
from ocr.synthesis.forms.form import Form
from ocr.synthesis.forms.numbers import luhn_digit
from ocr.synthesis.forms.wording import wording
from ocr.synthesis.lettering import Style
from ocr.synthesis.text_page import random_style

# What a network prints, first digits of its numbers (ISO/IEC 7812), and how they are grouped.
NETWORKS = (
    (("VISA", "VISA", "Visa"), ("4",), (4, 4, 4, 4)),
    (("mastercard", "MasterCard", "Mastercard"), ("51", "52", "53", "54", "55", "2221", "2720"), (4, 4, 4, 4)),
    (("AMERICAN EXPRESS", "AMEX"), ("34", "37"), (4, 6, 5)),
    (("DISCOVER",), ("6011", "65"), (4, 4, 4, 4)),
    (("JCB",), ("3528", "3589"), (4, 4, 4, 4)),
    (("UnionPay", "UNION PAY"), ("62",), (4, 4, 4, 4)),
    (("BC", "LOCAL"), ("94", "9"), (4, 4, 4, 4)),
)
_FONTS = ("ocr", "ocr", "mono", "sans")


def card_number(rng: Random, prefix: str, length: int) -> str:
    """A number of a length that starts with a prefix and passes Luhn's check."""
    head = prefix + texts.digits(rng, length - 1 - len(prefix))
    return head + luhn_digit(head)


def draw_card(rng: Random, corpus: Corpus, fonts: FontLibrary, *, korean: bool, width: int) -> Canvas:
    """The front of a bank card, `width` pixels wide or less, in the shape of ID-1, now and then upright."""
    upright = rng.random() < 0.12
    long = round(width * rng.uniform(0.75, 0.98))
    short = round(long / 1.586)
    canvas = Canvas(*((short, long) if upright else (long, short)), *_surface(rng))
    gradient(canvas, canvas.paper, _near(canvas.paper, rng), rng)
    if rng.random() < 0.6:
        blobs(canvas, rng, rng.randint(1, 5), strength=rng.uniform(0.05, 0.3))
    if rng.random() < 0.3:
        guilloche(canvas, rng, colour=canvas.ink, strength=0.08)
    roles = ("korean_sans", "korean_serif") if korean else ("sans", "sans", "mono")
    style = random_style(rng, fonts, korean=korean, role=rng.choice(roles))
    style = replace(style, em_px=max(11.0, short / 20), stretch=(1.0, 1.0), dots=False)
    _Card(Form(canvas, rng, corpus, fonts, style, korean=korean), upright=upright).draw()
    return canvas


def _surface(rng: Random) -> tuple[Ink, Ink]:
    """Colours of the card and of what is on it."""
    if rng.random() < 0.65:
        dark = rng.randint(10, 110), rng.randint(10, 110), rng.randint(10, 130)
        return dark, rng.choice(((240, 240, 240), (215, 215, 220), (225, 200, 140), (255, 255, 255)))
    light = rng.randint(180, 250), rng.randint(180, 250), rng.randint(180, 250)
    return light, rng.choice(((20, 20, 20), (60, 60, 70), (20, 30, 90)))


def _near(colour: Ink, rng: Random) -> Ink:
    red, green, blue = (max(0, min(255, value + rng.randint(-35, 35))) for value in colour)
    return red, green, blue


class _Card:
    """Fills one card. Places are shares of it, sizes multiples of the form's style."""

    def __init__(self, form: Form, *, upright: bool) -> None:
        self.form, self.rng, self.upright = form, form.rng, upright
        rng = self.rng
        self.relief = 0 if upright else rng.choice((0, 1, 1, 2))
        self.font = random_style(rng, form.fonts, korean=False, role=rng.choice(_FONTS)).font
        self.network = rng.choice(NETWORKS)
        self.stacked = upright or rng.random() < 0.08

    def _sized(self, scale: float) -> Style:
        return self.form.sized(scale, font=self.font)

    def draw(self) -> None:
        """Issuer, chip, number, dates, holder and network."""
        form, rng, canvas = self.form, self.rng, self.form.canvas
        words = wording("card")
        issuer = rng.choice(words["banks_ko" if form.korean else "banks"])
        sign = random_style(rng, form.fonts, korean=False, role="display").font if rng.random() < 0.3 else None
        form.place([(issuer, "issuer")], (0.06, 0.07, 0.5), form.sized(1.5, font=sign))
        if rng.random() < 0.5 and not self.upright:
            form.place([(rng.choice(words["tiers"]), None)], (0.94, 0.08, 0.3), form.style, align="right")
        if rng.random() < 0.85:
            size = round(0.14 * min(canvas.width, canvas.height))
            chip(canvas, round(0.07 * canvas.width), round(0.27 * canvas.height), size, rng)
        self._number()
        self._dates()
        holder = form.corpus.person(rng, korean=False).upper()
        place = 0.06, 0.8 if self.upright else 0.83, 0.55
        form.place([(holder, "holder")], place, self._sized(rng.uniform(1.1, 1.35)), relief=min(self.relief, 1))
        if rng.random() < 0.15 and not self.upright:
            company = form.corpus.company(rng, korean=False).upper()
            form.place([(company, "company")], (0.06, 0.91, 0.55), form.style, relief=min(self.relief, 1))
        logo = random_style(rng, form.fonts, korean=False, role=rng.choice(("sans", "sans_italic", "display"))).font
        style = form.sized(rng.uniform(1.6, 2.4), font=logo)
        form.place([(rng.choice(self.network[0]), "network")], (0.94, 0.84, 0.32), style, align="right")

    def _number(self) -> None:
        """The number in its groups, in one line or, on upright and some new cards, in a stack."""
        form, rng = self.form, self.rng
        _, prefixes, groups = self.network
        number = card_number(rng, rng.choice(prefixes), sum(groups))
        parts = [number[start:end] for start, end in pairwise(accumulate(groups, initial=0))]
        size = rng.uniform(1.7, 2.1)
        if self.stacked:
            x, y = (0.06, 0.48) if self.upright else (0.6, 0.42)
            pitch = size * form.style.em_px / form.canvas.height
            for k, part in enumerate(parts):
                form.place([(part, "number")], (x, y + k * pitch, 0.35), self._sized(0.75 * size))
            return
        style = replace(self._sized(size), word_gap_em=rng.uniform(0, 0.5))
        text = " ".join(parts) if rng.random() < 0.93 else number
        form.place([(text, "number")], (0.06, 0.52, 0.88), style, relief=self.relief)
        if rng.random() < 0.2:
            form.place([(number[:4], None)], (0.06, 0.64, 0.2), self._sized(0.8))

    def _dates(self) -> None:
        form, rng, relief = self.form, self.rng, min(self.relief, 1)
        y, x = (0.74, 0.06) if self.upright else (0.72, 0.06 if self.stacked else rng.choice((0.06, 0.3, 0.4)))
        label = rng.choice(wording("card")["expiry_ko" if form.korean else "expiry"])
        small, style = form.sized(0.72), self._sized(rng.uniform(1.0, 1.25))
        gap = 1.4 * style.em_px / form.canvas.width
        end = form.place([(label, "expiry.label")], (x, y, 0.4), small) + gap
        date = f"{rng.randint(1, 12):02}/{rng.randint(20, 39)}"
        end = form.place([(date, "expiry")], (end, y, 0.9 - end), style, relief=relief) + gap
        if rng.random() < 0.2 and not self.stacked and end < 0.75:
            end = form.place([(rng.choice(("CVC", "CVV")), "security_code.label")], (end, y, 0.15), small) + gap
            form.place([(texts.digits(rng, 3), "security_code")], (end, y, 0.15), style)
