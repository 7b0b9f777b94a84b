from __future__ import annotations

import random
import string
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import regex

from docextract.extraction.lexicon import LabelMatch
from docextract.extraction.literals import fold, needed_by
from docextract.extraction.rows import build_layout
from docextract.extraction.scene import Scene, matching_rows
from docextract.schema.loading import bundled_names, find_template, load_template
from docextract.schema.patterns import compile_pattern

from ..conftest import Typeset


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("total", {"total"}),
        ("(?i)Total|MwSt", {"total", "mwst"}),
        ("total|", set()),
        ("(?:tax|vat) due", {" due"}),
        ("(?<value>tax|vat)", {"tax", "vat"}),
        ("(?:tax|vat)?x", {"x"}),
        ("(?:tax){2}", {"tax"}),
        ("(?:tax){0,2}x", {"x"}),
        ("ab*c", {"a"}),
        ("ab+cd", {"cd"}),
        ("ab?+cd", {"cd"}),
        (r"\d{3}-\d\d", {"-"}),
        (r"\.com\b", {".com"}),
        ("[abc]x[^d]", {"x"}),
        ("(?=tax)x", {"x"}),
        ("(?<!tax)x(?!vat)", {"x"}),
        ("(?:tax){e<=1}", set()),
        ("(?i)grün", {"gr"}),
        ("(?i)세금", {"세금"}),
        (r"\p{Lu}{2}x", {"x"}),
        ("(?<q>ab)x(?P=q)", {"ab"}),
        (r"\L<korean_surnames>씨", {"씨"}),
        *[
            (unknown, set())
            for unknown in (r"\x41b", "(?x) a b", "(?r)ab", "ab(?#no)c", "(ab)(?1)", r"a\Kb", "(*FAIL)a")
        ],
    ],
)
def test_what_every_match_holds(pattern: str, literals: set[str]) -> None:
    assert needed_by(pattern).literals == literals


def test_letters_that_are_alike_but_for_case_are_folded_into_one() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in string.ascii_letters:
        assert set(fold("".join(regex.findall(letter, every, regex.IGNORECASE)))) == {letter.lower()}


def patterns_of(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name in ("pattern", "unless", "start", "stop", "skip", "join", "until", "discount", "cash"):
                # Labels have an `unless` of phrases.
                yield from [value] if isinstance(value, str) else () if "labels" in data else value or ()
            yield from patterns_of(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from patterns_of(value)


def test_no_match_is_missed_of_the_patterns_of_all_templates() -> None:
    templates = [load_template(find_template(name)) for name in bundled_names()]
    patterns = {pattern for template in templates for pattern in patterns_of(template.model_dump())}
    rng = random.Random(0)
    texts = {line for template in templates for test in template.tests for line in test.text.splitlines()}
    texts |= {text for pattern in sorted(patterns) for text in strings_like(pattern, rng)}
    matched, excluded = 0, 0
    for pattern in patterns:
        needed, compiled = needed_by(pattern), compile_pattern(pattern)
        possible = {text for text in texts if needed.among(fold(text) if needed.folded else text)}
        found = {text for text in texts if compiled.search(text)}
        assert found <= possible
        matched, excluded = matched + len(found), excluded + len(texts) - len(possible)
    assert matched > len(patterns) and excluded > len(patterns) * len(texts) / 4


def strings_like(pattern: str, rng: random.Random) -> Iterator[str]:
    """Strings with the letters of a pattern, in the order in which they stand in it, and some digits."""
    words = regex.findall(r"[\p{L} '@.:%-]{2,}", regex.sub(r"\\[pP]\{\w+\}|\\\w|\(\?\S*?[:>)]", "\x00", pattern))
    for word in words:
        for text in (word, word.upper(), word.title()):
            yield text
            yield f"{text} {rng.randint(1, 99999)}.{rng.randint(10, 99)}"


def test_rows_that_a_pattern_matches(typeset: Typeset) -> None:
    labels: dict[int, list[LabelMatch]] = {}
    scene = Scene(build_layout(typeset("TAX   1.00\nsum   2.00\nTOTAL   3.00")), labels, frozenset())
    rows = scene.layout.rows
    assert (
        matching_rows(scene, ["(?i)^(?:tax|SUM)"], rows) == matching_rows(scene, ["^TAX", "^sum"], rows) == {*rows[:2]}
    )
    assert matching_rows(scene, ["^(?:tax|SUM)"], rows) == set()
    assert matching_rows(scene, [], rows) == set()
    # A pattern that cannot match is not tried, however long it would take.
    hopeless = r"(?:\w+\W*)+grand total$"
    assert matching_rows(scene, [hopeless], rows) == set() and hopeless not in scene.matching
