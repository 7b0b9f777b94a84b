"""One page from one seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from ocr.synthesis.canvas import Canvas
from ocr.synthesis.corpus import Corpus
from ocr.synthesis.damage import damage
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.forms import FORMS
from ocr.synthesis.page import RenderedPage
from ocr.synthesis.text_page import draw_text_page
from ocr.synthesis.warp import turned

KINDS = ("text", *FORMS)
# How often a kind is drawn where none is asked for.
_SHARES = {"text": 4.0, "receipt": 3.0, "identity": 1.0, "card": 1.0, "business_card": 1.0}


def render_page(
    seed: int,
    kind: str | None = None,
    *,
    size: int | tuple[int, int] | None = 512,
    corpus: Corpus,
    fonts: FontLibrary,
    korean: float = 0.5,
    clean: bool = False,
    turn: int = 0,
    textures: Path | None = None,
) -> RenderedPage:
    """Render a page.

    Args:
        seed: Decides everything left open.
        kind: One of `KINDS`; None chooses.
        size: Width and height in pixels, or both; None takes the sheet's own size.
        corpus: What is written.
        fonts: What it is written in.
        korean: Share of Korean among the texts, 0 to 1.
        clean: Leave the sheet as printed, at its own size, without damage.
        turn: Degrees to turn the page clockwise, a multiple of 90.
        textures: Folder of photographs of paper and surfaces, see `damage`.
    """
    rng = Random(seed)
    kind = kind or rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    frame = (size, size) if isinstance(size, int) else size
    canvas = _draw(kind, rng, corpus, fonts, korean, frame)
    while not canvas.texts:  # a font may lack all that it was asked for
        canvas = _draw(kind, rng, corpus, fonts, korean, frame)
    image, texts, strength = canvas.image, tuple(canvas.texts), 0.0
    if not clean:
        size_px = frame or (canvas.width, canvas.height)
        image, texts, strength = damage(image, canvas.texts, rng, size=size_px, textures=textures)
    if turn % 360:
        image, texts = turned(image, texts, turn // 90)
    return RenderedPage(image, texts, kind, seed, strength)


def _draw(
    kind: str, rng: Random, corpus: Corpus, fonts: FontLibrary, korean: float, frame: tuple[int, int] | None
) -> Canvas:
    if kind == "text":
        return draw_text_page(rng, corpus, fonts, korean=korean, size=frame or (768, 768))
    width = min(frame) if frame else rng.randint(480, 720)
    canvas = FORMS[kind](rng, corpus, fonts, korean=fonts.korean and rng.random() < korean, width=width)
    if frame and canvas.height > 1.15 * frame[1]:
        # A part of a long receipt teaches more than all of it too small to read.
        height = round(rng.uniform(0.9, 1.15) * frame[1])
        top = rng.randint(0, canvas.height - height)
        canvas.window(top, top + height)
    return canvas
