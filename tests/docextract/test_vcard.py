from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from docextract.vcard import Property, format_vcard

LINE = regex.compile(
    r"(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=(?:[^\s\";:,]+|\"[^\"]*\"))*):(?P<value>.*)", regex.DOTALL
)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc",), include_characters="\n", exclude_characters="\u2028\u2029")
)


def parse_vcard(card: str) -> list[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Name, parameters and components of every property, by RFC 6350, section 3; strict in all that it allows."""
    assert card.endswith("\r\n")
    physical = card.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 and "\n" not in line and "\r" not in line for line in physical)
    lines: list[str] = []
    for line in physical:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:4.0", "END:VCARD")
    parsed = []
    for line in lines[2:-1]:
        match = LINE.fullmatch(line)
        assert match is not None
        parameters = {
            name: value.strip('"')
            for name, _, value in (part.partition("=") for part in match["parameters"].split(";")[1:])
        }
        uri = parameters.get("VALUE") == "uri"
        parsed.append((match["name"], parameters, (match["value"],) if uri else components(match["value"])))
    return parsed


def components(value: str) -> tuple[str, ...]:
    assert not regex.search(r"(?<!\\)(?:\\\\)*,", value)  # no list was written
    parts = regex.findall(r"((?:[^\\;]|\\[\\,;n])*)(?:;|$)", value)
    return tuple(
        regex.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], part) for part in parts[: value_count(value)]
    )


def value_count(value: str) -> int:
    """Components: one more than the semicolons that are not escaped."""
    return 1 + len(regex.findall(r"(?<!\\)(?:\\\\)*;", value))


@given(text=TEXT, parts=st.lists(TEXT, min_size=2, max_size=7))
def test_what_is_written_is_read_back(text: str, parts: list[str]) -> None:
    card = format_vcard([Property("FN", text, {"LANGUAGE": "ko"}), Property("ADR", tuple(parts), {"TYPE": "work,x"})])
    assert parse_vcard(card) == [
        ("FN", {"LANGUAGE": "ko"}, (text,)),
        ("ADR", {"TYPE": "work,x"}, tuple(parts)),
    ]


def test_a_uri_is_not_escaped() -> None:
    card = format_vcard([Property("URL", "http://example.com/a,b;c", {"VALUE": "uri"})])
    assert card.splitlines()[2] == "URL;VALUE=uri:http://example.com/a,b;c"


def test_breaks_of_other_systems_and_controls_do_not_end_a_line() -> None:
    card = format_vcard([Property("NOTE", "a\r\nb\rc\u2028d\x00e\x07")])
    assert parse_vcard(card) == [("NOTE", {}, ("a\nb\nc\nde",))]


def test_long_lines_are_folded_between_characters() -> None:
    card = format_vcard([Property("FN", "가" * 60)])
    lines = card.split("\r\n")[2:-2]
    assert [len(line.encode()) for line in lines] == [75, 73, 37]
    assert "".join(line.removeprefix(" ") for line in lines) == "FN:" + "가" * 60


def test_no_value_begins_a_line_of_its_own() -> None:
    card = format_vcard(
        [
            Property("TEL", "tel:+82\r\nNOTE:x", {"VALUE": "uri"}),
            Property("SOCIALPROFILE", "me", {"SERVICE-TYPE": 'a"\r\nNOTE:x', "VALUE": "text"}),
        ]
    )
    assert parse_vcard(card) == [
        ("TEL", {"VALUE": "uri"}, ("tel:+82NOTE:x",)),
        ("SOCIALPROFILE", {"SERVICE-TYPE": "aNOTE:x", "VALUE": "text"}, ("me",)),
    ]
