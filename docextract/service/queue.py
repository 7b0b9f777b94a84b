"""Work off the event loop: a few threads, and a bounded number of requests that may wait for them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from threading import Condition
from types import TracebackType
from typing import Self, TypeVar

from docextract.service.errors import DrainingError, QueueFullError

T = TypeVar("T")

Steps = Generator[int, None, T]
"""Work done step by step, a page of a document each; what it yields is how many steps are known to be left."""

_SMOOTHING = 0.2  # weight of the latest step in the mean time that steps take


def in_one_step(work: Callable[[], T]) -> Steps[T]:
    """Work that is not parted."""
    yield from ()
    return work()


class WorkQueue:
    """Threads that work, and places for what waits for them.

    A place is taken before a request's body is read, so that places times the limit of a body bound the memory.
    Between two steps of one work the steps of others have their turn: a long document keeps nobody from a short one.

    Args:
        workers: Threads.
        waiting: Places besides those of the workers.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(workers, "docextract-worker")
        self._workers = workers
        self._capacity = workers + waiting
        self._changed = Condition()
        self._taken = 0
        self._steps = 0
        self._mean_s = 1.0
        self.draining = False

    @property
    def taken(self) -> int:
        """Places that are taken: work that runs, work that waits, and bodies on their way."""
        return self._taken

    @property
    def steps(self) -> int:
        """Steps that run or wait: pages. Of what did not begin, one is known."""
        return self._steps

    @property
    def retry_after_s(self) -> int:
        """Whole seconds after which those who are in are probably out."""
        return max(1, math.ceil(self._mean_s * self._steps / self._workers))

    def take_place(self) -> Place:
        """Take a place.

        Raises:
            QueueFullError: There is none.
            DrainingError: `draining` is set.
        """
        with self._changed:
            if self.draining:
                raise DrainingError(self.retry_after_s)
            if self._taken >= self._capacity:
                raise QueueFullError(self.retry_after_s)
            self._taken += 1
            self._steps += 1
        return Place(self)

    def close(self) -> None:
        """Wait until all work is done."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken)
        self._pool.shutdown()

    def _submit(self, steps: Steps[T]) -> Future[T]:
        task = _Task(steps)
        task.add_done_callback(lambda _: self._give_back(task.left))
        self._pool.submit(self._advance, task)
        return task

    def _advance(self, task: _Task[T]) -> None:
        """Do the next step of a task, and line up again for the one after it."""
        if not task.running() and not task.set_running_or_notify_cancel():
            return
        begin = time.monotonic()
        try:
            if task.is_abandoned:
                raise CancelledError
            left = next(task.steps)
        except StopIteration as end:
            self._keep_time(begin)
            task.set_result(end.value)
        except BaseException as error:  # whatever it is, it is for whoever waits for the result
            task.set_exception(error)
        else:
            self._keep_time(begin)
            with self._changed:
                self._steps += left - task.left
                task.left = left
            self._pool.submit(self._advance, task)

    def _keep_time(self, begin: float) -> None:
        with self._changed:
            self._mean_s += _SMOOTHING * (time.monotonic() - begin - self._mean_s)

    def _give_back(self, steps: int) -> None:
        with self._changed:
            self._taken -= 1
            self._steps -= steps
            self._changed.notify_all()


class _Task(Future[T]):
    def __init__(self, steps: Steps[T]) -> None:
        super().__init__()
        self.steps = steps
        self.left = 1
        self.is_abandoned = False

    def cancel(self) -> bool:
        """Never start, or end with the step that runs."""
        self.is_abandoned = True
        return super().cancel()


class Place:
    """A place in the queue, given back at the end of the `with` block or, where work was submitted, of the work."""

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue
        self._submitted = False

    def submit(self, steps: Steps[T]) -> Future[T]:
        """Start work as soon as a thread is free. Cancelling the future ends it before its next step."""
        future = self._queue._submit(steps)
        self._submitted = True
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._submitted:
            self._queue._give_back(1)
