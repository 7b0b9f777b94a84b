"""Receipts of Korea, the United States, Malaysia and Europe whose sums add up."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from random import Random

from ocr.synthesis import corpus as texts
from ocr.synthesis.canvas import Canvas
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.forms.form import Align, Form, Part
from ocr.synthesis.forms.numbers import business_number
from ocr.synthesis.logo import draw_logo
from ocr.synthesis.text_page import random_colours, random_style

_LATIN_ROLES = "thermal", "mono", "mono", "sans"
_KOREAN_ROLES = "korean_sans", "korean_mono", "korean_serif", "korean_mono"


@dataclass(frozen=True, slots=True)
class Locale:
    """How a country's receipts speak; `receipts.toml` has one section for each. Lists hold ways to say the same."""

    currency: Sequence[str]
    decimals: int
    separators: str  # of thousands, and of the decimals
    tax_rates: Sequence[float]
    tax_included: bool
    step: int
    titles: Sequence[str]
    footers: Sequence[str]
    methods: Sequence[str]
    dates: Sequence[str]
    times: Sequence[str]
    headers: Sequence[Sequence[str]]
    labels: dict[str, Sequence[str]]


@cache
def locales() -> dict[str, Locale]:
    """The locales by the name of their country."""
    text = files("ocr.synthesis.forms").joinpath("receipts.toml").read_text(encoding="utf-8")
    return {country: Locale(**values) for country, values in tomllib.loads(text).items()}


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold and what is to be paid, in the smallest unit of the currency.

    Attributes:
        items: Name, quantity and unit price.
        tax_rate: Share of the net price.
        tax_included: Whether prices contain the tax.
        discount: Taken off the sum.
        step: The smallest coin, which totals are rounded to.
    """

    items: tuple[tuple[str, int, int], ...]
    tax_rate: float
    tax_included: bool
    discount: int
    step: int

    @property
    def subtotal(self) -> int:
        """Sum of the items."""
        return sum(quantity * price for _, quantity, price in self.items)

    @property
    def tax(self) -> int:
        """What is added, or contained."""
        net = self.subtotal - self.discount
        return round(net * self.tax_rate / (1 + self.tax_rate) if self.tax_included else net * self.tax_rate)

    @property
    def exact(self) -> int:
        """What is to be paid before rounding."""
        return self.subtotal - self.discount + (0 if self.tax_included else self.tax)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return round(self.exact / self.step) * self.step


def draw_receipt(rng: Random, corpus: Corpus, fonts: FontLibrary, *, korean: bool, width: int) -> Canvas:
    """A receipt somewhat narrower than `width` and as long as it needs to be."""
    paper_width = round(width * rng.uniform(0.62, 0.98))
    paper, ink = random_colours(rng)
    if sum(paper) < 384:
        paper, ink = (250, 250, 248), (30, 30, 30)
    canvas = Canvas(paper_width, 4 * width, paper, ink)
    country = "korea" if korean else rng.choice(("america", "malaysia", "europe"))
    style = random_style(rng, fonts, korean=korean, role=rng.choice(_KOREAN_ROLES if korean else _LATIN_ROLES))
    high = rng.choice((1.0, 1.0, 1.0, 1.0, 1.3, 1.7))
    columns = (rng.uniform(18, 25) if korean else rng.uniform(16, 24)) * high**0.5
    em = max(12.0 if korean else 11.0, paper_width / columns)
    form = Form(canvas, rng, corpus, fonts, replace(style, em_px=em, stretch=(style.stretch[0], high)), korean=korean)
    _Receipt(form, locales()[country]).draw()
    return canvas


class _Receipt:
    """Prints one sale. What a shop always does the same way is drawn once, here."""

    def __init__(self, form: Form, locale: Locale) -> None:
        self.form, self.rng, self.locale = form, form.rng, locale
        rng = self.rng
        self.sign = rng.choice(locale.currency)
        self.colon = rng.choice((":", " :", "", ":", "."))
        self.joined = rng.random() < 0.6
        wide, high = rng.choice((1, 1.4)), rng.choice((1.3, 1.6, 2.0))
        self.big = replace(form.style, stretch=(form.style.stretch[0] * wide, max(form.style.stretch[1], high)))
        self.sale = self._sale()
        self.value_x = None if rng.random() < 0.7 else form.right * rng.uniform(0.45, 0.6)

    def _sale(self) -> Sale:
        rng, locale = self.rng, self.locale
        items = []
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8, 12))):
            price = rng.randint(5, 500) * 100 if locale.decimals == 0 else int(10 ** rng.uniform(1.8, 4.0))
            words = self.form.corpus.goods(rng, korean=self.form.korean).split()
            while len(" ".join(words)) > (14 if self.form.korean else 24) and len(words) > 1:
                words.pop()
            items.append((" ".join(words), rng.choice((1, 1, 1, 2, 3, rng.randint(1, 20))), price))
        subtotal = sum(quantity * price for _, quantity, price in items)
        discount = round(subtotal * rng.choice((0.05, 0.1, 0.2)) / 10) * 10 if rng.random() < 0.2 else 0
        return Sale(tuple(items), rng.choice(locale.tax_rates), locale.tax_included, discount, locale.step)

    def _money(self, value: int, *, sign: bool = True) -> str:
        places = self.locale.decimals
        text = f"{abs(value) / 10**places:,.{places}f}".translate(str.maketrans(",.", self.locale.separators))
        mark = self.sign if sign else ""
        text = text + mark if mark == "원" else mark + text
        return f"-{text}" if value < 0 else text

    def _label(self, field: str) -> str:
        return str(self.rng.choice(self.locale.labels[field])) + self.colon

    def _pair(self, field: str, value: str, *, joined: bool) -> None:
        self.form.pair(self._label(field), value, field, joined=joined, value_x=self.value_x if joined else None)

    def _sum(self, field: str, value: int) -> None:
        """A label on the left and an amount on the right."""
        self.form.pair(self._label(field), self._money(value), field)

    def _maybe_rule(self, chance: float) -> None:
        if self.rng.random() < chance:
            self.form.rule()

    def draw(self) -> None:
        """Print from top to bottom and cut the paper off."""
        form, rng = self.form, self.rng
        margin = rng.uniform(0.02, 0.07) * form.canvas.width
        form.left, form.right, form.y = margin, form.canvas.width - margin, rng.uniform(6, 24)
        # Print of double height often leaves no space between lines at all. Syllables are higher than capitals.
        tightest = 1.0 if form.korean else 0.88
        form.leading = rng.uniform(*rng.choice(((1.12, 1.5), (1.12, 1.5), (tightest, 1.12))))
        self._head()
        self._when()
        self._items()
        self._totals()
        if rng.random() < 0.75:
            self._payment()
        self._foot()
        form.canvas.crop(round(form.y + rng.uniform(6, 30)))

    def _head(self) -> None:
        form, rng = self.form, self.rng
        title = rng.random()
        if title < 0.3:
            form.line(rng.choice(self.locale.titles), "center", self.big)
        name = form.corpus.company(rng, korean=form.korean)
        logo = rng.random()
        if logo < 0.5:
            name = self._logo(name, alone=logo < 0.2)
        if not name:
            pass
        elif form.korean and rng.random() < 0.5:
            self._pair("merchant.name", name, joined=True)
        else:
            form.line(
                [(name, "merchant.name")],
                rng.choice(("center", "center", "center", "left")),
                rng.choice((self.big, form.style)),
            )
        self._merchant()
        form.pause(rng.uniform(0, 0.6))
        if 0.3 < title < 0.6:
            form.line(rng.choice(self.locale.titles), "center")

    def _logo(self, name: str, *, alone: bool) -> str:
        """The shop's sign, and what of its name is still to be printed: nothing if the sign is `alone`."""
        form, rng = self.form, self.rng
        if alone:
            text = name if form.korean else " ".join(name.split()[: rng.choice((1, 2, 2, 3))])
        else:
            text = form.corpus.brand(rng, korean=form.korean and rng.random() < 0.6)
        top = form.y
        form.y = draw_logo(
            form.canvas,
            rng,
            form.fonts,
            text,
            box=(form.left, form.right, top),
            em_px=form.style.em_px * rng.uniform(1.6, 5.5),
            align=rng.choice(("center", "center", "center", "left")),
            field="merchant.name" if alone else None,
        )
        if form.y == top:
            return name
        form.pause(rng.uniform(0.2, 0.8))
        return "" if alone else name

    def _merchant(self) -> None:
        """Number, address, telephone and owner in any order."""
        form, rng, corpus = self.form, self.rng, self.form.corpus
        number = business_number(rng) if form.korean else texts.filled(rng, "company_number")
        details = [
            ("merchant.registration_number", number, 0.75),
            ("merchant.address", corpus.address(rng, korean=form.korean), 0.85),
            ("merchant.phone", texts.filled(rng, "phone"), 0.8),
            ("merchant.representative", corpus.person(rng, korean=form.korean), 0.5 if form.korean else 0.0),
        ]
        rng.shuffle(details)
        align: Align = rng.choice(("center", "left"))
        for field, value, chance in details:
            if rng.random() > chance:
                continue
            if field == "merchant.address" and not (form.korean and rng.random() < 0.4):
                form.wrapped(value, field, align)
            elif rng.random() < 0.85:
                form.line([(self._label(field), f"{field}.label"), (value, field)], align)
            else:
                form.line([(value, field)], align)

    def _when(self) -> None:
        form, rng = self.form, self.rng
        self._maybe_rule(0.5)
        values = texts.moment(rng, 2008, 2029)
        day, clock = (rng.choice(forms).format(**values) for forms in (self.locale.dates, self.locale.times))
        kind = rng.random()
        if kind < 0.4:
            form.line([(self._label("date"), "date.label"), (day, "date"), (clock, "time")])
        elif kind < 0.7:
            form.put([(day, "date")], form.left)
            form.put([(clock, "time")], form.right, align="right")
            form.feed()
        else:
            self._pair("date", day, joined=self.joined)
            form.line([(self._label("time"), "time.label"), (clock, "time")])
        if rng.random() < 0.7:
            number = rng.choice((texts.digits(rng, rng.randint(3, 12)), texts.code(rng)))
            self._pair("receipt_number", number, joined=self.joined)
        if rng.random() < 0.4:
            cashier = rng.choice((form.corpus.person(rng, korean=form.korean), texts.digits(rng, 2)))
            self._pair("cashier", cashier, joined=True)
        form.pause(rng.uniform(0, 0.4))

    def _items(self) -> None:
        """The table: one line an item, or the name above the numbers, or only quantity, name and total."""
        form, rng = self.form, self.rng
        kind = rng.choice(("columns", "columns", "above", "code", "short"))
        width = form.right - form.left
        columns = form.left + rng.uniform(0.55, 0.6) * width, form.left + rng.uniform(0.7, 0.74) * width
        self._maybe_rule(0.6)
        if rng.random() < 0.7:
            name, price, quantity, total = rng.choice(self.locale.headers)
            fields = ("items.total.label", "items.quantity.label", "items.unit_price.label")
            end = self._numbers([(total, fields[0]), (quantity, fields[1]), (price, fields[2])], columns)
            form.put([(name, "items.name.label")], form.left, room=end - form.left)
            form.feed()
            self._maybe_rule(0.5)
        for k, item in enumerate(self.sale.items):
            self._item(f"items[{k}]", item, kind, columns)
        self._maybe_rule(0.6)
        form.pause(rng.uniform(0, 0.4))

    def _item(self, field: str, item: tuple[str, int, int], kind: str, columns: tuple[float, float]) -> None:
        form, (name, quantity, price) = self.form, item
        words: list[Part] = [(name, f"{field}.name")]
        numbers: list[Part] = [(self._money(quantity * price, sign=False), f"{field}.total")]
        if kind == "short":
            words.insert(0, (str(quantity), f"{field}.quantity"))
        else:
            numbers += [(str(quantity), f"{field}.quantity"), (self._money(price, sign=False), f"{field}.unit_price")]
        if kind == "code":
            words.insert(0, (texts.digits(self.rng, self.rng.choice((4, 8, 13))), f"{field}.code"))
        if kind in ("above", "code"):
            form.line(words)
            self._numbers(numbers, columns)
        else:
            form.put(words, form.left, room=self._numbers(numbers, columns) - form.left)
        form.feed()

    def _numbers(self, parts: list[Part], columns: tuple[float, float]) -> float:
        """Total, quantity and unit price from the right; returns where the next text has to end."""
        form, gap = self.form, 0.9 * self.form.style.em_px
        end = form.right
        for part, column in zip(parts, (form.right, *reversed(columns)), strict=False):
            x = min(column, end)
            start, _ = form.put([part], x, align="right", room=0.22 * (form.right - form.left))
            end = start - gap
        return end

    def _totals(self) -> None:
        form, rng, sale = self.form, self.rng, self.sale
        if sale.discount or rng.random() < 0.5:
            self._sum("subtotal", sale.subtotal)
        if sale.discount:
            self._sum("discount", -sale.discount)
        if form.korean and rng.random() < 0.6:
            self._sum("taxable", sale.exact - sale.tax)
        if sale.tax and rng.random() < 0.85:
            self._sum("tax", sale.tax)
        if sale.total != sale.exact:
            self._sum("rounding", sale.total - sale.exact)
        self._maybe_rule(0.2)
        style = self.big if rng.random() < 0.5 else form.style
        form.pair(self._label("total"), self._money(sale.total), "total", style=style)
        form.pause(rng.uniform(0, 0.5))

    def _payment(self) -> None:
        form, rng, sale = self.form, self.rng, self.sale
        if rng.random() < 0.4:
            note = 1000 if form.korean else 100
            paid = -(-sale.total // note) * note + rng.choice((0, 0, note, 5 * note))
            self._sum("paid", paid)
            self._sum("change", paid - sale.total)
            return
        self._maybe_rule(0.4)
        values = {
            "method": rng.choice(self.locale.methods),
            "card_number": texts.masked_card(rng),
            "instalments": rng.choice(("일시불", "00개월", "3개월", "일시불")) if form.korean else "",
            "amount": self._money(sale.total),
            "approval_number": rng.choice((texts.digits(rng, 8), texts.digits(rng, 6), texts.filled(rng, "code"))),
        }
        for field, value in values.items():
            if value and rng.random() < 0.8:
                self._pair(f"payments[0].{field}", value, joined=self.joined and field != "amount")

    def _foot(self) -> None:
        form, rng = self.form, self.rng
        form.pause(rng.uniform(0.2, 0.8))
        self._maybe_rule(0.4)
        for text in rng.sample(list(self.locale.footers), rng.choice((0, 1, 1, 2, 3))):
            form.wrapped(text, None, "center")
