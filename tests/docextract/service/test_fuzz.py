"""Uploads that nobody means well with: an answer below 500 for each, soon, and nothing of them in the log."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

import httpx
import pytest

pytest.importorskip("pypdfium2")

from .conftest import SAMPLE, Serve
from .hostile_uploads import SECRET, Request, all_requests, plain_images, print_strip
from .test_jobs import finish

pytestmark = pytest.mark.anyio

REQUESTS = all_requests(SAMPLE)
REFUSALS = {404, 413, 415, 422}


def test_there_are_five_hundred() -> None:
    assert sum(map(len, REQUESTS.values())) >= 500


async def send(client: httpx.AsyncClient, request: Request) -> httpx.Response:
    """Send an upload; for a job, the answer is its result."""
    async with asyncio.timeout(60):
        answer = await client.post(**request)
        if answer.status_code != 202:
            return answer
        job = answer.headers["location"]
        await finish(client, job)
        return await client.get(f"{job}/result")


async def read_words(client: httpx.AsyncClient, data: bytes) -> list[str]:
    page = (await client.post("/v1/read", content=data)).json()
    return [word["text"] for block in page["blocks"] for line in block["lines"] for word in line["words"]]


@pytest.mark.parametrize("kind", REQUESTS)
async def test_hostile_uploads(serve: Serve, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    good = plain_images(print_strip(SAMPLE))[1]
    statuses = Counter[int]()
    async with serve(pixel_limit=100_000, deadline_s=60) as client:
        words = await read_words(client, good)
        for number, request in enumerate(REQUESTS[kind]):
            answer = await send(client, request)
            statuses[answer.status_code] += 1
            assert answer.status_code in REFUSALS | {200}, (kind, number)
            assert SECRET.decode() not in answer.text, (kind, number)
        assert await read_words(client, good) == words
        assert "docextract_queue_places_taken 0.0" in (await client.get("/metrics")).text
    log = caplog.text
    printed = [word for word in words if len(word) > 3]  # shorter ones may be in the number of a job
    assert printed
    assert "POST /v1/read 200" in log
    for part in ("SECRET", "passwd", "forged", "Traceback", "rm -rf", *printed):
        assert part not in log
    if kind == "odd images":
        assert set(statuses) == {200}
    elif kind in ("damaged images", "damaged documents", "names and headers", "forms"):
        assert statuses[200] and statuses.keys() & REFUSALS  # neither all of them harmless nor all of them hopeless
