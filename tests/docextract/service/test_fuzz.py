"""Uploads that nobody means well with: an answer below 500 for each, and nothing of them in the log."""

from __future__ import annotations

import gzip
import io
import logging
import random
import struct
import zipfile
import zlib

import cv2
import httpx
import numpy as np
import PIL.Image
import pytest

from ocr.imaging import load_image

from .conftest import Serve

pytestmark = pytest.mark.anyio

SECRET = b"PLANTED-SECRET"
NAMES = (
    "../../etc/passwd",
    "a\0.png",
    "x" * 5000,
    "\r\nX-Injected: 1",
    "a.png\nERROR forged",
    '"; rm -rf /',
    "영수증.png",
    "",
)


@pytest.fixture(scope="module")
def small(sample: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A strip of the sample: real print, quickly read."""
    return load_image(sample)[30:130, 90:560]


def encode(small: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[bytes]:
    image = PIL.Image.fromarray(small)
    files = []
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"):
        stream = io.BytesIO()
        image.save(stream, kind)
        files.append(stream.getvalue())
    return files


def damage(data: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    kind = rng.randrange(4)
    if kind == 0:  # flipped bits, most of them where the headers are
        for _ in range(rng.randint(1, 20)):
            reach = len(damaged) if rng.random() < 0.3 else min(len(damaged), 200)
            damaged[rng.randrange(reach)] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del damaged[rng.randrange(len(damaged)) :]
    elif kind == 2:
        start = rng.randrange(len(damaged))
        damaged[start : start + rng.randint(1, 64)] = rng.randbytes(rng.randint(0, 64))
    else:
        damaged += SECRET + rng.randbytes(1000)
    return bytes(damaged)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bombs() -> list[bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(SECRET.decode(), b"\0" * 10_000_000)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0))
    pixels = zlib.compress(b"\0" * 1_000_000)
    text = chunk(b"zTXt", SECRET + b"\0\0" + zlib.compress(b"\0" * 200_000_000))
    magic = b"\x89PNG\r\n\x1a\n"
    return [
        archive.getvalue(),
        gzip.compress(SECRET + b"\0" * 10_000_000),
        magic + header + chunk(b"IDAT", pixels),  # announces 64 million pixels and has a third of a million
        magic + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + text + chunk(b"IDAT", pixels),
        b"%PDF-1.7\n" + SECRET,
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SECRET,
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        b"#!/bin/sh\n" + SECRET,
        b"",
        b"\0" * 1000,
    ]


async def post(client: httpx.AsyncClient, data: bytes, rng: random.Random) -> httpx.Response:
    path = rng.choice(("/v1/read", "/v1/extract?template=receipt", "/v1/extract"))
    if rng.random() < 0.5:
        kind = rng.choice(("image/jpeg", "application/json", "text/html", "multipart/mixed", SECRET.decode()))
        return await client.post(path, content=data, headers={"Content-Type": kind})
    return await client.post(path, files={"image": (rng.choice(NAMES), data, rng.choice(("image/png", "a/b")))})


async def test_damaged_uploads(
    serve: Serve, small: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rng = random.Random(7)
    files = encode(small)
    statuses = set()
    async with serve() as client:
        words = {word["text"] for word in await read_words(client, files[1])}
        for _ in range(60):
            answer = await post(client, damage(rng.choice(files), rng), rng)
            statuses.add(answer.status_code)
    assert {200, 415, 422} <= statuses <= {200, 413, 415, 422}
    log = caplog.text
    assert "POST /v1/read 200" in log
    assert "SECRET" not in log and "passwd" not in log and "forged" not in log
    assert words and not [word for word in words if len(word) > 4 and word in log]


async def read_words(client: httpx.AsyncClient, data: bytes) -> list[dict[str, str]]:
    page = (await client.post("/v1/read", content=data)).json()
    return [word for block in page["blocks"] for line in block["lines"] for word in line["words"]]


async def test_bombs_and_other_files(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(pixel_limit=10_000_000) as client:
        answers = [await client.post("/v1/read", files={"image": ("a.png", bomb)}) for bomb in bombs()]
    assert {answer.status_code for answer in answers} == {413, 415, 422}
    assert SECRET.decode() not in caplog.text + "".join(answer.text for answer in answers)


async def test_damaged_forms(serve: Serve, small: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    rng = random.Random(8)
    picture = cv2.imencode(".png", small)[1].tobytes()
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    statuses = set()
    async with serve() as client:
        for _ in range(40):
            body = bytearray(head + picture[:500] + b"\r\n--b--\r\n")
            for _ in range(rng.randint(1, 6)):
                body[rng.randrange(len(head) + 8)] ^= 1 << rng.randrange(8)
            headers = {"Content-Type": "multipart/form-data; boundary=b"}
            statuses.add((await client.post("/v1/read", content=bytes(body), headers=headers)).status_code)
    assert statuses <= {415, 422}
