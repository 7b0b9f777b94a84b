"""Work off the event loop: a few threads, and a bounded number of requests that may wait for them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Self, TypeVar

from docextract.service.errors import DrainingError, QueueFullError

T = TypeVar("T")

_SMOOTHING = 0.2  # weight of the latest work in the mean time that work takes


class WorkQueue:
    """Threads that work, and places for what waits for them.

    A place is taken before a request's body is read, so that places times the limit of a body bound the memory.

    Args:
        workers: Threads.
        waiting: Places besides those of the workers.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(workers, "docextract-worker")
        self._workers = workers
        self._capacity = workers + waiting
        self._lock = Lock()
        self._taken = 0
        self._mean_s = 1.0
        self.draining = False

    @property
    def taken(self) -> int:
        """Places that are taken: work that runs, work that waits, and bodies on their way."""
        return self._taken

    @property
    def retry_after_s(self) -> int:
        """Whole seconds after which those who are in are probably out."""
        return max(1, math.ceil(self._mean_s * self._taken / self._workers))

    def take_place(self) -> Place:
        """Take a place.

        Raises:
            QueueFullError: There is none.
            DrainingError: `draining` is set.
        """
        with self._lock:
            if self.draining:
                raise DrainingError(self.retry_after_s)
            if self._taken >= self._capacity:
                raise QueueFullError(self.retry_after_s)
            self._taken += 1
        return Place(self)

    def close(self) -> None:
        """Wait until all work is done."""
        self._pool.shutdown()

    def _submit(self, work: Callable[[], T]) -> Future[T]:
        return self._pool.submit(self._timed, work)

    def _timed(self, work: Callable[[], T]) -> T:
        begin = time.monotonic()
        try:
            return work()
        finally:
            with self._lock:
                self._mean_s += _SMOOTHING * (time.monotonic() - begin - self._mean_s)

    def _give_back(self) -> None:
        with self._lock:
            self._taken -= 1


class Place:
    """A place in the queue, given back at the end of the `with` block or, where work was submitted, of the work."""

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue
        self._submitted = False

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Start work as soon as a thread is free. If the future is cancelled before, it never starts."""
        future = self._queue._submit(work)
        self._submitted = True
        future.add_done_callback(lambda _: self._queue._give_back())
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._submitted:
            self._queue._give_back()
