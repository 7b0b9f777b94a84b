"""What lies under the print of cards and documents: gradients, guilloches, holograms, portraits, chips."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np

from ocr.synthesis.canvas import Canvas, Ink


def gradient(canvas: Canvas, first: Ink, second: Ink, rng: Random) -> None:
    """Fill the sheet from one colour to another, across or down."""
    corners = np.array([[first, second], [first, second]], np.uint8)
    if rng.random() < 0.5:
        corners = np.ascontiguousarray(corners.transpose(1, 0, 2))
    canvas.image = cv2.resize(corners, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def guilloche(canvas: Canvas, rng: Random, *, colour: Ink, strength: float = 0.35) -> None:
    """Fine interwoven waves, as printed on documents."""
    x = np.arange(canvas.width, dtype=np.float32)
    y = np.arange(canvas.height, dtype=np.float32)[:, None]
    lines = np.zeros((canvas.height, canvas.width), np.float32)
    for _ in range(rng.choice((1, 2, 3))):
        sway = rng.uniform(5, 25) * np.sin(x / rng.uniform(15, 70) + rng.uniform(0, 6))
        if rng.random() < 0.4:
            phase = np.hypot(x - rng.uniform(0, canvas.width), y - rng.uniform(0, canvas.height)) + 0.3 * sway
        else:
            phase = y + sway + rng.uniform(-0.5, 0.5) * x
        lines += np.sin(phase / rng.uniform(1.2, 3.0)) > 0.6
    cover = np.clip(lines, 0, 1)[:, :, None] * np.float32(strength)
    canvas.image = (canvas.image * (1 - cover) + np.array(colour, np.float32) * cover).astype(np.uint8)


def blobs(canvas: Canvas, rng: Random, count: int, *, strength: float = 0.25) -> None:
    """Soft discs of any hue over the sheet: holograms, logos, the light on a foil."""
    layer = canvas.image.copy()
    for _ in range(count):
        centre = rng.randrange(canvas.width), rng.randrange(canvas.height)
        colour = rng.randint(60, 255), rng.randint(60, 255), rng.randint(60, 255)
        cv2.circle(
            layer,
            centre,
            rng.randint(canvas.height // 8, canvas.height // 2),
            colour,
            rng.choice((-1, -1, 3)),
            cv2.LINE_AA,
        )
    canvas.image = cv2.addWeighted(canvas.image, 1 - strength, layer, strength, 0).astype(np.uint8)


def portrait(canvas: Canvas, place: tuple[float, float, float, float], rng: Random) -> None:
    """A photograph with the outline of nobody; its left, top, width and height are shares of the sheet."""
    x, width = round(place[0] * canvas.width), round(place[2] * canvas.width)
    y, height = round(place[1] * canvas.height), round(place[3] * canvas.height)
    back = rng.randint(170, 250)
    skin = rng.randint(150, 225), rng.randint(120, 190), rng.randint(95, 165)
    cloth = rng.randint(10, 130), rng.randint(10, 130), rng.randint(10, 140)
    hair = rng.randint(10, 60), rng.randint(10, 50), rng.randint(10, 45)
    window = np.full((height, width, 3), back, np.uint8)
    cv2.ellipse(
        window, (width // 2, height), (round(width * 0.42), round(height * 0.3)), 0, 0, 360, cloth, -1, cv2.LINE_AA
    )
    cv2.ellipse(
        window,
        (width // 2, round(height * 0.4)),
        (round(width * 0.27), round(height * 0.3)),
        0,
        0,
        360,
        hair,
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        window,
        (width // 2, round(height * 0.46)),
        (round(width * 0.22), round(height * 0.26)),
        0,
        0,
        360,
        skin,
        -1,
        cv2.LINE_AA,
    )
    window = cv2.GaussianBlur(window, (0, 0), 1.5).astype(np.uint8)
    if rng.random() < 0.3:
        window = cv2.cvtColor(cv2.cvtColor(window, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.uint8)
    canvas.image[y : y + height, x : x + width] = window


def chip(canvas: Canvas, x: int, y: int, size: int, rng: Random) -> None:
    """The contacts of a chip card."""
    metal = rng.choice(((212, 175, 90), (200, 200, 205), (225, 195, 120)))
    right, bottom = x + round(size * 1.25), y + size
    cv2.rectangle(canvas.image, (x, y), (right, bottom), metal, -1)
    line = tuple(value // 2 for value in metal)
    for k in (1, 2):
        cv2.line(canvas.image, (x, y + k * size // 3), (right, y + k * size // 3), line, 1)
    for edge in (x + size // 3, right - size // 3):
        cv2.line(canvas.image, (edge, y), (edge, bottom), line, 1)
