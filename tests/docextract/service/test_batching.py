"""Requests that wait are read together, and each is answered for itself."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Iterator

import httpx
import numpy as np
import PIL.Image
import pytest
from starlette.types import Message

from docextract.pipeline import Extractor
from docextract.service import Settings, create_app
from ocr.document import Page

from .conftest import SAMPLE, Serve, WaitingReader

pytestmark = pytest.mark.anyio


def png(width: int) -> bytes:
    """A blank image of that width."""
    stream = io.BytesIO()
    PIL.Image.new("RGB", (width, 50), "white").save(stream, "PNG")
    return stream.getvalue()


class TogetherReader(WaitingReader):
    """Keeps the widths of what it is asked to read together."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[int]] = []

    def read_many(self, images: Iterable[np.ndarray]) -> Iterator[Page]:
        together = list(images)
        if together:
            self.batches.append([image.shape[1] for image in together])
        return map(self.read, together)


async def ask_behind(
    client: httpx.AsyncClient, reader: TogetherReader, first: bytes, bodies: list[bytes]
) -> list[httpx.Response]:
    """Answers to bodies that wait in this order while a first one is read."""
    asked = [asyncio.create_task(client.post("/v1/read", content=first))]
    await asyncio.to_thread(reader.started.acquire)
    for body in bodies:
        asked.append(asyncio.create_task(client.post("/v1/read", content=body)))
        while f"docextract_queue_places_taken {len(asked)}.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
    reader.go.set()
    return list(await asyncio.gather(*asked))


@pytest.mark.parametrize(
    ("settings", "batches"),
    [
        ({"batch": 1}, [[100], [101], [102], [103]]),
        ({"batch": 2}, [[100], [101, 102], [103]]),
        ({"batch": 9}, [[100], [101, 102, 103]]),
    ],
)
async def test_what_waits_is_read_together(serve: Serve, settings: dict[str, int], batches: list[list[int]]) -> None:
    reader = TogetherReader()
    async with serve(reader, workers=1, **settings) as client:
        answers = await ask_behind(client, reader, png(100), [png(101), png(102), png(103)])
        assert "docextract_queue_pages 0.0" in (await client.get("/metrics")).text
    assert [answer.json()["width"] for answer in answers] == [100, 101, 102, 103]
    assert reader.batches == batches


async def test_workers_share_what_waits(serve: Serve) -> None:
    reader = TogetherReader()
    async with serve(reader, workers=2, batch=9) as client:
        asked = [asyncio.create_task(client.post("/v1/read", content=png(width))) for width in (100, 101)]
        for _ in asked:
            await asyncio.to_thread(reader.started.acquire)  # neither thread waits for the other
        reader.go.set()
        await asyncio.gather(*asked)
    assert sorted(reader.batches) == [[100], [101]]


async def test_a_broken_image_is_told_to_its_sender_alone(serve: Serve) -> None:
    reader = TogetherReader()
    async with serve(reader, workers=1, batch=3) as client:
        answers = await ask_behind(client, reader, png(100), [png(101), b"GIF89a", png(102)])
    assert [answer.status_code for answer in answers] == [200, 200, 422, 200]
    assert reader.batches == [[100], [101, 102]]


async def test_an_error_of_the_reader_ends_what_was_read_with_it_and_nothing_else(serve: Serve) -> None:
    class Broken(TogetherReader):
        def read(self, image: object) -> Page:
            page = super().read(image)
            if page.width == 102:
                raise RuntimeError
            return page

    reader = Broken()
    async with serve(reader, workers=1, batch=3) as client:
        bodies = [png(width) for width in (101, 102, 103, 104)]
        answers = await ask_behind(client, reader, png(100), bodies)
        assert "docextract_queue_places_taken 0.0" in (await client.get("/metrics")).text
    assert [answer.status_code for answer in answers] == [200, 200, 500, 500, 200]


async def test_who_ran_out_of_time_is_not_read(serve: Serve) -> None:
    reader = TogetherReader()
    async with serve(reader, workers=1, batch=3, deadline_s=0.5) as client:
        await client.post("/v1/jobs?template=receipt", content=png(100))  # which nobody waits for
        await asyncio.to_thread(reader.started.acquire)
        late = [asyncio.create_task(client.post("/v1/read", content=png(101 + k))) for k in range(3)]
        assert [answer.status_code for answer in await asyncio.gather(*late)] == [503] * 3
        reader.go.set()
        while "docextract_queue_places_taken 0.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
    assert reader.batches == [[100]]


async def test_who_hung_up_is_not_read() -> None:
    reader = TogetherReader()
    app = create_app(Settings(workers=1, batch=1, deadline_s=600.0), Extractor(reader))
    metrics = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")

    async def post(body: bytes, hangs_up: asyncio.Event) -> list[Message]:
        scope = {"type": "http", "method": "POST", "path": "/v1/read", "query_string": b"", "headers": []}
        coming, sent = [{"type": "http.request", "body": body, "more_body": False}], list[Message]()

        async def receive() -> Message:
            if coming:
                return coming.pop()
            await hangs_up.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent

    async with app.router.lifespan_context(app), metrics:
        never, now = asyncio.Event(), asyncio.Event()
        patient = asyncio.create_task(post(png(100), never))
        await asyncio.to_thread(reader.started.acquire)
        impatient = asyncio.create_task(post(png(101), now))
        while "docextract_queue_places_taken 2.0" not in (await metrics.get("/metrics")).text:
            await asyncio.sleep(0.01)
        now.set()
        assert await impatient == []
        assert "docextract_queue_places_taken 1.0" in (await metrics.get("/metrics")).text
        assert 'status="499"' in (await metrics.get("/metrics")).text
        reader.go.set()
        assert (await patient)[0]["status"] == 200
    assert reader.batches == [[100]]


async def test_together_as_alone(serve: Serve, reading_extractor: Extractor) -> None:
    sample = PIL.Image.open(SAMPLE).convert("RGB")
    bodies = []
    for picture in (sample, sample.rotate(180), sample.crop((0, 0, 900, 330)), PIL.Image.new("RGB", (900, 900))):
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        bodies.append(stream.getvalue())
    async with serve(workers=1, batch=4, deadline_s=600) as client:
        answers = await asyncio.gather(*[client.post("/v1/read", content=body) for body in bodies])
    for answer, body in zip(answers, bodies, strict=True):
        page, alone = Page.from_dict(answer.json()), reading_extractor.read(body)
        assert page.text == alone.text
        assert [line.quad for line in page.lines] == [
            pytest.approx(np.array(line.quad), abs=0.1) for line in alone.lines
        ]
