from __future__ import annotations

import pytest

from docextract.schema.patterns import DEEPEST, LONGEST, check_pattern, compile_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{4}-\d{2}-\d{2}",
        r"(?:\d{3}[,.]){0,5}\d{1,3}",
        r"[({})]{3}\({2}",
        r"(?P<value>\p{L}{2,80})(?: \p{L}+){1,20}",
        "(" * 40 + "a" + ")" * 40,
        "(" * 40 + "a" + ")*" * 40,
        r"(?:(?:\p{L}+[ -])+\d+\s)+\(?x",
        r"(?V1)[\p{L}--[a-z]]+",
        r"^\L<korean_surnames>\p{Hangul}{2}$",
    ],
)
def test_usual_patterns(pattern: str) -> None:
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a" * (LONGEST + 1), "longer"),
        ("(" * (DEEPEST + 1) + ")" * (DEEPEST + 1), "nests"),
        ("(?:(?:(?:a{100}){100}){100}){10}", "repeats"),
        ("(?:a{200}b){200}", "repeats"),
        ("a{99999}", "repeats"),
        ("(?:ab){5000}(?:ab){5000,}", "repeats"),
        ("(" * 20 + "a" + ")+" * 20, "repeats"),
        ("(?:" * 20 + "a" + "){1,2}" * 20, "repeats"),
        ("(?:" * 20 + "a" + "){1,}?" * 20, "repeats"),
        ("(?#[)" + "(" * 20 + "a" + ")++" * 20 + "(?#])", "repeats"),
        ("(?x)#[\n" + "(" * 20 + "a" + ")+" * 20 + "#]", "verbose"),
        ("(?i)(?x: a { 9 9 9 9 9 } )", "verbose"),
        ("(?iV1)" + "[" * 300 + "a" + "]" * 300, "sets"),
        ("(", "compile"),
        ("a)", "compile"),
        ("[", "compile"),
        (r"\L<surnames>", "compile"),
    ],
)
def test_what_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_pattern(pattern)


def test_a_list_that_a_pattern_names() -> None:
    name = compile_pattern(r"^\L<korean_surnames>\p{Hangul}{2}$")
    assert name.search("김민수") and name.search("박지우")
    assert not name.search("값민수") and not name.search("김김민수")
