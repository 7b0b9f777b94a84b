"""What the service does with a request, apart from HTTP: take a place, read the upload, work, answer in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
from starlette.requests import Request

from docextract.capture import check_capture
from docextract.errors import TemplateNotFoundError
from docextract.extraction.engine import Engine
from docextract.pipeline import Extractor
from docextract.schema.loading import find_template, parse_template
from docextract.service.errors import DeadlineError, QueueFullError
from docextract.service.jobs import Job, JobStore
from docextract.service.queue import WorkQueue
from docextract.service.settings import Settings
from docextract.service.uploads import Upload, read_upload
from ocr.imaging import load_image

Answer = dict[str, Any]
Work = Callable[[Upload], Answer]


class Desk:
    """Where requests are taken.

    Args:
        settings: Limits.
        extractor: Does the work, in the threads of the queue.
    """

    def __init__(self, settings: Settings, extractor: Extractor) -> None:
        self.settings = settings
        self.queue = WorkQueue(settings.workers, settings.queue)
        self.jobs: JobStore[Answer] = JobStore(settings.job_ttl_s)
        self._extractor = extractor
        self._drained_by = float("inf")

    async def open(self) -> None:
        """Load the weights and read an empty page, so that the first caller does not wait for that."""
        blank = np.full((64, 64, 3), 255, np.uint8)
        with self.queue.take_place() as place:
            await asyncio.wrap_future(place.submit(lambda: self._extractor.read(blank)))

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

    async def answer(self, request: Request, work: Work) -> Answer:
        """Do the work on a request's upload.

        Raises:
            OverloadedError: There is no place, or the time is over.
            BodyTooLargeError, RequestFormatError: The upload is not accepted.
        """
        try:
            async with asyncio.timeout(self.settings.deadline_s):
                return await asyncio.wrap_future(await self._begin(request, work))
        except TimeoutError:
            raise DeadlineError(self.queue.retry_after_s) from None

    async def start_job(self, request: Request, work: Work, owner: str) -> Job[Answer]:
        """The same, without waiting for the answer."""
        if len(self.jobs) >= self.settings.jobs:
            raise QueueFullError(self.queue.retry_after_s)
        try:
            async with asyncio.timeout(self.settings.deadline_s):
                return self.jobs.add(await self._begin(request, work), owner)
        except TimeoutError:
            raise DeadlineError(self.queue.retry_after_s) from None

    async def _begin(self, request: Request, work: Work) -> Future[Answer]:
        with self.queue.take_place() as place:
            upload = await read_upload(request, self.settings.body_limit_bytes)
            return place.submit(lambda: work(upload))

    def extraction(self, template: str | None) -> Work:
        """The work of extracting by a bundled template, by one that comes with the upload, or by that which fits.

        Raises:
            TemplateNotFoundError: There is none of that name. Paths are no names here.
        """
        if template is not None:
            if template.endswith((".yaml", ".yml")):
                raise TemplateNotFoundError(template)
            find_template(template)

        def extract(upload: Upload) -> Answer:
            engine = Engine("template", parse_template(upload.template)) if upload.template else None
            image = load_image(upload.image, pixel_limit=self.settings.pixel_limit)
            page = self._extractor.read(image)
            record = engine.extract(page) if engine else self._extractor.extract_page(page, template)
            return {
                "record": record.model_dump(mode="json"),
                "capture": [str(issue) for issue in check_capture(image, page, record)],
                "width": page.width,
                "height": page.height,
            }

        return extract

    def read(self, upload: Upload) -> Answer:
        """Read an image."""
        image = load_image(upload.image, pixel_limit=self.settings.pixel_limit)
        return self._extractor.read(image).export()
