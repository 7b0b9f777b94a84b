"""Which characters have which class."""

from __future__ import annotations

import pytest

from ocr import charset


@pytest.mark.parametrize("script", charset.UNREADABLE)
def test_letters_of_a_script_that_cannot_be_read_share_its_class(script: charset.Script) -> None:
    letters = {"han": "漢价", "kana": "あプ", "cyrillic": "Жя", "greek": "Ωλ", "arabic": "بﺑ", "other": "กש"}[script]
    classes = charset.encode(letters)
    assert classes is not None and len(set(classes)) == 1 and charset.unread_script(classes[0]) == script
    assert charset.decode(classes[0]) == charset.UNKNOWN


def test_what_can_be_read_is_read() -> None:
    text = charset.readable()
    classes = charset.encode(text)
    assert classes is not None
    assert "".join(charset.decode(label) for label in classes) == text
    assert not any(charset.unread_script(label) for label in classes)


@pytest.mark.parametrize("char", ["é", "뷁", "ß", "①", "々"])
def test_characters_without_a_class_and_without_a_script_of_their_own(char: str) -> None:
    assert charset.encode(f"A{char}") is None


@pytest.mark.parametrize(
    ("char", "script"),
    [("가", "hangul"), ("é", "latin"), ("ｱ", "kana"), ("２", "digits"), ("٣", "arabic"), ("+", None), ("°", None)],
)
def test_scripts(char: str, script: str | None) -> None:
    assert charset.script_of(char) == script
