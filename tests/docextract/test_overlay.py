"""The overlay is drawn where the ink is, in the frame of the page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docextract.overlay import draw_overlay
from docextract.records import Evidence, Receipt
from ocr.document import Block, Char, Line, Page, Quad, Word
from ocr.imaging import Image

LEVEL: Quad = ((20, 30), (80, 30), (80, 50), (20, 50))
TURNED: Quad = ((120, 20), (150, 50), (136, 64), (106, 34))


def build_page(*lines: tuple[Quad, float]) -> Page:
    read = tuple(Line((Word("합계", quad, confidence),), quad, confidence) for quad, confidence in lines)
    return Page(200, 100, (Block(read, LEVEL),) if read else ())


def build_record(**quads: tuple[Quad, ...]) -> Receipt:
    evidence = {
        path.replace("_", "."): Evidence(
            kind="text", value="합계", raw="합계", confidence=0.9, quad=words[0], words=words, locator="label"
        )
        for path, words in quads.items()
    }
    return Receipt(template="receipt", evidence=evidence)


def paper() -> Image:
    return np.full((100, 200, 3), 250, np.uint8)


def changed(overlay: Image) -> Image:
    """(100, 200) bool: pixels of the image that are not as they were."""
    different: Image = (overlay[:100, :200] != 250).any(axis=2)
    return different


def test_nothing_is_drawn_outside_the_lines() -> None:
    overlay = draw_overlay(paper(), build_page((LEVEL, 0.99)))
    rows, columns = np.nonzero(changed(overlay))
    # The outline is centred on the edge of the quad: pixels 20 to 79 and 30 to 49, and one or two more.
    assert 28 <= rows.min() <= 29 and 50 <= rows.max() <= 51
    assert 18 <= columns.min() <= 19 and 80 <= columns.max() <= 81
    assert changed(overlay)[30:50, 20:80].all()


def test_turned_quads_are_drawn_turned() -> None:
    drawn = changed(draw_overlay(paper(), build_page((TURNED, 0.99))))
    assert drawn[42, 128]
    assert not drawn[22, 148] and not drawn[62, 108]


def test_confidence_decides_the_colour_of_a_line() -> None:
    colors = [tuple(draw_overlay(paper(), build_page((LEVEL, confidence)))[40, 50]) for confidence in (0.99, 0.9, 0.3)]
    assert len(set(colors)) == 3


def test_a_record_colours_its_words_and_leaves_other_lines_grey() -> None:
    overlay = draw_overlay(paper(), build_page((LEVEL, 0.9), (TURNED, 0.9)), build_record(total=(LEVEL,)))
    inside = overlay[40, 50].astype(int)
    assert np.ptp(inside) > 20
    assert np.ptp(overlay[42, 128].astype(int)) == 0


def test_words_that_cannot_be_read_are_grey() -> None:
    char = Char("\ufffd", LEVEL, 0.99, unreadable="han")
    line = Line((Word("\ufffd", LEVEL, 0.99, (char,)),), LEVEL, 0.99)
    for record in (None, build_record(total=(TURNED,))):
        drawn = draw_overlay(paper(), Page(200, 100, (Block((line,), LEVEL),)), record)
        read = draw_overlay(paper(), build_page((LEVEL, 0.99)), record)
        assert (drawn[40, 50] < 250).all() and tuple(drawn[40, 50]) != tuple(read[40, 50])
    assert np.ptp(drawn[40, 50].astype(int)) == 0


def test_rows_of_a_table_share_a_legend_entry() -> None:
    page = build_page((LEVEL, 0.9))
    apart = draw_overlay(paper(), page, build_record(total=(LEVEL,), tax=(TURNED,)))
    rows = draw_overlay(paper(), page, build_record(items_0_name=(LEVEL,), items_1_name=(TURNED,)))
    assert (apart[42, 128] != apart[40, 50]).any()
    assert (rows[42, 128] == rows[40, 50]).all()


def test_the_image_given_is_not_drawn_on() -> None:
    image = paper()
    draw_overlay(image, build_page((LEVEL, 0.9)), build_record(total=(LEVEL,)))
    assert (image == 250).all()


@pytest.mark.parametrize("record", [None, Receipt(template="receipt")])
def test_a_blank_page_keeps_its_image(record: Receipt | None) -> None:
    overlay = draw_overlay(paper(), build_page(), record)
    assert not changed(overlay).any()
    assert overlay.shape[0] >= 100 and overlay.shape[1] > 200


def test_quads_that_leave_the_image_are_drawn_as_far_as_it_goes() -> None:
    beyond: Quad = ((-1e6, 30), (1e6, 30), (1e6, 50), (-1e6, 50))
    assert changed(draw_overlay(paper(), build_page((beyond, 0.9))))[40].all()


@pytest.mark.parametrize(
    ("lines", "label"), [(1, "confidence from 0.95: 1 line"), (2, "confidence from 0.95: 2 lines")]
)
def test_the_legend_counts_in_words_that_fit(lines: int, label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    put_text = cv2.putText
    monkeypatch.setattr(cv2, "putText", lambda image, text, *rest: (drawn.append(text), put_text(image, text, *rest)))
    draw_overlay(paper(), build_page(*[(LEVEL, 0.99)] * lines))
    assert drawn[0] == label
