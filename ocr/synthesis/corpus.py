"""What is written on pages: words, amounts, dates, numbers, names and addresses, all of them invented or common."""

from __future__ import annotations

import csv
import re
import string
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

from ocr import charset
from ocr.synthesis.foreign import strew_foreign

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Generator = Callable[[Random], str]

_PLACE = re.compile(r"\{([LX]?)(\d+)\}")
_PLACES = {"": string.digits, "L": string.ascii_uppercase, "X": string.ascii_uppercase + string.digits * 3}
_MARKS = ("({})", '"{}"', "'{}'", "[{}]", "{}:", "{},", "{}!", "{}?", "{}...", "{};", "<{}>", "{}/", "*{}")
_GOODS_MARKS = ("{}", "{}", "{}", "*{}", "{}(대)", "{} 1kg", "{} 500ml", "({})", "{}*", "* {}")
_COMPANY_FORMS = ("{}", "(주){}", "주식회사 {}", "{} 주식회사", "{} {}", "㈜{}", "{}({})")


class Corpus:
    """Texts to print.

    Args:
        folder: A folder of corpora to draw words from, any of `tesseract-kor/kor.wordlist`, `wiki/enwiki.txt`,
            `wiki/kowiki.txt`, `korean-companies.txt`, `korean-places.txt`, `korean-market-goods.tsv`. What is not
            there comes from the small built-in vocabulary.
        foreign: Share of the sentences, names, addresses and labels with words of scripts that cannot be read.
    """

    def __init__(self, folder: Path | None = None, *, foreign: float = 0.0) -> None:
        self.folder, self.foreign = folder, foreign
        english, korean = vocabulary()["en"], vocabulary()["ko"]
        self.english, self.korean = english, korean
        self.english_words = self._words("wiki/enwiki.txt") or english["words"]
        self.korean_words = [
            *(_clean(self._lines("tesseract-kor/kor.wordlist")) or korean["words"]),
            *self._words("wiki/kowiki.txt"),
        ]
        self.korean_companies = _clean(self._lines("korean-companies.txt")) or korean["companies"]
        self.korean_places = _clean(self._lines("korean-places.txt")) or korean["places"]
        market = [row[0] for row in csv.reader(self._lines("korean-market-goods.tsv"), delimiter="\t") if row]
        self.korean_goods = korean["goods"] + _clean(sorted(set(market)))

    def _lines(self, name: str) -> list[str]:
        path = self.folder / name if self.folder else None
        return path.read_text(encoding="utf-8").splitlines() if path and path.is_file() else []

    def _words(self, name: str) -> list[str]:
        return _clean(word for line in self._lines(name) for word in line.split())

    def _strewn(self, rng: Random, text: str) -> str:
        return strew_foreign(rng, text) if self.foreign and rng.random() < self.foreign else text

    def word(self, rng: Random, *, korean: bool) -> str:
        """A word in running text, in a random case where it has one."""
        if korean:
            return syllables(rng) if rng.random() < 0.2 else rng.choice(self.korean_words)
        return recase(rng, rng.choice(self.english_words))

    def sentence(self, rng: Random, words: int, *, korean: bool) -> str:
        """Words as they follow each other in the corpus, with numbers, marks and rare syllables strewn in."""
        source = self.korean_words if korean else self.english_words
        start = rng.randrange(max(1, len(source) - words))
        found = list(source[start : start + words])
        if not korean and rng.random() < 0.4:
            case = rng.choice((str.upper, str.title, str.lower))
            found = [case(word) for word in found]
        for k, word in enumerate(found):
            if korean and rng.random() < 0.2:
                found[k] = syllables(rng)
            elif rng.random() < 0.08:
                found[k] = rng.choice((number, symbols, code, amount))(rng)
            elif rng.random() < 0.05:
                found[k] = rng.choice(_MARKS).format(word)
        return self._strewn(rng, " ".join(found))

    def goods(self, rng: Random, *, korean: bool) -> str:
        """A thing that is sold."""
        if rng.random() < 0.65:
            name = rng.choice(self.korean_goods if korean else self.english["goods"])
        else:
            name = self.sentence(rng, 1 + rng.randrange(2 if korean else 4), korean=korean)
        name = self._strewn(rng, name)
        if korean:
            return rng.choice(_GOODS_MARKS).format(name)
        return rng.choice((str.upper, str.upper, str.title, str))(name)

    def brand(self, rng: Random, *, korean: bool) -> str:
        """What stands on a shop's sign: one to three words, or initials."""
        if korean:
            return rng.choice((*self.korean["companies"], *self.korean["goods"], syllables(rng)))
        names = self.english["companies"], self.english["surnames"], self.english_words
        words = [rng.choice(rng.choice(names)) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        case = rng.choice((str.upper, str.title, str.title, str.lower))
        kind = rng.random()
        if kind < 0.1:
            return initials(rng)
        if kind < 0.25:
            return case(words[0]) + rng.choice(("'s", "'S", "!", ".com", "24", "®"))
        return case(rng.choice((" ", " ", " ", " & ", "-", ":", "")).join(words))

    def company(self, rng: Random, *, korean: bool) -> str:
        """The name of a firm or shop."""
        return self._strewn(rng, self._company(rng, korean=korean))

    def _company(self, rng: Random, *, korean: bool) -> str:
        if not korean:
            parts = [rng.choice(self.english[key]) for key in ("companies", "trades", "legal")]
            if rng.random() < 0.1:
                parts[0] = rng.choice((initials(rng), f"{rng.choice(self.english['surnames'])} & Sons"))
            return rng.choice((str.upper, str.upper, str))(" ".join(parts[: rng.choice((2, 3, 3))]))
        if rng.random() < 0.5:
            return rng.choice(self.korean_companies)
        name = rng.choice(self.korean["companies"]) + rng.choice(self.korean["trades"])
        branch = rng.choice(self.korean["companies"]) + "점"
        return rng.choice(_COMPANY_FORMS).format(name, branch)

    def address(self, rng: Random, *, korean: bool) -> str:
        """A postal address on one line."""
        return self._strewn(rng, self._address(rng, korean=korean))

    def _address(self, rng: Random, *, korean: bool) -> str:
        if korean:
            tail = rng.choice(("{}", "{}-{}", "{}번길 {}", "{} {}층", "{}, {}호", "{}동 {}호"))
            return f"{rng.choice(self.korean_places)} {tail.format(rng.randrange(1, 400), rng.randrange(1, 60))}"
        house = rng.choice(("{}", "No. {}", "NO.{},", "LOT {}-A,", "{} &", "Unit {},", "G-{},"))
        parts = (
            f"{house.format(rng.randrange(1, 2000))} {rng.choice(self.english['streets'])}",
            rng.choice(self.english["areas"]),
            rng.choice(self.english["cities"]),
        )
        line = ", ".join(parts[k] for k in sorted(rng.sample(range(3), rng.choice((1, 2, 3)))))
        return rng.choice((str.upper, str))(line)

    def person(self, rng: Random, *, korean: bool) -> str:
        """An invented person's name."""
        return self._strewn(rng, self._person(rng, korean=korean))

    def _person(self, rng: Random, *, korean: bool) -> str:
        if korean:
            name = rng.choice(self.korean["surnames"][0]) + "".join(rng.sample(self.korean["given"][0], 2))
            return " ".join(name) if rng.random() < 0.2 else name
        name = f"{rng.choice(self.english['given'])} {rng.choice(self.english['surnames'])}"
        return rng.choice((str.upper, str, str))(name)

    def label(self, rng: Random, *, korean: bool) -> str:
        """A form's or receipt's label, with or without a colon."""
        label = self._strewn(rng, rng.choice((self.korean if korean else self.english)["labels"]))
        return rng.choice(("{}", "{}", "{}:", "{} :", "[{}]" if korean else "{}.")).format(label)

    def value(self, rng: Random, *, korean: bool) -> str:
        """Anything that stands after a label."""
        if rng.random() < 0.25:
            return rng.choice((self.person, self.company, self.address, self.goods))(rng, korean=korean)
        kind = rng.choice(
            (
                amount,
                amount,
                date,
                time,
                phone,
                number,
                code,
                masked_card,
                email,
                website,
                symbols,
                scraps,
                registration,
            )
        )
        return kind(rng)


@cache
def vocabulary() -> dict[str, dict[str, list[str]]]:
    """`vocabulary.toml`: lists by language (or "formats") and name."""
    data = tomllib.loads(files("ocr.synthesis").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    return {
        section: {name: value if isinstance(value, list) else _split(name, value) for name, value in lists.items()}
        for section, lists in data.items()
    }


def _split(name: str, text: str) -> list[str]:
    return text.split() if name == "words" or name.endswith("_latin") else text.replace("\n", "").split("|")


def _clean(lines: Iterable[str]) -> list[str]:
    """The entries that the charset can print, folded to it."""
    known = frozenset(charset.readable())
    folded = (" ".join(charset.fold(line).split()) for line in lines)
    return [line for line in folded if line and len(line) < 60 and known.issuperset(line)]


def recase(rng: Random, word: str) -> str:
    """The word as it is, or in another case."""
    return rng.choice((str, str, str.upper, str.title, str.lower))(word)


def initials(rng: Random) -> str:
    """Two to four capitals, most of them joined by an ampersand, such as those that firms go by."""
    letters = rng.choices(string.ascii_uppercase, k=rng.choice((2, 2, 3, 4)))
    joint = rng.choice(("&", "&", "&", "", ".", " & "))
    return joint.join(("".join(letters[:-1]), letters[-1])) if "&" in joint else joint.join(letters)


def syllables(rng: Random) -> str:
    """Two to five syllables drawn uniformly from KS X 1001, so that rare ones are seen as well."""
    return "".join(rng.choices(charset.hangul_syllables(), k=rng.randint(1, 5)))


def digits(rng: Random, count: int) -> str:
    """A string of digits; leading zeros may occur."""
    return "".join(rng.choices(string.digits, k=count))


def filled(rng: Random, name: str) -> str:
    """One of the vocabulary's formats of a name, with its places filled by digits and letters."""

    def fill(match: re.Match[str]) -> str:
        return "".join(rng.choices(_PLACES[match[1]], k=int(match[2])))

    return _PLACE.sub(fill, rng.choice(vocabulary()["formats"][name]))


def money_parts(rng: Random) -> dict[str, str]:
    """An amount as formats need it: `plain`, `grouped`, `dotted`, rounded to `hundreds`, and `cents`."""
    value = int(10 ** rng.uniform(0, 6.5))
    cents = rng.choice(("00", "50", "90", "95", "99", digits(rng, 2), digits(rng, 2)))
    grouped = f"{value:,}"
    return {
        "plain": str(value), "grouped": grouped, "dotted": grouped.replace(",", "."),
        "hundreds": f"{max(100, value // 100 * 100):,}", "cents": cents,
    }  # fmt: skip


def moment(rng: Random, first_year: int = 1950, last_year: int = 2035) -> dict[str, int | str]:
    """A day and a time as formats need them; `n` are the minutes."""
    y, m, d, h = rng.randint(first_year, last_year), rng.randint(1, 12), rng.randint(1, 28), rng.randrange(24)
    month = MONTHS[m - 1]
    return {
        "y": y, "yy": y % 100, "m": m, "d": d, "month": month, "mon": month[:3], "MON": month[:3].upper(),
        "day": _DAYS[d % 7], "day_ko": "월화수목금토일"[d % 7], "h": h, "h12": h % 12 or 12,
        "half": ("AM", "PM")[h // 12], "half_ko": ("오전", "오후")[h // 12],
        "n": rng.randrange(60), "s": rng.randrange(60),
    }  # fmt: skip


def amount(rng: Random) -> str:
    """An amount of money in any of the styles seen on receipts."""
    return rng.choice(vocabulary()["formats"]["amount"]).format(**money_parts(rng))


def date(rng: Random) -> str:
    """A date, now and then with a time, in any of the usual styles."""
    return rng.choice(vocabulary()["formats"]["date"]).format(**moment(rng))


def time(rng: Random) -> str:
    """A time of the day in any of the usual styles."""
    return rng.choice(vocabulary()["formats"]["time"]).format(**moment(rng))


def phone(rng: Random) -> str:
    """A telephone number as written in Korea, Malaysia or the United States, with or without a label."""
    number = filled(rng, "phone")
    return f"{rng.choice(vocabulary()['formats']['phone_label'])} {number}" if rng.random() < 0.4 else number


def number(rng: Random) -> str:
    """A number that is no amount: a count, a quantity, a running number."""
    return filled(rng, "number")


def registration(rng: Random) -> str:
    """A number that a firm or a person is registered under, as printed."""
    return filled(rng, "registration")


def masked_card(rng: Random) -> str:
    """A card number with most of its digits hidden."""
    return filled(rng, "card").replace("*", rng.choice("**Xx"))


def code(rng: Random) -> str:
    """Letters and digits in no order: article, document and approval numbers."""
    text = filled(rng, "code")
    return text.lower() if rng.random() < 0.1 else text


def email(rng: Random) -> str:
    """An e-mail address of an invented owner."""
    words = vocabulary()["en"]
    name = rng.choice(words["given"]).split()[0].lower()
    rest = rng.choice((digits(rng, 2), rng.choice(words["sites"])))
    return f"{name}{rng.choice(('', '.', '_', '-'))}{rest}@{rng.choice(words['sites'])}{rng.choice(words['endings'])}"


def website(rng: Random) -> str:
    """The address of an invented web page."""
    words = vocabulary()["en"]
    start = rng.choice(("www.", "http://www.", "https://", ""))
    end = rng.choice(("", "", "/", "/kr", f"/q?id={digits(rng, 3)}"))
    return f"{start}{rng.choice(words['sites'])}{rng.choice(words['endings'])}{end}"


def symbols(rng: Random) -> str:
    """A sign of the charset, alone or with digits."""
    sign = rng.choice(charset.SYMBOLS)
    return rng.choice((sign, sign, sign + digits(rng, 2), digits(rng, 2) + sign, sign * 2, f"{sign} {digits(rng, 3)}"))


def scraps(rng: Random) -> str:
    """One to four ASCII characters of any kind."""
    return "".join(rng.choices(charset.ASCII, k=rng.choice((1, 1, 1, 2, 3, 4))))


def mrz_line(rng: Random) -> str:
    """Characters as in a machine readable zone, without its meaning."""
    words = vocabulary()["en"]
    country = rng.choice(("KOR", "UTO", "MYS", "USA"))
    if rng.random() < 0.5:
        body = f"P<{country}{rng.choice(words['surnames'])}<<{rng.choice(words['given'])}".upper().replace(" ", "<")
    else:
        body = f"{rng.choice('MPE')}{digits(rng, 9)}{country}{digits(rng, 7)}{rng.choice('MF')}{digits(rng, 7)}"
    return body.ljust(rng.choice((30, 36, 44)), "<")
