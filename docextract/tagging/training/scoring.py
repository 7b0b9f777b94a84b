"""How well pages are tagged: entities of annotated receipts by their values, those of rendered pages by their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from docextract.evaluation import field_scores
from docextract.tagging.labels import join_labels
from docextract.tagging.tagger import Tag
from docextract.tagging.training.alignment import FIELDS
from docextract.tagging.training.examples import LabelledPage
from docextract.values.dates import scan_dates
from docextract.values.money import scan_money
from ocr.document import Page

TagPage = Callable[[Page], Sequence[Tag]]


def score_values(pages: Mapping[str, Page], truth: Mapping[str, Mapping[str, str]], tag: TagPage) -> dict[str, float]:
    """F1 of each of SROIE's fields and of all together ("micro"), values compared as by `field_scores`.

    Of several tags of a field, the surest counts.

    Args:
        pages: By name.
        truth: Annotated fields by name of the page.
        tag: The tagger.
    """
    found = {stem: tagged_fields(page, tag(page)) for stem, page in pages.items()}
    shares = field_scores(found, truth)
    right, given, wanted = dict[str, float](), dict[str, int](), dict[str, int]()
    for name in FIELDS:
        wanted[name] = sum(bool(truth[stem].get(name)) for stem in found)
        given[name] = sum(fields[name] is not None and bool(truth[stem].get(name)) for stem, fields in found.items())
        right[name] = shares[name] * wanted[name]
    scores = {name: _f1(right[name], given[name], wanted[name]) for name in FIELDS}
    return scores | {"micro": _f1(sum(right.values()), sum(given.values()), sum(wanted.values()))}


def tagged_fields(page: Page, tags: Sequence[Tag]) -> dict[str, str | None]:
    """SROIE's fields as tagged; a date and a total without what else their words hold."""
    fields: dict[str, str | None] = {}
    for name, field in FIELDS.items():
        best = max((tag for tag in tags if tag.field == field), key=lambda tag: tag.score, default=None)
        text = None if best is None else " ".join(page.words[index].text for index in best.words)
        if text is not None and name == "date":
            text = next((reading.value.isoformat() for reading in scan_dates(text, "dmy")), text)
        elif text is not None and name == "total":
            text = next((str(reading.value) for reading in scan_money(text)), text)
        fields[name] = text
    return fields


def score_entities(pages: Sequence[LabelledPage], tag: TagPage) -> dict[str, float]:
    """Micro precision, recall and F1 of entities; one is right if its field and all of its words are."""
    right = given = wanted = 0
    for example in pages:
        truth = set(join_labels(example.labels.tolist()))
        found = {(entity.field, entity.words) for entity in tag(example.page)}
        right, given, wanted = right + len(truth & found), given + len(found), wanted + len(truth)
    return {
        "precision": round(right / max(given, 1), 4),
        "recall": round(right / max(wanted, 1), 4),
        "f1": _f1(right, given, wanted),
    }


def _f1(right: float, given: int, wanted: int) -> float:
    return round(2 * right / max(given + wanted, 1), 4)
