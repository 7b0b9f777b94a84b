"""Pages of PDF files as pictures, by PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ocr.errors import FormatUnavailableError, ImageCorruptError, ImageLockedError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

DPI = 300
"""Resolution of pages: print of five and six points is misread half as often as at 200, and takes no longer."""

PAGE_LIMIT_PX = 16 * 2**20
"""Most pixels of a page, A4 at 420 dpi; larger pages are drawn more coarsely."""

_PDFIUM = Lock()  # the library is not thread-safe: whoever touches any of its objects holds this


def count_pages(data: bytes) -> int:
    """How many pages a PDF file has; 0 is possible.

    Raises:
        FormatUnavailableError: pypdfium2 is not installed.
        ImageLockedError: The file takes a password.
        ImageCorruptError: It is broken.
    """
    with _open(data) as document:
        return len(document)


def draw_page(data: bytes, index: int, pixel_limit: int = PAGE_LIMIT_PX) -> NDArray[np.uint8]:
    """Draw a page as it is meant to be looked at, forms filled in.

    Args:
        data: The file.
        index: The page, counted from 0.
        pixel_limit: The most pixels, width times height; the resolution gives way.

    Returns:
        (H, W, 3) uint8 in RGB, one point of the page 300 / 72 pixels unless that were too many.

    Raises:
        FormatUnavailableError: pypdfium2 is not installed.
        ImageLockedError: The file takes a password.
        ImageCorruptError: The file or the page is broken.
    """
    with _open(data) as document:
        page = document[index]
        area = page.get_width() * page.get_height()
        if not area > 0:
            raise ImageCorruptError("the page is empty: it has no size")
        bitmap = page.render(scale=min(DPI / 72, (pixel_limit / area) ** 0.5), rev_byteorder=True)
        pixels: NDArray[np.uint8] = bitmap.to_numpy()[..., :3].copy()
    return pixels


@contextmanager
def _open(data: bytes) -> Iterator[PdfDocument]:
    if find_spec("pypdfium2") is None:
        raise FormatUnavailableError("PDF", "pip install 'docextract[pdf]'")
    import pypdfium2
    from pypdfium2 import raw

    with _PDFIUM:
        # PdfDocument(data) asks for the last error where a file has no pages as well, and gets that of another file.
        handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
        if not handle:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
                raise ImageLockedError("the PDF is locked with a password")
            raise ImageCorruptError("the PDF is broken, or has no pages")
        try:
            with pypdfium2.PdfDocument(handle) as document:
                yield document
        except pypdfium2.PdfiumError:
            raise ImageCorruptError("the PDF is broken, or has no pages") from None
