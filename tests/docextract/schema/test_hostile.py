"""Templates of strangers: whatever is in the file, there is one kind of error, with a place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docextract.errors import TemplateSyntaxError
from docextract.pipeline import Extractor
from docextract.schema.loading import find_mistakes, load_template
from docextract.schema.strict_yaml import load_strict

from ..conftest import Typeset

GOOD = """\
version: 1
anchors:
  - {text: VOID, box: [0, 0, 10, 5]}
match: {any: ['(?i)ticket']}
fields:
  fine:
    type: money
    required: true
    locate:
      - {find: label, labels: [fine], weight: 0.9}
      - {find: zone, box: [0, 10, 20, 20]}
  plates[]: {type: identifier, locate: [{find: pattern, pattern: '[A-Z]{2}\\d+'}]}
tables:
  works: {columns: {task: {type: text, labels: [task]}}}
checks: []
tests:
  - {text: Fine 9.00, expect: {fine: 9.00}}
"""
LINES = GOOD.splitlines()
BOMB = "a: &a [x]\n" + "".join(f"{chr(98 + k)}: &{chr(98 + k)} [{f'*{chr(97 + k)},' * 9}]\n" for k in range(9))
NESTED = "version: 1\nfields: " + "{a: " * 10_000 + "x" + "}" * 10_000


def test_the_template_is_good(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    assert find_mistakes(path) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "anchors and aliases are not supported"),
        (NESTED, "the nesting is too deep"),
        (GOOD + "#" * (1 << 17), "the file is larger than"),
        (GOOD + "checks: []\n", "the key 'checks' is there twice"),
        (GOOD.replace("(?i)ticket", "(?:(?:a{99}){99}){99}"), "the pattern repeats"),
        (GOOD.replace("(?i)ticket", "(" * 60 + ")" * 60), "the pattern nests"),
        (GOOD.replace("0.9", "nan"), "a number of at most 1 is needed here"),
        (GOOD.replace("0.9", "1e400"), "a number of at most 1 is needed here"),
        (GOOD.replace("0, 0, 10, 5", "0, 0, inf, 5"), "a finite number is needed here"),
        (GOOD.replace("0, 0, 10, 5", "10, 0, 0, 5"), "a box is left, top, right, bottom"),
        (GOOD.replace("0, 0, 10, 5", "0, 0, 10"), "an item is missing here"),
        (GOOD.replace("  - {text: VOID, box: [0, 0, 10, 5]}\n", "").replace("anchors:\n", ""), "zones need anchors"),
        (GOOD.replace("labels: [fine]", f"labels: [{'x' * 81}]"), "a text of at most 80 characters is needed here"),
        (GOOD.replace("version: 1", "version: 99999999999999999999999"), "a number of at most 1 is needed here"),
        (GOOD.replace("- {text: Fine 9.00, ", "- {"), "a test has either a text or a page"),
        (GOOD.replace("(?i)ticket", "(" * 30 + "a" + ")+" * 30), "the pattern repeats"),
        (GOOD.replace("[fine]", r'["\ud800"]'), "half of a surrogate pair is no character"),
        ("- " * 5000, "the nesting is too deep"),
        ("x", "keys with values are needed here"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(TemplateSyntaxError) as caught:
        load_template(path)
    assert caught.value.reason.startswith(reason)
    assert 1 <= caught.value.line <= len(text.splitlines())


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from(["drop", "twice", "indent", "cut", "swap"])),
        min_size=1,
        max_size=3,
    )
)
def test_a_damaged_template_loads_or_is_refused_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, damages: list[tuple[int, str]]
) -> None:
    lines = list(LINES)
    for k, damage in damages:
        lines[k] = {
            "drop": "",
            "twice": f"{lines[k]}\n{lines[k]}",
            "indent": f" {lines[k]}",
            "cut": lines[k][: len(lines[k]) // 2],
            "swap": lines[-k],
        }[damage]
    path = tmp_path_factory.mktemp("damaged") / "damaged.yaml"
    path.write_text("\n".join(lines))
    for mistake in find_mistakes(path):
        assert 1 <= mistake.line <= len(path.read_text().splitlines()) + 1
        assert mistake.reason and "should" not in mistake.reason  # as pydantic puts it, of Python's types


def test_what_an_error_quotes_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(GOOD.replace("type: money", f"type: {'money' * 1000}"))
    (mistake,) = find_mistakes(path)
    assert mistake.reason.startswith("'moneymoney") and len(str(mistake)) < 1100 + len(str(path))


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "endless.yaml"
    path.symlink_to("/dev/zero")
    with pytest.raises(TemplateSyntaxError, match="the file is larger than"):
        load_strict(path)


def test_a_file_full_of_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(f"version: 1\nmodifiers: [{'[],' * 4_000}]\nfields: {{}}\n")
    assert len(find_mistakes(path)) == 4_001


def test_many_patterns_of_great_cost_leave_the_other_fields_alone(tmp_path: Path, typeset: Typeset) -> None:
    slow = "".join(
        f"  slow{k}: {{type: text, locate: [{{find: pattern, pattern: '(?:a|a|b?a)+$|(a+)+$|{k}'}}]}}\n"
        for k in range(6)
    )
    path = tmp_path / "slow.yaml"
    path.write_text(f"version: 1\nfields:\n{slow}  fine: {{type: money, locate: [{{find: label, labels: [fine]}}]}}\n")
    record = Extractor().extract_page(typeset("a" * 60 + "!\nFine   45.00"), path)
    assert record.model_dump(include={"fine"}, mode="json") == {"fine": "45.00"}
    assert [issue.code for issue in record.issues] == ["pattern_timeout"] * 6
