"""The loader on every format, orientation and kind of source, and on damaged bytes."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import ImageCorruptError, ImageError, ImageFormatError, ImageTooLargeError, TooManyPagesError
from ocr.imaging import PAGE_LIMIT, PIXEL_LIMIT, Image, ImageInput, load_image, load_pages

# Sides of the upright scene that the first row and the first column of the stored pixels are (Exif 2.32, tag 0x0112).
EXIF_SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
EXACT_FORMATS = {"BMP": {}, "GIF": {}, "PNG": {}, "TIFF": {}, "WEBP": {"lossless": True, "exact": True}}
FORMATS: dict[str, dict[str, Any]] = {**EXACT_FORMATS, "JPEG": {"quality": 95, "subsampling": 0}}


def build_scene() -> Image:
    """(24, 40, 3): twelve flat patches of different colours, no symmetry."""
    patches = np.random.default_rng(5).integers(0, 256, (3, 4, 3))
    return np.kron(patches, np.ones((8, 10, 1))).astype(np.uint8)


SCENE = build_scene()


def encode(image: PIL.Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **FORMATS[kind], **options)
    return stream.getvalue()


def store_turned(scene: Image, orientation: int) -> PIL.Image.Image:
    """What a camera held in that orientation stores: the inverse of what the loader has to do, from the standard."""
    first_row, first_column = EXIF_SIDES[orientation]
    stored = scene.transpose(1, 0, 2) if first_row in ("left", "right") else scene
    stored = stored[::-1] if first_row in ("bottom", "right") else stored
    stored = stored[:, ::-1] if first_column in ("bottom", "right") else stored
    return PIL.Image.fromarray(np.ascontiguousarray(stored))


def exif_of(orientation: int) -> PIL.Image.Exif:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    return exif


def header_of_png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 100) + b"IDAT"


@pytest.mark.parametrize("kind", EXACT_FORMATS)
def test_lossless_formats_are_read_exactly(kind: str) -> None:
    pixels = load_image(encode(PIL.Image.fromarray(SCENE), kind))
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous and pixels.flags.writeable
    np.testing.assert_array_equal(pixels, SCENE)


@pytest.mark.parametrize("orientation", EXIF_SIDES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_every_source_is_turned_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    data = encode(store_turned(SCENE, orientation), kind, exif=exif_of(orientation))
    path = tmp_path / "scene"
    path.write_bytes(data)
    opened = PIL.Image.open(io.BytesIO(data))
    loaded = PIL.Image.open(io.BytesIO(data))
    loaded.load()
    sources: list[ImageInput] = [
        path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data), opened, loaded,
    ]  # fmt: skip
    for source in sources:
        pixels = load_image(source)
        assert pixels.shape == SCENE.shape
        assert np.abs(pixels.astype(int) - SCENE).max() <= (6 if kind == "JPEG" else 0), type(source)


def test_orientation_set_on_a_pillow_image_in_memory_counts() -> None:
    image = store_turned(SCENE, 6)
    image.getexif()[0x0112] = 6
    np.testing.assert_array_equal(load_image(image), SCENE)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12"]
)
def test_damaged_exif_does_not_lose_the_photo(exif: bytes) -> None:
    pixels = load_image(encode(PIL.Image.fromarray(SCENE), "JPEG", exif=exif))
    assert np.abs(pixels.astype(int) - SCENE).max() <= 6


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientations_outside_the_standard_mean_upright(orientation: int) -> None:
    pixels = load_image(encode(PIL.Image.fromarray(SCENE), "PNG", exif=exif_of(orientation)))
    np.testing.assert_array_equal(pixels, SCENE)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind: str) -> None:
    red_then_white = PIL.Image.new("CMYK", (32, 16), (0, 255, 255, 0))
    red_then_white.paste((0, 0, 0, 0), (16, 0, 32, 16))
    pixels = load_image(encode(red_then_white, kind)).astype(int)
    assert np.abs(pixels[:, :12] - (255, 0, 0)).max() <= 6
    assert np.abs(pixels[:, 20:] - 255).max() <= 6


def test_sixteen_bit_grey_is_scaled_over_the_full_range() -> None:
    values = np.linspace(0, 65535, 64 * 16).astype(np.uint16).reshape(16, 64)
    pixels = load_image(encode(PIL.Image.fromarray(values), "PNG"))
    expected = np.rint(values / 257.0)
    for channel in range(3):
        np.testing.assert_array_equal(pixels[..., channel], expected)
    np.testing.assert_array_equal(load_image(values), pixels)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_one_bit_images_are_black_and_white(kind: str) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (9, 13)).astype(bool)
    pixels = load_image(encode(PIL.Image.fromarray(bits), kind))
    np.testing.assert_array_equal(pixels[..., 0], np.where(bits, 255, 0))


def test_palettes_are_looked_up() -> None:
    quantised = PIL.Image.fromarray(SCENE).quantize(12)
    np.testing.assert_array_equal(load_image(encode(quantised, "PNG")), np.array(quantised.convert("RGB")))


def test_transparency_is_laid_on_white() -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., 3] = [0, 128, 255]
    expected = np.array([255, 127, 0])
    for source in (rgba, PIL.Image.fromarray(rgba), encode(PIL.Image.fromarray(rgba), "PNG")):
        np.testing.assert_array_equal(load_image(source)[..., 1], [expected, expected])

    grey = PIL.Image.fromarray(rgba).convert("LA")
    np.testing.assert_array_equal(load_image(encode(grey, "PNG"))[0, :, 0], expected)


@pytest.mark.parametrize("transparency", [1, bytes([255, 0, 128])])
def test_transparent_palette_entries_are_laid_on_white(transparency: int | bytes) -> None:
    image = PIL.Image.new("P", (3, 1))
    image.putpalette([0, 0, 0] * 3)
    image.putdata([0, 1, 2])
    expected = [0, 255, 127] if isinstance(transparency, bytes) else [0, 255, 0]
    pixels = load_image(encode(image, "PNG", transparency=transparency))
    np.testing.assert_array_equal(pixels[0, :, 0], expected)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_read(kind: str) -> None:
    later = [PIL.Image.new("RGB", (40, 24), color) for color in ("red", "blue")]
    data = encode(PIL.Image.fromarray(SCENE), kind, save_all=True, append_images=later, duration=40)
    with PIL.Image.open(io.BytesIO(data)) as animation:
        animation.seek(2)  # it does have three frames
    np.testing.assert_array_equal(load_image(data), SCENE)


def test_arrays_of_every_documented_kind() -> None:
    grey = SCENE[..., 0]
    as_rgb = np.repeat(grey[..., None], 3, axis=2)
    np.testing.assert_array_equal(load_image(SCENE), SCENE)
    np.testing.assert_array_equal(load_image(grey), as_rgb)
    np.testing.assert_array_equal(load_image(grey[..., None]), as_rgb)
    np.testing.assert_array_equal(load_image(SCENE.astype(np.uint16) * 257), SCENE)
    np.testing.assert_array_equal(load_image(SCENE / 255), SCENE)
    np.testing.assert_array_equal(load_image((SCENE / 255).astype(np.float32)), SCENE)
    np.testing.assert_array_equal(load_image(grey > 100), np.where(as_rgb > 100, 255, 0))


def test_views_and_read_only_arrays_come_out_contiguous_and_writable() -> None:
    frozen = SCENE.copy()
    frozen.flags.writeable = False
    for source in (frozen, SCENE[:, ::-1], SCENE.transpose(1, 0, 2)):
        pixels = load_image(source)
        assert pixels.flags.c_contiguous and pixels.flags.writeable
        np.testing.assert_array_equal(pixels, source)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 20, 30), np.uint8),
        np.zeros((20, 30, 2), np.uint8),
        np.zeros(20, np.uint8),
        np.zeros((1, 20, 30, 3), np.uint8),
        np.zeros((20, 30), np.int32),
        np.zeros((20, 30), np.complex64),
        np.zeros((20, 30), object),
        np.full((20, 30), 255.0),
        np.full((20, 30), np.nan),
        np.full((20, 30), -0.1),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_other_arrays_are_refused(array: Image) -> None:
    with pytest.raises(ImageFormatError):
        load_image(array)


def test_thirty_two_bit_pillow_images_are_refused() -> None:
    with pytest.raises(ImageFormatError, match="int32"):
        load_image(PIL.Image.new("I", (4, 4), 70000))


@pytest.mark.parametrize(
    "data",
    [
        b"Coffee 4.50\nTotal 4.50\n",
        b"%!PS-Adobe-3.0\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM or not BM",
        b"\xff\xd8",
    ],
)
def test_other_files_are_refused_whatever_their_name(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "receipt.jpg"
    path.write_bytes(data)
    with pytest.raises(ImageFormatError):
        load_image(path)


def test_an_endless_file_that_is_no_image_is_not_read_on() -> None:
    class Zeros(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = bytes(len(buffer))
            return len(buffer)

    with pytest.raises(ImageFormatError):
        load_image(io.BufferedReader(Zeros()))


def test_empty_input_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    sources: list[ImageInput] = [
        tmp_path / "empty.jpg", b"", io.BytesIO(), np.zeros((0, 5, 3), np.uint8), PIL.Image.new("RGB", (0, 0)),
        header_of_png(0, 0),
    ]  # fmt: skip
    for source in sources:
        with pytest.raises(ImageCorruptError):
            load_image(source)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_single_pixel_is_an_image(kind: str) -> None:
    assert load_image(encode(PIL.Image.new("RGB", (1, 1), "white"), kind)).tolist() == [[[255, 255, 255]]]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_cut_anywhere_is_corrupt(mode: str, progressive: bool) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    data = encode(PIL.Image.fromarray(noise).convert(mode), "JPEG", progressive=progressive)
    for length in range(3, len(data) - 2, 97):
        with pytest.raises(ImageCorruptError):
            load_image(data[:length])


@pytest.mark.parametrize("kind", ["BMP", "GIF", "PNG", "TIFF", "WEBP"])
def test_half_a_file_is_corrupt(kind: str) -> None:
    data = encode(PIL.Image.fromarray(SCENE), kind)
    with pytest.raises(ImageCorruptError):
        load_image(data[: len(data) // 2])


def test_a_header_of_sixty_thousand_squared_is_refused_before_decoding() -> None:
    with pytest.raises(ImageTooLargeError) as refusal:
        load_image(header_of_png(60_000, 60_000))
    assert (refusal.value.width_px, refusal.value.height_px) == (60_000, 60_000)
    assert refusal.value.limit_px == PIXEL_LIMIT


@pytest.mark.parametrize(
    ("kind", "options"), [*FORMATS.items(), ("WEBP", {"quality": 80}), ("WEBP", {"save_all": True})]
)
def test_the_budget_is_held_against_the_header_of_every_format(kind: str, options: dict[str, Any]) -> None:
    stream = io.BytesIO()
    PIL.Image.fromarray(SCENE).save(stream, kind, **options)
    data = stream.getvalue()
    assert load_image(data, pixel_limit=24 * 40).shape == (24, 40, 3)
    with pytest.raises(ImageTooLargeError) as refusal:
        load_image(data, pixel_limit=24 * 40 - 1)
    assert (refusal.value.width_px, refusal.value.height_px) == (40, 24)


def test_the_budget_holds_for_arrays_and_pillow_images() -> None:
    for source in (SCENE, PIL.Image.fromarray(SCENE)):
        with pytest.raises(ImageTooLargeError):
            load_image(source, pixel_limit=100)


def test_the_limit_of_pillow_is_neither_used_nor_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 10)
    for kind in ("BMP", "GIF", "JPEG", "PNG"):
        assert load_image(encode(PIL.Image.fromarray(SCENE), kind)).shape == SCENE.shape
    assert PIL.Image.MAX_IMAGE_PIXELS == 10


def test_warnings_of_pillow_stay_inside_and_the_filters_are_put_back() -> None:
    animated = encode(PIL.Image.fromarray(SCENE), "PNG", save_all=True, append_images=[PIL.Image.new("RGB", (40, 24))])
    no_frames = bytearray(animated)
    start = no_frames.index(b"acTL")
    no_frames[start + 4 : start + 8] = bytes(4)
    no_frames[start + 12 : start + 16] = struct.pack(">I", zlib.crc32(no_frames[start : start + 12]))
    with pytest.warns(UserWarning, match="Invalid APNG"):
        PIL.Image.open(io.BytesIO(no_frames))

    filters = list(warnings.filters)
    np.testing.assert_array_equal(load_image(bytes(no_frames)), SCENE)
    assert list(warnings.filters) == filters


def test_threads_get_the_serial_results() -> None:
    sources = [
        encode(store_turned(SCENE, k), kind, exif=exif_of(k)) for kind in ("JPEG", "PNG", "TIFF") for k in EXIF_SIDES
    ]
    serial = [load_image(data) for data in sources]
    with ThreadPoolExecutor(8) as pool:
        for pixels, expected in zip(pool.map(load_image, sources * 4), serial * 4, strict=True):
            np.testing.assert_array_equal(pixels, expected)


def test_a_tiff_of_several_pages_is_a_document() -> None:
    colours = ["red", "lime", "blue"]
    first, *others = (PIL.Image.new("RGB", (8 + k, 4), colour) for k, colour in enumerate(colours))
    data = encode(first, "TIFF", save_all=True, append_images=others)
    assert [(page.shape[1], tuple(page[0, 0])) for page in load_pages(data)] == [
        (8, (255, 0, 0)), (9, (0, 255, 0)), (10, (0, 0, 255)),
    ]  # fmt: skip
    with pytest.raises(TooManyPagesError):
        load_image(data)


def test_pages_of_a_tiff_without_end_are_not_counted_to_the_end() -> None:
    first, *others = (PIL.Image.new("1", (1, 1)) for _ in range(PAGE_LIMIT + 20))
    data = encode(first, "TIFF", save_all=True, append_images=others)
    with pytest.raises(TooManyPagesError) as caught:
        next(load_pages(data))
    assert caught.value.pages == PAGE_LIMIT + 1
    assert len(list(load_pages(data, page_limit=2 * PAGE_LIMIT))) == PAGE_LIMIT + 20


def encoded_files() -> list[bytes]:
    image = PIL.Image.fromarray(SCENE)
    return [
        *(encode(image, kind) for kind in FORMATS),
        encode(image, "JPEG", exif=exif_of(6), progressive=True),
        encode(image.convert("CMYK"), "JPEG"),
        encode(image.quantize(8), "PNG", transparency=bytes([0, 9])),
        encode(image, "WEBP", save_all=True, append_images=[image.rotate(180)]),
        encode(image, "TIFF", compression="tiff_lzw", exif=exif_of(3)),
        encode(image.convert("1"), "TIFF", compression="group4"),
    ]


@given(
    data=st.sampled_from(encoded_files()),
    changes=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8),
    length=st.none() | st.integers(0, 2**12),
)
def test_damaged_files_give_a_picture_or_one_of_our_errors(
    data: bytes, changes: list[tuple[int, int]], length: int | None
) -> None:
    damaged = bytearray(data)
    for position, value in changes:
        damaged[position % len(damaged)] = value
    try:
        pixels = load_image(bytes(damaged[:length]))
    except ImageError:
        return
    assert pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.size > 0
    assert pixels.dtype == np.uint8
