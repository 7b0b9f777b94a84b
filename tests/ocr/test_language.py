from __future__ import annotations

import math
from pathlib import Path

import pytest

from ocr import charset
from ocr.errors import WeightsError
from ocr.language import BONUS, START, LanguageModel, fold, folded_classes
from ocr.training.language import gather_texts, train_language_model

TEXTS = [("ROUNDING ADJUSTMENT", 5), ("Johor Bahru city", 5), ("TOTAL 12.00", 5), ("서울특별시 강남구 역삼동", 5)]


MODEL = train_language_model(TEXTS)


@pytest.fixture
def model() -> LanguageModel:
    return MODEL


def test_probabilities_of_what_may_follow_sum_to_one(model: LanguageModel) -> None:
    seen = sorted(set(fold("".join(text for text, _ in TEXTS))))
    for context in ("", "adju", "sity", "강남", START):
        total = sum(math.exp(model.log_prob(context + char)) * (10 if char == "0" else 1) for char in seen)
        assert 0.8 < total <= 1.05, context  # a byte each, and a little for what was never seen
    assert model.log_prob("adjust") > model.log_prob("adjusi") + 2


def test_a_digit_is_one_of_ten() -> None:
    """A code's S is not read as 8 only because any digit is as common as all letters together."""
    model = train_language_model([("Y5", 50), ("YS", 50)])
    assert model.log_prob("ys") - model.log_prob("y0") == pytest.approx(math.log(10), abs=0.2)


def test_every_class_has_a_letter_but_those_that_no_text_tells_of(model: LanguageModel) -> None:
    letters = folded_classes()
    assert len(letters) == len(model.letters) == charset.class_count()
    boxes = charset.encode(charset.TICK_BOXES)
    for label, letter in enumerate(letters):
        silent = label == charset.BLANK or charset.unread_script(label) or label in (boxes or ())
        assert len(letter) == (0 if silent else 1), label
    assert [bytes(row).rstrip(b"\0").decode() for row in model.letters] == list(letters)


def test_a_class_weighs_as_it_is_probable_behind_a_text(model: LanguageModel) -> None:
    t, x, foreign = (charset.encode(char)[0] for char in ("T", "X", "Ж"))  # type: ignore[index]
    assert model.weigh("adjus", t) > 2 * model.weigh("adjus", x)
    assert model.weigh("adjus", foreign) == math.exp(BONUS) >= model.weigh("adjus", t)
    assert model.extend("adjus", t) == "djust" and model.extend("adjus", foreign) == "adjus"


def test_a_model_is_read_as_it_was_written(model: LanguageModel, tmp_path: Path) -> None:
    path = tmp_path / "language.safetensors"
    model.save(path)
    again = LanguageModel.load(path)
    assert len(again) == len(model) > 100 and again.order == model.order
    assert all(again.log_prob(gram) == model.log_prob(gram) for gram in ("adjust", "zzz", "울특별", "t"))


@pytest.mark.parametrize("order", [0, 9])
def test_arrays_that_do_not_fit_are_refused(model: LanguageModel, order: int) -> None:
    with pytest.raises(ValueError, match="order"):
        LanguageModel(order, model.keys, model.log_probs, model.backoffs)
    with pytest.raises(ValueError, match="length"):
        LanguageModel(6, model.keys, model.log_probs[1:], model.backoffs)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "language.safetensors"
    path.write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(WeightsError):
        LanguageModel.load(path)


def test_a_file_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"cannot be read: (Is a directory|Permission denied)"):
        LanguageModel.load(tmp_path)


def test_rendered_pages_are_texts_to_learn_from() -> None:
    texts = list(gather_texts(None, None, 1))
    wordings, printed = (sum(times == count for _, times in texts) for count in (4, 1))
    assert wordings > 3000 and 20 < printed == len(texts) - wordings
    assert ("합계", 4) in texts
    assert len(train_language_model(texts, least=1)) > len(train_language_model(texts, least=3)) > 100
