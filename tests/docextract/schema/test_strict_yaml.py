from __future__ import annotations

from pathlib import Path

import pytest

from docextract.errors import TemplateSyntaxError
from docextract.schema.strict_yaml import StrictDocument, load_strict

NO_KEY = "no key is expected here: a colon is missing above, or a space behind one, or the indentation is wrong"


def load(tmp_path: Path, text: str | bytes) -> StrictDocument:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_strict(path)


def test_every_scalar_is_the_text_that_is_written(tmp_path: Path) -> None:
    document = load(tmp_path, "a: no\nb: 12:30\nc: 1.10\nd: 007\ne: ~\nf: 2023-02-07\ng: ''\n")
    assert document.tree == {"a": "no", "b": "12:30", "c": "1.10", "d": "007", "e": "~", "f": "2023-02-07", "g": ""}


def test_positions_of_keys_and_items(tmp_path: Path) -> None:
    document = load(tmp_path, "a:\n  - x\n  -   b: y\n")
    assert document.positions["a",] == (1, 1)
    assert document.positions["a", 0] == (2, 5)
    assert document.positions["a", 1, "b"] == (3, 7)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("a: x\nb: y\na: z\n", 3, 1, "the key 'a' is there twice"),
        ("a:\n  b: x\n  b: y\n", 3, 3, "the key 'b' is there twice"),
        ("a: x\nb: *x\n", 2, 4, "anchors and aliases are not supported"),
        ("a: x\n---\nb: x\n", 2, 1, "there is more than one document"),
        ("a: &x [1]\nb: *x\n", 1, 4, "anchors and aliases are not supported"),
        ("a: !!python/object:os.system x\n", 1, 4, "tags are not supported"),
        ("a:\nb: x\n", 1, 3, "the value is empty"),
        ("? [a]\n: x\n", 1, 3, "a key must be a text"),
        ("a: 'x\n", 1, 4, "the quotes that begin here do not end"),
        ("a: x\n  b: y\n", 2, 4, NO_KEY),
        ("a\n  b: y\n", 2, 4, NO_KEY),
        ("a:x\nb: y\n", 2, 2, NO_KEY),
        ("a: {b:x, c: y}\n", 1, 8, "a space is missing behind the colon in 'b:x'"),
        ("a: x\nbc\nd: y\n", 2, 1, "a colon is missing behind this key"),
        ("a:\n  b: x\n c: y\n", 3, 2, "the indentation is not that of what stands above"),
        ("a:\n\tb: x\n", 2, 1, "a tab is no indentation; use spaces"),
        ("a: [x, y\nb: z\n", 1, 4, "what is opened here is not closed, or a comma is missing in it"),
        ("a: {b: x\nc: z\n", 1, 4, "what is opened here is not closed, or a comma is missing in it"),
        ("a: '\\d'\nb: \"\\d\"\n", 2, 6, "between double quotes a backslash is no plain character; use single quotes"),
        ("a: @x\n", 1, 4, "a text that begins with this character needs quotes"),
        ("", 1, 1, "the file is empty"),
        (b"a: \xff\n", 1, 1, "the file is not UTF-8"),
        ("a: \x07\n", 1, 1, "the file holds characters that YAML does not allow"),
        ("[" * 40 + "]" * 40, 1, 18, "the nesting is too deep"),
        ("[" * 100_000, 1, 18, "the nesting is too deep"),
        ("a: " + "x" * 300_000, 1, 1, "the file is larger than 131072 bytes"),
        ("a: *\n", 1, 4, "a text that begins with this character needs quotes"),
        ("%%\n", 1, 1, "a text that begins with this character needs quotes"),
        ("a: [,]\n", 1, 5, "something is missing before this"),
        ("[a]\nb: x\n", 2, 1, "nothing can follow here: what stands above is closed"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str | bytes, line: int, column: int, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError) as error:
        load(tmp_path, text)
    assert error.value.reason == reason
    assert (error.value.line, error.value.column) == (line, column)
    assert str(error.value) == f"{tmp_path / 'file.yaml'}:{line}:{column}: {reason}"
