"""What is no image at all: one clear error, which quotes nothing that may be a document."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ocr.errors import ImageError, ImageFormatError
from ocr.imaging import load_image

SCENE = np.random.default_rng(5).integers(0, 256, (20, 30, 3), np.uint8)


@pytest.mark.parametrize(
    "url", ["https://example.org/receipt.jpg", "s3://bucket/key", "data:image/png;base64,iVBORw0K"]
)
def test_an_address_is_never_fetched_and_not_quoted(url: str) -> None:
    with pytest.raises(ImageFormatError, match=r"^a string is the path of an image; a URL is never fetched$"):
        load_image(url)


def test_a_path_that_looks_like_an_address_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("https:").mkdir()
    PIL.Image.fromarray(SCENE).save("https:/scene.png")
    np.testing.assert_array_equal(load_image("https://scene.png"), SCENE)


@pytest.mark.parametrize("path", ["iVBORw0K" * 1000, "iVBORw0K\0", "iVBORw0K\ud800"], ids=["long", "NUL", "surrogate"])
def test_contents_in_place_of_a_path_are_told_and_not_quoted(path: str) -> None:
    with pytest.raises(ImageError, match="a string is the path of an image") as caught:
        load_image(path)
    assert "iVBORw0K" not in str(caught.value) and caught.value.__cause__ is None


def test_a_file_that_gives_nothing_is_told(tmp_path: Path) -> None:
    closed = io.BytesIO(b"GIF89a")
    closed.close()
    with (tmp_path / "out.png").open("wb") as write_only:
        for source in (closed, write_only):
            with pytest.raises(ImageError, match="closed, or not open for reading"):
                load_image(source)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_masked_arrays_are_refused_and_matrices_are_arrays() -> None:
    with pytest.raises(ImageFormatError, match="masked"):
        load_image(np.ma.masked_less(SCENE, 100))
    grey = np.ascontiguousarray(SCENE[..., 0])
    pixels = load_image(np.asmatrix(grey))
    assert type(pixels) is np.ndarray
    np.testing.assert_array_equal(pixels, load_image(grey))


def test_grey_with_premultiplied_alpha_is_laid_on_white() -> None:
    image = PIL.Image.new("LA", (4, 4), (200, 255))
    image.putpixel((0, 0), (0, 0))
    np.testing.assert_array_equal(load_image(image.convert("La")), load_image(image))


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        load_image(tmp_path)


@pytest.mark.parametrize("source", [None, 7, [[0, 1]], io.StringIO("Total")])
def test_sources_of_another_type_are_a_type_error(source: Any) -> None:
    with pytest.raises(TypeError):
        load_image(source)
