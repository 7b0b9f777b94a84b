from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from docextract.extraction.engine import Engine
from docextract.extraction.rows import build_layout
from docextract.extraction.tagged import place_tags
from docextract.records.receipt import Receipt
from docextract.schema.template import Template
from docextract.tagging import Tag, Tagger
from docextract.tagging.labels import OUTSIDE, begin_label, inside_label
from docextract.tagging.network import TaggerConfig
from docextract.tagging.training.examples import LabelledPage
from docextract.tagging.training.trainer import train_tagger
from ocr.document import Page

Typeset = Callable[..., Page]
TEXT = "BURGER HOUSE\n12 Long Street\nAnytown\nBurger      9.00\nPlease give      11.00\nCASH      20.00"
FIELDS = {"merchant.name": (0, 1), "merchant.address": (2, 3, 4, 5), "total": (10,)}
TEMPLATE: dict[str, Any] = {
    "version": 1,
    "record": "receipt",
    "fields": {
        "merchant.name": {"type": "text", "locate": [{"find": "tag", "tag": "merchant.name"}]},
        "merchant.address": {"type": "text", "locate": [{"find": "tag", "tag": "merchant.address"}]},
        "total": {"type": "money", "locate": [{"find": "tag", "tag": "total"}]},
    },
}


@pytest.fixture(scope="module")
def tagger(typeset: Typeset, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """One that has learnt the page by heart."""
    page = typeset(TEXT)
    labels = [OUTSIDE] * len(page.words)
    for field, words in FIELDS.items():
        for k, index in enumerate(words):
            labels[index] = inside_label(field) if k else begin_label(field)
    example = LabelledPage.build(page, labels, partial=False)
    config = TaggerConfig(width=64, inner_width=64, layers=1, heads=4, piece_width=32)
    return Tagger(train_tagger([example], tmp_path_factory.mktemp("tagger"), steps=150, config=config, batch=2))


def test_words_side_by_side_become_one_span(typeset: Typeset) -> None:
    page = typeset("A B C   D\nE F")
    (placed,) = place_tags(build_layout(page), page, [Tag("address", (0, 1, 3, 4, 5), 0.5)])
    assert [span.text for span in placed.spans] == ["A B", "D", "E F"]
    assert (placed.tag, placed.score) == ("address", 0.5)


def test_a_template_of_tags(typeset: Typeset, tagger: Tagger) -> None:
    receipt = Engine("test", Template.model_validate(TEMPLATE), tagger).extract(typeset(TEXT))
    assert isinstance(receipt, Receipt)
    assert receipt.merchant.name == "BURGER HOUSE"
    assert receipt.merchant.address == "12 Long Street Anytown"
    assert str(receipt.total) == "11.00"
    evidence = receipt.evidence["merchant.address"]
    assert (evidence.locator, len(evidence.words)) == ("tag", 4)
    assert 0 < evidence.confidence < 1
    assert receipt.issues == ()


def test_without_a_tagger_the_record_says_so_and_other_locators_work(typeset: Typeset) -> None:
    template = {**TEMPLATE, "fields": {**TEMPLATE["fields"]}}
    label = {"find": "label", "labels": ["please give"]}
    template["fields"]["total"] = {"type": "money", "locate": [*TEMPLATE["fields"]["total"]["locate"], label]}
    code = (
        "import sys; sys.modules['transformers'] = None\n"
        "from docextract.extraction.engine import Engine\n"
        "from docextract.schema.template import Template\n"
        "from ocr.document import Page\n"
        "page = Page.from_dict(eval(sys.argv[2]))\n"
        "record = Engine('test', Template.model_validate(eval(sys.argv[1]))).extract(page)\n"
        "print(record.total, record.merchant.name, [issue.code for issue in record.issues])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, repr(template), repr(typeset(TEXT).export())],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "11.00 None ['tagger_unavailable']"


def test_a_template_may_ask_for_known_tags_only() -> None:
    broken = {**TEMPLATE, "fields": {"total": {"type": "money", "locate": [{"find": "tag", "tag": "totl"}]}}}
    with pytest.raises(ValueError, match="there is no tag 'totl'"):
        Template.model_validate(broken)
