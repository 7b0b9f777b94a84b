from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from docextract.capture import CaptureIssue, check_capture, edge_width_px, text_height_px
from docextract.pipeline import Extractor
from docextract.records import PaymentCard
from docextract.rendered_fields import perfect_page
from ocr.document import Block, Line, Page, Quad, Word
from ocr.errors import ImageError
from ocr.imaging import Image, load_image
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = ("receipt", "card", "identity", "business_card")


@pytest.fixture(scope="module", params=KINDS)
def rendered(request: pytest.FixtureRequest) -> RenderedPage:
    """A clean document of each kind, on paper as a camera sees it."""
    page = render_page(7, request.param, size=None, corpus=Corpus(None), fonts=FontLibrary("train"), clean=True)
    return RenderedPage((page.image * 0.9).astype(np.uint8), page.texts, page.kind, page.seed)


@pytest.fixture(scope="module")
def card() -> tuple[Image, Page, PaymentCard]:
    fonts = FontLibrary("train")
    page = render_page(3, "card", size=None, corpus=Corpus(None), fonts=fonts, korean=0.0, clean=True)
    read = perfect_page(page)
    record = Extractor().extract_page(read, template="payment_card")
    assert "number" in record.evidence
    return (page.image * 0.8).astype(np.uint8), read, record


def codes(image: Image, page: Page) -> set[str]:
    return {issue.code for issue in check_capture(image, page)}


def scaled(page: Page, factor: float) -> Page:
    """The page of a picture that is so many times as large."""

    def scale(quad: Quad) -> Quad:
        a, b, c, d = ((x * factor, y * factor) for x, y in quad)
        return a, b, c, d

    lines = tuple(Line((Word(line.text, scale(line.quad), 1.0),), scale(line.quad), 1.0) for line in page.lines)
    width, height = round(page.width * factor), round(page.height * factor)
    return Page(width, height, (Block(lines, lines[0].quad),))


def test_a_good_photograph_is_praised_by_silence(rendered: RenderedPage) -> None:
    assert check_capture(rendered.image, perfect_page(rendered)) == ()


@pytest.mark.parametrize(("name", "cut"), [("receipt-en.jpg", set()), ("receipt-ko.jpg", {"top", "bottom"})])
def test_the_samples_are_good_but_for_the_sheet_that_fills_its_picture(
    name: str, cut: set[str], reading_extractor: Extractor
) -> None:
    image = load_image(SAMPLES / name)
    page = reading_extractor.read(image)
    issues = check_capture(image, page, reading_extractor.extract_page(page, "receipt"))
    assert all(issue.code == "CUT_OFF" and issue.where in cut for issue in issues)


@pytest.mark.parametrize("angle", [0, 90, 180])
def test_blur_is_relative_to_the_height_of_the_text(rendered: RenderedPage, angle: int) -> None:
    page = perfect_page(rendered)
    height = text_height_px(list(page.lines))
    out_of_focus = cv2.GaussianBlur(rendered.image, (0, 0), 0.14 * height).view(np.uint8)
    assert codes(out_of_focus, page) == {"TOO_BLURRY"}
    # Twice as large, the same blur in pixels is half as bad.
    large = cv2.resize(rendered.image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC).view(np.uint8)
    assert "TOO_BLURRY" not in codes(cv2.GaussianBlur(large, (0, 0), 0.04 * height).view(np.uint8), scaled(page, 3))


def test_motion_is_blur(rendered: RenderedPage) -> None:
    page = perfect_page(rendered)
    length = round(0.6 * text_height_px(list(page.lines)))
    moved = cv2.filter2D(rendered.image, -1, np.full((length, length), 1 / length**2, np.float32)).view(np.uint8)
    assert codes(moved, page) == {"TOO_BLURRY"}


def test_small_print_is_small_and_not_blurred(rendered: RenderedPage) -> None:
    page = perfect_page(rendered)
    factor = 6.5 / text_height_px(list(page.lines))
    small = cv2.resize(rendered.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).view(np.uint8)
    assert codes(small, scaled(page, factor)) == {"TOO_SMALL"}


def test_edges_are_measured_in_any_direction() -> None:
    upright = np.full((40, 200), 230, np.uint8)
    cv2.putText(upright, "TOTAL 12.80", (5, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 20, 2, cv2.LINE_AA)
    across: Quad = ((0, 5), (200, 5), (200, 35), (0, 35))
    down: Quad = ((35, 0), (35, 200), (5, 200), (5, 0))
    lines = [Line((Word("", quad, 1.0),), quad, 1.0) for quad in (across, down)]
    turned = cv2.rotate(upright, cv2.ROTATE_90_CLOCKWISE).view(np.uint8)
    assert edge_width_px(upright, lines[0]) == pytest.approx(edge_width_px(turned, lines[1]), rel=0.02)


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_text_that_runs_out_of_the_picture(rendered: RenderedPage, side: str) -> None:
    page = perfect_page(rendered)
    line = max(page.lines, key=lambda line: len(line.text))
    (x0, y0), (x1, y1) = line.quad[0], line.quad[2]
    x, y = round(x0 + 0.4 * (x1 - x0)), round(y0 + 0.4 * (y1 - y0))
    left, top = x if side == "left" else 0, y if side == "top" else 0
    right = x if side == "right" else page.width
    bottom = y if side == "bottom" else page.height
    image = rendered.image[top:bottom, left:right]
    kept = tuple(clipped(page, left, top, right, bottom))
    cut = Page(right - left, bottom - top, (Block(kept, kept[0].quad),))
    assert CaptureIssue("CUT_OFF", side) in check_capture(image, cut)
    assert {issue.where for issue in check_capture(image, cut) if issue.code == "CUT_OFF"} == {side}


def clipped(page: Page, left: int, top: int, right: int, bottom: int) -> Iterator[Line]:
    """What is left of a page's lines in a window."""
    for line in page.lines:
        corners = [(min(max(x, left), right) - left, min(max(y, top), bottom) - top) for x, y in line.quad]
        a, b, c, d = corners
        if b[0] > a[0] and d[1] > a[1]:
            yield Line((Word(line.text, (a, b, c, d), 1.0),), (a, b, c, d), 1.0)


def test_glare_over_a_field(card: tuple[Image, Page, PaymentCard]) -> None:
    image, page, record = card
    assert check_capture(image, page, record) == ()
    for field in ("number", "expiry"):
        quad = record.evidence[field].quad
        center = tuple(round(sum(axis) / 4) for axis in zip(*quad, strict=True))
        size = round(abs(quad[1][0] - quad[0][0]) / 3), round(abs(quad[3][1] - quad[0][1]))
        shining = cv2.ellipse(image.copy(), center, size, 0, 0, 360, (255, 255, 255), cv2.FILLED, cv2.LINE_AA)
        issues = check_capture(shining.view(np.uint8), page, record)
        assert f"GLARE_OVER:{field}" in map(str, issues)
        assert {issue.code for issue in issues} == {"GLARE_OVER"}


def test_glare_that_swallowed_a_word_of_a_field() -> None:
    rendered = next(receipt for receipt in clean_receipts() if len(words_of_merchant(perfect_page(receipt))) > 2)
    image, page = (rendered.image * 0.8).astype(np.uint8), perfect_page(rendered)
    quads = words_of_merchant(page)
    swallowed = next(word for word in page.words if word.quad == quads[1])
    left = without_word(page, swallowed)
    record = Extractor().extract_page(left, "receipt")
    assert record.evidence["merchant.name"].words == (quads[0], *quads[2:])
    assert check_capture(image, left, record) == ()  # what a wide space is as well
    (x0, y0), (x1, y1) = swallowed.quad[0], swallowed.quad[2]
    cv2.rectangle(image, (round(x0), round(y0)), (round(x1), round(y1)), (255, 255, 255), cv2.FILLED)
    assert [str(issue) for issue in check_capture(image, left, record)] == ["GLARE_OVER:merchant.name"]


def clean_receipts() -> Iterator[RenderedPage]:
    corpus, fonts = Corpus(None), FontLibrary("train")
    return (render_page(seed, "receipt", size=None, corpus=corpus, fonts=fonts, clean=True) for seed in range(40))


def words_of_merchant(page: Page) -> tuple[Quad, ...]:
    return Extractor().extract_page(page, "receipt").evidence["merchant.name"].words


def without_word(page: Page, lost: Word) -> Page:
    """The page as it is read when one of its words cannot be."""
    blocks = tuple(
        replace(
            block,
            lines=tuple(replace(line, words=tuple(w for w in line.words if w is not lost)) for line in block.lines),
        )
        for block in page.blocks
    )
    return replace(page, blocks=blocks)


def test_glare_beside_the_fields_does_no_harm(card: tuple[Image, Page, PaymentCard]) -> None:
    image, page, record = card
    corner = cv2.circle(image.copy(), (0, 0), 12, (255, 255, 255), cv2.FILLED).view(np.uint8)
    assert check_capture(corner, page, record) == ()


def test_white_paper_is_no_glare(card: tuple[Image, Page, PaymentCard]) -> None:
    image, page, record = card
    white = np.full_like(image, 255)
    for line in page.lines:
        (x0, y0), (_, y1) = line.quad[0], line.quad[2]
        cv2.putText(white, "TEXT", (round(x0), round(y1)), cv2.FONT_HERSHEY_SIMPLEX, (y1 - y0) / 22, (0, 0, 0), 2)
    assert "GLARE_OVER" not in {issue.code for issue in check_capture(white, page, record)}


def test_without_text_there_is_no_document() -> None:
    wall = np.full((100, 80, 3), 128, np.uint8)
    assert [str(issue) for issue in check_capture(wall, Page(80, 100))] == ["NO_DOCUMENT"]


def test_a_photograph_is_given_as_everywhere_else(tmp_path: Path, card: tuple[Image, Page, PaymentCard]) -> None:
    image, page, record = card
    path = tmp_path / "card.png"
    cv2.imwrite(str(path), cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), (0, 0), 8))
    issues = check_capture(path, page, record)
    assert CaptureIssue("TOO_BLURRY") in issues
    assert check_capture(path.read_bytes(), page, record) == check_capture(load_image(path), page, record) == issues
    with pytest.raises(ImageError):
        check_capture(image.astype(int), page)
    wrong: Any = page.export()
    with pytest.raises(TypeError, match="not dict"):
        check_capture(image, wrong)
