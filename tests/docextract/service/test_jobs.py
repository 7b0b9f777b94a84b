from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from docextract.pipeline import Extractor
from docextract.service import Settings, create_app

from .conftest import Serve, WaitingReader

pytestmark = pytest.mark.anyio


async def finish(client: httpx.AsyncClient, job: str) -> str:
    while (status := (await client.get(job)).json()["status"]) in ("queued", "running"):
        await asyncio.sleep(0.01)
    return str(status)


async def test_a_result_is_given_out_once(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        started = await client.post("/v1/jobs?template=receipt", content=sample)
        job = started.headers["location"]
        assert (started.status_code, started.json()["id"]) == (202, job.rpartition("/")[2])
        assert await finish(client, job) == "done"
        first, second = await client.get(f"{job}/result"), await client.get(f"{job}/result")
        direct = await client.post("/v1/extract?template=receipt", content=sample)
        status = await client.get(job)
    assert first.json() == direct.json()
    assert (second.status_code, second.json()["code"]) == (404, "job_not_found")
    assert status.status_code == 404


async def test_a_failure_is_a_result_too(serve: Serve) -> None:
    async with serve() as client:
        job = (await client.post("/v1/jobs", content=b"GIF89a")).headers["location"]
        assert await finish(client, job) == "failed"
        answer = await client.get(f"{job}/result")
        assert (answer.status_code, answer.json()["code"]) == (422, "image_corrupt")
        assert (await client.get(job)).status_code == 404


async def test_a_job_tells_how_far_it_is(serve: Serve, sample: bytes, waiting_reader: WaitingReader) -> None:
    async with serve(waiting_reader, batch=1) as client:
        jobs = [(await client.post("/v1/jobs?template=receipt", content=sample)).headers["location"] for _ in range(2)]
        await asyncio.to_thread(waiting_reader.started.acquire)
        assert [(await client.get(job)).json()["status"] for job in jobs] == ["running", "queued"]
        early = await client.get(f"{jobs[1]}/result")
        assert (early.status_code, early.json()["code"]) == (409, "job_unfinished")
        waiting_reader.go.set()
        assert [await finish(client, job) for job in jobs] == ["done", "done"]


async def test_results_vanish_after_a_while(serve: Serve, sample: bytes) -> None:
    async with serve(job_ttl_s=0.05) as client:
        job = (await client.post("/v1/jobs", content=b"no image")).headers["location"]
        while (await client.get(job)).status_code == 200:
            await asyncio.sleep(0.01)
        assert "docextract_jobs 0.0" in (await client.get("/metrics")).text


async def test_jobs_are_bounded(serve: Serve) -> None:
    async with serve(jobs=1) as client:
        job = (await client.post("/v1/jobs", content=b"no image")).headers["location"]
        refused = await client.post("/v1/jobs", content=b"no image")
        assert (refused.status_code, refused.json()["code"]) == (503, "jobs_full")
        assert int(refused.headers["Retry-After"]) > 0
        await finish(client, job)
        await client.get(f"{job}/result")
        assert (await client.post("/v1/jobs", content=b"no image")).status_code == 202


async def test_jobs_whose_upload_is_on_its_way_are_counted(serve: Serve) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        begun.set()
        await go.wait()
        yield b"no image"

    async with serve(jobs=1) as client:
        first = asyncio.create_task(client.post("/v1/jobs", content=slow()))
        await begun.wait()
        refused = await client.post("/v1/jobs", content=b"no image")
        go.set()
        assert (await first).status_code == 202
        assert (refused.status_code, refused.json()["code"]) == (503, "jobs_full")
        assert "docextract_jobs 1.0" in (await client.get("/metrics")).text


async def test_a_job_is_found_where_the_service_is_mounted(reading_extractor: Extractor) -> None:
    outer = FastAPI()
    outer.mount("/documents", create_app(Settings(), reading_extractor))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(outer), base_url="http://service") as client:
        started = await client.post("/documents/v1/jobs", content=b"no image")
        assert await finish(client, started.headers["location"]) == "failed"


async def test_jobs_belong_to_a_key(serve: Serve, sample: bytes) -> None:
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in ("one", "two")]
    one, two = ({"Authorization": f"Bearer {key}"} for key in ("one", "two"))
    async with serve(api_keys=digests) as client:
        job = (await client.post("/v1/jobs", content=b"no image", headers=one)).headers["location"]
        assert (await client.get(job, headers=two)).status_code == 404
        assert (await client.get(f"{job}/result", headers=two)).status_code == 404
        assert (await client.get(job, headers=one)).status_code == 200
