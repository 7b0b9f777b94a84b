"""Runs the tests that a template holds: pages, and what must be made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docextract.errors import TemplateError
from docextract.pipeline import Extractor
from docextract.schema.loading import load_template
from docextract.schema.template import PageTest
from docextract.typesetting import set_page
from ocr.document import Page

_ABSENT = "null"


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """A value that is not as a test expects it, as text or as lists and dicts of text; `null` where there is none."""

    path: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What came of a test; it passed if there are no differences."""

    name: str
    differences: tuple[Difference, ...]


def run_tests(path: Path) -> Iterator[Verdict]:
    """Run the tests of a template, one after the other.

    Raises:
        TemplateSyntaxError: The template has a mistake.
        TemplateError: The recorded page of a test cannot be read.
    """
    extractor = Extractor()
    for number, test in enumerate(load_template(path).tests, start=1):
        record = extractor.extract_page(_page(path, test), template=path).model_dump(mode="json", exclude_none=True)
        found = {field: _plain(_at(record, field)) for field in test.expect}
        differences = tuple(
            Difference(field, expected, found[field])
            for field, value in test.expect.items()
            if (expected := _plain(value)) != found[field]
        )
        yield Verdict(test.name or str(number), differences)


def _page(template: Path, test: PageTest) -> Page:
    if test.page is None:
        return set_page(test.text or "")
    path = template.parent / test.page
    try:
        return Page.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        raise TemplateError(f"{path}: not a recorded page") from None


def _at(tree: Any, path: str) -> Any:
    """The part of a tree at a path, or None."""
    for part in path.split("."):
        if isinstance(tree, list) and part.isdigit():
            tree = tree[int(part)] if int(part) < len(tree) else None
        else:
            tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def _plain(value: Any) -> Any:
    """JSON with text for its leaves, as templates have them: `9.50` and `"9.50"` are not told apart."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return _ABSENT if value is None else json.dumps(value) if isinstance(value, bool) else str(value)
