"""Work spread over the processes of one machine, none of which can take the others down.

This module and what it imports is loaded in every worker before the number of threads is set, so nothing here may load
NumPy, OpenCV or torch.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar, cast

from docextract.errors import BatchError, DocExtractError
from ocr.errors import OcrError

T = TypeVar("T")
R = TypeVar("R")

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_LIVES = 2  # workers that a task may take down; the first may have died of something else, such as want of memory


def count_cores() -> int:
    """Cores that this process may use."""
    return os.cpu_count() or 1 if sys.platform in ("win32", "darwin") else len(os.sched_getaffinity(0))


@dataclass(slots=True, eq=False)
class _Worker(Generic[T]):
    process: BaseProcess
    connection: Connection
    task: T | None = None  # None until it says that it is ready


def map_unordered(
    open_work: Callable[[], Callable[[T], R]], tasks: Sequence[T], count: int
) -> Iterator[tuple[T, R | None]]:
    """Do tasks in worker processes, one at a time in each.

    Args:
        open_work: Makes what does the tasks, once in every worker. It crosses over by its name: a function of a
            module, or a partial of one.
        tasks: What is to be done; hashable, and not None.
        count: Worker processes. The cores are shared out to them as threads.

    Yields:
        A task and its result as soon as it is there; None in place of the result if the task takes workers down.

    Raises:
        BatchError: A worker died before `open_work` was done.
        OcrError, DocExtractError: `open_work` did.
    """
    waiting, deaths = deque(tasks), Counter[T]()
    workers: dict[Connection, _Worker[T]] = {}

    def start() -> None:
        worker: _Worker[T] = _start(open_work, max(1, count_cores() // count))
        workers[worker.connection] = worker

    try:
        for _ in range(min(count, len(waiting))):
            start()
        while workers:
            for connection in wait(list(workers)):
                worker = workers.pop(cast(Connection, connection))
                task = worker.task
                try:
                    result = worker.connection.recv()
                except (EOFError, OSError):  # the worker died: before an answer, or in the middle of one
                    _dismiss(worker)
                    if task is None:
                        raise BatchError("a worker process died while it was starting") from None
                    deaths[task] += 1
                    if deaths[task] < _LIVES:
                        waiting.append(task)
                    if waiting:
                        start()
                    if deaths[task] == _LIVES:
                        yield task, None
                    continue
                if isinstance(result, (OcrError, DocExtractError)):
                    _dismiss(worker)
                    raise result
                if waiting:
                    _give(worker, waiting.popleft())
                    workers[worker.connection] = worker
                else:
                    _dismiss(worker)
                if task is not None:
                    yield task, result
    finally:
        for worker in workers.values():
            worker.process.terminate()
            _dismiss(worker)


def _start(open_work: Callable[[], Callable[[T], R]], threads: int) -> _Worker[T]:
    # Spawned, not forked: a fork copies the locks of the parent's threads, and every open end of the other pipes.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, open_work, threads), daemon=True)
    process.start()
    theirs.close()  # so that only the worker holds it, and its death is the end of our side
    return _Worker(process, ours)


def _give(worker: _Worker[T], task: T) -> None:
    worker.task = task
    with suppress(ConnectionError):  # it died meanwhile, and its end of the pipe says so when it is asked for a result
        worker.connection.send(task)


def _dismiss(worker: _Worker[T]) -> None:
    worker.connection.close()
    worker.process.join()


def _serve(connection: Connection, open_work: Callable[[], Callable[[T], R]], threads: int) -> None:
    """What a worker does until nobody is left at the other end of its pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a shell's job; the parent decides
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    with suppress(EOFError, ConnectionError):
        try:
            work = open_work()
        except (OcrError, DocExtractError) as error:
            connection.send(error)
            return
        connection.send(None)
        while True:
            connection.send(work(connection.recv()))
