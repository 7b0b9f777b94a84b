"""The service in this process, with the real reader or with one that waits until it is told to go on."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

pytest.importorskip("fastapi")

from docextract.pipeline import Extractor
from docextract.service import Settings, create_app
from ocr.document import Page

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt-en.jpg"

Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


class WaitingReader:
    """Reads every image as an empty page, but only once `go` is set; blank warm-up images at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.started = threading.Semaphore(0)

    def read(self, image: object) -> Page:
        assert isinstance(image, np.ndarray)
        if image.shape != (64, 64, 3):
            self.started.release()
            assert self.go.wait(30)
        return Page(image.shape[1], image.shape[0])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def waiting_reader() -> WaitingReader:
    return WaitingReader()


@pytest.fixture
def serve(reading_extractor: Extractor) -> Serve:
    """`async with serve(deadline_s=1) as client`: the service with some settings, and a client of it."""

    @asynccontextmanager
    async def run(reader: WaitingReader | None = None, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(Settings(**settings), Extractor(reader) if reader else reading_extractor)  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://service") as client,
        ):
            try:
                yield client
            finally:
                if reader:
                    reader.go.set()  # or the end of the service waits for it

    return run


@pytest.fixture(scope="session")
def sample() -> bytes:
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def blank() -> bytes:
    encoded = cv2.imencode(".png", np.full((200, 100, 3), 255, np.uint8))[1]
    return encoded.tobytes()
