from __future__ import annotations

import numpy as np
import pytest

from docextract.tagging.labels import join_labels
from docextract.tagging.training.examples import SHARES, LabelledPage, misread, render_labelled, vary
from ocr.synthesis import Corpus, FontLibrary

MUST = {"receipt": "total", "card": "number", "identity": "authority", "business_card": "name"}


@pytest.mark.parametrize("kind", SHARES)
def test_rendered_fields_are_words_of_the_page(kind: str) -> None:
    pages = list(render_labelled(2, corpus=Corpus(), fonts=FontLibrary("train"), first_seed=5, kinds={kind: 1.0}))
    for example in pages:
        entities = join_labels(example.labels.tolist())
        assert len(example.labels) == len(example.page.words) == len(example.boxes)
        assert MUST[kind] in {field for field, _ in entities}
        if kind == "receipt":
            totals = [words for field, words in entities if field == "total"]
            assert all(any(c.isdigit() for c in example.page.words[words[0]].text) for words in totals)


def test_variations_keep_words_and_labels_together(example: LabelledPage) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        words, labels = vary(example, rng, most=5)
        assert len(words.starts) == len(labels) == 5
        assert "".join(map(str, labels)) in "".join(map(str, example.labels))
        assert (words.boxes >= 0).all()


def test_nothing_varies_without_chance() -> None:
    rng = np.random.default_rng(0)
    assert misread("TOTAL 12.50", rng, 0.0) == "TOTAL 12.50"
    assert misread("XY", rng, 1.0) == "XY"  # no character resembles them, and a word is never dropped
    assert misread("0", rng, 1.0) in set("OQD")
