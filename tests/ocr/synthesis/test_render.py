"""Whole pages: the same for the same seed, and true to their ink."""

from __future__ import annotations

import pickle
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from ocr import charset
from ocr.synthesis import KINDS, Corpus, FontLibrary, RenderedPage, render_page
from ocr.synthesis.canvas import Canvas
from ocr.synthesis.damage import _Wear


def render(seed: int, kind: str, corpus: Corpus, fonts: FontLibrary, **options: object) -> RenderedPage:
    return render_page(seed, kind, corpus=corpus, fonts=fonts, **options)  # type: ignore[arg-type]


def assert_equal(first: RenderedPage, second: RenderedPage) -> None:
    assert (first.image == second.image).all()
    for a, b in zip(first.texts, second.texts, strict=True):
        assert (a.text, a.field, a.block, a.spans) == (b.text, b.field, b.block, b.spans)
        assert (a.quad == b.quad).all() and (a.char_quads == b.char_quads).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_decides_the_page(corpus: Corpus, builtin_fonts: FontLibrary, kind: str) -> None:
    first = render(5, kind, corpus, builtin_fonts, size=256)
    # A library that has drawn nothing yet must give the same page.
    fresh = pickle.loads(pickle.dumps(builtin_fonts))
    assert_equal(first, render(5, kind, corpus, fresh, size=256))
    other = render(6, kind, corpus, builtin_fonts, size=256)
    assert other.image.shape == first.image.shape
    assert (other.image != first.image).any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_texts_are_complete_and_inside(corpus: Corpus, installed_fonts: FontLibrary, kind: str, seed: int) -> None:
    page = render(seed, kind, corpus, installed_fonts, size=384)
    assert page.image.shape == (384, 384, 3) and page.image.dtype == np.uint8
    assert page.texts
    for text in page.texts:
        assert charset.encode(text.text) is not None
        assert text.text == " ".join(text.text.split())
        assert text.char_quads.shape == (len(text.text), 4, 2)
        assert (text.quad >= -0.5).all() and (text.quad <= 384.5).all()
        for span in text.spans:
            assert 0 <= span.start < span.end <= len(text.text)
            assert text.text[span.start : span.end].strip() == text.text[span.start : span.end]


@pytest.mark.parametrize("seed", range(8))
def test_ink_is_where_the_quads_are(corpus: Corpus, installed_fonts: FontLibrary, seed: int) -> None:
    page = render(seed, "receipt", corpus, installed_fonts, clean=True, size=None)
    grey = page.image.astype(np.int16).max(2)
    ink = np.abs(grey - grey[0, 0]) > 40
    covered = np.zeros(ink.shape, bool)
    for text in page.texts:
        x0, y0 = np.floor(text.quad[0]).astype(int)
        x1, y1 = np.ceil(text.quad[2]).astype(int)
        inside = ink[max(y0, 0) : y1, max(x0, 0) : x1]
        assert inside.any()
        # Tight from side to side: some ink within two pixels of either end.
        assert inside[:, :4].any() and inside[:, -4:].any()
        bar = (y1 - y0) if inside.mean() > 0.5 else 0  # a sign that is light on dark stands on one
        covered[max(y0 - bar, 0) : y1 + bar, max(x0 - bar, 0) : x1 + bar] = True
    # What is left is rules.
    stray = (ink & ~covered).any(1)
    assert stray.sum() < 0.04 * len(stray)


@pytest.mark.parametrize("seed", range(8))
def test_every_character_has_ink_of_its_own(corpus: Corpus, installed_fonts: FontLibrary, seed: int) -> None:
    page = render(seed, "business_card", corpus, installed_fonts, clean=True, size=None)
    grey = cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY).astype(np.int16)
    for text in page.texts:
        centres = text.char_quads.mean(1)[:, 0]
        assert (np.diff(centres) > 0).all()
        for char, quad in zip(text.text, text.char_quads, strict=True):
            x0, y0 = np.rint(quad[0]).astype(int)
            x1, y1 = np.rint(quad[2]).astype(int)
            if char != " ":
                assert np.ptp(grey[max(y0, 0) : y1, max(x0, 0) : max(x1, x0 + 1)]) > 25


def test_truth_follows_the_damage(corpus: Corpus, builtin_fonts: FontLibrary) -> None:
    """Where a damaged page is dark, a text has to be: correlate ink with the quads of the page."""
    hits = []
    for seed in range(30):
        page = render(seed, "text", corpus, builtin_fonts, size=320)
        edges = np.abs(cv2.Laplacian(cv2.cvtColor(page.image, cv2.COLOR_RGB2GRAY), cv2.CV_32F))
        mask = np.zeros(edges.shape, np.uint8)
        cv2.fillPoly(mask, [np.rint(text.quad).astype(np.int32) for text in page.texts], 1)
        inside = mask.astype(bool)
        hits.append(edges[inside].mean() / max(edges[~inside].mean(), 1e-6))
    assert np.median(hits) > 2
    assert min(hits) > 0.8


def test_pages_know_how_badly_they_are_damaged(corpus: Corpus, builtin_fonts: FontLibrary) -> None:
    pages = [render(seed, "card", corpus, builtin_fonts, size=200) for seed in range(40)]
    assert {min(range(3), key=lambda k: abs((0.15, 1, 2)[k] - page.strength)) for page in pages} == {0, 1, 2}
    assert all(0.05 < page.strength < 2.5 for page in pages)
    assert render(1, "card", corpus, builtin_fonts, clean=True).strength == 0


def test_korean_pages_show_hangul(corpus: Corpus, korean_fonts: FontLibrary) -> None:
    page = render(1, "text", corpus, korean_fonts, korean=1.0)
    letters = "".join(text.text for text in page.texts)
    assert sum("가" <= char <= "힣" for char in letters) > 0.2 * len(letters)


def test_turned_pages_hold_the_same_texts(corpus: Corpus, builtin_fonts: FontLibrary) -> None:
    upright, turned = (render(3, "card", corpus, builtin_fonts, size=256, turn=turn) for turn in (0, 90))
    assert (np.rot90(upright.image, -1) == turned.image).all()
    assert [text.text for text in upright.texts] == [text.text for text in turned.texts]


def test_screens_leave_dark_print_and_mark_the_paper() -> None:
    for seed in range(8):
        canvas = Canvas(60, 40, paper=(240, 240, 240), ink=(20, 20, 20))
        canvas.image[18:22, 10:50] = 0
        canvas.shade((5, 5), (80, 35), Random(seed))
        assert (canvas.image[18:22, 10:50] == 0).all()
        assert (canvas.image[:5] == 240).all() and (canvas.image[:, :5] == 240).all()
        assert 0.05 < (canvas.image[5:18, 5:] == 20).mean() < 0.6


def test_dead_dots_of_a_thermal_head_are_stripes_down_the_print() -> None:
    sheet = np.full((200, 300, 3), 250, np.uint8)
    sheet[50:150] = 10
    for seed in range(8):
        worn = _Wear(Random(seed), np.random.default_rng(seed), 1.0, None, 9.0)._columns(sheet, 24.0).astype(int)
        assert (abs(worn - 250)[sheet == 250] <= 1).all()  # paper stays
        stripes = worn[50, :, 0]
        assert (worn[50:150] == stripes[:, None]).all()
        assert np.median(stripes) < 90 and 0 < (stripes > 120).mean() < 0.25


def test_pages_are_dense(corpus: Corpus, installed_fonts: FontLibrary) -> None:
    counts = [sum(len(text.text) for text in render(seed, "text", corpus, installed_fonts).texts) for seed in range(12)]
    assert np.mean(counts) > 350


def test_papers_and_backgrounds_are_taken_from_the_folder(
    corpus: Corpus, builtin_fonts: FontLibrary, tmp_path: Path
) -> None:
    for name in ("paper-a.png", "background-a.png"):
        cv2.imwrite(str(tmp_path / name), np.full((40, 60, 3), (0, 0, 255), np.uint8))
    pages = [render(seed, "card", corpus, builtin_fonts, size=200, textures=tmp_path) for seed in range(12)]
    reddish = [page for page in pages if (page.image[0, 0].astype(int) - page.image[0, 0, 1] > 90)[0]]
    assert reddish
