from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from docextract.errors import TaggerUnavailableError
from docextract.tagging import Tagger
from docextract.tagging.network import CONFIG_FILE, WEIGHTS_FILE
from docextract.tagging.tagger import MOST_WORDS, WEIGHTS, find_tagger
from docextract.tagging.training.examples import LabelledPage
from ocr.document import Page

Typeset = Callable[..., Page]


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_finds_what_it_learnt(trained: Path, example: LabelledPage) -> None:
    tags = {tag.field: tag for tag in Tagger.load(trained).tag(example.page)}
    assert {field: tag.words for field, tag in tags.items()} == {
        "merchant.name": (0, 1),
        "merchant.address": (2, 3, 4),
        "total": (10,),
        "paid": (12,),
    }
    assert all(0.3 < tag.score <= 1 for tag in tags.values())


def test_a_turned_page_is_tagged_alike(trained: Path, typeset: Typeset, example: LabelledPage) -> None:
    tagger = Tagger.load(trained)
    turned = typeset("\n".join(line for line in _rows(example.page)), 0.1)
    assert [tag.field for tag in tagger.tag(turned)] == [tag.field for tag in tagger.tag(typeset(_text(example.page)))]


def _rows(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def _text(page: Page) -> str:
    return "\n".join(_rows(page))


def test_a_blank_page_has_no_tags(trained: Path) -> None:
    assert Tagger.load(trained).tag(Page(10, 10)) == []


def test_words_of_a_page_without_end_are_left_alone(trained: Path, example: LabelledPage) -> None:
    block = example.page.blocks[0]
    copies = 2 * MOST_WORDS // len(example.page.words)
    page = replace(example.page, blocks=(block,) * copies)
    words = [index for tag in Tagger.load(trained).tag(page) for index in tag.words]
    assert words and max(words) < MOST_WORDS


def test_a_tag_tells_no_text(trained: Path, example: LabelledPage) -> None:
    printed = repr(Tagger.load(trained).tag(example.page))
    assert "total" in printed
    assert "BURGER" not in printed and "11.00" not in printed


@pytest.mark.parametrize("damage", ["nothing", "weights", "config", "fields", "sizes"])
def test_unusable_weights(trained: Path, tmp_path: Path, damage: str) -> None:
    config, weights = (trained / CONFIG_FILE).read_text(), (trained / WEIGHTS_FILE).read_bytes()
    changed = {
        "config": "{",
        "fields": json.dumps(json.loads(config) | {"fields": ["total"]}),
        "sizes": json.dumps(json.loads(config) | {"inner_width": 32}),
    }
    if damage != "nothing":
        (tmp_path / CONFIG_FILE).write_text(changed.get(damage, config))
        (tmp_path / WEIGHTS_FILE).write_bytes(weights[: len(weights) // 2] if damage == "weights" else weights)
    with pytest.raises(TaggerUnavailableError, match="weights"):
        Tagger.load(tmp_path)


def test_nothing_heavy_is_imported_before_the_first_page() -> None:
    code = "import sys, docextract.tagging, docextract.pipeline; print({'torch', 'transformers'} & set(sys.modules))"
    assert python(code) == "set()"


def test_without_transformers_there_is_no_tagger(trained: Path) -> None:
    code = (
        "import sys; sys.modules['transformers'] = None\n"
        "from pathlib import Path\n"
        "from docextract.errors import TaggerUnavailableError\n"
        "from docextract.tagging import Tagger, find_tagger\n"
        "assert find_tagger() is None\n"
        f"try: Tagger.load(Path({str(trained)!r}))\n"
        "except TaggerUnavailableError as error: print(error)"
    )
    assert "docextract[tagger]" in python(code)


def test_the_tagger_of_the_package_is_there_if_its_weights_are() -> None:
    assert (find_tagger() is not None) == (WEIGHTS / WEIGHTS_FILE).is_file()
