"""The reader with the released weights: what is read, where, whatever the input looks like."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest
import torch
from rapidfuzz.distance import Levenshtein

from ocr import Page, Reader
from ocr.errors import DeviceError, ImageError, WeightsError
from ocr.imaging import Image
from ocr.synthesis import Corpus, FontLibrary, render_page
from ocr.view import STRIP_PX

LINES = ("TOTAL 12.80", "Thank you", "2024-03-15 18:42", "Coffee 4.50")
TOP, STEP, LEFT = 90, 70, 60


def draw(lines: tuple[str, ...] = LINES, *, height: int = 38, size: tuple[int, int] = (420, 560)) -> Image:
    """Lines on a sheet, their baselines at TOP, TOP + STEP and so on."""
    paper = PIL.Image.new("RGB", (size[1], size[0]), (245, 245, 245))
    pen, font = PIL.ImageDraw.Draw(paper), PIL.ImageFont.load_default(height)
    for k, text in enumerate(lines):
        pen.text((LEFT, TOP + STEP * k), text, fill=(30, 30, 30), font=font, anchor="ls")
    return np.array(paper)


def errors(page: Page, lines: tuple[str, ...] = LINES) -> float:
    """Edits over characters, spaces left out."""
    truth = "".join(lines).replace(" ", "")
    return Levenshtein.distance(page.text.replace(" ", "").replace("\n", ""), truth) / len(truth)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_print_is_read(reader: Reader) -> None:
    assert errors(reader.read(draw())) <= 0.1


@pytest.mark.parametrize(("height", "step"), [(22, 18), (22, 20), (30, 24)])
def test_lines_that_all_but_touch_are_told_apart(reader: Reader, height: int, step: int) -> None:
    lines = ("Splendid Ice Creams", "501 A King Street", "Charleston, SC 29403", "(843) 212 5113", *LINES[:2])
    paper = PIL.Image.new("RGB", (420, 240), (245, 245, 245))
    pen, font = PIL.ImageDraw.Draw(paper), PIL.ImageFont.load_default(height)
    for k, text in enumerate(lines):
        pen.text((40, 50 + step * k), text, fill=(30, 30, 30), font=font, anchor="ls")
    page = reader.read(paper)
    assert len(page.lines) == len(lines)
    assert errors(page, lines) <= 0.1


def test_quads_hold_the_ink_and_nothing_else(reader: Reader) -> None:
    image = draw()
    page = reader.read(image)
    ink = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) < 128
    covered = np.zeros(ink.shape, np.uint8)
    for line in page.lines:
        cv2.fillPoly(covered, [np.round(np.array(line.quad)).astype(np.int32)], 1)
    assert (ink & (covered > 0)).sum() / ink.sum() > 0.93
    assert covered.mean() < 0.4


def test_characters_stand_in_reading_order_within_their_line(reader: Reader) -> None:
    for line in reader.read(draw()).lines:
        centers = [np.mean(char.quad, 0) for char in line.chars]
        assert all(a[0] < b[0] for a, b in pairwise(centers))
        assert line.quad[0][0] - 2 <= centers[0][0] and centers[-1][0] <= line.quad[1][0] + 2


@pytest.mark.parametrize("factor", [0.6, 1.0, 2.0, 4.0])
def test_quads_are_pixels_of_the_original_whatever_its_size(reader: Reader, factor: float) -> None:
    image = cv2.resize(draw(), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    page = reader.read(image)
    assert (page.width, page.height) == image.shape[1::-1]
    assert errors(page) <= 0.15
    total = min(page.lines, key=lambda line: Levenshtein.distance(line.text, LINES[0]))
    assert total.quad[0][0] / factor == pytest.approx(LEFT, abs=8)
    assert total.quad[2][1] / factor == pytest.approx(TOP, abs=10)


def test_all_kinds_of_input_read_alike(reader: Reader, tmp_path: Path) -> None:
    image = draw()
    picture = PIL.Image.fromarray(image)
    path = tmp_path / "page.png"
    picture.save(path)
    texts = {reader.read(source).text for source in (image, picture, path, str(path), path.read_bytes())}
    with path.open("rb") as file:
        texts.add(reader.read(file).text)
    assert len(texts) == 1


def test_a_long_receipt_loses_nothing_between_strips(reader: Reader) -> None:
    lines = tuple(f"Item {k:02d} price {k}.50" for k in range(60))
    image = draw(lines, height=30, size=(TOP + STEP * 60, 620))
    page = reader.read(image)
    rows = Counter(round((np.mean([y for _, y in line.quad]) - TOP) / STEP + 0.15) for line in page.lines)
    assert rows == Counter(range(60))  # every row once: none lost, none found in two strips
    assert errors(page, lines) <= 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (40, 40), (400, 300), (1, 200_000)])
@pytest.mark.parametrize("shade", [0, 127, 255])
def test_a_page_without_ink_is_empty(reader: Reader, shape: tuple[int, int], shade: int) -> None:
    page = reader.read(np.full((*shape, 3), shade, np.uint8))
    assert page.blocks == ()
    assert page.text == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_process_forked_after_something_was_read_can_read() -> None:
    program = """
import os, signal, sys
from ocr import Reader
reader = Reader()
text = reader.read(sys.argv[1]).text
child = os.fork()
if not child:
    signal.alarm(60)
    os._exit(reader.read(sys.argv[1]).text != text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    sample = Path(__file__).parents[2] / "samples" / "receipt-en.jpg"
    environment = os.environ | {"OMP_NUM_THREADS": "2"}
    assert subprocess.run([sys.executable, "-c", program, sample], env=environment, check=False).returncode == 0


def test_bfloat16_reads_what_float32_reads(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    for multiplies in (True, False):
        monkeypatch.setattr("ocr.reader.multiplies_bfloat16", lambda multiplies=multiplies: multiplies)
        pages.append(reader.read(Path(__file__).parents[2] / "samples/receipt-en.jpg"))
    fast, exact = pages
    assert fast.text == exact.text and fast != exact
    for ours, theirs in zip(fast.lines, exact.lines, strict=True):
        height = math.dist(theirs.quad[0], theirs.quad[3])
        assert np.abs(np.subtract(ours.quad, theirs.quad)).max() < height / 3


def test_pointing_reads_the_line_under_the_point(reader: Reader) -> None:
    image = draw()
    lines = reader.read_at(image, [(LEFT + 80, TOP - 15), (LEFT + 60, TOP + STEP - 12), (550.0, 410.0)])
    assert [line is not None for line in lines] == [True, True, False]
    assert lines[0] is not None and Levenshtein.distance(lines[0].text, LINES[0]) <= 2
    assert lines[1] is not None and Levenshtein.distance(lines[1].text, LINES[1]) <= 2


def test_threads_get_what_one_after_the_other_gives(reader: Reader) -> None:
    images = [draw(LINES[k:] + LINES[:k]) for k in range(4)]
    alone = [reader.read(image).text for image in images]
    with ThreadPoolExecutor(4) as pool:
        assert [page.text for page in pool.map(reader.read, images)] == alone


def test_many_are_read_as_each_alone_those_of_one_size_in_one_pass(reader: Reader) -> None:
    upright, small = draw(), cv2.resize(draw(), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    tall = draw(tuple(f"Item {k:02d} price {k}.50" for k in range(60)), height=30, size=(TOP + STEP * 60, 620))
    turned = np.ascontiguousarray(upright[::-1, ::-1])
    images = [
        upright,
        draw(LINES[::-1]),
        turned,
        small.view(np.uint8),
        np.full_like(upright, 200),
        tall,
        draw(LINES[:2]),
    ]
    passes: list[torch.Size] = []
    handle = reader._network.backbone.register_forward_pre_hook(lambda _, inputs: passes.append(inputs[0].shape))
    together = list(reader.read_many(images))
    handle.remove()
    assert max(shape[0] for shape in passes) > 1
    assert all(shape[0] == 1 or shape.numel() <= STRIP_PX for shape in passes)
    for page, alone in zip(together, map(reader.read, images), strict=True):
        assert (page.width, page.height, page.text) == (alone.width, alone.height, alone.text)
        for char, expected in zip(page.chars, alone.chars, strict=True):
            assert np.abs(np.array(char.quad) - expected.quad).max() < 0.1
            assert char.confidence == pytest.approx(expected.confidence, abs=0.01)


def test_many_are_taken_a_few_at_a_time(reader: Reader) -> None:
    taken = 0

    def scan() -> Iterator[Image]:
        nonlocal taken
        for _ in range(50):
            taken += 1
            yield np.full((40, 40, 3), 200, np.uint8)

    pages = reader.read_many(scan())
    assert next(pages).text == "" and 1 < taken < 10
    assert len(list(pages)) == 49


def test_one_bad_image_of_many_is_raised(reader: Reader) -> None:
    with pytest.raises(ImageError):
        list(reader.read_many([draw(), b"no image at all"]))


def test_a_page_survives_json(reader: Reader) -> None:
    page = reader.read(draw())
    assert Page.from_dict(page.export()).export() == page.export()


def test_bad_images_are_refused(reader: Reader) -> None:
    with pytest.raises(ImageError):
        reader.read(io.BytesIO(b"no image at all"))


@pytest.mark.parametrize("device", ["tpu9", "cuda:x", "", "meta", "cuda:99"])
def test_devices_that_are_not_there_are_said(device: str) -> None:
    with pytest.raises(DeviceError) as refusal:
        Reader(device=device)
    assert refusal.value.device == device and refusal.value.code == "device_unavailable"


def test_missing_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsError):
        Reader(tmp_path)


@pytest.mark.parametrize("angle", [90, 180, 270, 12, -40, 60, 200])
def test_a_turned_page_reads_as_an_upright_one(reader: Reader, angle: float) -> None:
    upright = draw()
    turn = cv2.getRotationMatrix2D((280, 210), -angle, 1.0)  # OpenCV counts anticlockwise
    turn[:, 2] += 100
    image = np.asarray(cv2.warpAffine(upright, turn, (760, 620), borderValue=(245, 245, 245)), np.uint8)
    page = reader.read(image)
    assert errors(page) <= errors(reader.read(upright)) + 0.05
    for line in page.lines:
        assert abs((line.angle * 180 / math.pi - angle + 180) % 360 - 180) < 3
    point = turn @ [LEFT + 80, TOP - 15, 1]
    (line,) = reader.read_at(image, [(point[0], point[1])])
    assert line is not None and Levenshtein.distance(line.text, LINES[0]) <= 2


def test_characters_stand_where_their_ink_is(reader: Reader) -> None:
    """CTC peaks early or late in a character, the same in all of them; that must not show in their quads."""
    offsets = []
    corpus, fonts = Corpus(), FontLibrary("heldout")
    for seed in range(4):
        rendered = render_page(
            2**42 + seed, "receipt", size=None, corpus=corpus, fonts=fonts, korean=seed % 2, clean=True
        )
        lines = {line.text: line for line in reader.read(rendered.image).lines}
        for text in rendered.texts:
            if len(text.text) > 4 and text.text in lines:
                truth = [quad for char, quad in zip(text.text, text.char_quads, strict=True) if char != " "]
                for char, quad in zip(lines[text.text].chars, truth, strict=True):
                    width = np.ptp(quad[:, 0])
                    offsets.append((np.mean([x for x, _ in char.quad]) - quad[:, 0].mean()) / width)
    assert len(offsets) > 200
    assert abs(np.median(offsets)) < 0.1
    assert np.median(np.abs(offsets)) < 0.25
