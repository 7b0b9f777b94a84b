"""A batch over a Ray of two workers on this machine, in a process of its own, since Ray stays where it was started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from docextract.batch.cluster import map_unordered
from docextract.errors import BatchError

PROGRAM = """
import sys
from pathlib import Path
import batch_work
import ray
from docextract.batch import cluster, extract_batch, find_images
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=80 * 2**20)
output = Path(sys.argv[2])
images = find_images(Path(sys.argv[1]), output)
done = []
summary = extract_batch(
    images, output, "receipt", workers=2, engine=cluster.map_unordered, open_work=batch_work.open_digests,
    progress=done.append,
)
print(summary.images, summary.incomplete, summary.failed, max(done), min(done))
"""


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: the extra `ray`")
def test_two_workers_of_a_cluster_do_a_batch(tmp_path: Path) -> None:
    folder, output = tmp_path / "photos", tmp_path / "rows.jsonl"
    folder.mkdir()
    for k in range(8):
        (folder / f"{('good', 'bad', 'blank', '영수증')[k % 4]}-{k}.jpg").write_bytes(bytes([k]))
    (tmp_path / "program.py").write_text(PROGRAM)
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[3])])
    command = [sys.executable, str(tmp_path / "program.py"), str(folder), str(output)]
    variables = os.environ | {"PYTHONPATH": path, "RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["8", "2", "2", "8", "0"]
    names = [json.loads(line)["image"] for line in output.read_text(encoding="utf-8").splitlines()]
    assert names == sorted(names) and len(names) == 8


def test_without_tasks_no_cluster_is_needed() -> None:
    assert list(map_unordered(lambda: pytest.fail("nothing to do"), [], 2)) == []


def test_without_ray_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")  # to be put back as it was
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    with pytest.raises(BatchError, match=r"pip install 'docextract\[ray\]'"):
        next(map_unordered(lambda: pytest.fail("no cluster"), [("a.jpg", Path("a.jpg"))], 2))
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"  # nothing calls home
