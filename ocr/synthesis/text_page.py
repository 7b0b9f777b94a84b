"""Pages crowded with text of every kind: what the reader learns its letters from."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import cv2

from ocr.synthesis import corpus as texts
from ocr.synthesis.canvas import Canvas, Ink
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.lettering import Style
from ocr.synthesis.logo import draw_logo

_KOREAN_ROLES = ("korean_sans",) * 5 + ("korean_serif",) * 3 + ("korean_mono",) * 3 + ("korean_hand", "korean_display")
_PITCHES = (1.0, 1.05, 1.1, 1.2, 1.2, 1.3, 1.5, 1.8)
_TIGHT_PITCHES = (0.82, 0.87, 0.92)  # tails of one line reach between capitals of the next; syllables would overlap
_SIZES_PX = ((11, 15), (13, 20), (13, 20), (16, 24), (18, 28), (26, 42))
_LATIN_ROLES = (
    *("sans",) * 5, *("serif",) * 3, *("mono",) * 5, *("thermal",) * 3, "ocr", "sans_italic", "serif_italic", "display",
    "hand",
)  # fmt: skip


def draw_text_page(rng: Random, corpus: Corpus, fonts: FontLibrary, *, korean: float, size: tuple[int, int]) -> Canvas:
    """A sheet of (width, height) filled from top to bottom with one to three columns of blocks.

    `korean` is the share of Korean among the blocks.
    """
    canvas = Canvas(*size, *random_colours(rng))
    margin = rng.randint(3, 20)
    left, right = margin, canvas.width - margin
    cuts: tuple[float, ...] = rng.choice(((), (), (), (rng.uniform(0.35, 0.65),), (0.5,), (0.33, 0.66)))
    top = float(margin)
    if rng.random() < 0.4:
        top = _heading(canvas, rng, corpus, fonts, (left, right, top), korean=fonts.korean and rng.random() < korean)
    edges = [left, *(left + cut * (right - left) for cut in cuts), right]
    for x0, x1 in pairwise(edges):
        y = top
        if rng.random() < 0.25:
            y = _heading(canvas, rng, corpus, fonts, (x0 + 2, x1 - 2, y), korean=fonts.korean and rng.random() < korean)
        while y < canvas.height - margin - 11:
            if rng.random() < 0.05:
                y = _bar_code(canvas, rng, x0, x1, y)
            y = _Block(canvas, rng, corpus, fonts, width=x1 - x0, korean=fonts.korean and rng.random() < korean).fill(
                x0 + (8 if x0 > left else 0), x1, y, canvas.height - margin
            )
    return canvas


def _heading(
    canvas: Canvas, rng: Random, corpus: Corpus, fonts: FontLibrary, box: tuple[float, float, float], *, korean: bool
) -> float:
    """A large name or some words between two edges, from a y on; returns the y below."""
    text = rng.choice((corpus.brand, corpus.brand, corpus.company, corpus.goods))(rng, korean=korean)
    em_px = rng.uniform(28, min(130.0, 0.2 * canvas.height))
    below = draw_logo(canvas, rng, fonts, text, box=box, em_px=em_px, align=rng.choice(("left", "center", "right")))
    return below + rng.uniform(4, 16) if below > box[2] else below


def _bar_code(canvas: Canvas, rng: Random, x0: float, x1: float, y: float) -> float:
    """A bar code somewhere between two edges; returns the y below."""
    width, height = rng.uniform(0.3, 0.9) * (x1 - x0), rng.uniform(16, 60)
    left = rng.uniform(x0, x1 - width)
    canvas.bar_code(left, y, left + width, y + height, rng)
    return y + height + 6


class _Block:
    """Some lines of one style, one below the other."""

    def __init__(
        self, canvas: Canvas, rng: Random, corpus: Corpus, fonts: FontLibrary, *, width: float, korean: bool
    ) -> None:
        self.canvas, self.rng, self.corpus, self.fonts, self.korean = canvas, rng, corpus, fonts, korean
        self.style = random_style(rng, fonts, korean=korean, largest_px=max(14.0, width / 14))
        self.line_px = self.style.em_px * self.style.stretch[1]
        self.pitch = self.line_px * rng.choice(_PITCHES if korean else _PITCHES + _TIGHT_PITCHES)
        self.block = canvas.new_block()
        self.ink = canvas.ink if rng.random() < 0.85 else canvas.other_ink(rng)
        # Forms underline what was filled in, frame it more closely than letters stand, and shade what they ask for.
        self.frame = rng.choices((None, "underline", "cell", "shade"), (0.80, 0.08, 0.07, 0.05))[0]

    def fill(self, x0: float, x1: float, top: float, bottom: float) -> float:
        """Write until the block or the page ends; returns the y below."""
        rng = self.rng
        # A syllable is one of thousands, a Latin letter one of a few dozen: Korean blocks hold more running text.
        prose = (self._words,) * (7 if self.korean else 2)
        line = rng.choice((*prose, self._row, self._row, self._pair, self._table, self._mixed))
        y, anchors = top, sorted(rng.uniform(0.35, 0.85) for _ in range(rng.choice((1, 2, 2, 3))))
        inverse = rng.random() < 0.06
        for _ in range(rng.randint(2, 9)):
            if y + self.pitch > bottom:
                return bottom
            ink = self.ink
            if inverse:
                ink = self.canvas.bar(x0, y, x1, y + 1.15 * self.line_px)
            line(x0 + (4 if inverse else 0), x1 - (4 if inverse else 0), y + 0.05 * self.line_px, ink, anchors)
            y += self.pitch + (0.15 * self.line_px if inverse else 0)
            if rng.random() < 0.06 and y + self.pitch < bottom:
                y = self._rule(x0, x1, y)
        return y + rng.choice((0, 0.2, 0.6)) * self.line_px

    def _put(self, text: str, x: float, y: float, ink: Ink, room: float, right: bool = False) -> float:
        """Write at a left (or right) edge; returns the other edge."""
        end = self.canvas.write(self.fonts, text, x, y, self.style, ink, self.block, room=room, right=right)
        if self.frame and end != x:
            self._frame(min(x, end), max(x, end), y, ink)
        return end

    def _frame(self, x0: float, x1: float, y: float, ink: Ink) -> None:
        """Underline a text, shade it or draw the cell it stands in, so near that strokes may touch it."""
        rng, line_px = self.rng, self.line_px
        left, right = x0 - rng.uniform(0.1, 0.5) * line_px, x1 + rng.uniform(0.1, 0.5) * line_px
        bottom = y + rng.uniform(0.8, 1.05) * line_px + (0.1 * line_px if self.korean else 0)
        corners = (round(left), round(y - rng.uniform(0.15, 0.4) * line_px)), (round(right), round(bottom))
        thickness = rng.choice((1, 1, 2))
        if self.frame == "shade":
            self.canvas.shade(*corners, rng)
        elif self.frame == "cell":
            cv2.rectangle(self.canvas.image, *corners, ink, thickness)
        else:
            cv2.line(self.canvas.image, (corners[0][0], corners[1][1]), corners[1], ink, thickness)

    def _words(self, x0: float, x1: float, y: float, ink: Ink, _: list[float]) -> None:
        self._put(self.corpus.sentence(self.rng, 24, korean=self.korean), x0, y, ink, x1 - x0)

    def _row(self, x0: float, x1: float, y: float, ink: Ink, anchors: list[float]) -> None:
        """A name on the left, numbers at the anchors and at the right edge."""
        rng, gap = self.rng, 1.3 * self.line_px
        right = self._put(texts.amount(rng), x1, y, ink, 0.5 * (x1 - x0), right=True)
        for anchor in reversed(anchors[1:]):
            x = x0 + anchor * (x1 - x0)
            if x < right - gap:
                kind = rng.choice((texts.amount, texts.number, texts.number, texts.scraps))
                right = self._put(kind(rng), x, y, ink, x - x0, right=True)
        self._put(self.corpus.goods(rng, korean=self.korean), x0, y, ink, right - gap - x0)

    def _pair(self, x0: float, x1: float, y: float, ink: Ink, anchors: list[float]) -> None:
        """A label, and its value close by, at an anchor or at the right edge."""
        rng, gap = self.rng, 1.3 * self.line_px
        label, value = (make(rng, korean=self.korean) for make in (self.corpus.label, self.corpus.value))
        kind = rng.random()
        if kind < 0.3:
            self._put(f"{label} {value}", x0, y, ink, x1 - x0)
            return
        end = self._put(label, x0, y, ink, 0.6 * (x1 - x0)) + gap
        if kind < 0.37:
            self._blank(end - rng.uniform(0.3, 1.3) * self.line_px, x1, y, ink)
        elif kind < 0.6:
            self._put(value, max(end, x0 + anchors[0] * (x1 - x0)), y, ink, x1 - max(end, x0 + anchors[0] * (x1 - x0)))
        else:
            self._put(value, x1, y, ink, x1 - end, right=True)

    def _blank(self, x0: float, x1: float, y: float, ink: Ink) -> None:
        """A rule to write on: it is no text, and there may be some on it."""
        rng, base = self.rng, round(y + self.rng.uniform(0.75, 0.95) * self.line_px)
        end = rng.uniform(min(x0 + self.line_px, x1), x1)
        cv2.line(self.canvas.image, (round(x0), base), (round(end), base), ink, rng.choice((1, 1, 2)))
        if rng.random() < 0.5:
            text = self.corpus.value(rng, korean=self.korean) if rng.random() < 0.85 else rng.choice(("X", "x"))
            self._put(text, rng.uniform(x0, (x0 + end) / 2), y, ink, end - x0)

    def _choices(self, x0: float, x1: float, y: float, ink: Ink, _: list[float]) -> None:
        """Boxes to tick, each before what it stands for."""
        rng, x = self.rng, x0
        empty = "□" if self.korean else "☐"  # Koreans type their boxes
        apart = rng.choice((0.0, 0.0, 0.0, rng.uniform(0.6, 2.0))) * self.line_px
        while x < x1 - 3 * self.line_px:
            box = rng.choice((empty, empty, empty, empty, "☑", "☑", "☑", "■", "[ ]", "[x]", "( )", "(X)", "○", "●"))
            text = self.corpus.word(rng, korean=self.korean)
            if apart:
                x = self._put(box, x, y, ink, x1 - x) + apart
            else:
                text = f"{box} {text}"
            x = self._put(text, x, y, ink, x1 - x) + rng.uniform(1.3, 2.5) * self.line_px

    def _table(self, x0: float, x1: float, y: float, ink: Ink, _: list[float]) -> None:
        """Short entries one after the other, with wide gaps."""
        rng, x = self.rng, x0
        while x < x1 - 1.5 * self.line_px:
            kind = rng.choice((texts.number, texts.amount, texts.scraps, texts.symbols, texts.code, texts.date))
            text = kind(rng) if rng.random() < 0.7 else self.corpus.word(rng, korean=self.korean)
            x = self._put(text, x, y, ink, x1 - x) + rng.uniform(1.3, 2.5) * self.line_px

    def _mixed(self, x0: float, x1: float, y: float, ink: Ink, anchors: list[float]) -> None:
        rng = self.rng
        kind = rng.random()
        if kind < 0.12:
            self._put(texts.mrz_line(rng), x0, y, ink, x1 - x0)
        elif kind < 0.3:
            self._put(self.corpus.address(rng, korean=self.korean), x0, y, ink, x1 - x0)
        elif kind < 0.45:
            self._put(self.corpus.company(rng, korean=self.korean), x0, y, ink, x1 - x0)
        elif kind < 0.55:
            self._put(rng.choice(("-", "*", "#", "=", ".", "- ", "* ")) * rng.randint(3, 40), x0, y, ink, x1 - x0)
        elif kind < 0.70:
            self._choices(x0, x1, y, ink, anchors)
        else:
            rng.choice((self._words, self._row, self._pair, self._table))(x0, x1, y, ink, anchors)

    def _rule(self, x0: float, x1: float, y: float) -> float:
        self.canvas.rule(x0, x1, y + 2, self.rng)
        return y + 7


def random_colours(rng: Random) -> tuple[Ink, Ink]:
    """Paper and ink: mostly dark on white."""
    kind = rng.random()
    if kind < 0.08:
        light = rng.randint(190, 255)
        return (rng.randint(0, 70), rng.randint(0, 70), rng.randint(0, 90)), (light, light, rng.randint(170, 255))
    low = 235 if kind < 0.7 else 190
    dark = rng.choice((0, 10, 30, 60, rng.randint(60, 120)))
    paper = rng.randint(low, 255), rng.randint(low, 255), rng.randint(low, 255)
    return paper, (dark, dark, min(255, dark + rng.choice((0, 0, 0, 60))))


def random_style(
    rng: Random, fonts: FontLibrary, *, korean: bool, role: str | None = None, largest_px: float = 44
) -> Style:
    """A font and a way to print it, small sizes more often than large ones."""
    families = fonts.families(role or rng.choice(_KOREAN_ROLES if korean else _LATIN_ROLES))
    font = rng.choice(families[rng.choice(sorted(families))])
    em = rng.uniform(*rng.choice(_SIZES_PX))
    em = min(em, largest_px * rng.uniform(0.8, 1.2))
    if korean:
        em = max(em, 13.0)
    printer = font.role in ("thermal", "mono", "korean_mono", "korean_sans") and rng.random() < 0.4
    wide = rng.choice((1.0, 1.0, 1.0, 1.0, rng.uniform(0.7, 1.0), rng.uniform(1.0, 1.5)))
    high = rng.choice((1.5, 1.8, 2.0, 2.2)) if em < 26 and rng.random() < 0.14 else 1.0
    return Style(
        font,
        em,
        (wide, high),
        tracking_em=rng.choice((0, 0, 0, 0, rng.uniform(-0.04, 0.05), rng.uniform(0.05, 0.25))),
        word_gap_em=rng.choice((0, 0, 0, rng.uniform(0, 0.4), rng.uniform(-0.08, 0.0))),
        bold=rng.random() < 1 / 6,
        dots=printer,
    )
