"""Everything `ocr` raises on purpose, drawn in one place.

OcrError
├── ImageError (ValueError)         the input is no image that can be read
│   ├── ImageFormatError            not one of the formats read, or not an image at all
│   │   ├── FormatUnavailableError (ImportError)  what reads the format is not installed
│   │   └── FormatBrokenError (ImportError)  it is, and cannot be loaded
│   ├── ImageCorruptError           the right format, but broken, truncated or empty
│   ├── ImageLockedError            a PDF that opens with a password only
│   ├── ImageTooLargeError          more pixels than the budget allows; refused before decoding
│   └── TooManyPagesError           more pages than are read
├── WeightsError                    weights are missing, damaged or of another version
├── DeviceError (ValueError)        there is no such device here, or none that the reader runs on
├── KernelsError (ImportError)      the compiled kernels were demanded and are not there
└── PageFormatError (ValueError)    a serialised Page does not have the expected shape

Every error has a stable `code` for machines and keeps what it knows as attributes. No message contains anything that
was read from a document.
"""

from __future__ import annotations

import copyreg
from typing import Any


class OcrError(Exception):
    """Root of every error that `ocr` raises on purpose."""

    code = "ocr_error"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are unpickled by calling the class with the message, which would end a pool of processes here.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class ImageError(OcrError, ValueError):
    """The input is no image that can be read."""

    code = "image_error"


class ImageFormatError(ImageError):
    """The bytes are not one of the image formats that are read."""

    code = "image_format"


class FormatUnavailableError(ImageFormatError, ImportError):
    """What reads the format is not installed; the message says what to install."""

    code = "format_unavailable"

    def __init__(self, format_name: str, install: str) -> None:
        super().__init__(f"what reads {format_name} is not installed: {install}")
        self.format_name = format_name
        self.install = install


class FormatBrokenError(ImageFormatError, ImportError):
    """What reads the format is installed, but cannot be loaded: for machines the same as if it were not.

    Attributes:
        format_name: The format.
        reason: What loading it raised; names files of this machine, so it is for whoever runs it.
    """

    code = FormatUnavailableError.code

    def __init__(self, format_name: str, reason: str) -> None:
        super().__init__(f"what reads {format_name} cannot be loaded: {reason}")
        self.format_name = format_name
        self.reason = reason


class ImageCorruptError(ImageError):
    """The bytes begin like an image but cannot be decoded to the end, or hold no pixel."""

    code = "image_corrupt"


class ImageLockedError(ImageError):
    """The file is encrypted, and opens with a password only."""

    code = "image_locked"


class ImageTooLargeError(ImageError):
    """The header announces more pixels than the budget allows; nothing was decoded."""

    code = "image_too_large"

    def __init__(self, width_px: int, height_px: int, limit_px: int) -> None:
        super().__init__(f"the image has {width_px} x {height_px} pixels; at most {limit_px} are read")
        self.width_px = width_px
        self.height_px = height_px
        self.limit_px = limit_px


class TooManyPagesError(ImageError):
    """The document has more pages than are read; none was drawn."""

    code = "too_many_pages"

    def __init__(self, pages: int, limit: int) -> None:
        super().__init__(f"the document has {pages} pages; at most {limit} can be read here")
        self.pages = pages
        self.limit = limit


class WeightsError(OcrError):
    """Weights are missing, damaged, or written for another version of the model."""

    code = "weights"


class DeviceError(OcrError, ValueError):
    """There is no device of that name on this machine, or the reader does not run on it.

    Attributes:
        device: Its name.
    """

    code = "device_unavailable"

    def __init__(self, device: str) -> None:
        super().__init__(f"there is no usable {device!r} device on this machine: the reader runs on 'cpu' and 'cuda'")
        self.device = device


class KernelsError(OcrError, ImportError):
    """`DOCEXTRACT_KERNELS=cython` was set and the compiled kernels cannot be imported."""

    code = "kernels"


class PageFormatError(OcrError, ValueError):
    """A serialised `Page` does not have the expected shape or version."""

    code = "page_format"
