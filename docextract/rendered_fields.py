"""Which fields of rendered receipts, cards, identity documents and business cards come out right."""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from decimal import Decimal
from pathlib import Path

import regex

from docextract.pipeline import Extractor
from docextract.records import Phone, Record
from docextract.records.base import Value
from docextract.records.secrets import Secret
from docextract.values.cards import parse_expiry, scan_masked_numbers
from docextract.values.dates import scan_dates
from docextract.values.licences import parse_licence_number
from docextract.values.phones import parse_phone
from docextract.values.times import scan_times
from ocr.document import Block, Char, Line, Page, Quad, Word, bounding_quad
from ocr.geometry import FloatArray
from ocr.synthesis import Corpus, FontLibrary, PrintedText, RenderedPage, render_page

FAMILIES = {"receipt": 1, "card": 1, "identity": 3, "business_card": 1}
"""Families of documents, and how many times as many of each are rendered: identity documents are of seven kinds."""
FIRST_SEED = 2**41
"""Training never comes this far."""
_DAMAGE = {"nearly clean": 0.3, "mild": 1.2, "bad": math.inf}  # strengths of damage below which it is called so


def _fields(*alike: str, **others: str) -> dict[str, str]:
    """What the renderer calls a field -> what the record calls it; several go into one list."""
    return {name: name for name in alike} | others


_AMOUNTS = frozenset(
    {
        *("items.quantity", "items.unit_price", "items.total", "payments.amount", "paid", "change"),
        *("subtotal", "discount", "taxable", "tax", "rounding", "total"),
    }
)
_FIELDS = {
    "receipt": _fields(
        *("merchant.name", "merchant.address", "merchant.registration_number", "merchant.representative"),
        *("date", "time", "receipt_number", "cashier", "items.name", "payments.card_number", "payments.instalments"),
        *("payments.approval_number", *sorted(_AMOUNTS)),
        **{"merchant.phone": "merchant.phones"},
    ),
    "payment_card": _fields("number", "expiry", "holder", "issuer"),
    "resident_card": _fields("name", "address", "issue_date", "authority", personal_number="number"),
    "driver_licence": _fields(
        *("name", "address", "conditions", "security_code", "issue_date", "authority"),
        licence_classes="classes",
        document_number="licence_number",
        personal_number="number",
    ),
    "alien_registration_card": _fields(
        *("name", "sex", "nationality", "issue_date", "authority"), personal_number="number", visa_type="status"
    ),
    "passport": _fields(
        *("surname", "given_names", "name", "sex", "document_number", "issue_date", "expiry_date", "authority")
    ),
    "identity_card": _fields("surname", "given_names", "document_number", "issue_date", "expiry_date", "authority"),
    "business_card": _fields(
        name="names",
        name_latin="names",
        company="companies",
        department="departments",
        title="titles",
        phone="phones",
        mobile="phones",
        fax="phones",
        email="emails",
        url="urls",
        address="addresses",
    ),
}
_TITLES = {
    "주민등록": "resident_card",
    "면허": "driver_licence",
    "외국인": "alien_registration_card",
    "PASSPORT": "passport",
    "IDENTITY": "identity_card",
}


def evaluate_fields(
    read: Callable[[RenderedPage], Page], count: int, *, corpora: Path | None = None, clean: bool = False
) -> dict[str, dict[str, float]]:
    """Render documents of each family, Korean ones and others, and compare the records with what was printed.

    Args:
        read: What becomes of a rendered page before extraction; `perfect_page`, or a reader's `read` of its image.
        count: Documents of each family and language; of identity documents three times as many, see `FAMILIES`.
        corpora: Folder of texts, or None for the small ones of the package.
        clean: Leave the documents undamaged.

    Returns:
        By kind of document, Korean receipts apart: how many "documents" and "fields" there were, and the share of
        fields that are "right" to the letter, spaces left out, and signs of receipts; both also by how badly the
        documents are damaged. What each item has is one field of the receipt: it is right if it is of all of them.
        Fields of which damage has left too little to be read by anybody are "illegible" and not among the others.
    """
    extractor = Extractor()
    documents, illegible = Counter[str](), Counter[str]()
    verdicts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for kind, rendered in render_documents(FIRST_SEED, count, corpora=corpora, clean=clean):
        record = extractor.extract_page(read(rendered), template=kind)
        level = next(level for level, least in _DAMAGE.items() if rendered.strength < least)
        name = f"korean {kind}" if kind == "receipt" and _is_korean(rendered) else kind
        lost = illegible_fields(rendered, kind)
        verdicts[name, level] += compare_fields(record, kind, printed_fields(rendered), left_out=lost)
        documents[name] += 1
        illegible[name] += len(lost)
    return {
        kind: {"documents": documents[kind], "illegible": illegible[kind]} | _shares(kind, verdicts)
        for kind in sorted(documents)
    }


def _shares(kind: str, verdicts: Mapping[tuple[str, str], list[bool]]) -> dict[str, float]:
    """Fields of a kind of document and the share of them that is right: of all, and of each level of damage."""
    by_level = {level: verdicts.get((kind, level), []) for level in _DAMAGE}
    groups = {"": [right for found in by_level.values() for right in found]} | {
        f", {level}": found for level, found in by_level.items() if found
    }
    return {
        f"{name}{level}": number
        for level, found in groups.items()
        for name, number in (("fields", len(found)), ("right", round(sum(found) / max(len(found), 1), 4)))
    }


def render_documents(
    first_seed: int, count: int, *, corpora: Path | None = None, clean: bool = False
) -> Iterator[tuple[str, RenderedPage]]:
    """Documents of each family in Korean and in English that there are templates for, and their kinds.

    Args:
        first_seed: Of the documents of each family and language.
        count: See `evaluate_fields`.
        corpora: See there.
        clean: See there.
    """
    corpus, fonts = Corpus(corpora), FontLibrary("heldout")
    for family, times in FAMILIES.items():
        for korean in (0.0, 1.0):
            for seed in range(first_seed, first_seed + times * count):
                rendered = render_page(seed, family, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=clean)
                kind = kind_of(rendered)
                if kind is not None:
                    yield kind, rendered


def _is_korean(rendered: RenderedPage) -> bool:
    return any(regex.search(r"\p{Hangul}", text.text) for text in rendered.texts)


def perfect_page(rendered: RenderedPage) -> Page:
    """The page of a reader that makes no mistake."""
    lines = tuple(_line(text) for text in rendered.texts)
    height, width = rendered.image.shape[:2]
    return Page(width, height, (Block(lines, bounding_quad(line.quad for line in lines)),) if lines else ())


def printed_fields(rendered: RenderedPage) -> dict[str, str]:
    """What is printed for each field, parts of one that runs over lines joined by spaces; labels are left out."""
    parts: dict[str, list[str]] = defaultdict(list)
    for text in rendered.texts:
        for start, end, field in text.spans:
            if not field.endswith(".label"):
                parts[field].append(text.text[start:end].strip())
    return {field: " ".join(found) for field, found in parts.items()}


def illegible_fields(rendered: RenderedPage, kind: str) -> set[str]:
    """Fields of the record of which a part that is printed can be read by nobody."""
    names = {span.field for text in rendered.texts if not text.legible for span in text.spans}
    fields = {_FIELDS[kind].get(regex.sub(r"\[\d+\]", "", name)) for name in names}
    return {field for field in fields if field is not None}


def kind_of(rendered: RenderedPage) -> str | None:
    """The kind of template for a rendered page; None for documents without one."""
    if rendered.kind != "identity":
        return {"card": "payment_card"}.get(rendered.kind, rendered.kind)
    printed = printed_fields(rendered)
    found = next((kind for title, kind in _TITLES.items() if title in printed.get("kind", "")), None)
    return found or ("identity_card" if "mrz[0]" in printed else None)


def compare_fields(
    record: Record, kind: str, printed: dict[str, str], *, left_out: Set[str] = frozenset()
) -> Iterator[bool]:
    """Whether each printed field of a document came out right; of a list, whether that is all that is in it."""
    for field, values in _wanted_fields(kind, printed).items():
        if field not in left_out:
            yield sorted(_found(record, kind, field)) == sorted(values)


def judge_values(values: Mapping[str, Value], kind: str, printed: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Whether each value, by its path in the record, is printed as such; of fields that are rendered only.

    What is printed nowhere but in a machine readable zone is passed over.
    """
    wanted = _wanted_fields(kind, printed)
    zone = "mrz[0]" in printed
    for path, value in values.items():
        field = regex.sub(r"\.\d+", "", path)
        if field in wanted or (field in _FIELDS[kind].values() and not zone):
            yield path, _plain(kind, value) in wanted.get(field, ())


def _wanted_fields(kind: str, printed: dict[str, str]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for name, text in printed.items():
        field = _FIELDS[kind].get(regex.sub(r"\[\d+\]", "", name))
        if field == "payments.card_number":  # one that is printed in full is never taken
            wanted[field] += [_plain(kind, reading.value) for reading in scan_masked_numbers(text)]
        elif field is not None:
            wanted[field].append(_wanted(kind, field, text))
    return wanted


def _wanted(kind: str, field: str, printed: str) -> str:
    if field == "date" or field.endswith("_date"):
        return _plain(kind, next(iter(scan_dates(printed))).value)
    if field == "time":
        return _plain(kind, next(iter(scan_times(printed))).value)
    if field == "expiry":
        return str(parse_expiry(printed))
    if field == "licence_number":
        return parse_licence_number(printed)
    if field.endswith("phones"):
        return _plain(kind, parse_phone(printed))
    if kind == "receipt" and field in _AMOUNTS:
        return str(Decimal(regex.sub(r"[^\d.-]", "", regex.sub(r"[.,](?!\d\d\D*$)", "", printed).replace(",", "."))))
    return regex.sub(r"\D", "", printed) if (kind, field) == ("payment_card", "number") else _plain(kind, printed)


def _found(record: Record, kind: str, field: str) -> list[str]:
    values: list[object] = [record]
    for part in field.split("."):
        found = [getattr(value, part) for value in values]
        values = [v for value in found for v in (value if isinstance(value, tuple) else (value,)) if v is not None]
    return [_plain(kind, value.number if isinstance(value, Phone) else value) for value in values]


def _plain(kind: str, value: object) -> str:
    """A value as it is compared: of a receipt's date the print alone may not tell which number is the day."""
    if kind == "receipt" and isinstance(value, datetime.date):
        return str(sorted((value.year % 100, value.month, value.day)))
    if kind == "receipt" and isinstance(value, str):
        return regex.sub(r"[^\p{L}\p{N}+]", "", value)
    return regex.sub(r"\s", "", str(value.reveal() if isinstance(value, Secret) else value))


def _line(text: PrintedText) -> Line:
    words = []
    for match in regex.finditer(r"\S+", text.text):
        quads = [_quad(quad) for quad in text.char_quads[match.start() : match.end()]]
        chars = tuple(Char(char, quad, 1.0) for char, quad in zip(match[0], quads, strict=True))
        words.append(Word(match[0], (quads[0][0], quads[-1][1], quads[-1][2], quads[0][3]), 1.0, chars))
    return Line(tuple(words), _quad(text.quad), 1.0)


def _quad(points: FloatArray) -> Quad:
    a, b, c, d = points.tolist()
    return (a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1])
