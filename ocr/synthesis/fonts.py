"""The fonts that pages are printed in: found on the machine, listed by role, and checked glyph by glyph.

`fonts.toml` names the families and the packages they come in. A font is asked for every character it is to draw, and
answers with nothing where it would print a blank or its "not defined" box, so that no page ever shows one.
"""

from __future__ import annotations

import os
import tomllib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from ocr.charset import UNREADABLE, script_of

Split = Literal["train", "heldout", "all"]

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/share/texmf/fonts/opentype/public"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
)
SUFFIXES = {".ttf", ".otf", ".ttc", ".otb"}
# Sizes that glyphs are rasterised at; a line is scaled from the next larger one, so that few glyphs serve all sizes.
SIZES_PX = (20, 32, 56, 112)

_FAINT = ("thin", "extralight", "outline", "inverted")
_SLANTED = ("italic", "oblique")
_WITH_ITALICS = ("sans", "serif")
"""Roles whose slanted styles make a role of their own, such as "sans_italic"; those of others are left out."""
_LENDING = "foreign"
_UNASSIGNED = "\U0010fffe"
_OPEN_FACES = 300


class Glyph(NamedTuple):
    """One rasterised character: coverage `(h, w)` uint8, and where it goes from the pen, x to the right, y down."""

    mask: NDArray[np.uint8]
    left: int
    top: int
    advance: float


@dataclass(frozen=True, slots=True)
class Font:
    """One style of one family in one file. `path` is None for the Latin font that Pillow brings along."""

    family: str
    style: str
    role: str
    path: str | None
    index: int = 0


class Face:
    """A font at one size. `size_px` is the nearest that the font has: bitmap fonts come in a few sizes only."""

    def __init__(self, font: Font, size_px: int) -> None:
        self.size_px, self._font = _open(font, size_px)
        self._glyphs: dict[str, Glyph | None] = {}
        mask, _ = self._font.getmask2(_UNASSIGNED, "L", anchor="ls")
        self._undefined = (mask.size, bytes(mask))
        self.ascent_px = self._extent("H")[0]
        self.descent_px = self._extent("p")[1]

    def glyph(self, char: str) -> Glyph | None:
        """The character's glyph, or None where the font has none to show."""
        if char not in self._glyphs:
            self._glyphs[char] = self._rasterise(char)
        return self._glyphs[char]

    def _rasterise(self, char: str) -> Glyph | None:
        mask, (left, top) = self._font.getmask2(char, "L", anchor="ls")
        if char == " ":
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, float(self._font.getlength(char)))
        box = mask.getbbox()
        if box is None or (mask.size == self._undefined[0] and bytes(mask) == self._undefined[1]):
            return None
        pixels = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[1], mask.size[0])
        ink = pixels[box[1] : box[3], box[0] : box[2]]
        return Glyph(ink, int(left) + box[0], int(top) + box[1], float(self._font.getlength(char)))

    def _extent(self, char: str) -> tuple[int, int]:
        """How far a character reaches above and below the baseline."""
        glyph = self.glyph(char)
        if glyph is None:
            return round(0.7 * self.size_px), round(0.2 * self.size_px)
        return -glyph.top, glyph.top + glyph.mask.shape[0]


class FontLibrary:
    """The listed fonts that are installed.

    Args:
        split: "train" leaves the held-out families away, "heldout" keeps only them.
        folders: Where to look for font files.

    Where nothing is installed the library holds the one Latin font of Pillow. Pickled, it keeps what it found and
    forgets what it drew.
    """

    def __init__(self, split: Split = "train", folders: tuple[Path, ...] = FOLDERS) -> None:
        self.split = split
        found = [font for font in _installed(folders) if _belongs(font.family, split)]
        self.fonts: tuple[Font, ...] = tuple(found) or (Font("Pillow", "Regular", "sans", None),)
        self._roles = self._by_role()
        self._faces: OrderedDict[tuple[Font, int], Face] = OrderedDict()

    def __getstate__(self) -> tuple[Split, tuple[Font, ...]]:
        return self.split, self.fonts

    def __setstate__(self, state: tuple[Split, tuple[Font, ...]]) -> None:
        self.split, self.fonts = state
        self._roles = self._by_role()
        self._faces = OrderedDict()

    def _by_role(self) -> dict[str, dict[str, list[Font]]]:
        roles: dict[str, dict[str, list[Font]]] = {}
        for font in self.fonts:
            roles.setdefault(font.role, {}).setdefault(font.family, []).append(font)
        return roles

    @property
    def korean(self) -> bool:
        """Whether there is a font for Hangul."""
        return any(role.startswith("korean") for role in self._roles)

    def borrow(self, char: str, size_px: int, text: str) -> Glyph | None:
        """A letter that cannot be read in one of the fonts that lend such letters, the same one throughout a text."""
        if script_of(char) not in UNREADABLE:
            return None
        lenders = [font for fonts in self._roles.get(_LENDING, {}).values() for font in fonts]
        Random(text).shuffle(lenders)
        return next((glyph for font in lenders if (glyph := self.face(font, size_px).glyph(char))), None)

    def families(self, role: str) -> Mapping[str, list[Font]]:
        """The fonts of a role by family; of every Latin role where it has none."""
        if role in self._roles:
            return self._roles[role]
        wanted = role.split("_")[0] == "korean"
        reading = {name: fonts for name, fonts in self._roles.items() if name != _LENDING}
        alike = [fonts for name, fonts in reading.items() if name.startswith("korean") == wanted]
        return {family: fonts for role in alike or reading.values() for family, fonts in role.items()}

    def face(self, font: Font, height_px: float) -> Face:
        """The font at the smallest size of `SIZES_PX` that needs no enlarging, opened once and kept."""
        size = next((size for size in SIZES_PX if size >= height_px), SIZES_PX[-1])
        key = font, size
        if key in self._faces:
            self._faces.move_to_end(key)
        else:
            self._faces[key] = Face(font, size)
            if len(self._faces) > _OPEN_FACES:
                self._faces.popitem(last=False)
        return self._faces[key]


def install_command() -> str:
    """The one command that installs every listed font on Debian or Ubuntu."""
    return " ".join(["apt-get install --no-install-recommends", *_listed()["packages"]])


@cache
def _listed() -> dict[str, Any]:
    """`fonts.toml`: the Debian "packages", the "held_out" families, and the families by "roles"."""
    return tomllib.loads(files("ocr.synthesis").joinpath("fonts.toml").read_text(encoding="utf-8"))


def _belongs(family: str, split: Split) -> bool:
    return split == "all" or (family in _listed()["held_out"]) == (split == "heldout")


@cache
def _installed(folders: tuple[Path, ...]) -> tuple[Font, ...]:
    roles: dict[str, list[str]] = {}
    for role, families in _listed()["roles"].items():
        for family in families:
            roles.setdefault(family, []).append(role)
    found: dict[tuple[str, str, str], Font] = {}
    for path in sorted(path for folder in folders for path in _files(folder)):
        for index, (family, style) in enumerate(_styles(path)):
            if any(word in style.lower() for word in _FAINT):
                continue
            slanted = any(word in style.lower() for word in _SLANTED)
            for upright in roles.get(family, []):
                if slanted and upright not in _WITH_ITALICS:
                    continue
                role = f"{upright}_italic" if slanted else upright
                found.setdefault((family, style, role), Font(family, style, role, str(path), index))
    return tuple(found.values())


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if Path(name).suffix in SUFFIXES)


def _styles(path: Path) -> Iterator[tuple[str, str]]:
    """Family and style of every face in a file."""
    for index in range(16):
        try:
            _, font = _open(Font("", "", "", str(path), index), SIZES_PX[0])
        except OSError:
            return
        family, style = font.getname()
        yield family or "", style or ""
        if path.suffix != ".ttc":
            return


def _open(font: Font, size_px: int) -> tuple[int, ImageFont.FreeTypeFont]:
    if font.path is None:
        default = ImageFont.load_default(size_px)
        assert isinstance(default, ImageFont.FreeTypeFont)
        return size_px, default
    for size in (size_px, size_px - 2, size_px - 4, size_px + 2, 32, 16):
        try:
            basic = ImageFont.Layout.BASIC
            return size, ImageFont.truetype(font.path, size, index=font.index, layout_engine=basic)
        except OSError as error:
            if "invalid pixel size" not in str(error):
                raise
    raise OSError("the font has none of the sizes tried")
