"""PDF files, written here by hand as PDF 1.4 allows, through the loader."""

from __future__ import annotations

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ocr.errors import (
    FormatBrokenError,
    FormatUnavailableError,
    ImageCorruptError,
    ImageError,
    ImageLockedError,
    TooManyPagesError,
)
from ocr.imaging import Image, count_pages, load_image, load_page, load_pages
from ocr.pdf import DPI, PAGE_LIMIT_PX, draw_page

A4 = (595, 842)


def build_pdf(*pages: str, size: tuple[float, float] = A4, rotate: int = 0) -> bytes:
    """A file whose pages have these contents, in points from the lower left corner."""
    kids = " ".join(f"{3 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {size[0]} {size[1]}] /Rotate {rotate} >>",
    ]
    for k, content in enumerate(pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {4 + 2 * k} 0 R /Resources << >> >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = "%PDF-1.4\n", []
    for k, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{k} 0 obj {text} endobj\n"
    table = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in places)
    trailer = f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}{table}{trailer}".encode()


def red_square(x: int, y: int, side: int = 72) -> str:
    return f"1 0 0 rg {x} {y} {side} {side} re f"


def red_box(pixels: Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is red."""
    rows, columns = np.nonzero((pixels[..., 0] > 200) & (pixels[..., 1] < 60))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_a_page_is_drawn_in_rgb_on_white_at_the_resolution_said(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    path.write_bytes(build_pdf(red_square(72, 842 - 144)))
    pixels = load_image(path)
    assert pixels.shape == pytest.approx((842 * DPI / 72, 595 * DPI / 72, 3), abs=1)
    assert pixels.dtype == np.uint8 and pixels.flags.c_contiguous and pixels.flags.writeable
    assert red_box(pixels) == pytest.approx((DPI, DPI, 2 * DPI, 2 * DPI), abs=1)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    with path.open("rb") as stream:
        assert np.array_equal(load_image(stream), pixels)


def test_a_turned_page_is_drawn_as_it_is_looked_at() -> None:
    pixels = load_image(build_pdf(red_square(0, 0), rotate=90))
    assert pixels.shape[1] > pixels.shape[0]
    assert red_box(pixels)[:2] == (0, 0)  # the lower left corner, turned clockwise


def test_pages_come_in_order() -> None:
    boxes = [red_box(page)[0] for page in load_pages(build_pdf(*(red_square(x, 100) for x in (0, 144, 288))))]
    assert boxes == pytest.approx([0, 2 * DPI, 4 * DPI], abs=1)


def test_a_document_of_several_pages_is_not_one_image() -> None:
    with pytest.raises(TooManyPagesError, match="3 pages; at most 1 can") as caught:
        load_image(build_pdf("", "", ""))
    assert (caught.value.pages, caught.value.limit, caught.value.code) == (3, 1, "too_many_pages")


def test_too_many_pages_are_refused_before_the_first_is_drawn() -> None:
    with pytest.raises(TooManyPagesError):
        next(load_pages(build_pdf("", "", ""), page_limit=2))


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 3), (5000, 7000)])
def test_a_huge_page_is_drawn_within_the_budget(size: tuple[int, int]) -> None:
    height, width, _ = load_image(build_pdf("", size=size)).shape
    assert 0 < width * height <= PAGE_LIMIT_PX * 1.01
    assert (width >= height) == (size[0] >= size[1])


def test_a_smaller_budget_draws_more_coarsely() -> None:
    height, width, _ = load_image(build_pdf(""), pixel_limit=250_000).shape
    assert 240_000 < width * height <= 253_000


@pytest.mark.parametrize("cut", [5, 20, 100])
def test_half_a_file_is_corrupt(cut: int) -> None:
    with pytest.raises(ImageCorruptError):
        load_image(build_pdf(red_square(0, 0))[:cut])


def test_damaged_files_give_pages_or_one_of_our_errors() -> None:
    random, whole = np.random.default_rng(3), build_pdf(red_square(0, 0), red_square(9, 9))
    refused = 0
    for _ in range(60):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 4):
            data[place] ^= 1 << int(random.integers(8))
        try:
            assert all(page.ndim == 3 for page in load_pages(bytes(data), pixel_limit=40_000))
        except ImageError:
            refused += 1
    assert 0 < refused < 60


def lock(pdf: bytes) -> bytes:
    return pdf.replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> >>",
    )


def test_a_locked_file_is_said_to_be() -> None:
    with pytest.raises(ImageLockedError, match="locked with a password"):
        load_image(lock(build_pdf("")))


def test_a_file_without_pages_is_not_said_to_be_locked() -> None:
    for _ in range(2):  # PDFium remembers what was wrong with the file before
        with pytest.raises(ImageCorruptError, match="has no pages"):
            load_image(build_pdf())
        with pytest.raises(ImageLockedError):
            load_image(lock(build_pdf("")))


@pytest.mark.parametrize("index", [0, 1])
def test_a_page_that_there_is_not(index: int) -> None:
    with pytest.raises(ImageCorruptError):
        draw_page(build_pdf(*[""] * index), index)


def test_threads_get_the_serial_results() -> None:
    files = [build_pdf(red_square(9 * k, 9 * k)) for k in range(12)]
    serial = [load_image(data, pixel_limit=10_000) for data in files]
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(pool.map(lambda data: load_image(data, pixel_limit=10_000), files), serial, strict=True):
            assert np.array_equal(one, other)


def test_without_pypdfium2_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(FormatUnavailableError) as caught:
        load_image(build_pdf(""))
    assert str(caught.value) == "what reads PDF is not installed: pip install 'docextract[pdf]'"
    assert isinstance(caught.value, ImportError) and caught.value.code == "format_unavailable"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"hevc"])
def test_without_a_plugin_heic_says_what_to_install(brand: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pi_heif", "pillow_heif"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(FormatUnavailableError) as caught:
        load_image(b"\0\0\0\x18ftyp" + brand + bytes(40))
    assert str(caught.value) == "what reads HEIC is not installed: pip install pi-heif"


@pytest.mark.parametrize("error", ["ImportError", "RuntimeError", "SyntaxError", "ValueError"])
@pytest.mark.parametrize("name", ["pi_heif", "pillow_heif"])
def test_a_plugin_that_is_broken_is_not_said_to_be_missing(
    name: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / f"{name}.py").write_text(f"raise {error}('libheif.so.1: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError, match="cannot open shared object file") as caught:
        load_image(b"\0\0\0\x18ftypheic" + bytes(40))
    assert not isinstance(caught.value, FormatUnavailableError)
    assert isinstance(caught.value, FormatBrokenError) and caught.value.format_name == "HEIC"


@pytest.mark.parametrize(
    "source", ["raise ImportError('libpdfium')", "import ctypes; ctypes.CDLL('libpdfium')", "import warnings as raw"]
)
def test_a_pdf_library_that_cannot_be_loaded_is_neither_missing_nor_the_files_fault(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pypdfium2"]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "pypdfium2.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    data = build_pdf("")
    for load in (count_pages, load_image, lambda data: load_page(data, 0)):
        with pytest.raises(FormatBrokenError, match=r"^what reads PDF cannot be loaded: .*(pdfium|FPDF)") as caught:
            load(data)
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (copy.code, copy.reason) == ("format_unavailable", caught.value.reason)
