"""The one loader: whatever a caller holds becomes an upright RGB picture, or one clear error.

The format is told by its first bytes (never by a file's name) from a closed list, the size is read from the header and
held against a budget before a pixel is decoded, and the EXIF orientation is applied whatever the source. A string is
always a path: nothing is ever fetched.
"""

from __future__ import annotations

import errno
import io
import os
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
import numpy.typing as npt
import PIL.Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ExifTags import Base as ExifTag
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from ocr.errors import (
    FormatBrokenError,
    FormatUnavailableError,
    ImageCorruptError,
    ImageError,
    ImageFormatError,
    ImageTooLargeError,
    TooManyPagesError,
)
from ocr.pdf import PAGE_LIMIT_PX, draw_page
from ocr.pdf import count_pages as _count_pages_of_pdf

Image = npt.NDArray[np.uint8]
_File = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
ImageInput = _File | npt.NDArray[np.generic] | PIL.Image.Image

PIXEL_LIMIT = 64 * 2**20
PAGE_LIMIT = 100

_TIFF = re.compile(rb"II[*+]\0|MM\0[*+]")
_FORMATS: tuple[tuple[re.Pattern[bytes], type[ImageFile]], ...] = (
    (re.compile(rb"\xff\xd8\xff"), JpegImageFile),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PngImageFile),
    (re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), WebPImageFile),
    (_TIFF, TiffImageFile),
    (re.compile(rb"GIF8[79]a"), GifImageFile),
    (re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}", re.DOTALL), BmpImageFile),
)
_PDF = re.compile(rb"%PDF-")
_HEIF = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)  # ISO/IEC 23008-12, annex B
_HEIF_PLUGINS = ("pi_heif", "pillow_heif")  # the first only decodes, under the more permissive licence
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|data:")
_MAGIC_BYTES = 18  # the longest of the patterns above

# What Pillow's parsers were seen to raise on damaged bytes.
_PILLOW_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    EOFError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    PIL.Image.DecompressionBombError,
    struct.error,
    zlib.error,
)

_WARNING_FILTERS = threading.Lock()


def load_image(source: ImageInput, *, pixel_limit: int = PIXEL_LIMIT) -> Image:
    """Load a picture as it is meant to be looked at.

    Transparency is laid on white paper, CMYK and palettes become RGB, 16 bits become 8 over the full range, of an
    animation the first frame is taken. Colour profiles are ignored. A PDF is drawn at 300 dpi (extra `pdf`); HEIC takes
    pi-heif or pillow-heif. PDF and TIFF files must have one page.

    Args:
        source: A path; the bytes of a JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC or PDF file; a binary file open for
            reading; a Pillow image; or an array of shape (H, W), (H, W, 1), (H, W, 3) in RGB or (H, W, 4) in RGBA, of
            booleans, uint8, uint16 (full range) or floats in [0, 1].
        pixel_limit: The most pixels, width times height, that are decoded.

    Returns:
        (H, W, 3) uint8 in RGB, upright, contiguous and writable. It may share memory with an array given.

    Raises:
        ImageFormatError: The bytes are none of the formats, the array none of the shapes and types, or the string is no
            path but a URL, or the contents of a file.
        FormatUnavailableError: What reads PDF or HEIC is not installed.
        FormatBrokenError: It is, but cannot be loaded.
        ImageCorruptError: The picture is broken, truncated or empty.
        ImageLockedError: It is a PDF that takes a password.
        ImageTooLargeError: It has more pixels than the limit.
        TooManyPagesError: It has several pages; `load_pages` loads them.
        ImageError: The file object is closed or not open for reading, or no path has such characters.
        OSError: The file cannot be read.
        TypeError: The source is of another type.
    """
    return next(load_pages(source, pixel_limit=pixel_limit, page_limit=1))


def load_pages(source: ImageInput, *, pixel_limit: int = PIXEL_LIMIT, page_limit: int = PAGE_LIMIT) -> Iterator[Image]:
    """Load the pages of a document one after the other; whatever is no PDF or TIFF has one.

    Args:
        source: As for `load_image`.
        pixel_limit: The most pixels of a page.
        page_limit: The most pages; of a longer document none is loaded.

    Yields:
        Pages as `load_image` returns them.

    Raises:
        TooManyPagesError: There are more pages than the limit.
        ImageError: As for `load_image`.
    """
    if isinstance(source, np.ndarray):
        yield _from_array(source, pixel_limit)
    elif isinstance(source, PIL.Image.Image):
        yield _from_pillow(source, pixel_limit)
    else:
        data = _read(source)
        for index in range(count_pages(data, page_limit=page_limit)):
            yield load_page(data, index, pixel_limit=pixel_limit)


def load_page(data: bytes, index: int, *, pixel_limit: int = PIXEL_LIMIT) -> Image:
    """Load one of the pages that `count_pages` counts.

    Args:
        data: The bytes of a file.
        index: The page, counted from 0.
        pixel_limit: The most pixels.

    Returns:
        As `load_image`.

    Raises:
        ImageError: As for `load_image`.
    """
    if _PDF.match(data):
        with _pdfium():
            return draw_page(data, index, min(pixel_limit, PAGE_LIMIT_PX))
    return _from_bytes(data, index, pixel_limit)


def count_pages(data: bytes, *, page_limit: int = PAGE_LIMIT) -> int:
    """How many pages the bytes of a file have, which need not be those of a readable image.

    Args:
        data: The bytes.
        page_limit: The most pages.

    Raises:
        TooManyPagesError: There are more; those of a TIFF are counted no further, since looking for them takes time.
        ImageCorruptError: It is a PDF that is broken or empty, or a broken TIFF.
        ImageLockedError: It is a PDF that takes a password.
        FormatUnavailableError: It is a PDF, and what reads it is not installed.
        FormatBrokenError: That is installed, but cannot be loaded.
    """
    if _TIFF.match(data):
        count = _count_pages_of_tiff(data, page_limit)
    elif _PDF.match(data):
        with _pdfium():
            count = _count_pages_of_pdf(data)
    else:
        count = 1
    if count == 0:
        raise ImageCorruptError("the document is empty: it has no pages")
    if count > page_limit:
        raise TooManyPagesError(count, page_limit)
    return count


def _count_pages_of_tiff(data: bytes, page_limit: int) -> int:
    with _pillow():
        image = TiffImageFile(io.BytesIO(data))
        for index in range(1, page_limit + 1):
            try:
                image.seek(index)
            except EOFError:
                return index
    return page_limit + 1


def _read(source: _File) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, os.PathLike)):
        with _open(source) as stream:
            return _read(stream)
    if not hasattr(source, "read"):
        raise TypeError(f"an image cannot be loaded from {type(source).__name__}")
    head = _read_bytes(source, _MAGIC_BYTES)
    if not _PDF.match(head):
        _find_plugin(head)  # an endless or huge file that is no image is not read to its end
    return head + _read_bytes(source, -1)


def _open(source: str | os.PathLike[str]) -> BinaryIO:
    """Open the file at a path. What is no path may be a document, encoded as text, and is not quoted."""
    try:
        return Path(source).open("rb")
    except FileNotFoundError:
        if _URL.match(os.fspath(source)):
            raise ImageFormatError("a string is the path of an image; a URL is never fetched") from None
        raise
    except ValueError:  # NUL, or half of a surrogate pair
        raise ImageError("no path has such characters: a string is the path of an image") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ImageFormatError("no path is as long: a string is the path of an image, not its contents") from None
        raise


def _read_bytes(stream: BinaryIO, size: int) -> bytes:
    try:
        data = stream.read(size)
    except ValueError:  # also `io.UnsupportedOperation`
        raise ImageError("the file is closed, or not open for reading") from None
    if not isinstance(data, bytes):
        raise TypeError("the file is not open in binary mode")
    return data


def _find_plugin(data: bytes) -> type[ImageFile]:
    if not data:
        raise ImageCorruptError("the image is empty: it has no bytes")
    for magic, plugin in _FORMATS:
        if magic.match(data):
            return plugin
    if _HEIF.match(data):
        return _find_heif_plugin()
    raise ImageFormatError("not a JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC or PDF file")


def _find_heif_plugin() -> type[ImageFile]:
    name = next(filter(find_spec, _HEIF_PLUGINS), None)
    if name is None:
        raise FormatUnavailableError("HEIC", "pip install pi-heif")
    try:
        plugin: type[ImageFile] = import_module(name).HeifImageFile
    except Exception as error:  # a library for another Python, Pillow or NumPy raises whatever it meets
        raise FormatBrokenError("HEIC", str(error)) from error
    return plugin


@contextmanager
def _pdfium() -> Iterator[None]:
    """A library that is there and cannot be loaded is not taken for an absent one, nor for a file that is."""
    try:
        yield
    except ImageError:
        raise
    except (ImportError, OSError, AttributeError) as error:  # of it, of a library that it loads, of its version
        raise FormatBrokenError("PDF", str(error)) from error


def _from_bytes(data: bytes, index: int, pixel_limit: int) -> Image:
    # The plugin is called directly because `PIL.Image.open` holds the size against a process-wide limit of its own.
    plugin = _find_plugin(data)
    if plugin is WebPImageFile:
        _check_size(_webp_size(data), pixel_limit)  # its decoder allocates the whole canvas as soon as it is opened
    elif plugin is PngImageFile and len(data) >= 24:
        _check_size(struct.unpack(">II", data[16:24]), pixel_limit)  # known even where nothing follows the header
    with _pillow():
        image = plugin(io.BytesIO(data))
        if index:
            image.seek(index)
        orientation = _orientation(image)
    if plugin is JpegImageFile and image.mode in ("L", "RGB"):
        _check_size(image.size, pixel_limit)
        return _upright(_decode_jpeg(data), orientation)
    return _from_pillow(image, pixel_limit)


def _from_pillow(image: PIL.Image.Image, pixel_limit: int) -> Image:
    _check_size(image.size, pixel_limit)
    with _pillow():
        image.load()
        orientation = _orientation(image)  # only now: loading a TIFF turns it and drops the tag
        if image.mode == "La":
            image = image.convert("LA")  # the only mode that Pillow converts this one to
        if image.mode in ("F", "I") or image.mode.startswith("I;16"):
            pixels = np.array(image)
        else:
            pixels = np.array(image.convert("RGBA" if image.has_transparency_data else "RGB"))
    return _upright(_from_array(pixels, pixel_limit), orientation)


def _from_array(array: npt.NDArray[np.generic], pixel_limit: int) -> Image:
    if isinstance(array, np.ma.MaskedArray):
        raise ImageFormatError("a masked array does not say what is under its mask; `filled` makes an array of it")
    array = np.asarray(array)  # a `matrix` keeps two axes whatever is done to it
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (1,), (3,), (4,)):
        raise ImageFormatError(f"an array of shape {array.shape} is not (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)")
    _check_size((array.shape[1], array.shape[0]), pixel_limit)
    pixels = _to_uint8(array)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels == 1:
        pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    elif channels == 4:
        pixels = _on_white(pixels)
    return np.require(pixels, requirements=["C", "W"])


def _to_uint8(array: npt.NDArray[np.generic]) -> Image:
    if array.dtype == np.uint8:
        return array.view(np.uint8)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind == "u" and array.dtype.itemsize == 2:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if array.dtype.kind == "f":
        if not (array.min() >= 0.0 and array.max() <= 1.0):  # also false for NaN
            raise ImageFormatError("pixels that are floats must lie in [0, 1]")
        return np.rint(array.astype(np.float32) * 255).astype(np.uint8)
    raise ImageFormatError(f"pixels of type {array.dtype} are not bool, uint8, uint16 or floats in [0, 1]")


def _on_white(rgba: Image) -> Image:
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _decode_jpeg(data: bytes) -> Image:
    # OpenCV decodes straight into the array, where Pillow's pixels are copied twice: half the time for a large photo.
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise ImageCorruptError("the image is broken or truncated")
    return pixels.view(np.uint8)


def _webp_size(data: bytes) -> tuple[int, int]:
    """Canvas of a WebP file as (width, height), from its first chunk (RFC 9649, sections 2.4 to 2.7)."""
    chunk, body = data[12:16], data[20:30].ljust(10, b"\0")
    if chunk == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _check_size(size: tuple[int, int], pixel_limit: int) -> None:
    width, height = size
    if width * height == 0:
        raise ImageCorruptError("the image is empty: it has no pixels")
    if width * height > pixel_limit:
        raise ImageTooLargeError(width, height, pixel_limit)


def _orientation(image: PIL.Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 (upright) where the tag is absent or damaged: no reason to lose the photo."""
    try:
        value = image.getexif().get(ExifTag.Orientation)
    except _PILLOW_ERRORS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(pixels: Image, orientation: int) -> Image:
    """Undo an EXIF orientation (Exif 2.32, tag 0x0112). `pixels` (H, W, 3) -> (H, W, 3), or (W, H, 3) from 5 on."""
    turned: cv2.typing.MatLike = cv2.transpose(pixels) if orientation in (5, 7) else pixels
    if orientation in (2, 4):
        turned = cv2.flip(turned, 1 if orientation == 2 else 0)
    elif orientation in (3, 7):
        turned = cv2.rotate(turned, cv2.ROTATE_180)
    elif orientation in (6, 8):
        turned = cv2.rotate(turned, cv2.ROTATE_90_CLOCKWISE if orientation == 6 else cv2.ROTATE_90_COUNTERCLOCKWISE)
    return turned.view(np.uint8)


@contextmanager
def _pillow() -> Iterator[None]:
    """Keep Pillow's warnings to ourselves and turn whatever it raises into `ImageCorruptError`.

    The filters of `warnings` belong to the process, so one thread at a time.
    """
    try:
        with _WARNING_FILTERS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _PILLOW_ERRORS:
        raise ImageCorruptError("the image is broken or truncated") from None
