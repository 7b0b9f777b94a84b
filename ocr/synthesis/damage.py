"""What happens to a page between the printer and the file: paper, light, lens, sensor, compression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np

from ocr.synthesis.canvas import Ink, plain
from ocr.synthesis.legibility import legibility
from ocr.synthesis.page import ImageArray, PrintedText, as_image
from ocr.synthesis.warp import random_warp

# How much noise of standard deviation 1 is worth on the plate that noise is cut from.
_PLATE_STEP = 32
# Height of lines in which one level for the whole page leaves too little of a stroke.
_FINE_PX = 20.0
# Height of the smallest print on a photograph, and on a copy with and without Hangul, that can still be read.
_LEGIBLE_PX = 8.0
_LEGIBLE_HANGUL_COPY_PX = 12.0
_LEGIBLE_COPY_PX = 9.0
# Least legibility of a text that can be read, and of one on a copy that somebody would keep.
_LEGIBLE = 0.65
_GOOD_COPY = 0.8


def damage(
    image: ImageArray,
    texts: Sequence[PrintedText],
    rng: Random,
    *,
    size: tuple[int, int],
    textures: Path | None = None,
) -> tuple[ImageArray, tuple[PrintedText, ...], float]:
    """Photograph or scan a sheet: about 30 % nearly clean, 50 % mildly and 20 % badly damaged.

    Args:
        image: The sheet `(H, W, 3)`.
        texts: What is printed on it.
        rng: Source of chance.
        size: Width and height of the photograph.
        textures: Folder of photographs of paper (`paper-*`) and of surfaces (`background-*`).

    Returns:
        The photograph, the texts where they stand in it and whether they can be read, and how bad it is: less than 0.3
        nearly clean, less than 1.2 mild.
    """
    strength = rng.choices((0.15, 1.0, 2.0), (0.3, 0.5, 0.2))[0] * rng.uniform(0.6, 1.2)
    hangul = any("가" <= char <= "힣" for text in texts for char in text.text)
    copy_px = _LEGIBLE_HANGUL_COPY_PX if hangul else _LEGIBLE_COPY_PX
    wear = _Wear(rng, np.random.default_rng(rng.getrandbits(64)), strength, textures, copy_px)
    height, width = image.shape[:2]
    clean, image = image, wear.paper(wear.print(image, _height(texts, 0.5)))
    if strength > 0.3 or rng.random() < 0.5 or (width, height) != size:
        warp = random_warp(texts, (width, height), size, rng, strength)
        background = wear.background(_colour(image[-1, -1]), size)
        clean, image = warp.image(clean, background), warp.image(image, background)
        texts = warp.texts(texts)
    small_px = _height(texts, 0.25)
    image = wear.file(wear.sensor(wear.lens(wear.light(image), small_px), texts))
    left = legibility(clean, image, texts)
    return image, tuple(replace(text, legible=k >= _LEGIBLE) for text, k in zip(texts, left, strict=True)), strength


@dataclass(frozen=True, slots=True)
class _Wear:
    """The stages in which a page suffers, each by chance and as badly as `strength` says; 1 is usual."""

    rng: Random
    noise: np.random.Generator
    strength: float
    textures: Path | None
    copy_px: float

    def print(self, image: ImageArray, height_px: float) -> ImageArray:
        """Ink that bleeds, fades or breaks, of print of a height of `height_px`."""
        rng, strength = self.rng, self.strength
        height, width = image.shape[:2]
        paper = _colour(image[0, 0])
        kind = rng.random()
        if kind < 0.10 * strength:
            amount = rng.uniform(0.3, 0.8)
            side = max(2, round(rng.uniform(0.06, 0.14) * height_px))
            bled = cv2.erode(image, np.ones((side, side), np.uint8))
            return as_image(cv2.addWeighted(image, 1 - amount, bled, amount, 0))
        if kind < 0.25 * strength:
            fade = rng.uniform(0.2, 0.35 + 0.15 * strength)
            return as_image(cv2.addWeighted(image, 1 - fade, plain(width, height, paper), fade, 0))
        if kind < 0.35 * strength:
            # A worn thermal head prints weaker in patches.
            patches = self.noise.random((max(2, height // 24), max(2, width // 40)), np.float32)
            loss = np.clip(cv2.resize(patches, (width, height)) * 2 - 0.9, 0, 0.55)
            share = (loss[:, :, None] * 256).astype(np.uint16)
            return as_image((image * (256 - share) + np.array(paper, np.uint16) * share) >> 8)
        if kind < 0.53 * strength and float(image[0, 0].mean()) > 170:
            if kind < 0.45 * strength:
                image = self._rows(image, height_px)
            return self._columns(image, height_px) if kind > 0.41 * strength else image
        return image

    def _rows(self, image: ImageArray, height_px: float) -> ImageArray:
        """The rows of a thermal head that is too cold: what is only a dot or two high is weak, and gaps show."""
        height, width = image.shape[:2]
        dot = max(3, round(height_px / 9))
        thin = cv2.dilate(image, np.ones((dot, 1), np.uint8))  # ink is dark: strokes that lie vanish, others stay
        heat = self.noise.uniform(0, 1, (height // dot + 1, width // dot + 1)).astype(np.float32)
        low, high = sorted(self.noise.uniform(0.2, 0.6, 2))
        share = low + (high - low) * cv2.resize(heat, (width, height), interpolation=cv2.INTER_LINEAR)
        if self.noise.random() < 0.5:
            thin = cv2.addWeighted(thin, 0.5, plain(width, height, _colour(image[0, 0])), 0.5, 0)
            share *= (np.arange(height) % dot < dot / 2)[:, None]
        weight = (share[:, :, None] * 256).astype(np.uint16)
        return as_image((image * (256 - weight) + thin * weight) >> 8)

    def _columns(self, image: ImageArray, height_px: float) -> ImageArray:
        """The columns of a thermal head some of whose dots are dead or dirty: light stripes down all of the print."""
        width = image.shape[1]
        dot = max(1, round(height_px / self.noise.uniform(14, 24)))
        dots = width // dot + 1
        loss = self.noise.uniform(0, self.noise.uniform(0.05, 0.3), dots)
        dead = self.noise.integers(0, dots, self.noise.integers(1, 3 + dots // 30))
        loss[dead] = self.noise.uniform(0.5, 1.0, len(dead))
        share = (np.repeat(loss, dot)[:width] * 256).astype(np.uint16)[:, None]
        return as_image((image * (256 - share) + np.array(_colour(image[0, 0]), np.uint16) * share) >> 8)

    def paper(self, image: ImageArray) -> ImageArray:
        """Paper that is not plain: photographed, or grained, stained and tinted."""
        rng, strength = self.rng, self.strength
        height, width = image.shape[:2]
        kind = rng.random() / min(max(strength, 0.01), 1.3)
        papers = _textures(self.textures, "paper")
        if kind < 0.35 and papers:
            paper = _crop(rng.choice(papers), rng, (width, height))
            # A photograph of paper may be dark; its texture is wanted, not its exposure.
            contrast = min(1.0, 0.35 + 0.25 * strength)
            lift = max(0.0, 235 - contrast * float(paper[::8, ::8].mean()))
            return as_image(cv2.multiply(image, cv2.convertScaleAbs(paper, alpha=contrast, beta=lift), scale=1 / 255))
        if kind < 0.6:
            fine = self.noise.standard_normal((max(2, height // 4), max(2, width // 4)), np.float32)
            coarse = self.noise.standard_normal((8, 8), np.float32)
            grain = np.abs(cv2.resize(fine, (width, height)))
            stains = np.abs(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
            shade = as_image((3 * grain + 6 * stains) * strength)
            image = as_image(cv2.subtract(image, cv2.cvtColor(shade, cv2.COLOR_GRAY2RGB)))
            tint = np.array([255 - rng.randint(0, 25) for _ in range(3)], np.uint16)
            return as_image(image * tint >> 8)
        return image

    def background(self, paper: Ink, size: tuple[int, int]) -> ImageArray:
        """What lies around the sheet: a photograph, paper of the same colour, a plain surface, or clutter."""
        rng, (width, height) = self.rng, size
        kind = rng.random()
        photographs = _textures(self.textures, "background")
        if kind < 0.25 and photographs:
            return _crop(rng.choice(photographs), rng, size)
        if kind < 0.5:
            return plain(width, height, paper)
        if kind < 0.8:
            return plain(width, height, (rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)))
        clutter = self.noise.integers(0, 255, (rng.randint(2, 24), rng.randint(2, 24), 3), np.uint8)
        return as_image(cv2.resize(clutter, size, interpolation=rng.choice((cv2.INTER_NEAREST, cv2.INTER_LINEAR))))

    def light(self, image: ImageArray) -> ImageArray:
        """Uneven light, the edge of a shadow, exposure."""
        rng, strength = self.rng, self.strength
        height, width = image.shape[:2]
        if rng.random() < 0.45 * strength:
            if rng.random() < 0.3:
                field = self._shadow(width, height)
            else:
                corners = [[1 - rng.uniform(0, 0.25 * strength) for _ in range(3)] for _ in range(2)]
                field = np.array(corners, np.float32)
            share = (cv2.resize(field, (width, height)) * 256).astype(np.uint16)
            image = as_image(image * share[:, :, None] >> 8)
        if rng.random() < 0.4 * strength:
            low, high = rng.uniform(0, 35) * strength, 255 - rng.uniform(0, 40) * strength
            image = as_image(cv2.convertScaleAbs(image, alpha=(high - low) / 255, beta=low))
        return image

    def _shadow(self, width: int, height: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Brightness at a quarter of the size, darker on one side of a slanted, soft edge."""
        rng = self.rng
        x, y, slope = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height, rng.uniform(-2, 2)
        side = [(x - slope * y, 0), (2 * width, 0), (2 * width, height), (x + slope * (height - y), height)]
        field = np.ones((height // 4, width // 4), np.float32)
        cv2.fillPoly(field, [(np.array(side) / 4).astype(np.int32)], 1 - 0.22 * self.strength)
        return np.asarray(cv2.GaussianBlur(field, (0, 0), rng.uniform(1, 6)), np.float32)

    def lens(self, image: ImageArray, small_px: float) -> ImageArray:
        """Out of focus, moved, or of low resolution, as far as print of a height of `small_px` can bear it."""
        rng, strength = self.rng, self.strength
        height, width = image.shape[:2]
        kind = rng.random() / max(strength, 0.01)
        if kind < 0.22:
            return as_image(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 0.5 + 0.4 * strength)))
        if kind < 0.32:
            length = rng.randint(2, 2 + round(strength))
            kernel = np.full((1, length), 1 / length, np.float32)
            return as_image(cv2.filter2D(image, -1, kernel if rng.random() < 0.5 else kernel.T))
        if kind < 0.48:
            lowest = max(1 - 0.5 * strength, _LEGIBLE_PX / max(small_px, _LEGIBLE_PX))
            scale = rng.uniform(min(lowest, 0.95), 0.95)
            reduction, enlargement = (
                rng.choice((cv2.INTER_AREA, cv2.INTER_LINEAR)),
                rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)),
            )
            small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=reduction)
            return as_image(cv2.resize(small, (width, height), interpolation=enlargement))
        return image

    def sensor(self, image: ImageArray, texts: Sequence[PrintedText]) -> ImageArray:
        """Noise, dust, moire, and the colours of a scanner, as far as the texts can bear it."""
        rng, strength = self.rng, self.strength
        height, width = image.shape[:2]
        if rng.random() < 0.35 * strength:
            plate = _noise_plate(1 << max(width, height).bit_length())
            x, y = rng.randint(0, plate.shape[1] - width), rng.randint(0, plate.shape[0] - height)
            gain = rng.uniform(1, 5) * strength / _PLATE_STEP
            noise = plate[y : y + height, x : x + width]
            image = as_image(cv2.addWeighted(image, 1, noise, gain, -128 * gain))
        if rng.random() < 0.05 * strength:
            image = self._moire(image)
        if rng.random() < 0.04 * strength:
            specks = self.noise.integers(0, width * height, rng.randint(20, 200 + round(600 * strength)))
            image.reshape(-1, 3)[specks] = rng.choice((0, 255))
        if rng.random() < 0.22 and strength < 1.3 and float(np.median(image[::16, ::16])) > 170:
            copied = self._copy if rng.random() < 0.64 else self._bilevel
            grey = as_image(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
            copy = as_image(cv2.cvtColor(copied(grey, _height(texts, 0.25)), cv2.COLOR_GRAY2RGB))
            if min(legibility(image, copy, texts), default=1.0) >= _GOOD_COPY:
                return copy
        if rng.random() < 0.25:
            return as_image(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
        return image

    def _bilevel(self, grey: ImageArray, small_px: float) -> ImageArray:
        """Black on white as on copies: by what is around a pixel, or by one level that thickens or breaks strokes."""
        if self.noise.random() < 0.5 or small_px < _FINE_PX:
            return as_image(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 15))
        soft = cv2.GaussianBlur(grey, (0, 0), self.noise.uniform(0.4, 0.7))
        ink, paper = np.quantile(soft[::4, ::4], (0.01, 0.5))
        level = ink + self.noise.uniform(0.5, 0.75) * (paper - ink)
        return as_image(cv2.threshold(soft, level, 255, cv2.THRESH_BINARY)[1])

    def _copy(self, grey: ImageArray, small_px: float) -> ImageArray:
        """Scanned finely in black and white and reduced for the screen since: rough edges, thin strokes grey."""
        height, width = grey.shape
        fine = cv2.resize(grey, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
        ink, paper = np.quantile(fine[::8, ::8], (0.01, 0.5))
        rough = cv2.resize(self.noise.standard_normal((height, width), np.float32), (2 * width, 2 * height))
        fine += self.noise.uniform(0, 0.1) * (paper - ink) * rough
        around = cv2.blur(fine, (61, 61)) if small_px < _FINE_PX else paper
        black = as_image(np.where(fine < around - self.noise.uniform(0.15, 0.48) * (paper - ink), 0.0, 255.0))
        scale = self.noise.uniform(min(self.copy_px / max(small_px, 1.0), 1.0), 1.0)
        size = max(round(scale * width), 1), max(round(scale * height), 1)
        reduced = cv2.resize(black, size, interpolation=cv2.INTER_AREA)
        return as_image(cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR))

    def _moire(self, image: ImageArray) -> ImageArray:
        """The stripes of a photographed screen."""
        rng, (height, width) = self.rng, image.shape[:2]
        x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
        stripes = np.sin(x * rng.uniform(0.3, 1.5) + y * rng.uniform(-1.5, 1.5) + 3 * np.sin(y / rng.uniform(20, 90)))
        shade = as_image((stripes + 1) * rng.uniform(3, 9) * self.strength)
        return as_image(cv2.subtract(image, cv2.cvtColor(shade, cv2.COLOR_GRAY2RGB)))

    def file(self, image: ImageArray) -> ImageArray:
        """JPEG."""
        rng, strength = self.rng, self.strength
        if rng.random() > 0.3 + 0.2 * strength:
            return image
        quality = rng.randint(max(25, round(80 - 25 * strength)), 95)
        coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return as_image(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def _height(texts: Sequence[PrintedText], share: float) -> float:
    """How high the lines are that a share of them stays below, in pixels."""
    return float(np.quantile([np.linalg.norm(text.quad[3] - text.quad[0]) for text in texts], share)) if texts else 0.0


@cache
def _noise_plate(side: int) -> ImageArray:
    """Normal noise around 128 that is cut from for every page: drawing it anew takes longer than a page."""
    noise = np.random.default_rng(side).standard_normal((side, side, 3), np.float32)
    return as_image((128 + _PLATE_STEP * noise).clip(0, 255))


@cache
def _textures(folder: Path | None, kind: str) -> tuple[ImageArray, ...]:
    if folder is None:
        return ()
    found = (cv2.imread(str(path), cv2.IMREAD_COLOR) for path in sorted(folder.glob(f"{kind}-*")))
    return tuple(as_image(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)) for image in found if image is not None)


def _crop(texture: ImageArray, rng: Random, size: tuple[int, int]) -> ImageArray:
    """A window of the texture, which is enlarged where it is too small."""
    width, height = size
    scale = max(width / texture.shape[1], height / texture.shape[0])
    if scale > 1:
        texture = as_image(cv2.resize(texture, None, fx=scale * 1.02, fy=scale * 1.02))
    x, y = rng.randint(0, texture.shape[1] - width), rng.randint(0, texture.shape[0] - height)
    return texture[y : y + height, x : x + width].copy()


def _colour(pixel: ImageArray) -> Ink:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue
