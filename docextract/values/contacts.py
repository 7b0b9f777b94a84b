"""Addresses on the net: `hong@example.co.kr`, `www.example.com`. No name is ever looked up."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from docextract.values.reading import Reading, whole

_EMAIL = regex.compile(  # RFC 5321, without quoted names, comments and literal addresses, which nobody prints
    r"(?P<lost>(?:(?<=^|[\t:]\s?|\be?-?mail\s|\be\.?\s))(?!contact|e?mail|mailto)(?-i:[a-z]{3,20}) (?=[a-z0-9]+\s?@))?"
    r"(?<![\w.@+-])[A-Za-z0-9](?:[\w.+-]{0,62}[A-Za-z0-9_+-])?\s?@{1,2}\s?"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![\w@])",
    regex.ASCII | regex.IGNORECASE,
)
_URL = regex.compile(
    r"(?<![\w@.-])(?-i:[A-Z]\.(?=[a-z]))?(?P<scheme>ht{1,2}ps?\s?:\s?/{1,3}\s?)?(?P<www>w{2,5}\.|(?<=/)www )?"
    r"(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.(?: (?=(?:com|net|org|biz|info|co|kr|io)\b))?)+"
    r"[A-Za-z]{2,24})(?P<path>/[^\s]*)?(?![\w@])",
    regex.ASCII | regex.IGNORECASE,
)
_BARS = frozenset("1lI")  # what a rule before the name of an account is read as: | @hanbit.kr
_JOINED = 0.8  # quality of an address of two words
_PUBLIC = regex.compile(r"(?:com?|net|org|or)\.[a-z]{2}")  # under which hosts are registered
_BARE_ENDINGS = regex.compile(r"\.(?:com|net|org|io|info|biz|dev|app|shop|kr|jp|cn|my|sg|us|eu|uk|de|fr)$")


def scan_emails(text: str) -> Iterator[Reading[str]]:
    """Every e-mail address of a text, its host in lower case.

    A word in small letters before an address of one word is its beginning, for readers take an underscore for a blank.
    What has nothing before its @, or only what a rule is read as, is the name of an account.
    """
    for match in _EMAIL.finditer(text):
        lost = (match["lost"] or "").rstrip()
        name, _, host = match[0].replace(" ", "").removeprefix(lost).partition("@")
        address = f"{name}@{host.lstrip('@').lower()}"
        if ".." in name or (name in _BARS and not lost):
            continue
        if lost:
            yield Reading(f"{lost}_{address}", match.start(), match.end(), _JOINED, (address,), repaired=True)
        else:
            yield Reading(address, match.start(), match.end(), 1.0, repaired="@@" in match[0])


def parse_email(text: str) -> str:
    """The e-mail address that a text is as a whole.

    Raises:
        ValueFormatError: The text is none.
    """
    text = text.strip()
    return whole(text, scan_emails(text), "email").value


def scan_urls(text: str) -> Iterator[Reading[str]]:
    """Every web address of a text, its host in lower case; one without `www.` or a scheme needs a usual ending.

    What separates the scheme is set right where strokes were lost or added, and so is `www.`. A capital that touches
    the host in small letters is its label, and a blank before a usual ending is none.
    """
    for match in _URL.finditer(text):
        host = match["host"].replace(" ", "").lower()
        if _PUBLIC.fullmatch(host):
            continue
        if match["scheme"] or match["www"]:
            quality = 1.0
        elif _BARE_ENDINGS.search(host):
            quality = 0.6
        else:
            continue
        name = (match["scheme"] or "").partition(":")[0].rstrip().lower()
        head = ("https://" if name.endswith("s") else "http://" if name else "") + ("www." if match["www"] else "")
        address = f"{head}{host}{match['path'] or ''}".rstrip(".,;)")
        repaired = not match[0].replace(" ", "").lower().startswith(head)
        yield Reading(address, match.start(), match.end(), quality, repaired=repaired)


def parse_url(text: str) -> str:
    """The web address that a text is as a whole.

    Raises:
        ValueFormatError: The text is none.
    """
    text = text.strip()
    return whole(text, scan_urls(text), "url").value
