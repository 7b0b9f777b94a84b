"""What threads make once, whichever of them asks first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from docextract import threads
from docextract.errors import TaggerUnavailableError
from docextract.tagging import find_tagger, tagger


def ask_twice(ask: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: ask(), range(2)))


def meet(meeting: Barrier) -> None:
    """Wait until both threads are here, if they ever are."""
    with suppress(BrokenBarrierError):
        meeting.wait()


def test_first_calls_share_the_threads_of_coroutines(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Barrier(2, timeout=0.5)

    class Meeting(ThreadPoolExecutor):
        def __init__(self, *arguments: Any) -> None:
            meet(meeting)
            super().__init__(*arguments)

    threads._start.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("concurrent.futures.ThreadPoolExecutor", Meeting)
        first, second = ask_twice(threads.reading_threads)
    threads._start.cache_clear()
    assert first is second


def test_first_calls_share_the_tagger(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, loads = Barrier(2, timeout=0.5), list[None]()

    def load() -> None:
        meet(meeting)
        loads.append(None)
        raise TaggerUnavailableError("it is not there")

    tagger._load_tagger.cache_clear()
    monkeypatch.setattr(tagger.Tagger, "load", load)
    assert ask_twice(find_tagger) == [None, None]
    tagger._load_tagger.cache_clear()
    assert len(loads) == 1
