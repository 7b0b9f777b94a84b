"""Texts: of the charset, the same for the same seed, from a folder where there is one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ocr import charset
from ocr.synthesis import Corpus
from ocr.synthesis import corpus as texts

GENERATORS = (
    texts.amount, texts.date, texts.time, texts.phone, texts.number, texts.registration, texts.masked_card, texts.code,
    texts.email, texts.website, texts.symbols, texts.scraps, texts.mrz_line, texts.syllables,
)  # fmt: skip
METHODS = ("word", "goods", "company", "address", "person", "label", "value")


@pytest.mark.parametrize("generate", GENERATORS)
def test_every_character_can_be_read(generate: texts.Generator) -> None:
    rng = Random(1)
    for _ in range(500):
        text = generate(rng)
        assert text.strip() == text != ""
        assert charset.encode(text) is not None, text
        assert "{" not in text or generate is texts.scraps


@pytest.mark.parametrize("korean", [False, True])
@pytest.mark.parametrize("name", METHODS)
def test_every_text_of_a_corpus_can_be_read(corpus: Corpus, name: str, korean: bool) -> None:
    rng = Random(2)
    for _ in range(300):
        text = getattr(corpus, name)(rng, korean=korean)
        assert text and charset.encode(text) is not None, text


def test_the_same_seed_writes_the_same(corpus: Corpus) -> None:
    first, second = ([corpus.sentence(Random(k), 12, korean=k % 2 == 0) for k in range(20)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 20


def test_rare_syllables_are_drawn() -> None:
    rng = Random(3)
    seen = set("".join(texts.syllables(rng) for _ in range(6000)))
    assert len(seen) > 2300


def test_words_come_from_the_folder_and_are_cleaned(tmp_path: Path) -> None:
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki" / "enwiki.txt").write_text("zebra  漢字 zebra\n", encoding="utf-8")
    (tmp_path / "korean-places.txt").write_text("달나라 토끼시\n漢城\n", encoding="utf-8")
    (tmp_path / "korean-market-goods.tsv").write_text("무지개떡\t1개\t500\n", encoding="utf-8")
    corpus = Corpus(tmp_path)
    assert set(corpus.english_words) == {"zebra"}
    assert corpus.korean_places == ["달나라 토끼시"]
    assert "무지개떡" in corpus.korean_goods
    assert corpus.korean_companies == Corpus().korean_companies
