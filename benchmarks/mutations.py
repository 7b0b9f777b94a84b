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


@dataclass(frozen=True)
class Mutation:
    """A piece of a file, which stands there once, and what it is exchanged for."""

    breaks: str
    old: str
    new: str


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "docextract/values/cards.py": (
        Mutation("Luhn doubles the other digits", "(1 + k % 2)", "(2 - k % 2)"),
        Mutation("Luhn adds products instead of their digits", "value // 10 + value % 10", "value"),
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
        Mutation("thousands are ambiguous where there are no cents", "decimals != 0:", "decimals == 0:"),
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
    "docextract/values/contacts.py": (Mutation("two dots in an e-mail address", 'if ".." not in name:', "if name:"),),
    "docextract/values/mrz.py": (
        Mutation("weights in another order", "(7, 3, 1)[k % 3]", "(7, 1, 3)[k % 3]"),
        Mutation("fillers have a value", '{"<": 0}', '{"<": 36}'),
        Mutation(
            "births in the future",
            '_date(text["birth_date"], today.year)',
            '_date(text["birth_date"], today.year + 50)',
        ),
        Mutation("the composite digit covers the sex", "(1, 21, length - 1)", "(1, 20, length - 1)"),
        Mutation("the first of several repairs is taken", "if len(found) == 1:", "if found:"),
        Mutation("a B is repaired to a 3", '"000001112345687"', '"000001112345637"'),
    ),
    "docextract/values/reading.py": (
        Mutation("a B is repaired to a 3", '"000011112558"', '"000011112553"'),
        Mutation("readings side by side exclude each other", ".end <= reading.start:", ".end < reading.start:"),
    ),
    "docextract/extraction/solver.py": (
        Mutation("what is subtracted is added", "[-abs(value)] if role", "[abs(value)] if role"),
        Mutation(
            "all that is printed must be part of the sum",
            "range(len(extra), -1, -1)",
            "range(len(extra), len(extra) - 1, -1)",
        ),
        Mutation("the last among equals is the first", '-1 if rule.prefer == "last" else 1', "1"),
        Mutation("contradictions are not told", "failed.append(check)", "pass"),
    ),
    "docextract/records/secrets.py": (
        Mutation("pickles hold the clear text", "type(self).from_mask, (self.masked,)", "type(self), (self._clear,)"),
        Mutation("six digits of a card are shown", "**** {clear[-4:]}", "**** {clear[-6:]}"),
        Mutation("errors quote", 'f"no {cls.kind}") from None', 'f"no {cls.kind}: {value}") from None'),
    ),
    "docextract/redaction.py": (
        Mutation("no margin around the print", "round(_MARGIN * height) + 1", "0"),
        Mutation("one digit too many is kept", "digits[-_LAST - 1] + 1", "digits[-_LAST - 1]"),
        Mutation(
            "a zone is no place of resident numbers",
            '"kr_rrn": frozenset({"resident_number", "mrz"})',
            '"kr_rrn": frozenset({"resident_number"})',
        ),
        Mutation("nine neighbours are not telling", "_TELLING = 7", "_TELLING = 10"),
        Mutation("damaged zones are left", "if _FILLERS.search(text)", "if not text"),
    ),
}


def tests_of(path: str) -> str:
    """The tests of a file."""
    place = Path(path)
    return (Path("tests") / place.parent / f"test_{place.name}").as_posix()


def passes(tree: Path, tests: str) -> bool:
    """Whether tests pass in a copy of the repository; those that do not end have failed."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(tree, tests))
    process.start()
    process.join(TIMEOUT_S)
    process.kill()
    process.join()
    return process.exitcode == 0


def _run(tree: Path, tests: str) -> None:
    import pytest

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    import docextract

    if not Path(docextract.__file__).is_relative_to(tree):
        raise RuntimeError("the tests would see the repository, not its copy")
    sys.exit(pytest.main(["-x", "-q", "--assert=plain", "--hypothesis-seed=0", "-p", "no:cacheprovider", tests]))


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
