"""Content lines of vCard 4.0 (RFC 6350, section 3): escaped, and folded where they get too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import regex

_FOLD = 75  # octets of a line, its line break not counted
_CONTROLS = regex.compile(r"[^\P{Cc}\t\n]")
_BREAKS = regex.compile(r"\r\n?|[\u2028\u2029\x85]")
_SPECIAL = regex.compile(r"[\\,;]")
_NOT_IN_URI = regex.compile(r"\p{Cc}")
_NOT_IN_PARAMETER = regex.compile(r"[\p{Cc}\"]")  # a quote has no escape there


@dataclass(frozen=True, slots=True, repr=False)
class Property:
    """One property of a card.

    Attributes:
        name: As RFC 6350 calls it.
        value: A text; the components of a structured value; a URI where the parameter VALUE says so.
        parameters: Quotes and control characters in their values are left out.
    """

    name: str
    value: str | tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)


def format_vcard(properties: Iterable[Property]) -> str:
    r"""A vCard of some properties.

    >>> format_vcard([Property("FN", "Hong, Gildong")])
    'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Hong\\, Gildong\r\nEND:VCARD\r\n'
    """
    lines = ["BEGIN:VCARD", "VERSION:4.0", *map(_content_line, properties), "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _content_line(item: Property) -> str:
    parameters = "".join(f";{name}={_quoted(value)}" for name, value in item.parameters.items())
    if item.parameters.get("VALUE") == "uri" and isinstance(item.value, str):
        value = _NOT_IN_URI.sub("", item.value)
    else:
        value = ";".join(map(_escaped, [item.value] if isinstance(item.value, str) else item.value))
    return f"{item.name}{parameters}:{value}"


def _quoted(value: str) -> str:
    value = _NOT_IN_PARAMETER.sub("", value)
    return f'"{value}"' if any(char in value for char in ",;:") else value


def _escaped(text: str) -> str:
    text = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", r"\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, all but the first after a space; no character is cut in two."""
    lines, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > _FOLD:
            lines.append(" ")
            size = 1
        lines[-1] += char
        size += octets
    return "\r\n".join(lines)
