"""Bodies of requests, read in pieces and never beyond a limit, never onto a disk."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from docextract.service.errors import BodyTooLargeError, RequestFormatError

_TEXT_LIMIT_BYTES = 1 << 18


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """What a request brings.

    Attributes:
        image: Bytes of an image file.
        template: Name of a template of the package, or source of one of the caller's own, where there is one.
    """

    image: bytes
    template: str | None = None


class _InMemoryParser(MultiPartParser):
    spool_max_size = sys.maxsize  # a document is never written to a temporary file

    def close(self) -> None:
        """Let go of every file, those included whose end never came."""
        for file in self._files_to_close_on_error:
            file.close()


async def read_upload(request: Request, limit_bytes: int) -> Upload:
    """Read a body: parts `image` and, optionally, `template` of a form, or an image file alone.

    The template may be a text, as a page sends it, or a file, as `curl -F template=@ticket.yaml` does.

    Raises:
        BodyTooLargeError: It is larger than the limit.
        RequestFormatError: The form is broken, or has no image or other parts, or its template is no text.
    """
    stream = _limited(request, limit_bytes)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        return Upload(b"".join([chunk async for chunk in stream]))
    parser = _InMemoryParser(request.headers, stream, max_files=2, max_fields=1, max_part_size=_TEXT_LIMIT_BYTES)
    try:
        return await _pick_parts(await parser.parse())
    except (MultiPartException, ValueError):  # the latter from the codec that the form names as its charset
        raise RequestFormatError("the form is broken, or has more parts than an image and a template") from None
    finally:
        parser.close()


async def _pick_parts(form: FormData) -> Upload:
    image, template = form.get("image"), form.get("template")
    if not isinstance(image, UploadFile) or len(form.multi_items()) > len(form) or form.keys() - {"image", "template"}:
        raise RequestFormatError("the form needs a file called image, and may have a template, as a text or a file")
    if isinstance(template, UploadFile):
        template = _decode(await template.read(_TEXT_LIMIT_BYTES + 1))
    return Upload(await image.read(), template)


def _decode(data: bytes) -> str:
    if len(data) > _TEXT_LIMIT_BYTES:
        raise RequestFormatError(f"the template is larger than {_TEXT_LIMIT_BYTES} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise RequestFormatError("the template is not UTF-8") from None


async def _limited(request: Request, limit_bytes: int) -> AsyncGenerator[bytes, None]:
    received = 0
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit_bytes:  # Python reads no number of thousands of digits
        raise BodyTooLargeError(limit_bytes)  # before a client that waits for "100 Continue" is told to go on
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit_bytes:
            raise BodyTooLargeError(limit_bytes)
        yield chunk
