"""Processes that do work, and what becomes of it when they die."""

from __future__ import annotations

import multiprocessing
import os
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from docextract.batch.workers import map_unordered
from docextract.errors import BatchError
from ocr.errors import WeightsError


@pytest.mark.parametrize("count", [1, 3])
def test_every_task_is_done_once(work: ModuleType, count: int) -> None:
    done = list(map_unordered(work.open_squares, range(20), count))
    assert sorted(done) == [(k, k * k) for k in range(20)]
    assert not multiprocessing.active_children()


def test_without_tasks_nothing_starts(work: ModuleType) -> None:
    assert list(map_unordered(work.open_nothing, [], 4)) == []


def test_a_task_that_kills_its_worker_loses_no_other(work: ModuleType, tmp_path: Path) -> None:
    done = dict(map_unordered(partial(work.open_killer, tmp_path), range(12), 2))
    assert done == {k: None if k == 7 else k * k for k in range(12)}


@pytest.mark.skipif(sys.platform == "win32", reason="messages there are sent whole")
def test_a_worker_that_dies_in_the_middle_of_its_answer_loses_no_other(work: ModuleType) -> None:
    done = dict(map_unordered(work.open_cut_off, range(12), 2))
    assert done == {k: None if k == 7 else k * k for k in range(12)}


def test_cores_are_shared_out(work: ModuleType) -> None:
    (found,) = {result for _, result in map_unordered(work.open_threads, range(2), 2)}
    assert found is not None and 1 <= int(found) <= max(1, (os.cpu_count() or 1) // 2)


@pytest.mark.parametrize(
    ("opening", "kind", "reason"),
    [("open_nothing", WeightsError, "weights are missing"), ("open_and_die", BatchError, "starting")],
)
def test_workers_that_cannot_start_stop_the_batch(
    work: ModuleType, opening: str, kind: type[Exception], reason: str
) -> None:
    with pytest.raises(kind, match=reason):
        list(map_unordered(getattr(work, opening), range(5), 2))
    assert not multiprocessing.active_children()


def test_giving_up_leaves_no_process_behind(work: ModuleType) -> None:
    results = map_unordered(work.open_squares, range(1000), 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()
