"""Photographs every design of this folder and of those in it: `python tests/designs/photograph.py`.

Chromium renders the HTML; the picture is laid on a table, seen at an angle, lit from one side, a little out of focus
and noisy. What chance decides is the same every time, so that only another Chromium or other fonts change it.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
LONGEST_PX = 1200
QUALITY = 76  # of JPEG

Image = NDArray[np.uint8]  # (H, W, 3), BGR


def render(design: Path, size: tuple[int, int]) -> Image:
    """What Chromium shows of a page in a window of a width and height in pixels."""
    with tempfile.TemporaryDirectory() as folder:
        screenshot = Path(folder) / "design.png"
        window = (f"--window-size={size[0]},{size[1]}", "--hide-scrollbars", f"--screenshot={screenshot}")
        command = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", *window, str(design))
        subprocess.run(command, check=True, capture_output=True)
        return np.asarray(cv2.imread(str(screenshot)), dtype=np.uint8)


def photograph(design: Image, rng: np.random.Generator) -> Image:
    """The design as a telephone may see it, its longest side at most `LONGEST_PX`."""
    height, width = design.shape[:2]
    frame = (int(width * 1.25), int(height * 1.25))
    table = np.full((frame[1], frame[0], 3), rng.uniform(60, 130, 3)) + rng.normal(0, 2, (frame[1], frame[0], 1))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    seen = corners + np.array([width, height]) * 0.1 + rng.uniform(-0.03, 0.03, (4, 2)) * max(width, height)
    projection = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    scene = cv2.warpPerspective(
        design.astype(np.float64), projection, frame, dst=table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    rows, columns = np.mgrid[0 : 1 : frame[1] * 1j, 0 : 1 : frame[0] * 1j]
    scene *= (rng.uniform(0.7, 0.8) + rng.uniform(0.2, 0.35) * columns + 0.1 * rows)[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), 0.9) + rng.normal(0, 1.2, (frame[1], frame[0], 1))
    scale = min(1.0, LONGEST_PX / max(frame))
    scene = cv2.resize(scene, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.clip(scene, 0, 255).astype(np.uint8)


def main() -> None:
    for designs in FOLDER.rglob("designs.json"):
        for name, design in json.loads(designs.read_text()).items():
            rng = np.random.default_rng(zlib.crc32(name.encode()))
            seen = photograph(render(designs.with_name(f"{name}.html"), tuple(design["size"])), rng)
            cv2.imwrite(str(designs.with_name(f"{name}.jpg")), seen, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
