"""The service in two replicas of a Ray on this machine, in a process of its own: Ray stays where it was started."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from docextract.service.cluster import Scale

from .conftest import SAMPLE, Serve

pytestmark = pytest.mark.anyio

PROGRAM = """
import itertools
import json
import sys
from pathlib import Path
import httpx
import ray
from ray import serve
from docextract.service.cluster import Scale, build
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=80 * 2**20)
serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[2])})
application = build(Scale(replicas=2))
options = application._bound_deployment.ray_actor_options  # which the dashboard shows
assert "env_vars" not in options.get("runtime_env", {})
serve.run(application, name="docextract")
answers = []
address, key = f"http://127.0.0.1:{sys.argv[2]}", {"Authorization": "Bearer key"}
with httpx.Client(base_url=address, headers=key, timeout=300) as client:
    counted = 'docextract_request_seconds_count{route="/version"}'
    for asked in itertools.count(1):
        client.get("/version").raise_for_status()
        lines = [line.split() for line in client.get("/metrics").text.splitlines()]
        if float(dict(line for line in lines if len(line) == 2).get(counted, 0)) < asked - 1:
            break  # others were answered by the other replica; the last may not be counted yet
    data = Path(sys.argv[1]).read_bytes()
    for path in ("/v1/extract?template=receipt", "/v1/extract?template=receipt", "/v1/read", "/v1/extract?template=no"):
        answer = client.post(path, content=data)
        answers.append((answer.status_code, answer.json()))
    answers.append((client.post("/v1/read", content=b"x" * 2_000_000).status_code, {}))
    answers.append((client.post("/v1/read", headers={"Authorization": "Bearer none"}).status_code, {}))
Path(sys.argv[3]).write_text(json.dumps(answers))
serve.shutdown()
"""


@pytest.fixture
def threads_of_a_replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As many threads here as Ray gives a replica: sums are split among threads, and rounded accordingly."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)  # Ray would leave it as it is
    threads = torch.get_num_threads()
    torch.set_num_threads(Scale().cores)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("threads_of_a_replica")
@pytest.mark.skipif(
    find_spec("ray") is None or find_spec("grpc_reflection") is None, reason="Ray is not installed: the extra `ray`"
)
async def test_two_replicas_answer_as_the_service_does(serve: Serve, sample: bytes, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output = tmp_path / "answers.json"
    command = [sys.executable, str(tmp_path / "program.py"), str(SAMPLE), str(port), str(output)]
    variables = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "RAY_USAGE_STATS_ENABLED": "0"}
    variables |= {"DOCEXTRACT_BODY_LIMIT_BYTES": "1000000", "DOCEXTRACT_DEADLINE_S": "200"}
    variables["DOCEXTRACT_API_KEYS"] = hashlib.sha256(b"key").hexdigest()
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second, page, missing, large, stranger = json.loads(output.read_text())
    async with serve() as client:
        expected = (await client.post("/v1/extract?template=receipt", content=sample)).json()
        assert first == second == [200, expected]
        assert page == [200, (await client.post("/v1/read", content=sample)).json()]
    assert (missing[0], missing[1]["code"], large[0]) == (404, "template_not_found", 413)
    assert stranger[0] == 401
