"""The head finds characters better than CTC does, its teacher finds them at all, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch

from ocr import Page, Reader
from ocr.document import Quad
from ocr.evaluation.characters import compare_characters, score_characters
from ocr.geometry import to_line
from ocr.model.characters import CharacterHead
from ocr.model.network import Deer
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page
from ocr.training import characters
from ocr.training.characters import (
    Sheet,
    agree,
    find_sides,
    overlaps,
    pseudo_label,
    render_sheets,
    see_page,
    train_characters,
    train_teacher,
)
from ocr.weights import FOLDER


@pytest.fixture(scope="module")
def network() -> Deer:
    return Deer.from_pretrained(FOLDER).fold()


@pytest.fixture(scope="module")
def sheets(network: Deer) -> list[Sheet]:
    return list(render_sheets(network, 4, first_seed=12))


@pytest.fixture(scope="module")
def head(sheets: list[Sheet]) -> CharacterHead:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characters, "STEPS", 250)
        return train_characters(sheets)


@pytest.fixture(scope="module")
def unseen() -> RenderedPage:
    return render_page(2**42, "receipt", size=None, corpus=Corpus(), fonts=FontLibrary("heldout"), korean=0, clean=True)


@pytest.fixture(scope="module")
def page(network: Deer, head: CharacterHead, unseen: RenderedPage) -> Page:
    return Reader.from_network(network, head).read(unseen.image)


@pytest.fixture(scope="module")
def by_ctc(network: Deer, unseen: RenderedPage) -> Page:
    return Reader.from_network(network).read(unseen.image)


def test_characters_are_found_better_than_by_ctc(page: Page, by_ctc: Page, unseen: RenderedPage) -> None:
    ours, theirs = (score_characters([compare_characters(unseen, read)]) for read in (page, by_ctc))
    assert ours["AP@50"] > theirs["AP@50"] + 0.05
    assert ours["mean IoU"] > theirs["mean IoU"]


def test_nothing_but_quads_depends_on_the_head(page: Page, by_ctc: Page) -> None:
    assert page.text == by_ctc.text
    assert [line.confidence for line in page.lines] == [line.confidence for line in by_ctc.lines]


def test_lines_begin_and_end_where_their_print_does(page: Page, unseen: RenderedPage) -> None:
    bounds = [(text.quad.min(0), text.quad.max(0)) for text in unseen.texts]
    for line in page.lines:
        (left, top), (right, bottom) = np.min(line.quad, 0), np.max(line.quad, 0)
        beside = [(low, high) for low, high in bounds if low[1] < (top + bottom) / 2 < high[1]]
        assert min(max(abs(low[0] - left), abs(high[0] - right)) for low, high in beside) < 0.4 * height(line.quad)


def test_quads_follow_each_other_within_their_line(page: Page) -> None:
    for line in page.lines:
        quad = np.array(line.quad)
        place = np.array([*(quad[0] + quad[3]) / 2, *(quad[1] + quad[2]) / 2, height(line.quad)], np.float32)
        sides = [to_line(place, np.array(char.quad)) for char in line.chars]
        length = float(np.hypot(*(place[2:4] - place[:2])))
        for side in sides:
            assert -1 <= side[:, 0].min() < side[:, 0].max() <= length + 1
            assert np.abs(side[:, 1]).max() <= 0.5 * height(line.quad) + 1
        for before, after in pairwise(sides):
            assert before[0, 0] <= after[0, 0] + 0.01 and before[1, 0] <= after[1, 0] + 0.01
        for word in line.words:
            assert np.allclose(word.quad[0], word.chars[0].quad[0], atol=0.01)
            assert np.allclose(word.quad[2], word.chars[-1].quad[2], atol=0.01)


def test_a_page_on_its_side_has_the_same_characters(
    network: Deer, head: CharacterHead, unseen: RenderedPage, page: Page
) -> None:
    lying = Reader.from_network(network, head).read(np.ascontiguousarray(np.rot90(unseen.image)))
    counts, turned_counts = (Counter(line.text for line in side.lines) for side in (page, lying))
    upright = {line.text: line for line in page.lines if counts[line.text] == turned_counts[line.text] == 1}
    width = unseen.image.shape[1]
    compared = 0
    for line in lying.lines:
        if line.text in upright:
            for char, other in zip(line.chars, upright[line.text].chars, strict=True):
                turned = np.array([(width - y, x) for x, y in char.quad])
                assert np.abs(turned - np.array(other.quad)).max() < 0.5 * height(other.quad)
                compared += 1
    assert compared > 0.5 * len(page.chars)


def test_the_truth_of_a_sheet_is_that_of_its_page(network: Deer, unseen: RenderedPage) -> None:
    sheet = see_page(network, unseen, np.random.default_rng(0))
    assert sheet is not None
    assert len(sheet.owner) > 0.9 * sum(map(len, sheet.words))
    for (text, word, index), sides in zip(sheet.owner, sheet.truth, strict=True):
        corners = to_line(sheet.places[text], sheet.words[word][index]) / sheet.places[text, 4]
        assert np.allclose(sides, [*corners[:2, 0], *corners[1:3, 1]], atol=0.03)
    assert np.abs(sheet.truth[:, :2].mean(1) - sheet.peaks.at.numpy()).mean() < 0.5


def test_a_teacher_finds_characters_again_and_labels_words(
    sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(characters, "EPOCHS", 80)
    torch.manual_seed(0)
    sheet = max(sheets, key=lambda sheet: float(np.median(sheet.places[:, 4])))
    teacher = train_teacher([sheet], [np.ones(len(sheet.words), np.bool_)], np.random.default_rng(0))
    labels = pseudo_label(teacher, sheet)
    labelled = ~np.isnan(labels[:, 0])
    assert labelled.mean() > 0.15
    overlap = overlaps(torch.from_numpy(labels[labelled]), torch.from_numpy(sheet.truth[labelled]))
    assert (overlap > 0.5).float().mean() > 0.7


def test_labels_are_what_both_find() -> None:
    one = np.array([[0, 1, -0.5, 0.5], [2, 3, -0.5, 0.5], [np.nan] * 4], np.float32)
    other = np.array([[0.2, 1.2, -0.5, 0.5], [2.6, 3.6, -0.5, 0.5], [4, 5, -0.5, 0.5]], np.float32)
    agreed = agree(one, other)
    assert np.allclose(agreed[0], [0.1, 1.1, -0.5, 0.5])
    assert np.isnan(agreed[1:]).all()


def test_a_student_learns_from_a_few_labels_and_its_teacher(
    sheets: list[Sheet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(characters, "STEPS", 150)
    monkeypatch.setattr(characters, "EPOCHS", 12)
    head = train_characters(sheets[:2], labelled=0.5)
    found, by_ctc = [], []
    for sheet in sheets[:2]:
        truth = torch.from_numpy(sheet.truth)
        found.append(overlaps(torch.from_numpy(find_sides(head, sheet)), truth))
        cells = np.pad(sheet.cells, ((0, 0), (0, 2)), constant_values=0.5) * np.array([1, 1, -1, 1])
        by_ctc.append(overlaps(torch.from_numpy(cells), truth))
    assert torch.cat(found).mean() > torch.cat(by_ctc).mean()


def height(quad: Quad) -> float:
    return float(np.hypot(*np.subtract(quad[3], quad[0])))
