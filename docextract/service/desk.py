"""What the service does with a request, apart from HTTP: take a place, read the upload, work, answer in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

import cv2
import numpy as np
from starlette.requests import ClientDisconnect, Request

from docextract.capture import check_capture
from docextract.errors import TemplateNotFoundError
from docextract.extraction.engine import Engine
from docextract.frames import join_pages, part_record
from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.schema.loading import bundled_names, find_template, parse_template
from docextract.service.errors import DeadlineError, JobsFullError, RequestFormatError
from docextract.service.jobs import Job, JobStore
from docextract.service.queue import Sheet, Steps, WorkQueue, in_one_step
from docextract.service.settings import Settings
from docextract.service.uploads import Upload, read_upload
from ocr.document import Page
from ocr.imaging import Image, count_pages, load_page

T = TypeVar("T")

Answer = dict[str, Any]
Work = Callable[[Upload], Steps[T]]

_PREVIEW_PX = 2000  # longer side of what is only looked at


class Desk:
    """Where requests are taken.

    Args:
        settings: Limits.
        extractor: Does the work, in the threads of the queue.
    """

    def __init__(self, settings: Settings, extractor: Extractor) -> None:
        self.settings = settings
        self.queue = WorkQueue(
            extractor.read_many, workers=settings.workers, waiting=settings.queue, batch=settings.batch
        )
        self.jobs: JobStore[Answer] = JobStore(settings.job_ttl_s)
        self._extractor = extractor
        self._uploading = 0  # jobs whose upload is on its way
        self._drained_by = float("inf")

    async def open(self) -> None:
        """Load the weights and look at a blot of ink, so that the first caller does not wait for that."""
        blot = np.full((64, 64, 3), 255, np.uint8)
        blot[16:48, 16:48] = 0  # the network is not asked about mere paper
        with self.queue.take_place() as place:
            await asyncio.wrap_future(place.submit(in_one_step(lambda: self._extractor.read(blot))))

    async def close(self) -> None:
        """Finish what was taken."""
        self.queue.draining = True
        await asyncio.to_thread(self.queue.close)

    def is_drained(self) -> bool:
        """Take nothing new from now on, and tell whether all work is done and every result fetched or given up."""
        if not self.queue.draining:
            self.queue.draining = True
            self._drained_by = time.monotonic() + self.settings.drain_s
        return not self.queue.taken and (not self.jobs or time.monotonic() > self._drained_by)

    async def answer(self, request: Request, work: Work[T]) -> T:
        """Do the work on a request's upload.

        Raises:
            OverloadedError: There is no place, or the time is over.
            BodyTooLargeError, RequestFormatError: The upload is not accepted.
            ClientDisconnect: The caller hung up. Work that had not begun by then never does.
        """
        try:
            async with asyncio.timeout(self.settings.deadline_s):
                answer = asyncio.wrap_future(await self._begin(request, work))
                hung_up = asyncio.ensure_future(request.receive())  # after the body nothing else is sent
                try:
                    await asyncio.wait((answer, hung_up), return_when=asyncio.FIRST_COMPLETED)
                    if not answer.done():
                        raise ClientDisconnect
                    return answer.result()
                finally:
                    hung_up.cancel()
                    answer.cancel()
        except TimeoutError:
            raise DeadlineError(self.queue.retry_after_s) from None

    async def start_job(self, request: Request, work: Work[Answer], owner: str) -> Job[Answer]:
        """The same, without waiting for the answer.

        Raises:
            JobsFullError: As many jobs are kept, or on their way, as may be.
        """
        if len(self.jobs) + self._uploading >= self.settings.jobs:
            raise JobsFullError(self.queue.retry_after_s)
        self._uploading += 1
        try:
            async with asyncio.timeout(self.settings.deadline_s):
                return self.jobs.add(await self._begin(request, work), owner)
        except TimeoutError:
            raise DeadlineError(self.queue.retry_after_s) from None
        finally:
            self._uploading -= 1

    async def _begin(self, request: Request, work: Work[T]) -> Future[T]:
        with self.queue.take_place() as place:
            upload = await read_upload(request, self.settings.body_limit_bytes)
            return place.submit(work(upload))

    def extraction(self, template: str | None) -> Work[Answer]:
        """The work of extracting by a bundled template, by one that comes with the upload, or by that which fits.

        An empty name is none, as a form sends it where nothing was chosen.

        Raises:
            TemplateNotFoundError: There is none of that name. Paths are no names here.
        """
        if template:
            if template.endswith((".yaml", ".yml")):
                raise TemplateNotFoundError(template)
            find_template(template)

        def extract(upload: Upload) -> Steps[Answer]:
            own, name = None, template or None
            if upload.template and upload.template in bundled_names():
                name = upload.template
            elif upload.template:
                own = Engine("template", parse_template(upload.template))

            def fill(pages: Sequence[Page]) -> Record:
                if own is None:
                    return self._extractor.extract_pages(pages, name)
                return part_record(own.extract(join_pages(pages)), pages)

            count = self._count(upload)
            if count == 1:
                image, page = yield Sheet(partial(self._load, upload, 0))
                record = fill([page])
                return {"record": record.model_dump(mode="json"), **_describe(image, page, record)}
            pages = yield from self._read_pages(upload, count)
            record = fill(pages)
            # Loaded once more: kept, pages would take tens of megabytes each while other work has its turn.
            sheets = [
                _describe(self._load(upload, index), page, record.on_page(index)) for index, page in enumerate(pages)
            ]
            return {"record": record.model_dump(mode="json"), "pages": sheets}

        return extract

    def read(self, upload: Upload) -> Steps[Answer]:
        """Read the pages of an image or a document."""
        pages = yield from self._read_pages(upload, self._count(upload))
        return pages[0].export() if len(pages) == 1 else {"pages": [page.export() for page in pages]}

    def preview(self, number: int) -> Work[bytes]:
        """The work of drawing a page, counted from 1, as JPEG: upright, as its quads lie on it, but perhaps smaller."""

        def draw(upload: Upload) -> bytes:
            if number > self._count(upload):
                raise RequestFormatError("the document has no such page")
            return _encode_preview(self._load(upload, number - 1))

        return lambda upload: in_one_step(lambda: draw(upload))

    def _read_pages(self, upload: Upload, count: int) -> Steps[list[Page]]:
        pages = list[Page]()
        for index in range(count):
            _, page = yield Sheet(partial(self._load, upload, index), count - index)
            pages.append(page)
        return pages

    def _count(self, upload: Upload) -> int:
        return count_pages(upload.image, page_limit=self.settings.page_limit)

    def _load(self, upload: Upload, index: int) -> Image:
        return load_page(upload.image, index, pixel_limit=self.settings.pixel_limit)


def _describe(image: Image, page: Page, record: Record) -> Answer:
    """What an answer says of a page, besides what was read."""
    capture = [str(issue) for issue in check_capture(image, page, record)]
    return {"capture": capture, "width": page.width, "height": page.height}


def _encode_preview(image: Image) -> bytes:
    height, width = image.shape[:2]
    scale = min(1.0, _PREVIEW_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()
