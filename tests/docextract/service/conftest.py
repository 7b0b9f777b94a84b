"""The service in this process, with the real reader or with one that waits until it is told to go on."""

from __future__ import annotations

import asyncio
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
def clocks(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.Timeout]:
    """The clocks of requests in the order in which these took their places; each stands still until `run_out`.

    With a real one, a thread that is held by the machine for as long as the deadline never begins with the work.
    """
    clocks: list[asyncio.Timeout] = []

    def start(delay: float) -> asyncio.Timeout:
        clocks.append(asyncio.Timeout(None))
        return clocks[-1]

    monkeypatch.setattr(asyncio, "timeout", start)
    return clocks


def run_out(clock: asyncio.Timeout) -> None:
    """Now is the deadline."""
    clock.reschedule(asyncio.get_running_loop().time())


@pytest.fixture
def serve(reading_extractor: Extractor) -> Serve:
    """`async with serve(deadline_s=1) as client`: the service with some settings, and a client of it.

    Without a deadline among the settings there is none that a slow machine would come near.
    """

    @asynccontextmanager
    async def run(reader: WaitingReader | None = None, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
        extractor = Extractor(reader) if reader else reading_extractor
        app = create_app(Settings(**{"deadline_s": 600.0, **settings}), extractor)  # type: ignore[arg-type]
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
