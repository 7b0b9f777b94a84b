"""What becomes of work on an image that cannot be done: a code and a message instead of an exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from docextract.errors import NoTemplateFitsError
from ocr.errors import ImageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result.

    Attributes:
        code: For machines.
        message: For people; nothing that was read is in it.
    """

    code: str
    message: str


def attempt(work: Callable[[], T]) -> T | Failure:
    """Do work on one image. What is wrong with the image is returned; what is wrong with the installation is raised."""
    try:
        return work()
    except (ImageError, NoTemplateFitsError) as error:
        return Failure(error.code, str(error))
    except OSError as error:
        return Failure("image_unreadable", error.strerror or "cannot be read")
