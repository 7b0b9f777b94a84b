"""`aextract` with the model: a running loop, few threads, one reader."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from docextract import Extractor, Record, TemplateNotFoundError, aextract
from ocr.document import Page
from ocr.errors import ImageError

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt-en.jpg"


@pytest.fixture(scope="module")
def reading() -> Extractor:
    extractor = Extractor()
    extractor.load()
    return extractor


def test_coroutines_share_a_reader_and_get_the_serial_results(reading: Extractor) -> None:
    serial = reading.extract(SAMPLE, "receipt")

    async def gather() -> list[object]:
        return list(await asyncio.gather(*(reading.aextract(SAMPLE, template="receipt") for _ in range(3))))

    assert asyncio.run(gather()) == [serial] * 3
    assert serial.total is not None


class GatedReader:
    """Reads a blank page as soon as the gate is open, and counts who stands before it."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.lock = threading.Lock()
        self.names: list[str] = []

    def read(self, image: object) -> Page:
        with self.lock:
            self.names.append(threading.current_thread().name)
        assert self.gate.wait(60)
        return Page(10, 10)


def test_the_loop_goes_on_and_few_documents_are_read_at_a_time() -> None:
    reader = GatedReader()
    extractor = Extractor(reader)

    async def crowd() -> int:
        calls = [asyncio.create_task(extractor.aextract(np.zeros((8, 8, 3), np.uint8), "receipt")) for _ in range(40)]
        while not reader.names:
            await asyncio.sleep(0.01)  # the loop is free while a reader reads
        waiting = calls.pop()
        waiting.cancel()
        await asyncio.wait([waiting])  # the gate stays closed till the cancellation has come to it
        assert waiting.cancelled()
        first = len(reader.names)
        reader.gate.set()
        await asyncio.gather(*calls)
        return first

    assert asyncio.run(crowd()) <= 4
    assert len(reader.names) == 39  # the one that was cancelled while it waited was never read
    assert len(set(reader.names)) <= 4 and all(name.startswith("docextract") for name in reader.names)


def test_calls_that_run_out_of_time_give_their_threads_and_images_back(reading: Extractor) -> None:
    reader = GatedReader()
    impatient = Extractor(reader)
    begun = min(4, os.cpu_count() or 1)

    async def give_up() -> list[weakref.ref[np.ndarray]]:
        images = [np.zeros((8, 8, 3), np.uint8) for _ in range(8)]
        calls = [asyncio.create_task(impatient.aextract(image, "receipt")) for image in images]
        while len(reader.names) < begun:
            await asyncio.sleep(0.01)
        for call in calls:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call, 0.01)
        return [weakref.ref(image) for image in images]

    images = asyncio.run(give_up())  # whose loop is closed while a thread still reads
    reader.gate.set()
    record = asyncio.run(asyncio.wait_for(reading.aextract(SAMPLE, "receipt"), 60))
    assert record == reading.extract(SAMPLE, "receipt")
    for _ in range(1200):  # a thread lets go of its image a moment after it was read
        if not (kept := [image for image in images if image() is not None]):
            break
        time.sleep(0.05)
    assert not kept
    assert len(reader.names) == begun  # nothing was read that nobody waited for any more


def test_a_loop_that_closes_at_once_does_no_harm(reading: Extractor, caplog: pytest.LogCaptureFixture) -> None:
    async def leave() -> asyncio.Task[Record]:
        call = asyncio.create_task(reading.aextract(SAMPLE, "receipt"))
        await asyncio.sleep(0)  # it is with a thread now
        return call

    assert asyncio.run(leave()).cancelled()
    assert asyncio.run(reading.aextract(SAMPLE, "receipt")) == reading.extract(SAMPLE, "receipt")
    assert not caplog.records


def test_errors_are_those_of_extract(reading: Extractor) -> None:
    with pytest.raises(TemplateNotFoundError):
        asyncio.run(aextract(SAMPLE, template="reciept"))
    with pytest.raises(ImageError):
        asyncio.run(reading.aextract(b"no image", template="receipt"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    blank = np.zeros((8, 8, 3), np.uint8)
    asyncio.run(_open_extractor().aextract(blank, "receipt"))
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            asyncio.run(_open_extractor().aextract(blank, "receipt"))
            os._exit(0)
        finally:
            os._exit(1)  # whatever was raised, the suite goes on in the parent alone
    assert os.waitpid(child, 0)[1] == 0


def _open_extractor() -> Extractor:
    reader = GatedReader()
    reader.gate.set()
    return Extractor(reader)
