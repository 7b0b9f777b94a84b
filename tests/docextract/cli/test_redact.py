from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from docextract.typesetting import set_page
from ocr.document import Block, Page
from ocr.imaging import Image, load_image

from .conftest import build_line, write_picture

NUMBER = "4111 1111 1111 1111"


class CardReader:
    """Reads a card number where there is ink that is not black all over."""

    blind = False

    def __init__(self, weights: str | None, device: str) -> None:
        self.device = device

    def read(self, image: Image) -> Page:
        line = build_line(40, 60, NUMBER)
        covered = image[62:78, 42:82].max() == 0 and not self.blind
        return Page(480, 260, () if covered else (Block((line,), line.quad),))


PASSPORT = set_page(
    "PASSPORT\nPassport No  L898902C3\n\n\n"
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)


class PassportReader(CardReader):
    """Reads a passport on white paper."""

    def read(self, image: Image) -> Page:
        return PASSPORT if image.min() > 0 else Page(*image.shape[1::-1])


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(CardReader, "blind", False)
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=CardReader))
    picture = np.full((260, 480, 3), 230, np.uint8)
    cv2.putText(picture, NUMBER, (40, 78), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20))
    return write_picture(tmp_path / "card.png", picture)


@pytest.mark.parametrize("template", [(), ("-t", "payment_card")])
def test_the_number_is_black_and_nothing_else(shell, card: Path, tmp_path: Path, template: tuple[str, ...]) -> None:
    status, out, err = shell("redact", card, "-o", tmp_path / "black.png", *template)
    assert (status, out, err) == (0, "", "")
    before, after = load_image(card), load_image(tmp_path / "black.png")
    assert not after[62:78, 42:82].any()
    assert np.array_equal(before[120:], after[120:])


def test_without_a_template_the_page_tells_its_kind(shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=PassportReader))
    sheet = write_picture(tmp_path / "passport.png", np.full((PASSPORT.height, PASSPORT.width, 3), 230, np.uint8))
    assert shell("redact", sheet, "-o", tmp_path / "black.png") == (0, "", "")
    (x0, y0), _, (x1, y1), _ = PASSPORT.words[-3].quad  # the number above the zone, which no scan for numbers knows
    assert PASSPORT.words[-3].text == "L898902C3"
    assert not load_image(tmp_path / "black.png")[int(y0) : int(y1), int(x0) : int(x1)].any()


def test_what_is_still_legible_is_not_written(
    shell, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CardReader, "blind", True)
    status, out, err = shell("redact", card, "-o", tmp_path / "black.png")
    assert (status, out) == (1, "")
    assert err == f"docextract: {card}: still legible: card_number, number; nothing was written\n"
    assert not (tmp_path / "black.png").exists()


def test_another_policy_leaves_it(shell, card: Path, tmp_path: Path) -> None:
    assert shell("redact", card, "-o", tmp_path / "black.png", "--policy", "kr_rrn")[0] == 0
    assert np.array_equal(load_image(tmp_path / "black.png"), load_image(card))


def test_a_picture_that_cannot_be_written_is_wrong_usage(shell, card: Path, tmp_path: Path) -> None:
    assert shell("redact", card, "-o", tmp_path / "black.txt")[0] == 2
