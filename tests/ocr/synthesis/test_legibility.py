"""What damage leaves of print, on damage of which it is known whether it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.synthesis import Corpus, FontLibrary, render_page
from ocr.synthesis.legibility import legibility
from ocr.synthesis.page import FloatArray, ImageArray, PrintedText, as_image

LOST = 0.65


def quad(x: float, y: float, width: float, height: float) -> FloatArray:
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)


TEXT = PrintedText("RECEIPT 4021", quad(20, 36, 186, 24), np.zeros((12, 4, 2), np.float32), None, 0)


@pytest.fixture
def sheet() -> ImageArray:
    image = np.full((100, 240, 3), 240, np.uint8)
    cv2.putText(image, TEXT.text, (20, 56), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2, cv2.LINE_AA)
    return image


def fade(image: ImageArray) -> ImageArray:
    return as_image(cv2.convertScaleAbs(image, alpha=0.2, beta=90))


def cast_shadow(image: ImageArray) -> ImageArray:
    """A shadow over one half."""
    darkened = image.copy()
    darkened[:, 110:] = darkened[:, 110:] // 2
    return darkened


def add_grain(image: ImageArray) -> ImageArray:
    noise = np.random.default_rng(0).normal(0, 12, image.shape)
    return as_image((image + noise).clip(0, 255))


def blur_away(image: ImageArray) -> ImageArray:
    return as_image(cv2.GaussianBlur(image, (0, 0), 9))


def erase_a_letter(image: ImageArray) -> ImageArray:
    erased = image.copy()
    erased[:, 60:84] = 240
    return erased


def drown_in_noise(image: ImageArray) -> ImageArray:
    noise = np.random.default_rng(0).normal(0, 60, image.shape)
    return as_image((fade(image) + noise).clip(0, 255))


def stripe(image: ImageArray) -> ImageArray:
    striped = fade(image)
    striped[:, ::6] = striped[:, 1::6] = striped[:, 2::6] = 30
    return striped


@pytest.mark.parametrize("harm", [np.copy, fade, cast_shadow, add_grain])
def test_what_can_still_be_read(sheet: ImageArray, harm: Callable[[ImageArray], ImageArray]) -> None:
    assert legibility(sheet, harm(sheet), [TEXT])[0] > 0.8


@pytest.mark.parametrize("harm", [blur_away, erase_a_letter, drown_in_noise, stripe])
def test_what_nobody_can_read(sheet: ImageArray, harm: Callable[[ImageArray], ImageArray]) -> None:
    assert legibility(sheet, harm(sheet), [TEXT])[0] < LOST


def test_only_the_text_that_suffers_is_lost(sheet: ImageArray) -> None:
    both = [TEXT, replace(TEXT, quad=quad(20, 70, 186, 24))]
    cv2.putText(sheet, TEXT.text, (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2, cv2.LINE_AA)
    harmed = sheet.copy()
    harmed[66:] = blur_away(sheet)[66:]
    above, below = legibility(sheet, harmed, both)
    assert above > 0.95 > LOST > below


def test_where_nothing_is_printed_nothing_is_lost(sheet: ImageArray) -> None:
    blank = replace(TEXT, quad=quad(20, 2, 186, 20))
    assert legibility(sheet, blur_away(sheet), [blank]) == [1.0]
    assert legibility(sheet, sheet, []) == []


def test_pages_tell_what_damage_has_made_illegible(corpus: Corpus, builtin_fonts: FontLibrary) -> None:
    damaged = [render_page(seed, "card", size=None, corpus=corpus, fonts=builtin_fonts) for seed in range(60)]
    texts = [(page.strength, text.legible) for page in damaged for text in page.texts]
    assert 0 < sum(not legible for _, legible in texts) < 0.05 * len(texts)
    assert all(legible for strength, legible in texts if strength < 0.3)
    clean = render_page(0, "card", size=None, corpus=corpus, fonts=builtin_fonts, clean=True)
    assert all(text.legible for text in clean.texts)
