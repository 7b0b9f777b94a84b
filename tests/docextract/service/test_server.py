"""The command as a process: it starts, is told to stop, and finishes what it took."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

pytest.importorskip("uvicorn")


@contextmanager
def running(log: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The service at a free port, and its address."""
    variables = os.environ | {"OMP_NUM_THREADS": "1"} | {f"DOCEXTRACT_{k.upper()}": v for k, v in environment.items()}
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "docextract", "serve", "--port", "0"]
        process = subprocess.Popen(command, env=variables, stderr=stream)
    try:
        while not (found := re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
        yield process, found[1]
    finally:
        process.kill()
        process.wait()


def test_it_finishes_what_it_took(sample: bytes, tmp_path: Path) -> None:
    log = tmp_path / "log"
    settings = {"drain_s": "600", "deadline_s": "600"}
    with running(log, **settings) as (process, address), httpx.Client(base_url=address, timeout=600) as client:
        direct: list[httpx.Response] = []
        url = f"{address}/v1/extract?template=receipt"
        go_on = Event()

        def halves() -> Iterator[bytes]:
            yield sample[:1000]
            go_on.wait()
            yield sample[1000:]

        caller = Thread(target=lambda: direct.append(httpx.post(url, content=halves(), timeout=600)), daemon=True)
        caller.start()
        while "docextract_queue_places_taken 1.0" not in client.get("/metrics").text:
            pass
        job = client.post("/v1/jobs?template=receipt", content=sample).headers["location"]
        process.send_signal(signal.SIGTERM)
        while client.get("/readyz").status_code == 200:
            pass
        refused = client.post("/v1/read", content=sample)
        assert (refused.status_code, refused.json()["code"]) == (503, "draining")
        go_on.set()
        while client.get(job).json()["status"] != "done":
            pass
        caller.join()
        assert direct[0].status_code == 200
        assert client.get(f"{job}/result").json() == direct[0].json()
        client.close()
        assert process.wait(60) == -signal.SIGTERM
    text = log.read_text()
    assert "POST /v1/extract 200" in text and "Application shutdown complete" in text
    total = direct[0].json()["record"]["total"]
    assert total and total not in text


def test_an_interrupt_ends_it(tmp_path: Path, interruptible: None) -> None:
    log = tmp_path / "log"
    with running(log) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert "Application shutdown complete" in log.read_text() and "Traceback" not in log.read_text()


def test_a_second_interrupt_ends_it_at_once(sample: bytes, tmp_path: Path, interruptible: None) -> None:
    log = tmp_path / "log"
    with running(log, drain_s="600") as (process, address):
        assert httpx.post(f"{address}/v1/jobs?template=receipt", content=sample, timeout=60).status_code == 202
        process.send_signal(signal.SIGINT)
        while httpx.get(f"{address}/readyz", timeout=60).status_code != 503:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert "Shutting down" in log.read_text() and "Traceback" not in log.read_text()


def serve(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, where it cannot start."""
    command = [sys.executable, "-m", "docextract", "serve", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_an_address_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "address already in use" in done.stderr and "Traceback" not in done.stderr


def test_weights_that_cannot_be_loaded_are_told(tmp_path: Path) -> None:
    for done in (serve("--weights", str(tmp_path)), serve(DOCEXTRACT_WEIGHTS=str(tmp_path))):
        assert done.returncode == 4
        assert done.stderr == "docextract: config.json or model.safetensors is missing from the weights' folder\n"


def test_settings_of_the_environment_are_checked() -> None:
    done = serve("--port", "70000", DOCEXTRACT_API_KEYS="my-secret-key")
    assert done.returncode == 2
    assert "port:" in done.stderr and "api_keys.0:" in done.stderr and "Traceback" not in done.stderr
    assert "my-secret-key" not in done.stderr


@pytest.mark.parametrize("name", ["fastapi", "pydantic_settings"])
def test_without_the_extra_it_says_what_to_install(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; from docextract.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"docextract: {name} is missing; the service needs: pip install 'docextract[service]'\n"


@pytest.mark.parametrize("name", ["docextract.service.queue", "cv2"])
def test_what_else_cannot_be_imported_is_not_said_to_be_of_the_extra(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; from docextract.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert name in done.stderr and "pip install" not in done.stderr
