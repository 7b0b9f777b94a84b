"""Jobs whose results wait to be fetched: once, and not for ever."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from docextract.service.errors import JobNotFoundError, JobUnfinishedError

T = TypeVar("T")

Status = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Job(Generic[T]):
    """Work under a name that nobody guesses.

    Attributes:
        future: The work.
        owner: Who may ask for it.
        id: Its name.
    """

    future: Future[T]
    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    @property
    def status(self) -> Status:
        """How far the work is."""
        if not self.future.done():
            return "running" if self.future.running() else "queued"
        return "failed" if self.future.exception() else "done"


class JobStore(Generic[T]):
    """Jobs in the memory of this process, used from its event loop only.

    Args:
        ttl_s: Time that a result is kept, in seconds.
    """

    def __init__(self, ttl_s: float) -> None:
        self._ttl_s = ttl_s
        self._jobs: dict[str, Job[T]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, future: Future[T], owner: str) -> Job[T]:
        """Keep a job from now on."""
        job = Job(future, owner)
        self._jobs[job.id] = job
        loop = asyncio.get_running_loop()

        def let_expire(done: asyncio.Future[T]) -> None:
            done.exception()  # seen, or asyncio logs it
            loop.call_later(self._ttl_s, self._jobs.pop, job.id, None)

        asyncio.wrap_future(future).add_done_callback(let_expire)
        return job

    def find(self, job_id: str, owner: str) -> Job[T]:
        """Look up a job of an owner.

        Raises:
            JobNotFoundError: There is none, or it is somebody else's.
        """
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise JobNotFoundError
        return job

    def pop_result(self, job_id: str, owner: str) -> T:
        """Return the result of a finished job and forget the job.

        Raises:
            JobNotFoundError: There is no such job.
            JobUnfinishedError: It is not finished.
            Exception: What the work raised.
        """
        job = self.find(job_id, owner)
        if not job.future.done():
            raise JobUnfinishedError
        del self._jobs[job_id]
        return job.future.result()
