from __future__ import annotations

import pytest

from docextract.schema.patterns import DEEPEST, LONGEST, check_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{4}-\d{2}-\d{2}",
        r"(?:\d{3}[,.]){0,5}\d{1,3}",
        r"[({})]{3}\({2}",
        r"(?P<value>\p{L}{2,80})(?: \p{L}+){1,20}",
        "(" * 40 + "a" + ")" * 40,
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
        ("(", "compile"),
        ("a)", "compile"),
        ("[", "compile"),
    ],
)
def test_what_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_pattern(pattern)
