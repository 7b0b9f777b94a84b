"""Five hundred uploads that nobody means well with, the same ones every time."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
import PIL.Image
import PIL.PngImagePlugin

from ocr.imaging import Image, load_image

from ...ocr.test_pdf import build_pdf, red_square

SECRET = b"PLANTED-SECRET"
PATHS = ("/v1/read", "/v1/extract?template=receipt", "/v1/extract", "/v1/preview", "/v1/jobs?template=receipt")
NAMES = (
    "../../etc/passwd",
    "a\0.png",
    "x" * 5000,
    "\r\nX-Injected: 1",
    "a.png\nERROR forged",
    '"; rm -rf /',
    "영수증.png",
    "\u202egnp.exe",
    "CON",
    "%n%s%x",
    "{0.__class__}",
    SECRET.decode(),
    "",
)
CONTENT_TYPES = (
    "image/jpeg",
    "application/pdf",
    "application/json",
    "text/html",
    "multipart/mixed",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    f"multipart/form-data; boundary={'b' * 5000}",
    "multipart/form-data; boundary=a\tb",
    "application/x-www-form-urlencoded",
    SECRET.decode(),
    "",
)

Request = dict[str, Any]
"""What httpx needs to send an upload: a path and a body."""


def wrap(data: bytes, rng: Random) -> Request:
    """Some bytes as a body, or as a part of a form under a name that is none."""
    path = rng.choice(PATHS)
    if rng.random() < 0.5:
        return {"url": path, "content": data, "headers": {"Content-Type": rng.choice(CONTENT_TYPES[:5])}}
    return {"url": path, "files": {"image": (rng.choice(NAMES), data, rng.choice(("image/png", "a/b")))}}


def damage(data: bytes, rng: Random) -> bytes:
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


def save(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def print_strip(sample: Path) -> Image:
    """A strip of a sample: real print, quickly read."""
    return np.ascontiguousarray(load_image(sample)[34:94, 100:560])


def plain_images(strip: Image) -> list[bytes]:
    """The strip in every format."""
    image = PIL.Image.fromarray(strip)
    return [save(image, kind) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")]


def odd_images(strip: Image) -> list[bytes]:
    """Images that are whole, but not of the kind that comes every day."""
    image = PIL.Image.fromarray(strip[::2, :220:2])
    grey, clear = image.convert("L"), image.convert("RGBA")
    clear.putalpha(0)
    deep = np.asarray(grey).astype(np.uint16) * 257
    frames = [image.point(lambda value, k=k: value ^ k) for k in (0, 64, 128)]
    animated = {"save_all": True, "append_images": frames[1:]}
    text = PIL.PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode(), zip=True)
    white = PIL.Image.new("L", (1, 1), 255)
    return [
        save(image.convert("CMYK"), "JPEG"),
        save(image.convert("CMYK"), "TIFF"),
        save(image.convert("YCbCr"), "TIFF"),
        save(image.convert("LAB"), "TIFF"),
        save(grey, "JPEG", progressive=True),
        save(image, "JPEG", quality=1, subsampling=2),
        save(image, "JPEG", icc_profile=SECRET * 9000, comment=SECRET),
        save(PIL.Image.fromarray(deep), "PNG"),
        save(PIL.Image.fromarray(deep), "TIFF"),
        cv2.imencode(".png", np.dstack([deep] * 3))[1].tobytes(),
        save(PIL.Image.fromarray(np.asarray(grey).astype(np.float32) / 255), "TIFF"),
        save(image.convert("1"), "PNG"),
        save(image.convert("1"), "TIFF", compression="group4"),
        save(image.convert("1"), "BMP"),
        save(image.convert("P"), "PNG", transparency=0),
        save(grey.convert("LA"), "PNG"),
        save(clear, "PNG", pnginfo=text),
        save(clear, "WEBP", lossless=True),
        save(frames[0], "GIF", **animated),
        save(frames[0], "WEBP", **animated),
        save(frames[0], "PNG", **animated),
        save(frames[0], "TIFF", **animated),
        *(save(white.resize(size), "PNG") for size in ((1, 1), (1, 3000), (3000, 1))),
        *(save(image, "JPEG", exif=exif(value)) for value in (3, 5, 6, 8, 0, 9, 65_535)),
        save(image, "JPEG", exif=exif(6)[:-9]),
        save(image, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + SECRET),
        save(image, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + SECRET * 4000),
    ]


def exif(orientation: int) -> bytes:
    tags = PIL.Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = SECRET.decode()  # description
    return tags.tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks)


def bombs() -> list[bytes]:
    """Files that announce or unpack to much more than they are, and files of other kinds."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(SECRET.decode(), b"\0" * 10_000_000)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
    flat = save(PIL.Image.new("1", (9000, 9000)), "TIFF", compression="group4")
    return [
        archive.getvalue(),
        gzip.compress(SECRET + b"\0" * 10_000_000),
        flat,
        png(8000, 8000, pixels),  # announces 64 million pixels and has a third of a million
        png(2**31 - 1, 2**31 - 1),
        png(0, 0, pixels),
        png(8, 8, chunk(b"zTXt", SECRET + b"\0\0" + zlib.compress(b"\0" * 200_000_000)), pixels),
        png(8, 8, *[chunk(b"tEXt", SECRET + b"\0" + b"x" * 100)] * 5000, pixels),
        b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08" + SECRET,
        b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" + SECRET,
        b"RIFF\x10\0\0\0WEBPVP8L\xff\xff\xff\xff/\xff\xff\xff\xff" + SECRET,
        b"BM" + b"\xff" * 12 + b"\x28\0\0\0" + struct.pack("<ii", 2**31 - 1, -(2**31)) + b"\1\0\x20\0" + SECRET,
        b"II*\0\x08\0\0\0\xff\xff" + SECRET * 100,
        b"II*\0\x08\0\0\0\1\0\0\1\4\0\xff\xff\xff\xff\x08\0\0\0\x08\0\0\0",  # a directory that points at itself
        b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\xff\xd8" * 5000,
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + SECRET,
        b"%!PS-Adobe-3.0\n(" + SECRET + b") show",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SECRET,
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        b"#!/bin/sh\n" + SECRET,
        b"\x7fELF" + SECRET,
        b"",
        b"\0" * 1000,
        b"\xff" * 1000,
        SECRET.decode().encode("utf-16"),
    ]


def documents() -> list[bytes]:
    """PDF files, some of which could be drawn."""
    plain = build_pdf(red_square(9, 9), red_square(3, 3), size=(60, 40))
    encrypted = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >> /ID [<00> <00>] /Root" % (
        b"41" * 32,
        b"42" * 32,
    )
    inflated = zlib.compress(b"0 0 m " * 2_000_000)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(inflated), inflated)
    nested = zlib.compress(zlib.compress(b"\0" * 10_000_000))
    return [
        plain,
        b"\n" * 900 + plain,
        plain.replace(b"/Root", encrypted),
        plain.replace(b"/Root", b"/Prev 0 /XRefStm 99999999 /Root") + b"startxref\n99999999\n%%EOF",
        plain + b"xref\n0 1\n0000000000 65535 f\ntrailer << /Size 1 /Prev 9 >>\nstartxref\n9\n%%EOF",
        plain.replace(b"/Kids [3 0 R 5 0 R]", b"/Kids [2 0 R 2 0 R]"),  # a tree that is its own branch
        plain.replace(b"/Count 2", b"/Count 2147483647"),
        plain.replace(b"/Count 2", b"/Count -1"),
        build_pdf(*[""] * 30, size=(60, 40)),
        build_pdf("", size=(0, 0)),
        build_pdf("", size=(1e9, 1e-3)),
        build_pdf("", size=(14_400, 14_400)),
        plain.replace(b"[0 0 60 40]", b"[60 40 0 0]"),
        plain.replace(b"[0 0 60 40]", b"[nan 0 1e99 (a)]"),
        plain.replace(b"<< /Length 21 >>\nstream", b"<< /Length 99999999 >>\nstream"),
        plain.replace(b"/Contents 4 0 R", b"/Contents 3 0 R"),
        build_pdf("q " * 100_000, size=(60, 40)),
        build_pdf("[" * 50_000, size=(60, 40)),
        plain.replace(b"4 0 obj ", b"4 0 obj " + stream + b" endobj\n44 0 obj "),
        plain.replace(b"4 0 obj ", b"4 0 obj << /Length 9 /Filter [/FlateDecode /FlateDecode] >>\nstream\n" + nested),
        plain.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert('x')) >>"),
        plain.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch /F (/bin/sh) >>"),
        b"%PDF-1.7\n" + SECRET,
        b"%PDF-",
        b"%PDF-1.4\n" + b"1 0 obj << /A " * 20_000,
    ]


def hostile_headers(image: bytes, k: int, rng: Random) -> Request:
    """A whole image under a name, a type or beside headers that are none."""
    if k % 2:
        name = NAMES[k // 2 % len(NAMES)]
        part = (name, image, rng.choice(("image/png", "", SECRET.decode(), "x" * 5000)))
        return {"url": "/v1/preview", "files": {"image": part}}
    headers = {
        "Content-Type": CONTENT_TYPES[k // 2 % len(CONTENT_TYPES)],
        "X-Long": "x" * rng.choice((10, 100_000)),
        "Content-Length": rng.choice((str(len(image)), "0", "-1", "9" * 30, "many")),
        "Authorization": rng.choice(("Bearer", "Bearer ", "Basic " + "A" * 9999, SECRET.decode(), "Bearer \xff")),
        "Accept": rng.choice(("*/*", "text/html", "")),
        "Content-Encoding": rng.choice(("gzip", "br", "identity")),
    }
    return {
        "url": rng.choice(PATHS),
        "content": image,
        "headers": {name: v.encode("latin-1") for name, v in headers.items()},
    }


def hostile_form(image: bytes, rng: Random) -> Request:
    """A form that is damaged, but for its image."""
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    extra = rng.choice(
        (
            b"",
            head + b"\r\n",
            b'--b\r\nContent-Disposition: form-data; name="template"\r\n\r\n' + rng.choice(TEMPLATES) + b"\r\n",
            b"--b\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n\r\n",
            b"--b\r\nContent-Disposition: form-data; name*=utf-8''%ff%fe\r\n\r\n\r\n",
        )
    )
    body = bytearray(
        extra + head + image[:500] + rng.choice((b"\r\n--b--\r\n", b"\r\n--b", b"", b"\r\n--b--\r\n" + SECRET))
    )
    for _ in range(rng.randint(0, 6)):
        body[rng.randrange(len(extra + head) + 8)] ^= 1 << rng.randrange(8)
    boundary = rng.choice((b"b", b"b", b"b", b'"b"', b"c", b"\xe2\x82\xac", b"b; boundary=c"))
    kind = b"multipart/form-data; boundary=" + boundary
    return {"url": rng.choice(PATHS), "content": bytes(body), "headers": {"Content-Type": kind}}


TEMPLATES = (
    b"",
    b"\0\xff\xfe",
    b"a: &a [*a, *a]",
    b"x: &x [1]\ny: &y [*x, *x, *x, *x]\nz: [*y, *y, *y, *y]",
    b"!!python/object/apply:os.system ['id']",
    b"version: 1\nextends: ../../../etc/passwd.yaml",
    b"version: 1\nfields: {a: {type: text, locate: [{find: pattern, pattern: '(a+)+$'}]}}",
    b"[" * 5000,
    b"version: 1\nfields: {" + b"a: {type: text}, " * 500 + b"}",
    b"x" * 300_000,
)


def all_requests(sample: Path) -> dict[str, list[Request]]:
    """Every upload, by kind."""
    rng, strip = Random(7), print_strip(sample)
    plain, odd, pdf, files = plain_images(strip), odd_images(strip), documents(), bombs()
    image = save(PIL.Image.new("L", (40, 20), 255), "PNG")
    makers: dict[str, tuple[int, Callable[[int], Request]]] = {
        "damaged images": (150, lambda k: wrap(damage((plain + odd)[k % len(plain + odd)], rng), rng)),
        "odd images": (len(odd), lambda k: {"url": "/v1/read", "content": odd[k]}),
        "documents": (len(pdf), lambda k: wrap(pdf[k], rng)),
        "damaged documents": (75, lambda k: wrap(damage(pdf[k % 3], rng), rng)),
        "bombs and other files": (len(files), lambda k: wrap(files[k], rng)),
        "names and headers": (90, lambda k: hostile_headers(image, k, rng)),
        "forms": (100, lambda k: hostile_form(image, rng)),
    }
    return {kind: [make(k) for k in range(number)] for kind, (number, make) in makers.items()}
