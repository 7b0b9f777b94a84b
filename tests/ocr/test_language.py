from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.document import Alternative, Char, Line, Quad, Word
from ocr.errors import WeightsError
from ocr.language import START, LanguageModel, fold
from ocr.training.language import gather_texts, train_language_model

TEXTS = [("ROUNDING ADJUSTMENT", 5), ("Johor Bahru city", 5), ("TOTAL 12.00", 5), ("서울특별시 강남구 역삼동", 5)]
QUAD: Quad = ((0, 0), (1, 0), (1, 1), (0, 1))


MODEL = train_language_model(TEXTS)


@pytest.fixture
def model() -> LanguageModel:
    return MODEL


def make_line(text: str, doubts: dict[int, tuple[float, tuple[Alternative, ...]]]) -> Line:
    """A line read without a doubt, but for some characters: index in the text -> confidence and alternatives."""
    words, start = [], 0
    for part in text.split(" "):
        chars = []
        for k, char in enumerate(part, start):
            confidence, alternatives = doubts.get(k, (0.999, ()))
            chars.append(Char(char, ((k, 0), (k + 1, 0), (k + 1, 1), (k, 1)), confidence, alternatives))
        words.append(Word(part, QUAD, 0.9, tuple(chars)))
        start += len(part) + 1
    return Line(tuple(words), QUAD, 0.9)


@pytest.mark.parametrize(
    ("read", "doubts", "meant"),
    [
        ("ADJUSIMENT", {5: (0.6, (("T", 0.35),))}, "ADJUSTMENT"),
        ("ADJUSIMENT", {5: (0.99, (("T", 0.003),))}, "ADJUSIMENT"),  # the network was too sure
        ("ADJUSIMENT", {5: (0.6, (("X", 0.35),))}, "ADJUSIMENT"),  # it did not think of the T
        ("Johor Bahru ciity", {14: (0.4, ())}, "Johor Bahru city"),  # read twice
        ("TOTAL 17.00", {7: (0.6, (("2", 0.35),))}, "TOTAL 17.00"),  # no number is a word
        ("TOTAL l2.00", {6: (0.5, (("1", 0.4),))}, "TOTAL 12.00"),  # but digits follow TOTAL, letters do not
        ("서울특별시 강납구", {7: (0.5, (("남", 0.4), ("납", 0.01)))}, "서울특별시 강남구"),
    ],
)
def test_words_decide_where_the_network_doubts(
    model: LanguageModel, read: str, doubts: dict[int, tuple[float, tuple[Alternative, ...]]], meant: str
) -> None:
    assert model.reconsider(make_line(read, doubts)).text == meant


def test_no_letter_is_put_for_one_that_cannot_be_read(model: LanguageModel) -> None:
    line = make_line("ADJUS\ufffdMENT", {5: (0.5, (("T", 0.45),))})
    chars = [replace(char, unreadable="greek") if char.text == "\ufffd" else char for char in line.chars]
    foreign = replace(line, words=(replace(line.words[0], chars=tuple(chars)),))
    assert model.reconsider(foreign) == foreign
    doubtful = make_line("ADJUSIMENT", {5: (0.5, (("\ufffd", 0.3), ("T", 0.15)))})
    assert model.reconsider(doubtful).text == "ADJUSTMENT"


def test_what_was_read_first_becomes_an_alternative(model: LanguageModel) -> None:
    line = make_line("ADJUSIMENT", {5: (0.6, (("T", 0.35),))})
    char = model.reconsider(line).chars[5]
    assert (char.text, char.quad) == ("T", line.chars[5].quad)
    assert [text for text, _ in char.alternatives] == ["I"]
    assert char.confidence > 0.5 and char.confidence + sum(p for _, p in char.alternatives) <= 1.0


def test_dropped_characters_leave_the_others_in_place(model: LanguageModel) -> None:
    line = make_line("ciity", {2: (0.4, ())})
    again = model.reconsider(line)
    assert [char.quad for char in again.chars] == [char.quad for k, char in enumerate(line.chars) if k != 2]


@pytest.mark.parametrize(
    "line",
    [
        make_line("P<UTOERIKSSON<<ANNA<MARIA", {0: (0.4, (("R", 0.4),))}),
        Line((Word("ADJUSIMENT", QUAD, 0.5),), QUAD, 0.5),
        make_line("ADJUSIMENT", {}),
    ],
    ids=["machine readable zone", "no characters", "no doubt"],
)
def test_some_lines_are_left_alone(model: LanguageModel, line: Line) -> None:
    assert model.reconsider(line) is line


CHARS = st.tuples(
    st.sampled_from("aTl1서'"),
    st.floats(0, 1),
    st.lists(st.tuples(st.sampled_from("bI0울 "), st.floats(0, 0.3)), max_size=3),
)


@settings(max_examples=80)
@given(st.lists(st.lists(CHARS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_nothing_is_invented(read: list[list[tuple[str, float, list[Alternative]]]]) -> None:
    words = tuple(
        Word("".join(c for c, _, _ in word), QUAD, 0.5, tuple(Char(c, QUAD, p, tuple(a)) for c, p, a in word))
        for word in read
    )
    again = MODEL.reconsider(Line(words, QUAD, 0.5))
    assert again.words and len(again.chars) <= sum(map(len, read))
    possible = iter([{c, *(text for text, _ in a)} for word in read for c, _, a in word])
    assert all(any(char.text in options for options in possible) for char in again.chars)  # in their order
    assert all(0 <= char.confidence <= 1 + 1e-9 for char in again.chars) and 0 <= again.confidence <= 1 + 1e-9


def test_probabilities_of_what_may_follow_sum_to_one(model: LanguageModel) -> None:
    seen = sorted(set(fold("".join(text for text, _ in TEXTS))))
    for context in ("", "adju", "sity", "강남", START):
        total = sum(math.exp(model.log_prob(context + char)) for char in seen)
        assert 0.8 < total <= 1.05, context  # a byte each, and a little for what was never seen
    assert model.log_prob("adjust") > model.log_prob("adjusi") + 2


def test_a_model_is_read_as_it_was_written(model: LanguageModel, tmp_path: Path) -> None:
    path = tmp_path / "language.safetensors"
    model.save(path)
    again = LanguageModel.load(path)
    assert len(again) == len(model) > 100 and again.order == model.order
    assert all(again.log_prob(gram) == model.log_prob(gram) for gram in ("adjust", "zzz", "울특별", "t"))


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "language.safetensors"
    path.write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(WeightsError):
        LanguageModel.load(path)


def test_rendered_pages_are_texts_to_learn_from() -> None:
    texts = list(gather_texts(None, None, 1))
    assert len(texts) > 20 and all(times == 1 for _, times in texts)
    assert len(train_language_model(texts, least=1)) > len(train_language_model(texts, least=3)) > 100
