"""Fonts: no tofu, no blanks, a held-out part, and nothing kept that cannot be pickled."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from PIL import ImageFont

from ocr import charset
from ocr.synthesis import FontLibrary
from ocr.synthesis.fonts import SIZES_PX, install_command


def test_a_character_that_the_font_lacks_has_no_glyph(builtin_fonts: FontLibrary) -> None:
    face = builtin_fonts.face(builtin_fonts.fonts[0], 20)
    assert face.glyph("A") is not None
    assert face.glyph("뷁") is None
    assert face.glyph("\U0010fffd") is None
    assert face.glyph("\u200b") is None


def test_glyphs_are_cut_to_their_ink_and_placed_from_the_pen(builtin_fonts: FontLibrary) -> None:
    face = builtin_fonts.face(builtin_fonts.fonts[0], 50)
    dash, letter, space = face.glyph("_"), face.glyph("H"), face.glyph(" ")
    assert dash is not None and letter is not None and space is not None
    for glyph in (dash, letter):
        assert all(side.any() for side in (glyph.mask[0], glyph.mask[-1], glyph.mask[:, 0], glyph.mask[:, -1]))
    assert dash.top >= 0 > letter.top
    assert letter.top + letter.mask.shape[0] == pytest.approx(0, abs=1)
    assert space.mask.size == 0 and space.advance > 0


def test_no_installed_font_shows_its_undefined_box(installed_fonts: FontLibrary) -> None:
    sample = charset.ASCII + charset.SYMBOLS + charset.hangul_syllables()[::97]
    checked = 0
    for font in installed_fonts.fonts[::5]:
        if font.path is None:
            continue
        face = installed_fonts.face(font, SIZES_PX[0])
        raw = ImageFont.truetype(font.path, face.size_px, index=font.index, layout_engine=ImageFont.Layout.BASIC)
        undefined = np.asarray(raw.getmask("\U0010fffe", "L")).tobytes()
        for char in sample:
            if face.glyph(char) is not None:
                checked += 1
                assert np.asarray(raw.getmask(char, "L")).tobytes() != undefined, (font.family, char)
    if not checked:
        pytest.skip("no listed font is installed")


def test_training_never_sees_the_held_out_families() -> None:
    train, held_out, everything = (FontLibrary(split) for split in ("train", "heldout", "all"))
    if everything.fonts[0].path is None:
        pytest.skip("no listed font is installed")
    families = [{font.family for font in library.fonts} for library in (train, held_out)]
    assert not families[0] & families[1]
    assert len(train.fonts) + len(held_out.fonts) == len(everything.fonts)


def test_a_library_survives_pickling_and_forgets_its_glyphs(builtin_fonts: FontLibrary) -> None:
    builtin_fonts.face(builtin_fonts.fonts[0], 20).glyph("A")
    again = pickle.loads(pickle.dumps(builtin_fonts))
    assert again.fonts == builtin_fonts.fonts
    assert again.face(again.fonts[0], 20).glyph("A") is not None
    assert len(pickle.dumps(again)) < 2000


def test_one_command_installs_the_fonts() -> None:
    command = install_command()
    assert command.startswith("apt-get install ")
    assert "fonts-nanum" in command.split()


def test_slanted_styles_have_roles_of_their_own(installed_fonts: FontLibrary) -> None:
    slanted = {font.role for font in installed_fonts.fonts if "Italic" in font.style or "Oblique" in font.style}
    if not slanted:
        pytest.skip("no listed font is installed")
    assert slanted <= {"sans_italic", "serif_italic"}
