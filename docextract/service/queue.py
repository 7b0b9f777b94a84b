"""Work off the event loop: a few threads, and a bounded number of requests that may wait for them."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Condition
from types import TracebackType
from typing import Any, Self, TypeVar

from docextract.service.errors import DrainingError, QueueFullError
from ocr.document import Page
from ocr.imaging import Image

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Sheet:
    """A page that some work needs to have read.

    Attributes:
        load: Makes a picture of it, as late as possible: pictures are large.
        left: How many pages the work is known to need still, this one included.
    """

    load: Callable[[], Image]
    left: int = 1


Steps = Generator[Sheet, tuple[Image, Page], T]
"""Work done step by step: it yields a page to be read, and goes on with its picture and what was read."""

_SMOOTHING = 0.2  # weight of the latest page in the mean time that pages take


def in_one_step(work: Callable[[], T]) -> Steps[T]:
    """Work in a single step, without a page to be read."""
    yield from ()
    return work()


class WorkQueue:
    """Threads that work, and places for what waits for them.

    A place is taken before a request's body is read, so that places times the limit of a body bound the memory.
    Between two steps of one work the steps of others have their turn: a long document keeps nobody from a short one.

    Args:
        read: Reads several pages, the first first.
        workers: Threads.
        waiting: Places besides those of the workers.
        batch: Pages that a thread takes at most, where that many wait. It waits for none.
    """

    def __init__(
        self, read: Callable[[Sequence[Image]], Iterable[Page]], *, workers: int, waiting: int, batch: int
    ) -> None:
        self._read = read
        self._pool = ThreadPoolExecutor(workers, "docextract-worker")
        self._workers = workers
        self._batch = batch
        self._line = deque[_Task[Any]]()
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
        task.add_done_callback(lambda _: self._give_back(task.counted))
        self._line_up(task)
        return task

    def _line_up(self, task: _Task[Any]) -> None:
        self._line.append(task)
        self._pool.submit(self._advance)

    def _advance(self) -> None:
        """Read the next page of each of the tasks whose turn it is, together."""
        begin = time.monotonic()
        loaded = deque((task, image) for task in self._next_tasks() if (image := task.load()) is not None)
        self._count(task for task, _ in loaded)
        pages = len(loaded)
        try:
            for page in self._read([image for _, image in loaded]):
                task, image = loaded.popleft()
                if task.go_on(image, page):
                    self._count([task])
                    self._line_up(task)
        except BaseException as error:
            for task, _ in loaded:
                task.set_exception(error)
        else:
            self._keep_time(time.monotonic() - begin, pages)

    def _next_tasks(self) -> list[_Task[Any]]:
        """The tasks whose turn it is: not so many that other threads are left without."""
        with self._changed:
            share = math.ceil(len(self._line) / self._workers)
            return [self._line.popleft() for _ in range(min(share, self._batch))]

    def _count(self, tasks: Iterable[_Task[Any]]) -> None:
        with self._changed:
            for task in tasks:
                self._steps += task.left - task.counted
                task.counted = task.left

    def _keep_time(self, seconds: float, pages: int) -> None:
        with self._changed:
            for _ in range(pages):
                self._mean_s += _SMOOTHING * (seconds / pages - self._mean_s)

    def _give_back(self, steps: int) -> None:
        with self._changed:
            self._taken -= 1
            self._steps -= steps
            self._changed.notify_all()


class _Task(Future[T]):
    """Work, and how far it is.

    Attributes:
        counted: How many of its pages are counted as waiting.
        left: How many it is known to need still.
    """

    def __init__(self, steps: Steps[T]) -> None:
        super().__init__()
        self._steps = steps
        self._sheet: Sheet | None = None
        self._is_abandoned = False
        self.counted = 1

    @property
    def left(self) -> int:
        return self._sheet.left if self._sheet else 1

    def cancel(self) -> bool:
        """Never start, or end with the step that runs."""
        self._is_abandoned = True
        cancelled = super().cancel()
        if cancelled:
            self._steps.close()  # the upload goes now, with the place, and not when it is the task's turn
        return cancelled

    def load(self) -> Image | None:
        """The page to be read next, None if the work is over."""
        if not self.running() and not self.set_running_or_notify_cancel():
            return None
        return self._try(self._load)

    def go_on(self, image: Image, page: Page) -> bool:
        """Work on what was read; whether there is another page to be read."""
        self._sheet = self._try(lambda: self._steps.send((image, page)))
        return self._sheet is not None

    def _load(self) -> Image:
        if self._is_abandoned:
            raise CancelledError
        self._sheet = self._sheet or next(self._steps)
        return self._sheet.load()

    def _try(self, step: Callable[[], A]) -> A | None:
        """Do something; the end of the work, whatever it is, is for whoever waits for the result."""
        try:
            return step()
        except StopIteration as end:
            self.set_result(end.value)
        except BaseException as error:
            self.set_exception(error)
        return None


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
