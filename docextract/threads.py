"""What threads share: a lock while one of them loads weights for all, and the pool in which coroutines read."""

from __future__ import annotations

import os
from functools import cache
from threading import Lock, RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

LOADING = RLock()
"""Held while weights are loaded."""

_MOST = 4  # each spreads its page over all cores already, and takes memory for it
_STARTING = Lock()  # not that of the weights: the event loop waits for it


def reading_threads() -> ThreadPoolExecutor:
    """The threads of this process that read for coroutines."""
    with _STARTING:
        return _start()


@cache
def _start() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1), "docextract")


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_start.cache_clear)  # a child has none of its parent's threads
    # A fork waits for both: a child would have a lock without the thread that lets go of it, and half of torch.
    for lock in (LOADING, _STARTING):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
