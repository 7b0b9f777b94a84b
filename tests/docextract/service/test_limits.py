from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator

import numpy as np
import pytest

from ocr.document import Page

from .conftest import Serve, WaitingReader, run_out

pytestmark = pytest.mark.anyio


def announce(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize("form", [False, True])
async def test_a_body_is_read_up_to_the_limit(serve: Serve, form: bool) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        if form:
            yield b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        while True:
            sent += 1000
            yield b"\x89" * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=b"} if form else {}
    async with serve(body_limit_bytes=10_000) as client:
        answer = await client.post("/v1/read", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["limit_bytes"] == 10_000
    assert sent <= 11_000


@pytest.mark.parametrize("form", [False, True])
async def test_a_body_that_announces_too_much_is_not_asked_for(serve: Serve, form: bool) -> None:
    asked = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal asked
        asked = True
        yield b""

    headers = {"Content-Length": "10001"} | ({"Content-Type": "multipart/form-data; boundary=b"} if form else {})
    async with serve(body_limit_bytes=10_000) as client:
        answer = await client.post("/v1/read", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["code"], asked) == (413, "body_too_large", False)


async def test_pixels_are_counted_before_decoding(serve: Serve, sample: bytes) -> None:
    async with serve(pixel_limit=1000) as client:
        bomb = await client.post("/v1/read", content=announce(60_000, 60_000))
        answer = await client.post("/v1/read", content=sample)
    assert (bomb.status_code, bomb.json()["code"]) == (413, "image_too_large")
    assert (answer.status_code, answer.json()["limit_px"]) == (413, 1000)


@pytest.mark.parametrize(
    "files",
    [
        {"picture": ("a.jpg", b"x")},
        {"image": (None, b"x")},
        [("image", ("a.jpg", b"x")), ("image", ("b.jpg", b"x"))],
        {"image": ("a.jpg", b"x"), "other": (None, b"y")},
        {"image": ("a.jpg", b"x"), "other": ("b.jpg", b"y")},
        [("image", ("a.jpg", b"x")), ("template", (None, b"x")), ("template", ("b.yaml", b"x"))],
        {"image": ("a.jpg", b"x"), "template": ("t.yaml", b"\xff\xfe")},
        {"image": ("a.jpg", b"x"), "template": ("t.yaml", b" " * (2**18 + 1))},
    ],
)
async def test_forms_have_an_image(serve: Serve, files: object) -> None:
    async with serve() as client:
        answer = await client.post("/v1/read", files=files)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json().keys() == {"type", "title", "status", "code", "detail"}  # why is said once


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=b", "Multipart/Form-Data;boundary=x"]
)
async def test_broken_forms_are_told(serve: Serve, sample: bytes, kind: str) -> None:
    async with serve() as client:
        answer = await client.post("/v1/read", content=sample, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("charset", "template"),
    [("undefined", b"receipt"), ("unicode_escape", rb"\ud800"), ("nothing", b"receipt:")],
)
async def test_charsets_that_nobody_uses_break_no_more_than_the_form(
    serve: Serve, blank: bytes, charset: str, template: bytes
) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="template"\r\n\r\n' + template + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n' + blank + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}"}
    async with serve() as client:
        answer = await client.post("/v1/extract", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) in [(422, "invalid_request"), (422, "template_syntax")]


async def test_a_length_of_thousands_of_digits_is_too_large(serve: Serve, blank: bytes) -> None:
    async with serve() as client:
        answer = await client.post("/v1/read", content=blank, headers={"Content-Length": "9" * 5000})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_who_finds_no_place_is_told_when_to_come_back(
    serve: Serve, sample: bytes, waiting_reader: WaitingReader
) -> None:
    async with serve(waiting_reader, workers=1, queue=2) as client:
        taken = [asyncio.create_task(client.post("/v1/read", content=sample)) for _ in range(3)]
        while "docextract_queue_places_taken 3.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
        refused = await client.post("/v1/read", content=sample)
        assert (refused.status_code, refused.json()["code"]) == (503, "queue_full")
        assert int(refused.headers["retry-after"]) >= 1
        assert "docextract_queue_places_taken 3.0" in (await client.get("/metrics")).text
        waiting_reader.go.set()
        assert [answer.status_code for answer in await asyncio.gather(*taken)] == [200] * 3
        assert "docextract_queue_places_taken 0.0" in (await client.get("/metrics")).text


async def test_the_deadline_ends_the_waiting_but_work_keeps_its_place(
    serve: Serve, sample: bytes, waiting_reader: WaitingReader, clocks: list[asyncio.Timeout]
) -> None:
    async with serve(waiting_reader, workers=1, batch=1, queue=1) as client:
        asked = [asyncio.create_task(client.post("/v1/read", content=sample)) for _ in range(2)]
        await asyncio.to_thread(waiting_reader.started.acquire)
        while "docextract_queue_places_taken 2.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
        for clock in clocks:
            run_out(clock)
        answers = await asyncio.gather(*asked)
        assert [(a.status_code, a.json()["code"]) for a in answers] == [(503, "deadline_exceeded")] * 2
        assert all("retry-after" in answer.headers for answer in answers)
        # One of them runs and cannot be stopped; the other never begins.
        assert "docextract_queue_places_taken 1.0" in (await client.get("/metrics")).text
        waiting_reader.go.set()
    assert not waiting_reader.started.acquire(blocking=False)


async def test_the_deadline_holds_for_uploads(serve: Serve) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff"
        await asyncio.sleep(30)

    async with serve(deadline_s=0.1, queue=0) as client:
        answer = await client.post("/v1/read", content=slow())
        assert (answer.status_code, answer.json()["code"]) == (503, "deadline_exceeded")
        assert "docextract_queue_places_taken 0.0" in (await client.get("/metrics")).text


async def test_the_loop_stays_free_while_images_are_read(
    serve: Serve, sample: bytes, waiting_reader: WaitingReader
) -> None:
    async with serve(waiting_reader) as client:
        busy = asyncio.create_task(client.post("/v1/read", content=sample))
        await asyncio.to_thread(waiting_reader.started.acquire)
        assert (await client.get("/healthz")).status_code == 200
        assert not busy.done()
        waiting_reader.go.set()
        assert (await busy).status_code == 200


async def test_an_unexpected_error_says_nothing(serve: Serve, sample: bytes, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(WaitingReader):
        said = "TOTAL 12.80"

        def read(self, image: object) -> Page:
            if isinstance(image, np.ndarray) and image.shape != (64, 64, 3):
                raise RuntimeError(self.said)
            return super().read(image)

    async with serve(Broken()) as client:
        answer = await client.post("/v1/read", content=sample)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "RuntimeError" in caplog.text
    assert "TOTAL" not in answer.text + caplog.text
