"""Crops of pages: cut and damaged in the way of hand-held photos, for examples with and without labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from torch.utils.data import IterableDataset, get_worker_info

from ocr.datasets.boxes import find_image
from ocr.errors import ImageCorruptError
from ocr.geometry import FloatArray, places_to_quads
from ocr.synthesis.page import as_image

GreyImage = NDArray[np.uint8]


class UnlabelledCrops(IterableDataset[GreyImage]):
    """An endless stream of crops of pages, (S, S) uint8 grey.

    Args:
        folder: Holds `images`.
        stems: Which pages.
        size: S.
        seed: First seed.
        zoom: Range of the widths, in S, that a page is scaled to, since nobody knows how high its text is; at 512
            pixels these bring the lines of receipts to 12 to 36.

    Raises:
        FileNotFoundError: A page has no image.
    """

    def __init__(
        self, folder: Path, stems: Sequence[str], *, size: int, seed: int, zoom: tuple[float, float] = (0.6, 1.5)
    ) -> None:
        self.paths = [find_image(folder, stem) for stem in stems]
        self.size, self.seed, self.zoom = size, seed, zoom

    def __iter__(self) -> Iterator[GreyImage]:
        for seed in worker_seeds(self.seed):
            rng = np.random.default_rng([seed, 3])
            image = read_grey(self.paths[int(rng.integers(len(self.paths)))])
            scale = float(np.exp(rng.uniform(*np.log(self.zoom)))) * self.size / image.shape[1]
            center = rng.uniform(size=(1, 2)) * image.shape[::-1]
            yield cut_crop(image, center.astype(np.float32), scale, self.size, rng)[0]


def read_grey(path: Path) -> GreyImage:
    """A page as (H, W) uint8.

    Raises:
        ImageCorruptError: It cannot be decoded.
    """
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ImageCorruptError(f"{path} cannot be decoded")
    return as_image(image)


def worker_seeds(first: int) -> Iterator[int]:
    """Seeds from the first on; each worker of a loader takes its own."""
    worker = get_worker_info()
    step, offset = (1, 0) if worker is None else (worker.num_workers, worker.id)
    # Two threads of OpenCV in every worker would fight the training for the cores.
    cv2.setNumThreads(1)
    seed = first + offset
    while True:
        yield seed
        seed += step


def cut_crop(
    image: GreyImage, centers: FloatArray, scale: float, size: int, rng: np.random.Generator
) -> tuple[GreyImage, NDArray[np.float64]]:
    """A turned and scaled crop around one of some points.

    Args:
        image: (H, W) page.
        centers: (N, 2) points of the page, in pixels.
        scale: Pixels of the crop for one of the page.
        size: Side of the crop in pixels.
        rng: Draws the point, the turn and the stretch.

    Returns:
        The crop, and the (2, 3) map of the page's pixels onto it.
    """
    shrunk = 1.0
    if scale < 0.7:
        # Sampling far apart without averaging first would alias.
        image = as_image(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        shrunk, scale = scale, 1.0
    angle = float(rng.normal(0, 1.2))
    stretch = float(np.exp(rng.uniform(-0.12, 0.12)))
    turn = cv2.getRotationMatrix2D((0, 0), angle, 1.0)[:, :2] * scale * np.array([[stretch], [1.0]])
    height, width = image.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ turn.T
    low, high = corners.min(0) - 16, corners.max(0) + 16
    center = turn @ centers[int(rng.integers(len(centers)))] * shrunk + rng.uniform(-0.4, 0.4, 2) * size
    # Stay on the page where it is large enough, else put it somewhere inside the crop.
    first, last = np.minimum(low, high - size), np.maximum(low, high - size)
    origin = np.clip(center - size / 2, first, last)
    pixel = np.concatenate([turn, -origin[:, None]], 1)
    # warpAffine counts from pixel centres, the points from outer corners.
    pixel[:, 2] += turn @ [0.5, 0.5] - 0.5
    border = int(rng.integers(0, 256)) if rng.random() < 0.3 else int(np.median(image))
    crop = cv2.warpAffine(image, pixel, (size, size), flags=cv2.INTER_LINEAR, borderValue=border)
    return as_image(crop), np.concatenate([turn * shrunk, -origin[:, None]], 1)


def is_inside(places: FloatArray, size: tuple[int, ...]) -> NDArray[np.bool_]:
    """(M, 5) -> (M,): whether hardly anything of a text is cut off by the border."""
    margin = places[:, 4] * 0.15
    quads = places_to_quads(places)
    low = quads.min(1) + margin[:, None]
    high = quads.max(1) - margin[:, None]
    inside: NDArray[np.bool_] = (low >= 0).all(1) & (high[:, 0] <= size[1]) & (high[:, 1] <= size[0])
    return inside


def clip_places(places: FloatArray, size: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Cut lines at the border of a crop; also says of which enough is left to be found."""
    start, stop = places[:, :2], places[:, 2:4]
    along = stop - start
    length = np.maximum(np.linalg.norm(along, axis=1), 1e-6)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.nan_to_num(np.stack([-start / along, (size - start) / along]), nan=0.0, posinf=2.0, neginf=-1.0)
    # Entry and exit of the line through the two slabs, as in ray-box intersection.
    parallel = np.abs(along) < 1e-3
    enter = np.where(parallel, 0.0, first.min(0)).max(1).clip(0, 1)
    leave = np.where(parallel, 1.0, first.max(0)).min(1).clip(0, 1)
    middle = (start + stop) / 2
    on_page = (~parallel | ((middle > 0) & (middle < size))).all(1)
    clipped = places.copy()
    clipped[:, :2] = start + along * enter[:, None]
    clipped[:, 2:4] = start + along * leave[:, None]
    whole = (places[:, 4] * 0.35 < np.minimum(clipped[:, 1], clipped[:, 3])) & (
        np.maximum(clipped[:, 1], clipped[:, 3]) < size - places[:, 4] * 0.35
    )
    visible = on_page & (((leave - enter) * length > places[:, 4] * 0.6) | (leave - enter > 0.95)) & whole
    return clipped.astype(np.float32), visible


def weather(grey: GreyImage, rng: np.random.Generator) -> GreyImage:
    """Mild damage for real crops: blur, contrast, noise, JPEG."""
    if rng.random() < 0.3:
        grey = as_image(cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.3, 1.0))))
    image = grey.astype(np.float32)
    image = (image - 128) * float(rng.uniform(0.6, 1.15)) + 128 + float(rng.uniform(-25, 25))
    if rng.random() < 0.3:
        image += rng.normal(0, rng.uniform(2, 10), image.shape).astype(np.float32)
    grey = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 90))])
        grey = as_image(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))
    return grey
