"""A batch over a Ray of two workers on this machine, in a process of its own, since Ray stays where it was started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from docextract.batch import extract_batch, find_images, journal_of
from docextract.batch.cluster import map_unordered
from docextract.errors import BatchError

PROGRAM = """
import sys
from functools import partial
from pathlib import Path
import batch_work
import ray
from docextract.batch import cluster, extract_batch, find_images
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=80 * 2**20)
output = Path(sys.argv[2])
images = find_images(Path(sys.argv[1]), output)
done = []
summary = extract_batch(
    images, output, "receipt", workers=2, engine=cluster.map_unordered,
    open_work=partial(batch_work.open_held_digests, Path(sys.argv[3])), progress=done.append,
)
print(summary.images, summary.incomplete, summary.failed, max(done), min(done))
"""


needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: the extra `ray`")


def start(folder: Path, output: Path) -> subprocess.Popen[str]:
    """The batch over a cluster, in a process group of its own; what is called held waits for the file `let-go`."""
    program = output.with_name("program.py")
    program.write_text(PROGRAM)
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[3])])
    variables = os.environ | {"PYTHONPATH": path, "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, str(program), str(folder), str(output), str(output.with_name("let-go"))]
    return subprocess.Popen(command, env=variables, process_group=0, stdout=subprocess.PIPE, text=True)


def fill(folder: Path, count: int) -> Path:
    folder.mkdir()
    for k in range(count):
        (folder / f"{('good', 'bad', 'blank', '영수증')[k % 4]}-{k:03d}.jpg").write_bytes(bytes([k]))
    return folder


@needs_ray
def test_two_workers_of_a_cluster_do_a_batch(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "photos", 8), tmp_path / "rows.jsonl"
    said, _ = start(folder, output).communicate()
    assert said.split() == ["8", "2", "2", "8", "0"]
    names = [json.loads(line)["image"] for line in output.read_text(encoding="utf-8").splitlines()]
    assert names == sorted(names) and len(names) == 8


@needs_ray
def test_killed_part_way_on_a_cluster_it_ends_like_an_undisturbed_run(tmp_path: Path, work: ModuleType) -> None:
    folder, output, undisturbed = (
        fill(tmp_path / "photos", 200),
        tmp_path / "rows.jsonl",
        tmp_path / "undisturbed.jsonl",
    )
    (folder / "held-for-ever.jpg").write_bytes(b"held")  # so that the batch cannot end before it is killed
    extract_batch(find_images(folder, undisturbed), undisturbed, "receipt", workers=2, open_work=work.open_digests)
    journal = journal_of(output)
    process = start(folder, output)
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 20):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = journal.read_bytes().count(b"\n") - 1  # but the first line, which says whose rows they are
    assert 20 <= kept <= 200 and not output.exists()
    output.with_name("let-go").touch()
    said, _ = start(folder, output).communicate()
    assert said.split() == ["201", "50", "50", "201", str(kept)]
    assert output.read_bytes() == undisturbed.read_bytes()
    assert not journal.exists()


def test_without_tasks_no_cluster_is_needed() -> None:
    assert list(map_unordered(lambda: pytest.fail("nothing to do"), [], 2)) == []


def test_without_ray_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")  # to be put back as it was
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    with pytest.raises(BatchError, match=r"pip install 'docextract\[ray\]'"):
        next(map_unordered(lambda: pytest.fail("no cluster"), [("a.jpg", Path("a.jpg"))], 2))
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"  # nothing calls home


def test_a_ray_that_is_broken_is_not_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ray.py").write_text("import module_that_ray_lacks")
    monkeypatch.delitem(sys.modules, "ray", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with pytest.raises(ModuleNotFoundError, match="module_that_ray_lacks"):
        next(map_unordered(lambda: pytest.fail("no cluster"), [("a.jpg", Path("a.jpg"))], 2))
