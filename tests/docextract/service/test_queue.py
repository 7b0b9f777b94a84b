"""The queue by itself, where requests cannot show what it does."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Sequence

import numpy as np
import pytest

pytest.importorskip("fastapi")

from docextract.service.queue import Sheet, Steps, WorkQueue
from ocr.document import Page
from ocr.imaging import Image


def test_what_is_cancelled_lets_go_of_its_upload_before_its_turn() -> None:
    begun, go = threading.Event(), threading.Event()

    def read(images: Sequence[Image]) -> Iterable[Page]:
        begun.set()
        assert go.wait(60)
        return [Page(1, 1) for _ in images]

    def work(upload: Image) -> Steps[int]:
        _, page = yield Sheet(lambda: upload)
        return page.width

    queue = WorkQueue(read, workers=1, waiting=1, batch=1)
    with queue.take_place() as place:
        first = place.submit(work(np.zeros((1, 1, 3), np.uint8)))
    assert begun.wait(60)
    upload = np.zeros((1, 1, 3), np.uint8)
    kept = weakref.ref(upload)
    with queue.take_place() as place:
        waiting = place.submit(work(upload))
    del upload
    assert waiting.cancel()
    assert kept() is None  # its place is another's now, and the other's upload takes the memory
    go.set()
    assert first.result(60) == 1
    queue.close()
