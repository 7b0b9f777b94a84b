"""Whatever a reader makes of an image, every template makes a record of it, which can be written as JSON."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from docextract.errors import DocExtractError
from docextract.pipeline import Extractor
from docextract.schema.loading import kinds
from ocr.document import Block, Char, Line, Page, Point, Quad, Word

PRINTED = (
    *(
        "TOTAL",
        "GST 6%   2.51",
        "CASH   -5.00",
        "할인   -1,000",
        "신용카드   11,000",
        "2 kg   4.50   9.00 SR",
        "RM 1.00",
    ),
    *("PASSPORT", "Surname", "Date of issue", "13 JUN 21", "P<KORLIM<<WEI<LING<FARAH<<<<<<<<<<<<<<<<<<<<"),
    *("M965005269KOR8907161F26061297642855<<<<<<<92", "주민등록증", "711231-1234567", "4111 1111 1111 1111", "08/27"),
    *("hong@example.com", "www.example.com", "02-1234-5678", "거주(F-2)", "대표이사 홍길동", "", " ", "\t"),
)
SIGNS = "0159OIlB ABZabz.,:;/-%*<>()@#+₩$€éßĐﬁıİжאب你好ไทยहि가나원년٣²½一🙂"
SIGNS += "\u0301\u200b\u202e\u2028\ufffd\U0010ffff\t\n\r\x00"
EXTREMES = (0.0, -0.0, 1e-310, 1e-9, 1e5, 1e9, 1e154, 1e308, -1e308, math.nan, math.inf, -math.inf)
Place = Callable[[random.Random, int], Quad]


def box(x: float, y: float, width: float, height: float) -> Quad:
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def extreme(rng: random.Random, _: int) -> Quad:
    a, b, c, d = ((rng.choice(EXTREMES), rng.choice(EXTREMES)) for _ in range(4))
    return a, b, c, d


def anywhere(rng: random.Random, _: int) -> Quad:
    def point() -> Point:
        return rng.uniform(-100, 1000), rng.uniform(-100, 1000)

    return point(), point(), point(), point()


PLACES: dict[str, Place] = {
    "rows": lambda rng, k: box(300.0 * (k % 4), 30.0 * (k // 4), 250, 20),
    "upwards": lambda rng, k: ((30.0 * k, 500), (30.0 * k, 0), (30.0 * k + 20, 0), (30.0 * k + 20, 500)),
    "one above another": lambda rng, k: box(0, 0, 50, 20),
    "points": lambda rng, k: box(5, 5, 0, 0),
    "without height": lambda rng, k: box(0, 10.0 * k, 50, 0),
    "without width": lambda rng, k: box(0, 10.0 * k, 0, 9),
    "ever larger": lambda rng, k: box(0, 10.0**k, 10.0**k, 10.0**k),
    "anywhere": anywhere,
    "extremes": extreme,
    "extremes among rows": lambda rng, k: extreme(rng, k) if k % 3 == 0 else box(0, 30.0 * k, 250, 20),
}


def text_of(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(PRINTED)
    return "".join(rng.choices(SIGNS, k=rng.choice((1, 3, 10, 40, 300))))


def word_of(rng: random.Random, text: str, quad: Quad) -> Word:
    def others() -> tuple[tuple[str, float], ...]:
        return tuple((rng.choice((*SIGNS, "", "ab")), rng.random()) for _ in range(rng.randint(0, 2)))

    chars = tuple(Char(char, quad, rng.random(), others()) for char in text)
    return Word(text, quad, rng.random(), rng.choice((chars, chars[1:], ())))


def page_of(rng: random.Random, place: Place) -> Page:
    lines = []
    for k in range(rng.choice((1, 2, 4, 12, 40))):
        quad = place(rng, k)
        words = tuple(word_of(rng, word, quad) for word in text_of(rng).split(rng.choice((" ", "   "))))
        lines.append(Line(rng.choice((words, words, words, ())), quad, rng.random()))
    lines += lines[: rng.choice((0, 0, 5))]
    return Page(rng.choice((0, 1000)), rng.choice((0, 1000)), (Block(tuple(lines), box(0, 0, 1, 1)), Block((), quad)))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("template", [*kinds(), None])
def test_every_page_makes_a_record(extractor: Extractor, template: str | None, place: str) -> None:
    rng = random.Random(f"{template} {place}")
    for _ in range(4):
        page = page_of(rng, PLACES[place])
        try:
            record = extractor.extract_page(page, template)
        except DocExtractError as error:
            assert template is None and error.code == "no_template_fits"
            assert not any(len(word.text) > 2 and word.text in str(error) for word in page.words)
        else:
            assert type(record).model_validate_json(record.model_dump_json()).evidence.keys() == record.evidence.keys()


@pytest.mark.parametrize("template", kinds())
def test_thousands_of_words_in_one_row_and_in_rows_of_their_own(extractor: Extractor, template: str) -> None:
    kinds_of_print = ("TOTAL", "1.00", "4111", "홍길동", "a@b.co", "<<<", "01/02/2023", "010-1234-5678")
    words = kinds_of_print * 250
    row = tuple(Word(word, box(9.0 * k, 0, 8, 20), 0.9) for k, word in enumerate(words))
    column = tuple(Word(word, box(0, 30.0 * k, 80, 20), 0.9) for k, word in enumerate(words))
    for lines in ((Line(row, box(0, 0, 9.0 * len(row), 20), 0.9),), tuple(Line((w,), w.quad, 0.9) for w in column)):
        record = extractor.extract_page(Page(1000, 1000, (Block(lines, box(0, 0, 1, 1)),)), template)
        assert type(record).model_validate_json(record.model_dump_json()) == record
