"""Work spread over a cluster by Ray Data; extra `ray`. The machines share the folder of images and the templates."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from docextract.batch.extraction import Task
from docextract.batch.journal import Row
from docextract.errors import BatchError

_EXTRA = ("fsspec", "pandas", "pyarrow", "ray")
_MOST_BLOCKS = 10_000  # results come by blocks, so that these bound what a kill makes to be done again


def map_unordered(
    open_work: Callable[[], Callable[[Task], Row]], tasks: Sequence[Task], count: int
) -> Iterator[tuple[Task, Row | None]]:
    """Do tasks in actors of the cluster that `RAY_ADDRESS` names, or of one that is started on this machine.

    Args:
        open_work: Makes what does the tasks, once in every actor.
        tasks: What is to be done.
        count: Actors, each on a core of its own.

    Yields:
        A task and its row as soon as its block is done.

    Raises:
        BatchError: Ray, or what it does data with, is not installed, or an actor failed again and again.
    """
    if not tasks:
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a Ray that is started here would call its makers
    try:
        import ray
        import ray.data
        import ray.exceptions
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise BatchError(f"{error.name} is missing; a cluster needs: pip install 'docextract[ray]'") from None

    items = [{"index": k, "image": image, "path": os.fsencode(path)} for k, (image, path) in enumerate(tasks)]
    dataset = ray.data.from_items(items, override_num_blocks=min(len(tasks), _MOST_BLOCKS))
    dataset.context.enable_progress_bars = False  # they would be written over the caller's own
    actors = ray.data.ActorPoolStrategy(size=count)
    rows = dataset.map(_Actor, fn_constructor_args=(open_work,), compute=actors, num_cpus=1)
    try:
        for row in rows.iter_rows():
            yield tasks[row["index"]], json.loads(row["row"])
    except ray.exceptions.RayError as error:
        raise BatchError(f"the cluster gave up: {type(error).__name__}") from None


class _Actor:
    """What Ray makes once in every actor, and calls with every task."""

    def __init__(self, open_work: Callable[[], Callable[[Task], Row]]) -> None:
        self._work = open_work()

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        row = self._work((item["image"], Path(os.fsdecode(item["path"]))))
        return {"index": item["index"], "row": json.dumps(row)}
