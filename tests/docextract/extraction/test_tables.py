from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docextract.errors import TemplateSyntaxError
from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.schema.loading import load_template
from ocr.document import Block, Line, Page, bounding_quad

from ..conftest import Typeset

TEMPLATE = """\
version: 1
fields:
  total: {type: money, locate: [{find: label, labels: [total]}]}
tables:
  works:
    required: true
    columns:
      task: {type: text, labels: [work done, description]}
      hours: {type: identifier, labels: [hours]}
      on: {type: date, labels: [date]}
      price: {type: money, labels: [total], required: true}
    skip: '^-+$'
    stop: '(?i)^total'
"""
WRAPPED = ("Oil", "change", "with", "a", "new", "filter")
INVOICE = """\
GARAGE UTOPIA
WORK DONE              HOURS   DATE             TOTAL
Front brake pads           2   2026-03-15      120.00
------------------------------------------------------
Oil change                     2026-03-16       45.50
  with a new filter
Total                                          165.50
Thank you              9       2026-03-17        9.00
"""
Extract = Callable[..., Any]


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    def extract(page: Page, template: str = TEMPLATE) -> Record:
        path = tmp_path / "garage.yaml"
        path.write_text(template)
        return Extractor().extract_page(page, path)

    return extract


@pytest.mark.parametrize("angle", [0.0, 0.05, -0.3, 3.1])
def test_rows_of_a_table(extract: Extract, typeset: Typeset, angle: float) -> None:
    record = extract(typeset(INVOICE, angle))
    first, second = record.works
    cells = (first.task, first.hours, first.on, first.price)
    assert cells == ("Front brake pads", "2", date(2026, 3, 15), Decimal("120.00"))
    assert (second.task, second.hours, second.price) == ("Oil change with a new filter", None, Decimal("45.50"))
    assert record.total == Decimal("165.50")
    assert record.issues == ()
    assert type(record).model_validate_json(record.model_dump_json()) == record


def test_every_cell_has_its_ink(extract: Extract, typeset: Typeset) -> None:
    page = typeset(INVOICE)
    evidence = extract(page).evidence
    quads = {word.text: word.quad for word in page.words}
    assert evidence["works.0.price"].words == (quads["120.00"],)
    assert evidence["works.1.task"].words == tuple(quads[word] for word in WRAPPED)
    assert {evidence[path].locator for path in evidence if path.startswith("works.")} == {"table"}
    assert [path for path in evidence if path.startswith("works.1.")] == ["works.1.task", "works.1.on", "works.1.price"]


def join(lines: list[Line]) -> Line:
    words = tuple(word for line in lines for word in line.words)
    return Line(words, bounding_quad(word.quad for word in words), 0.9)


def test_cells_that_were_read_as_one_line_are_cut(extract: Extract, typeset: Typeset) -> None:
    page = typeset(INVOICE)
    rows: dict[float, list[Line]] = {}
    for line in page.lines:
        rows.setdefault(line.quad[0][1], []).append(line)
    merged = [line for y, lines in rows.items() for line in ([join(lines)] if 40 < y < 160 else lines)]
    blocks = (Block(tuple(merged), bounding_quad(line.quad for line in merged)),)
    cut, whole = (extract(read).model_dump(include={"works"}) for read in (Page(1000, 1000, blocks), page))
    assert cut == whole


def test_no_table(extract: Extract, typeset: Typeset) -> None:
    for text in ("GARAGE", "WORK DONE   HOURS\nTotal   9.00", "HOURS\n3"):
        record = extract(typeset(text))
        assert record.works == ()
        assert [(issue.code, issue.field) for issue in record.issues] == [("missing", "works")]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("  works:", "  total:", 5, "'total' is a field already"),
        ("  works:", "  evidence:", 5, "'evidence' cannot be the name of a field"),
        ("      on:", "      in:", 10, "'in' cannot be the name of a field"),
        ("      on:", "      on[]:", 10, "'on[]' cannot be the name of a field"),
        ("labels: [hours]", "label: hours", 9, "the key 'label' is unknown here; did you mean 'labels'?"),
        ("fields:", "record: receipt\nfields:", 5, "a record has no tables of a template's own"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    path = tmp_path / "garage.yaml"
    path.write_text(TEMPLATE.replace(old, new, 1))
    with pytest.raises(TemplateSyntaxError) as caught:
        load_template(path)
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_a_child_changes_a_table(extract: Extract, typeset: Typeset, tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(TEMPLATE)
    child = "version: 1\nextends: parent.yaml\ntables: {works: {stop: '^Oil'}}\n"
    assert len(extract(typeset(INVOICE), child).works) == 1
