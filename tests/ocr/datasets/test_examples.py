"""What rendered pages teach: where the decoder is pointed, and what it is told stands there."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from unittest.mock import patch

import cv2
import numpy as np
import pytest

from ocr import charset
from ocr.datasets import examples
from ocr.datasets.examples import AFAR_TO, ENLARGED_TO, LEAST_READ, Example, RenderedExamples, _visible
from ocr.geometry import FloatArray, places_to_quads
from ocr.synthesis import Corpus, FontLibrary
from ocr.synthesis.page import PrintedText

SIZE = 256


def draw(count: int, *, enlarged: float, afar: float = 0.0, kind: str = "business_card") -> list[Example]:
    stream = RenderedExamples(
        corpus=Corpus(),
        fonts=FontLibrary("heldout"),
        textures=None,
        size=SIZE,
        kinds={kind: 1.0},
        korean=0.0,
        seed=3,
        shrink=0.4,
    )
    stream.displacement = replace(stream.displacement, across=0.0, ends=0.0, height=0.0, angle=0.0)
    with patch.object(examples, "ENLARGED", enlarged), patch.object(examples, "AFAR", afar):
        return list(islice(stream, count))


def printed(text: str, *, left: float, step: float = 10.0) -> PrintedText:
    lefts = left + step * np.arange(len(text))
    quads = [[(x, 40), (x + step, 40), (x + step, 60), (x, 60)] for x in lefts]
    chars = np.array(quads, np.float32)
    return PrintedText(text, np.stack([chars[0, 0], chars[-1, 1], chars[-1, 2], chars[0, 3]]), chars, "total", 0)


@pytest.mark.parametrize("enlarged", [0.0, 1.0])
def test_the_decoder_is_pointed_at_print(enlarged: float) -> None:
    """Between the lines of a card there is less to see than on them."""
    contrasts = []
    for example in draw(20, enlarged=enlarged):
        edges = np.abs(cv2.Laplacian(example.image, cv2.CV_32F))
        on = np.zeros(edges.shape, np.uint8)
        cv2.fillPoly(on, list(np.rint(places_to_quads(example.places)).astype(np.int32)), 1)
        cared = cv2.resize(example.targets.care, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) > 0
        contrasts.append(edges[on > 0].mean() / max(edges[cared & (on == 0)].mean(), 1e-6))
        assert all(len(text) for text in example.texts) and len(example.texts) == len(example.places)
    assert np.median(contrasts) > 2


def test_small_print_is_enlarged_to_what_the_reader_reads_at() -> None:
    small = [float(np.median(example.places[:, 4])) for example in draw(20, enlarged=0.0)]
    large = [float(np.median(example.places[:, 4])) for example in draw(20, enlarged=1.0)]
    assert np.median(small) < 0.9 * ENLARGED_TO[0]
    assert ENLARGED_TO[0] < np.median(large) < ENLARGED_TO[1]
    assert min(large) > 0.8 * ENLARGED_TO[0]


def test_print_seen_from_afar_is_found_but_not_read() -> None:
    seen = draw(20, enlarged=0.0, afar=1.0)
    heights = [np.exp(e.targets.geometry[0][e.targets.maps[0] > 0].astype(np.float32)) for e in seen]
    assert AFAR_TO[0] < np.median(np.concatenate(heights)) < AFAR_TO[1]
    assert min(map(np.min, heights)) < 0.9 * LEAST_READ
    assert min(example.places[:, 4].min() for example in seen) >= 0.99 * LEAST_READ


def test_a_text_that_the_border_cuts_is_read_as_far_as_it_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "LEAST_READ", 0.0)  # or the smallest print would only be seen enlarged
    whole = {
        "".join(charset.decode(int(label)) for label in text)
        for example in draw(20, enlarged=0.0)
        for text in example.texts
    }
    seen = [
        "".join(charset.decode(int(label)) for label in text)
        for example in draw(20, enlarged=1.0)
        for text in example.texts
    ]
    assert any(text not in whole for text in seen)
    assert all(any(text in other for other in whole) for text in seen)


@pytest.mark.parametrize(
    ("left", "seen"),
    [(40.0, "TOTAL 12.80"), (200.0, "TOTAL"), (-35.0, "L 12.80"), (205.0, "TOTAL"), (240.0, None), (-95.0, None)],
)
def test_what_can_be_seen_of_a_text(left: float, seen: str | None) -> None:
    part = _visible(printed("TOTAL 12.80", left=left), (SIZE, SIZE))
    if seen is None:
        assert part is None
        return
    assert part is not None and part.text == seen
    assert part.char_quads.shape == (len(seen), 4, 2)
    np.testing.assert_array_equal(part.quad[[0, 3]], part.char_quads[0][[0, 3]])
    np.testing.assert_array_equal(part.quad[[1, 2]], part.char_quads[-1][[1, 2]])
    assert (part.quad >= 0).all() and (part.quad <= SIZE).all()


def test_of_a_text_that_leaves_the_picture_and_comes_back_one_stretch_is_read() -> None:
    text = printed("TOTAL 12.80", left=40.0)
    bent: FloatArray = text.char_quads.copy()
    bent[5:8, :, 1] -= 50
    part = _visible(replace(text, char_quads=bent), (SIZE, SIZE))
    assert part is not None and part.text == "TOTAL"


def test_what_nobody_can_read_is_not_asked_for() -> None:
    assert _visible(replace(printed("TOTAL 12.80", left=40.0), legible=False), (SIZE, SIZE)) is None
