"""Break the values and their checks in more than fifty ways, one at a time, and see which of them the tests notice.

    python benchmarks/mutations.py > docs/mutations.md

The breakages are made in a copy of the repository, whose tests have to pass before.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEAST = 0.9  # of them are to be noticed
TIMEOUT_S = 900
LEFT_OUT = shutil.ignore_patterns(".*", "build", "runs", "dist", "*.egg-info", "__pycache__")
# Loaded once, so that every run of the tests begins with a fork: nothing of the repository is among them.
LOADED = ("cv2", "hypothesis", "numpy", "PIL", "pydantic", "pytest", "rapidfuzz", "regex", "torch", "transformers")

# Files whose tests do not bear their name, or not all of them.
SEVERAL = {
    "bending": ("rows",),
    "date_order": ("misread_documents",),
    "letterheads": ("letterheads", "locators", "misread_documents"),
    "locators": ("locators", "misread_documents"),
    "mrz_formats": ("mrz",),
    "mrz_repair": ("mrz",),
    "mrz_zone": ("mrz",),
    "second_thoughts": ("second_thoughts", "misread_documents"),
    "spelling": ("spelling", "letterheads", "misread_documents"),
}


@dataclass(frozen=True)
class Mutation:
    """A piece of a file, which stands there once, and what it is exchanged for."""

    breaks: str
    old: str
    new: str


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "docextract/values/cards.py": (
        Mutation(
            "Luhn doubles the other digits",
            "sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])",
            "sum(values[1::2]) + sum(_DOUBLED[value] for value in values[::2])",
        ),
        Mutation("Luhn adds products instead of their digits", "6, 8, 1, 3, 5, 7, 9)", "6, 8, 10, 12, 14, 16, 18)"),
        Mutation("Mastercard's range ends one too early", '"2221", "2720"', '"2221", "2719"'),
        Mutation("a range does not hold its first prefix", "first <= digits", "first < digits"),
        Mutation("groups of American Express", '"amex": (4, 6, 5)', '"amex": (4, 5, 6)'),
        Mutation("cards end on the first day of their month", "monthrange(year, month)[1]", "1"),
    ),
    "docextract/values/registrations.py": (
        Mutation(
            "two weights of business numbers exchanged", "(1, 3, 7, 1, 3, 7, 1, 3, 5)", "(1, 3, 7, 1, 3, 7, 1, 5, 3)"
        ),
        Mutation("the carry of the ninth digit is lost", "digits[8] * _BUSINESS_WEIGHTS[8] // 10", "0"),
        Mutation("check digit without complement", "digits[-1] == -total % 10", "digits[-1] == total % 10"),
        Mutation("digits without hyphens need not pass", 'elif not match["bare"]:', "else:"),
    ),
    "docextract/values/residents.py": (
        Mutation("weights off by one", "(2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)", "(1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4)"),
        Mutation("those born since 2000 are a century older", '"3": 2000', '"3": 1900'),
        Mutation("sexes exchanged", '"M" if int(number[7]) % 2 else "F"', '"F" if int(number[7]) % 2 else "M"'),
        Mutation("check digit of foreigners as of citizens", "(13 if is_foreign(number) else 11)", "11"),
        Mutation("a label alone makes a company", " and registrations.passes_checksum(number)", ""),
        Mutation("a label for both makes a company", ' and "주민" not in before', ""),
    ),
    "docextract/values/dates.py": (
        Mutation("the month comes first", "[(year, b, a), (year, a, b)]", "[(year, a, b), (year, b, a)]"),
        Mutation("two digits mean 1950 to 2049", "year < 70", "year < 50"),
        Mutation("an era begins a year late", '"平成": 1988', '"平成": 1989'),
        Mutation(
            "the first year of an era is the one before", '(1 if match["year"] == "元"', '(0 if match["year"] == "元"'
        ),
        Mutation(
            "day and month exchanged in American short dates",
            '"mdy": (_full_year(match["c"]), a, b)',
            '"mdy": (_full_year(match["c"]), b, a)',
        ),
    ),
    "docextract/values/money.py": (
        Mutation("cents are taken for units", '"." + cents', "cents"),
        Mutation("a minus behind the amount is overlooked", "if opening or closing else 1", "if opening else 1"),
        Mutation("thousands are ambiguous where there are no cents", "and decimals != 0:", "and decimals == 0:"),
        Mutation("a triangle behind the mark is no minus", r"(?P<inner_sign>[-–(△▲]", r"(?P<inner_sign>[-–(]"),
    ),
    "docextract/values/currency.py": (
        Mutation("the yen has sen", '"JPY": Currency(0,', '"JPY": Currency(2,'),
        Mutation("Americans put the day first", '"USD": Currency(2, "mdy"', '"USD": Currency(2, "dmy"'),
    ),
    "docextract/values/times.py": (
        Mutation("noon is midnight of the next day", 'half == "P" and hour < 12', 'half == "P" and hour <= 12'),
        Mutation("midnight is noon", 'half == "A" and hour == 12', 'half == "A" and hour == 13'),
    ),
    "docextract/values/licences.py": (Mutation("the last region is missing", "range(11, 29)", "range(11, 28)"),),
    "docextract/values/phones.py": (
        Mutation("(0) is dialled", 'printed.replace(match["trunk"] or "", "", 1)', "printed"),
        Mutation("00 stays before the code of the country", '"+" + digits[2:]', '"+" + digits'),
    ),
    "docextract/values/passports.py": (Mutation("diplomats have none", "[MSRGD]", "[MSRG]"),),
    "docextract/values/contacts.py": (
        Mutation("two dots in an e-mail address", 'if ".." in name or (name', "if (name"),
        Mutation("a rule is a name in front of an @", "(name in _BARS and not lost)", "not name"),
    ),
    "docextract/values/mrz_zone.py": (
        Mutation("weights in another order", "(7, 3, 1)[k % 3]", "(7, 1, 3)[k % 3]"),
        Mutation("fillers have a value", '{"<": 0}', '{"<": 36}'),
        Mutation(
            "births in the future",
            '_date(text["birth_date"], today)',
            '_date(text["birth_date"], date(today.year + 50, 12, 31))',
        ),
        Mutation("documents run out within forty years", "today.year + 50", "today.year + 40"),
        Mutation("births later this year", "(year, month, day) <= (latest.year, latest.month, latest.day)", "True"),
    ),
    "docextract/values/mrz.py": (
        Mutation("the worst format is taken", "max(zones, key=lambda zone: (sum", "min(zones, key=lambda zone: (sum"),
        Mutation("the first format is taken", "return max(zones, key=lambda", "return max(zones[:1], key=lambda"),
    ),
    "docextract/values/mrz_repair.py": (
        Mutation("the first of several repairs is taken", "if len(found) == 1:", "if found:"),
        Mutation("a B is repaired to a 3", '"000001112345687"', '"000001112345637"'),
    ),
    "docextract/values/reading.py": (
        Mutation("a B is repaired to a 3", '"000011112558"', '"000011112553"'),
        Mutation("readings side by side exclude each other", ".end <= reading.start:", ".end < reading.start:"),
    ),
    "docextract/extraction/solver.py": (
        Mutation("what is subtracted is added", "{-abs(value)} if role", "{abs(value)} if role"),
        Mutation(
            "all that is printed must be part of the sum",
            "range(len(extra), -1, -1)",
            "range(len(extra), len(extra) - 1, -1)",
        ),
        Mutation("the last among equals is the first", '-1 if rule.prefer == "last" else 1', "1"),
        Mutation("contradictions are not told", "failed.append(check)", "pass"),
    ),
    "docextract/values/mrz_formats.py": (
        Mutation("the composite digit covers the sex", "(1, 21, length - 1)", "(1, 20, length - 1)"),
    ),
    "docextract/values/mrz_print.py": (
        Mutation("fillers in two are one", '"«": "<<"', '"«": "<"'),
        Mutation("one of two characters may differ", "_MISREAD = 3", "_MISREAD = 2"),
        Mutation("a character of print is a field", "<= length < 2 * len(print_.text)", "<= length"),
        Mutation("the less probable letter is taken", "if there > here:", "if there < here:"),
        Mutation("letters that the zone never thought of", "if other not in dict(names.others[place]):", "if False:"),
        Mutation("one of several alike prints is asked", "or len(alike) != 1:", "or not alike:"),
        Mutation("the least likely of what cannot be read", "max(likely, default=", "min(likely, default="),
        Mutation(
            "a twin stands in another place", "self.text[k:][:1] + self.text[k:]", "self.text[:1] + self.text[k:]"
        ),
    ),
    "docextract/extraction/arithmetic.py": (
        Mutation(
            "sums that came out may break",
            "return fixed if enough and not left else []",
            "return fixed if enough else []",
        ),
    ),
    "docextract/extraction/bending.py": (
        Mutation("paper bends the other way", "middles[:, 1] - unit *", "middles[:, 1] + unit *"),
        Mutation("lines of another slope count as well", "_SURE) ** 2)", "_SURE) ** 0)"),
        Mutation("no bends across the rows", "_ALONG, _ACROSS = 4, 1", "_ALONG, _ACROSS = 4, 0"),
        Mutation("paper is stiff", "_STIFF = 0.003", "_STIFF = 30.0"),
        Mutation("one line shows how a page bends", "_FEWEST = 4", "_FEWEST = 0"),
    ),
    "docextract/extraction/captions.py": (
        Mutation("print of the same height is a caption", "_SMALL = 0.85", "_SMALL = 1.0"),
        Mutation("half of a caption may be misread", "_ALIKE = 0.7", "_ALIKE = 0.2"),
        Mutation("either of two captions is meant", "_AHEAD = 0.1", "_AHEAD = 0.0"),
        Mutation("fields have several labels", "if not any(label.key in keys for label in found)", "if True"),
        Mutation("labels are captions of other fields", "_label_in(span, labels) is None", "True"),
    ),
    "docextract/extraction/rows.py": (
        Mutation("print beside is print below", "other.x0 < self.x1 and self.x0 < other.x1", "True"),
        Mutation("wide cells are not looked for", "other.x1 - other.x0 + self._widest", "other.x1 - other.x0"),
    ),
    "docextract/extraction/places.py": (
        Mutation("what is surely read is exchanged", ">= _DOUBTED", ">= 0.0"),
        Mutation("one of several names is taken", "if len(doubted) == 1", "if doubted"),
        Mutation("the likelier of two names need not be far ahead", "_AHEAD = 4.0", "_AHEAD = 1.0"),
    ),
    "docextract/extraction/date_order.py": (
        Mutation("one of several dates is taken", "if len(found) == 1 else {}", "if found else {}"),
        Mutation("what another field was refused", " and reading.value not in proposed", ""),
        Mutation("dates that are none between the others", "before < reading.value < after and ", ""),
    ),
    "docextract/extraction/machine_readable.py": (
        Mutation("doubts of another cell", "other[span.start : span.end]", "other[: len(span.text)]"),
        Mutation("dates beside say nothing", "{reading.value:%y%m%d}", "{reading.value:%d%m%y}"),
        Mutation("the zone has the rows of others", "layout.rows[index] for", "layout.rows[-1 - index] for"),
    ),
    "docextract/extraction/payments.py": (
        Mutation("sentences about cards are payments", "match.key in keys and match.leads", "match.key in keys"),
        Mutation("the amount stands in front", "amount.start >= label.span.end", "amount.start < label.span.end"),
        Mutation("anything may follow the amount", "_BEHIND = 4", "_BEHIND = 40"),
        Mutation("a minus of what was handed over stays", "abs(c.value)", "c.value"),
        Mutation("the last payment is never repeated", "combinations(payments, len(payments) - 1)", "()"),
        Mutation("payments are never single", "combinations(payments, 1)", "()"),
        Mutation("no payments make what was not paid", "== paid), payments)", "== paid), ())"),
        Mutation("cards in another order", "free = [cards[k]]", "free = [cards[-1 - k]]"),
        Mutation("the payment furthest above", "free = [above[-1]]", "free = [above[0]]"),
        Mutation("cash has a card", "if not is_cash(payment)", "if True"),
        Mutation("cards without an amount are lost", "joined.append(dict(known))", "pass"),
    ),
    "docextract/extraction/charges.py": (
        Mutation("a tax is a part of its base only", "value * rate / (100 + rate))", "value * rate / 100)"),
        Mutation("a tax comes to its base only", "(base.value * rate / 100, ", "(base.value * rate / (100 + rate), "),
        Mutation("no cent is rounded", "_ROUNDED = Decimal(2)", "_ROUNDED = Decimal(0)"),
        Mutation("anything proves a rate", "_ROUNDED = Decimal(2)", "_ROUNDED = Decimal(2000)"),
        Mutation(
            "repetitions are taxes",
            """if {(field, value) for field, value in values if field != "name" or "rate" not in tax} not in said""",
            "if True",
        ),
        Mutation("what is refunded is a tax", "if reading.value >= 0]", "]"),
        Mutation("the sum is one of the discounts", "2 * size == together", "size == together"),
        Mutation(
            "amounts amid words are discounts",
            "if not amounts or _LETTERS.search(row.text, amounts[-1].end):",
            "if not amounts:",
        ),
        Mutation("taxes come by what they say", 'key=lambda tax: tax["amount"].position', "key=len"),
        Mutation("tenths of a percent are lost", r"(?:[.,][0-9]{1,4})?)\s?%", r")(?:[.,]\d{1,4})?\s?%"),
        Mutation("a rate proven beside another label", " if label is not None or not labels else None", ""),
        Mutation(
            "an amount beyond the next label",
            "label.span.end <= reading.start < end",
            "label.span.end <= reading.start",
        ),
    ),
    "docextract/extraction/second_thoughts.py": (
        Mutation("either of two numbers is taken", "if len(found) != 1:", "if not found:"),
        Mutation("what was hardly thought of is as likely", "(_LIKELY, math.inf), (0.0, _LIKELY)", "(0.0, math.inf),"),
        Mutation("what was hardly thought of is never", "(_LIKELY, math.inf), (0.0, _LIKELY)", "(_LIKELY, math.inf),"),
        Mutation("what was hardly thought of makes a form", "if probability >= _THOUGHT_OF", "if True"),
        Mutation("either of two forms is taken", "if len(ranked) > 1 and", "if False and"),
    ),
    "docextract/extraction/spelling.py": (
        Mutation("eights are Os", '"01258", "OIZSB"', '"01258", "BIZSO"'),
        Mutation("either of two is meant", "if len(near) != 1 or", "if not near or"),
        Mutation("spaces make another word", '"".join(value.split()) in', "value in"),
        Mutation("punctuation may be added", "(value.isalnum() and _letters(value) == _letters(near[0]))", "False"),
        Mutation(
            "the nearest is the furthest", "min(distances.values(), default=0)", "max(distances.values(), default=0)"
        ),
        Mutation("of several the first is meant", "if _thought_of(found, phrase)]", "]"),
        Mutation("capitals are lost", "return phrase.upper()", "return phrase"),
        Mutation("phrases reach beyond the print", "or found.end > span.end", ""),
    ),
    "docextract/extraction/locators.py": (
        Mutation(
            "a pattern is looked for in one row less",
            "math.ceil(locator.top * len(rows))",
            "math.floor(locator.top * len(rows))",
        ),
        Mutation(
            "the upper part is the page",
            "rows[: math.ceil(locator.top * len(rows))]",
            "rows",
        ),
        Mutation("what is found as read is read again", "if not locator.reread or found:", "if not locator.reread:"),
        Mutation("all patterns are read again", "if not locator.reread or found:", "if found:"),
        Mutation("secrets are text", "not isinstance(value, str) or not holds_secret(value)", "True"),
        Mutation("what was set right is not said", "value=right, repaired=True", "value=right"),
        Mutation(
            "a proven value of the zone is doubtful",
            "1.0 if zone.mrz.valid else _UNPROVEN",
            "_UNPROVEN if zone.mrz.valid else 1.0",
        ),
    ),
    "docextract/extraction/letterheads.py": (
        Mutation("what stands before a title is last", "key=lambda run: not _is_before", "key=lambda run: _is_before"),
    ),
    "docextract/extraction/implied.py": (
        Mutation("one sum tells", " if any(_are_independent(*two, paid) for two in combinations(sums[amount], 2))", ""),
        Mutation("a summary is a second sum", "candidate.value in amounts or ", ""),
        Mutation("print further away", "str(printed)) == 1]", "str(printed)) > 0]"),
    ),
    "docextract/extraction/repeats.py": (
        Mutation("certain words are spelt as others", " and prints[0].weakest < _DOUBTED", ""),
        Mutation("words printed twice are misread", "if len(prints) == 1", "if prints"),
        Mutation("less certain words are right", "bisect_left(doubts, -prints[0].confidence)", ""),
        Mutation("either of two words", "if len(nearest) == 1 else None", "if nearest else None"),
    ),
    "docextract/extraction/items.py": (
        Mutation("a price per kilogram is a quantity in kilograms", r"\b(?!\s*/)", r"\b"),
        Mutation("any word is the letter of a tax", r"[*#]?\s*$", ""),
        Mutation(
            "the unit follows the total", "_UNIT.match(row.text, quantity.end)", "_UNIT.match(row.text, total.end)"
        ),
        Mutation(
            "quantity and price exchanged",
            "first.quality <= second.quality else",
            "first.quality > second.quality else",
        ),
        Mutation("two discounts are the last one", "replace(further, value=value,", "replace(further,"),
        Mutation("a sum of minuses is positive", "else -sum(map(abs", "else sum(map(abs"),
        Mutation("articles' codes are amounts", "any(number.start < match.end", "all(number.start < match.end"),
        Mutation("names below begin the next item", "pending is None:", "False:"),
    ),
    "docextract/records/secrets.py": (
        Mutation("pickles hold the clear text", "type(self).from_mask, (self.masked,)", "type(self), (self._clear,)"),
        Mutation("six digits of a card are shown", "**** {clear[-4:]}", "**** {clear[-6:]}"),
        Mutation("errors quote", 'valid {cls.kind}") from None', 'valid {cls.kind}: {value}") from None'),
    ),
    "docextract/redaction.py": (
        Mutation("no margin around the print", "round(_MARGIN * height) + 1", "0"),
        Mutation("one digit too many is kept", "digits[_FIRST:-_LAST]", "digits[_FIRST : -_LAST - 1]"),
        Mutation(
            "a zone is no place of resident numbers",
            '"kr_rrn": frozenset({"resident_number", "mrz"})',
            '"kr_rrn": frozenset({"resident_number"})',
        ),
        Mutation("nine neighbours are not telling", "_TELLING = 7", "_TELLING = 10"),
    ),
    "docextract/secret_print.py": (
        Mutation("damaged zones are left", "if _FILLERS.search(text) or", "if"),
        Mutation("no digit is misread", "_MISREAD = 2", "_MISREAD = 0"),
        Mutation("numbers stand in one row", "_MOST_ROWS = 4", "_MOST_ROWS = 1"),
        Mutation("rows end where numbers do", "if first.x1 <= last.x0 and", "if False and"),
        Mutation("companies are persons", "and not (company and _COMPANY", "and not (False and _COMPANY"),
    ),
}


def tests_of(path: str) -> list[str]:
    """The tests of a file."""
    place = Path(path)
    names = SEVERAL.get(place.stem, (place.stem,))
    return [(Path("tests") / place.parent / f"test_{name}.py").as_posix() for name in names]


def passes(tree: Path, tests: Sequence[str]) -> bool:
    """Whether tests pass in a copy of the repository; those that do not end have failed."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(tree, tests))
    process.start()
    process.join(TIMEOUT_S)
    process.kill()
    process.join()
    return process.exitcode == 0


def _run(tree: Path, tests: Sequence[str]) -> None:
    import pytest

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    import docextract

    if not Path(docextract.__file__).is_relative_to(tree):
        raise RuntimeError("the tests would see the repository, not its copy")
    sys.exit(pytest.main(["-x", "-q", "--assert=plain", "--hypothesis-seed=0", "-p", "no:cacheprovider", *tests]))


def is_caught(tree: Path, path: str, mutation: Mutation) -> bool:
    """Whether the tests of a file notice a mutation of it."""
    file = tree / path
    source = file.read_text(encoding="utf-8")
    if source.count(mutation.old) != 1:
        raise ValueError(f"{path} has {mutation.old!r} {source.count(mutation.old)} times")
    file.write_text(source.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        return not passes(tree, tests_of(path))
    finally:
        file.write_text(source, encoding="utf-8")


def main(only: Sequence[str]) -> int:
    """Print the table of the mutations, of some files or of all; 1 if too many survive."""
    for name in LOADED:
        __import__(name)
    chosen = {path: found for path, found in MUTATIONS.items() if not only or path in only}
    rows: list[tuple[str, Mutation, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        for path, mutations in chosen.items():
            if not passes(tree, tests_of(path)):
                raise RuntimeError(f"the tests of {path} fail without a mutation")
            for mutation in mutations:
                rows.append((path, mutation, is_caught(tree, path, mutation)))
                print(*rows[-1], file=sys.stderr, flush=True)
    caught = sum(noticed for _, _, noticed in rows)
    print(f"# Mutations\n\nThe tests notice {caught} of {len(rows)} deliberate breakages of the values and checks.\n")
    print("`python benchmarks/mutations.py` makes them one at a time and runs the tests of the broken file.\n")
    print("| file | what breaks | noticed |\n|---|---|---|")
    for path, mutation, noticed in rows:
        print(f"| `{path}` | {mutation.breaks} | {'yes' if noticed else '**no**'} |")
    return int(caught < LEAST * len(rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
