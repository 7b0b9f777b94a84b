"""What blur, small print and glare do to reading, beside what `docextract.capture` says about them.

    python benchmarks/capture.py [FOLDER OF GOOD IMAGES]

The thresholds of `docextract.capture` are chosen by these tables.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from docextract.capture import check_capture, edge_width_px, find_glare, glare_share, text_height_px
from docextract.rendered_fields import FIRST_SEED, perfect_page
from ocr import Reader
from ocr.imaging import Image, load_image
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

KINDS = (("receipt", 0.0), ("receipt", 1.0), ("card", 0.0), ("identity", 1.0), ("business_card", 0.0))
Damage = Callable[[RenderedPage, float], Image]


def render_pages(fonts: FontLibrary, corpus: Corpus) -> Iterator[RenderedPage]:
    """Clean pages that training never saw."""
    for seed, (kind, korean) in enumerate(KINDS, FIRST_SEED + 5000):
        yield render_page(seed, kind, size=None, corpus=corpus, fonts=fonts, korean=korean, clean=True)


def blur(page: RenderedPage, sigma: float) -> Image:
    """Out of focus, by a sigma relative to the height of the text."""
    height = text_height_px(list(perfect_page(page).lines))
    return cv2.GaussianBlur(page.image, (0, 0), sigma * height).view(np.uint8) if sigma else page.image


def shrink(page: RenderedPage, height_px: float) -> Image:
    """From so far away that the text is so high."""
    scale = min(height_px / text_height_px(list(perfect_page(page).lines)), 1.0)
    return cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).view(np.uint8)


def report(name: str, pages: list[RenderedPage], reader: Reader, damage: Damage, amounts: tuple[float, ...]) -> None:
    """One row for each amount of a damage."""
    print(f"\n| {name} | words read | text height, px | edge / height | edge, px | said |\n|---|---|---|---|---|---|")
    for amount in amounts:
        rows = [measure(page, damage(page, amount), reader) for page in pages]
        recall, height, relative, width = (statistics.median(row[k] for row in rows) for k in range(4))
        said = Counter(str(issue).partition(":")[0] for row in rows for issue in row[4])
        told = ", ".join(f"{code} {count}" for code, count in said.items()) or "nothing"
        print(f"| {amount} | {recall:.2f} | {height:.1f} | {relative:.3f} | {width:.2f} | {told} |", flush=True)


def measure(page: RenderedPage, image: Image, reader: Reader) -> tuple[float, float, float, float, tuple[object, ...]]:
    """Share of the words that are read; height, and width of edges; what is said."""
    read = reader.read(image)
    lines = list(read.lines)
    printed = Counter(word for text in page.texts for word in text.text.split())
    recall = (printed & Counter(word.text for word in read.words)).total() / printed.total()
    said = check_capture(image, read)
    if not lines:
        return recall, 0.0, float("nan"), float("nan"), said
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).view(np.uint8)
    widths = [edge_width_px(grey, line) for line in lines]
    relative = statistics.median(width / line.height for width, line in zip(widths, lines, strict=True))
    return recall, text_height_px(lines), relative, statistics.median(widths), said


def report_glare(pages: list[RenderedPage], reader: Reader) -> None:
    """How often the longest word that is read on a page is still read when a reflection covers a part of it."""
    readable = [{word.text for word in reader.read(page.image).words} for page in pages]
    print("\n| part of the word under the reflection | share found | word read |\n|---|---|---|")
    for part in (0.0, 0.1, 0.2, 0.3, 0.5):
        shares, read = [], 0
        for page, known in zip(pages, readable, strict=True):
            perfect = perfect_page(page)
            word = max((word for word in perfect.words if word.text in known), key=lambda word: len(word.text))
            (x0, y0), (x1, _), (_, y1), _ = word.quad
            image = (page.image * 0.9).astype(np.uint8)  # photographed paper is not pure white
            center = round(x0 + part * (x1 - x0) / 2), round((y0 + y1) / 2)
            if part:
                axes = max(1, round(part * (x1 - x0) / 2)), round(y1 - y0)
                cv2.ellipse(image, center, axes, 0, 0, 360, (255, 255, 255), cv2.FILLED, cv2.LINE_AA)
            shares.append(glare_share(find_glare(image, text_height_px(list(perfect.lines))), [word.quad]))
            read += word.text in {found.text for found in reader.read(image).words}
        print(f"| {part} | {min(shares):.2f} to {max(shares):.2f} | {read} of {len(pages)} |", flush=True)


def report_good(folder: Path, reader: Reader) -> None:
    """What is said about photographs that are known to be good."""
    said: Counter[str] = Counter()
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".jpg", ".jpeg", ".png"})
    for path in paths:
        image = load_image(path)
        said.update(str(issue) for issue in check_capture(image, reader.read(image)))
    print(f"\n{len(paths)} images of {folder.name}: {dict(said)}", flush=True)


def main() -> None:
    """Print the tables."""
    reader, pages = Reader(), list(render_pages(FontLibrary("heldout"), Corpus(None)))
    report("blur, sigma / height", pages, reader, blur, (0.0, 0.04, 0.08, 0.12, 0.16))
    report("text height, px", pages, reader, shrink, (14, 11, 9, 8, 7, 6))
    report_glare(pages, reader)
    for folder in sys.argv[1:]:
        report_good(Path(folder), reader)


if __name__ == "__main__":
    main()
