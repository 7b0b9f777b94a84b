"""Pages on disk, and a sheet to look at them with their truth drawn over them."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.synthesis.corpus import Corpus
from ocr.synthesis.fonts import FontLibrary
from ocr.synthesis.page import ImageArray, PrintedText, RenderedPage, as_image
from ocr.synthesis.render import render_page

_SHEET_PAGES = 24
_TILE_PX = 512
_MEANT, _FILLER, _CHAR, _START = (220, 30, 30), (30, 30, 220), (150, 190, 150), (0, 150, 0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that `render_page` is told besides the seed."""

    corpus: Corpus
    fonts: FontLibrary
    kind: str | None = None
    size: int | None = 512
    korean: float = 0.5
    textures: Path | None = None

    def page(self, seed: int) -> RenderedPage:
        """The page of a seed."""
        return render_page(
            seed,
            self.kind,
            size=self.size,
            corpus=self.corpus,
            fonts=self.fonts,
            korean=self.korean,
            textures=self.textures,
        )


def overlay(page: RenderedPage) -> ImageArray:
    """The page with its quads: red where a text has a meaning, blue where not, a dot where reading starts."""
    image = page.image.copy()
    for text in page.texts:
        for quad in text.char_quads:
            _outline(image, quad, _CHAR)
        _outline(image, text.quad, _MEANT if text.field else _FILLER)
        x, y = np.rint(text.quad[0]).astype(int).tolist()
        cv2.circle(image, (x, y), 2, _START, -1)
    return image


def contact_sheet(images: Sequence[ImageArray], columns: int = 4) -> ImageArray:
    """Images side by side, each fitted into a tile, row by row."""
    tiles = []
    for image in images:
        scale = _TILE_PX / max(image.shape[:2])
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        tile = np.full((_TILE_PX, _TILE_PX, 3), 128, np.uint8)
        tile[: small.shape[0], : small.shape[1]] = small[:_TILE_PX, :_TILE_PX]
        tiles.append(tile)
    tiles += [np.full_like(tiles[0], 128)] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    return as_image(np.vstack(rows))


def write_pages(directory: Path, count: int, recipe: Recipe, *, seed: int = 0, workers: int = 1) -> list[Path]:
    """Render pages of consecutive seeds into a folder.

    Writes `images/<stem>.png`, `boxes/<stem>.csv` (one text a line: x1,y1,...,x4,y4,text), `truth/<stem>.json` (all
    that is known of a page), and `sheet.jpg`, the first pages with their truth drawn over them.

    Args:
        directory: Where to write; made where it does not exist.
        count: Number of pages.
        recipe: How they are rendered.
        seed: Seed of the first page.
        workers: Number of processes; 1 stays in this one.

    Returns:
        The images' paths, in order of their seeds.
    """
    for name in ("images", "boxes", "truth"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    seeds = range(seed, seed + count)
    if workers == 1:
        paths = [_write(recipe.page(number), directory) for number in seeds]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, _Worker.start, (recipe, directory)) as pool:
            paths = list(pool.map(_Worker.write, seeds, chunksize=8))
    shown = [overlay(recipe.page(number)) for number in seeds[:_SHEET_PAGES]]
    if shown:
        _save(directory / "sheet.jpg", contact_sheet(shown))
    return paths


class _Worker:
    """What a process keeps between pages: the glyphs it has drawn are worth keeping."""

    recipe: Recipe
    directory: Path

    @classmethod
    def start(cls, recipe: Recipe, directory: Path) -> None:
        cv2.setNumThreads(1)
        cls.recipe, cls.directory = recipe, directory

    @classmethod
    def write(cls, seed: int) -> Path:
        return _write(cls.recipe.page(seed), cls.directory)


def _write(page: RenderedPage, directory: Path) -> Path:
    stem = f"{page.kind}-{page.seed:06}"
    path = directory / "images" / f"{stem}.png"
    _save(path, page.image)
    with (directory / "boxes" / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
        # The text is all that follows the eighth comma, without quotes.
        file.writelines(f"{_numbers(text.quad)},{text.text}\n" for text in page.texts)
    truth = {"kind": page.kind, "seed": page.seed, "texts": [_as_json(text) for text in page.texts]}
    (directory / "truth" / f"{stem}.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return path


def _as_json(text: PrintedText) -> dict[str, Any]:
    return {
        "text": text.text,
        "field": text.field,
        "block": text.block,
        "quad": text.quad.round(2).tolist(),
        "char_quads": text.char_quads.round(2).tolist(),
        "spans": [span._asdict() for span in text.spans],
    }


def _numbers(quad: Iterable[Iterable[float]]) -> str:
    return ",".join(f"{value:.1f}" for point in quad for value in point)


def _outline(image: ImageArray, quad: np.ndarray[Any, Any], colour: tuple[int, int, int]) -> None:
    # Three bits of fraction; OpenCV counts from the centres of pixels.
    cv2.polylines(image, [np.rint((quad - 0.5) * 8).astype(np.int32)], True, colour, 1, cv2.LINE_AA, 3)


def _save(path: Path, image: ImageArray) -> None:
    coded = cv2.imencode(path.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(coded.tobytes())
