"""Extractors in programs of several processes."""

from __future__ import annotations

import os
import pickle
import signal
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from docextract import Extractor
from ocr import Reader
from ocr.document import Page
from ocr.errors import WeightsError

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt-en.jpg"


class PlainReader:
    def read(self, image: object) -> Page:
        return Page(30, 20)


def test_an_extractor_that_has_read_crosses_over_and_reads_there() -> None:
    extractor = Extractor()
    receipt = extractor.extract(SAMPLE, "receipt")
    pickled = pickle.dumps(extractor)
    assert len(pickled) < 1000  # not the weights: they are where they were
    assert pickle.loads(pickled).extract(SAMPLE, "receipt") == receipt


def test_a_reader_that_has_read_crosses_over_with_its_weights() -> None:
    reader = Reader()
    page = reader.read(SAMPLE)
    assert pickle.loads(pickle.dumps(Extractor(reader))).read(SAMPLE) == page


def test_an_extractor_crosses_over_with_what_it_was_made_of(tmp_path: Path) -> None:
    given = pickle.loads(pickle.dumps(Extractor(PlainReader())))
    assert given.read(np.zeros((8, 8, 3), np.uint8)) == Page(30, 20)
    with pytest.raises(WeightsError):
        pickle.loads(pickle.dumps(Extractor(weights=tmp_path))).load()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_waits_for_a_reader_that_another_thread_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, forking = Event(), Event()

    class SlowReader(PlainReader):
        def __init__(self, weights: object) -> None:
            begun.set()
            assert forking.wait(60)

    monkeypatch.setattr("ocr.reader.Reader", SlowReader)
    os.register_at_fork(before=forking.set)
    extractor = Extractor()
    thread = Thread(target=extractor.load)
    thread.start()
    assert begun.wait(60)
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            extractor.load()
            os._exit(0)
        finally:
            os._exit(1)  # whatever was raised, the suite goes on in the parent alone
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
