"""Business cards, one side or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

import regex

from docextract.records.base import Issue, Part, Record
from docextract.values.phones import format_phone
from docextract.vcard import Property, format_vcard

PhoneKind = Literal["work", "direct", "mobile", "fax"]

_BACK = 1  # page of the evidence of a card's back
_ELEMENT = regex.compile(r"\w+\.\d+")
_WORDS = regex.compile(r"[\p{L}\p{N}]+")
_LATIN = regex.compile(r"[\p{Latin}\P{L}]*")
_TRUNK_OR_PLUS = regex.compile(r"^\+?0*")
_LANGUAGES = {"ko": regex.compile(r"\p{Hangul}"), "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]")}
# A surname, of which few have two syllables, and a given name.
_KOREAN_NAME = regex.compile(r"(남궁|황보|제갈|선우|독고|사공|서문|동방|\p{Hangul}) ?(\p{Hangul}(?: ?\p{Hangul})*)")
_TYPES: Mapping[PhoneKind | None, str] = {
    "work": "work,voice",
    "direct": "work,voice",
    "mobile": "work,cell",
    "fax": "work,fax",
    None: "work",
}
_IN_URI = "%/:=&?~#+!$,;'@()*[]"


class Phone(Part):
    """A telephone number.

    Attributes:
        number: The digits, after a plus where one is printed.
        kind: What it reaches; None where nothing says so.
    """

    number: str
    kind: PhoneKind | None = None


class SocialHandle(Part):
    """An account of a social network or messenger.

    Attributes:
        handle: Its name, without the `@` before it.
        network: In lower case, such as `linkedin`, `kakaotalk`, `instagram` or `x`.
    """

    handle: str
    network: str | None = None


class BusinessCard(Record):
    """What a business card says: lists in the order of the print.

    Attributes:
        names: The person's, in every script that it is printed in.
        companies: Where the person works, likewise.
        departments: Parts of the company.
        titles: The person's positions.
        phones: Telephone and fax numbers.
        emails: E-mail addresses.
        urls: Web addresses, as printed.
        addresses: Each in one line.
        social: Accounts of social networks and messengers.
    """

    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    social: tuple[SocialHandle, ...] = ()

    def merge(self, back: BusinessCard) -> BusinessCard:
        """Both sides as one record, this side being the front.

        What both sides say is there once, with the evidence of the front. The evidence of the back has the page 1.
        Where the sides give a number two kinds, or the person two names in one script, the issues hold a
        `contradiction` whose detail is `sides`.

        Raises:
            TypeError: The other side is no business card.
        """
        if not isinstance(back, BusinessCard):
            raise TypeError(f"a business card is merged with its other side, not with {type(back).__name__}")
        lists: dict[str, list[Any]] = {}
        places: dict[str, str] = {}  # elements of the back, by where they were: where they are now
        for field in type(self).model_fields.keys() - Record.model_fields.keys():
            values = lists[field] = list(getattr(self, field))
            for index, value in enumerate(getattr(back, field)):
                place = next((k for k, other in enumerate(values) if _same(value, other)), len(values))
                values[place:] = values[place:] or [value]
                places[f"{field}.{index}"] = f"{field}.{place}"
        lists["phones"] = [_with_kind(phone, back.phones) for phone in lists["phones"]]
        evidence = {
            _moved(path, places): item.model_copy(update={"page": _BACK}) for path, item in back.evidence.items()
        }
        issues = [
            issue.model_copy(update={"field": issue.field and _moved(issue.field, places)}) for issue in back.issues
        ]
        update: dict[str, Any] = {field: tuple(values) for field, values in lists.items()}
        update["evidence"] = evidence | self.evidence
        update["issues"] = tuple(
            issue
            for issue in dict.fromkeys((*self.issues, *issues, *_contradictions(self, back, lists)))
            if not (issue.code == "missing" and lists.get(issue.field or ""))
        )
        return self.model_copy(update=update)

    def to_vcard(self, *, country: str | None = None) -> str:
        """The card as a vCard 4.0 (RFC 6350), social accounts as RFC 9554 has them; lines end with CR and LF.

        Args:
            country: Where numbers without the code of a country are dialled, as ISO 3166-1 alpha-2, to write them as
                `tel:` URIs too; without it they are written as printed.

        Raises:
            KeyError: The calling code of the country is not known.
        """
        return format_vcard(_properties(self, country))


def _moved(path: str, places: Mapping[str, str]) -> str:
    return _ELEMENT.sub(lambda element: places.get(element[0], element[0]), path, count=1)


def _same(a: Any, b: Any) -> bool:
    """Whether two elements say the same; a telephone number may have the code of its country or not."""
    if isinstance(a, Phone):
        short, long = sorted((_TRUNK_OR_PLUS.sub("", a.number), _TRUNK_OR_PLUS.sub("", b.number)), key=len)
        return long.endswith(short) and len(long) - len(short) <= 3
    return _key(a) == _key(b)


def _key(value: str | SocialHandle) -> tuple[str | None, str]:
    network, text = (value.network, value.handle) if isinstance(value, SocialHandle) else (None, value)
    return network, "".join(_WORDS.findall(text.casefold()))


def _with_kind(phone: Phone, others: Sequence[Phone]) -> Phone:
    """A number with the kind that another print of it gives, where its own gives none."""
    kinds = (other.kind for other in others if phone.kind is None and _same(phone, other))
    return phone.model_copy(update={"kind": next(kinds, phone.kind)})


def _contradictions(front: BusinessCard, back: BusinessCard, lists: Mapping[str, Sequence[Any]]) -> Iterator[Issue]:
    scripts = {_is_latin(name) for name in front.names}
    for index, name in enumerate(lists["names"][len(front.names) :], len(front.names)):
        if _is_latin(name) in scripts:
            yield Issue(code="contradiction", field=f"names.{index}", detail="sides")
    for index, phone in enumerate(front.phones):
        kinds = {other.kind for other in back.phones if _same(phone, other)} - {None}
        if phone.kind is not None and kinds - {phone.kind}:
            yield Issue(code="contradiction", field=f"phones.{index}.kind", detail="sides")


def _is_latin(text: str) -> bool:
    return _LATIN.fullmatch(text) is not None


def _properties(card: BusinessCard, country: str | None) -> Iterator[Property]:
    """The properties of a vCard, of which FN must be there even where no name was read."""
    for name in card.names or (*card.companies[:1], "")[:1]:
        yield Property("FN", name, _language(name) | ({"ALTID": "1"} if len(card.names) > 1 else {}))
    if card.names:
        yield Property("N", (*_name_parts(card.names[0]), "", "", ""))
    for index, company in enumerate(card.companies or ("",) * bool(card.departments)):
        yield Property("ORG", (company, *(card.departments if index == 0 else ())), _language(company))
    for title in card.titles:
        yield Property("TITLE", title, _language(title))
    for phone in card.phones:
        yield _telephone(phone, country)
    for email in card.emails:
        yield Property("EMAIL", email, {"TYPE": "work"})
    for url in card.urls:
        yield Property("URL", _uri(url), {"VALUE": "uri", "TYPE": "work"})
    for address in card.addresses:
        yield Property("ADR", ("", "", address, "", "", "", ""), {"TYPE": "work"} | _language(address))
    for account in card.social:
        service = {"SERVICE-TYPE": account.network} if account.network else {}
        yield Property("SOCIALPROFILE", account.handle, service | {"VALUE": "text"})
    languages = {code for text in (*card.names, *card.companies, *card.addresses) for code in _language(text).values()}
    yield from (Property("LANG", code) for code in sorted(languages))


def _language(text: str) -> dict[str, str]:
    """The parameter that names a text's language, where its script tells it."""
    return next(({"LANGUAGE": code} for code, script in _LANGUAGES.items() if script.search(text)), {})


def _name_parts(name: str) -> tuple[str, str]:
    """Family name and given names: *Hong, Gildong*, *Gildong Hong*, or a Korean name."""
    korean = _KOREAN_NAME.fullmatch(name)
    if korean is not None:
        return korean[1], korean[2].replace(" ", "")
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.rpartition(" ")
    return family.strip(), given.strip()


def _telephone(phone: Phone, country: str | None) -> Property:
    number = format_phone(phone.number, country) if country is not None else phone.number
    kind = {"TYPE": _TYPES[phone.kind]}
    if number.startswith("+"):
        return Property("TEL", f"tel:{number}", {"VALUE": "uri"} | kind)
    return Property("TEL", number, kind)


def _uri(url: str) -> str:
    """A printed address as a URI; one without a scheme leads to a host that speaks HTTP at least."""
    return quote(url if "://" in url else f"http://{url}", safe=_IN_URI)
