from __future__ import annotations

import io
import json
import math
import struct
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import PIL.Image
import pytest

from docextract.cli.hocr import hocr
from ocr.document import Block, Char, Line, Page, Quad, Word

XHTML = "{http://www.w3.org/1999/xhtml}"


def png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def test_text_in_reading_order(shell, receipt: Path) -> None:
    status, out, err = shell("read", receipt)
    assert (status, err) == (0, "")
    assert out.startswith("스타커피 강남점\n서울특별시 강남구 테헤란로 123\n\n2024-03-15 14:32\n")


def test_form_feeds_keep_pages_apart(shell, receipt: Path, broken: Path, blank: Path) -> None:
    status, out, _ = shell("read", receipt, broken, blank, receipt)
    assert status == 3
    pages = out.split("\f")
    assert pages[0] == pages[2] and pages[1] == "\n"


def test_json_is_the_page(shell, receipt: Path) -> None:
    _, out, _ = shell("read", receipt, "-f", "json")
    page = Page.from_dict(json.loads(out))
    assert page.words[0].chars[0].text == "스"


def test_json_lines_report_every_image(shell, receipt: Path, broken: Path) -> None:
    status, out, _ = shell("read", broken, receipt, "-f", "jsonl")
    bad, good = map(json.loads, out.splitlines())
    assert status == 3
    assert bad["error"]["code"] == "image_corrupt"
    assert Page.from_dict(good["page"]).lines


def test_hocr_is_well_formed_and_places_every_word(shell, receipt: Path, blank: Path) -> None:
    _, out, _ = shell("read", receipt, blank, "-f", "hocr")
    document = ElementTree.fromstring(out.removeprefix("<!DOCTYPE html>"))
    pages = [node for node in document.iter(f"{XHTML}div") if node.get("class") == "ocr_page"]
    assert [node.get("title") for node in pages] == [
        f'image "{receipt}"; bbox 0 0 480 260; ppageno 0',
        f'image "{blank}"; bbox 0 0 48 64; ppageno 1',
    ]
    words = {node.text: node.get("title") for node in pages[0].iter(f"{XHTML}span") if node.get("class") == "ocrx_word"}
    assert words["<ICE>"] == "bbox 106 150 161 170; x_wconf 97"
    assert words["&"]
    assert not list(pages[1].iter(f"{XHTML}span"))


def test_hocr_counts_angles_against_the_clock() -> None:
    upwards: Quad = ((10, 90), (10, 20), (30, 20), (30, 90))
    line = Line((Word("up", upwards, 1.0),), upwards, 1.0)
    assert line.angle == pytest.approx(-math.pi / 2)
    assert 'title="bbox 10 20 30 90; textangle 90.0"' in hocr([("a.png", Page(40, 100, (Block((line,), upwards),)))])


def test_hocr_names_the_script_of_what_cannot_be_read() -> None:
    quad: Quad = ((0, 0), (9, 0), (9, 9), (0, 9))
    word = Word("\ufffd", quad, 1.0, (Char("\ufffd", quad, 1.0, unreadable="cyrillic"),))
    document = hocr([("a.png", Page(40, 100, (Block((Line((word,), quad, 1.0),), quad),)))])
    assert '<span class="ocrx_word" lang="und-Cyrl" title="bbox 0 0 9 9; x_wconf 100">\ufffd</span>' in document


def test_hocr_of_a_hostile_name_stays_in_its_attribute() -> None:
    assert '"><script>' not in hocr([('"><script>.png', Page(1, 1))])


def test_hocr_of_a_name_with_control_characters_is_well_formed() -> None:
    document = hocr([("a\x0b\x1b[2J\ufffe.png", Page(1, 1))])
    ElementTree.fromstring(document.removeprefix("<!DOCTYPE html>"))
    assert "a\ufffd\ufffd[2J\ufffd.png" in document


def test_standard_input_is_an_image_too(shell, receipt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(receipt.read_bytes())))
    assert shell("read", "-")[1] == shell("read", receipt)[1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image_corrupt"),
        (b"Total 4.50\n", "image_format"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image_corrupt"),
        (png_header(60_000, 60_000), "image_too_large"),
        (png_header(0, 0), "image_corrupt"),
        (None, "image_unreadable"),
    ],
)
def test_bad_input_is_one_message_and_no_traceback(shell, tmp_path: Path, data: bytes | None, code: str) -> None:
    path = tmp_path / "receipt.jpg"
    if data is not None:
        path.write_bytes(data)
    status, out, err = shell("read", path, "-f", "jsonl")
    assert status == 3
    assert json.loads(out)["error"]["code"] == code
    assert err.count("\n") == 1
    assert err.startswith(f"docextract: {path}: ")


def test_closed_standard_input_is_told_and_loses_nothing(shell, receipt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)  # as Python has it after `<&-`
    status, out, err = shell("read", "-", receipt)
    assert (status, err) == (3, "docextract: -: standard input is closed\n")
    assert out == shell("read", receipt)[1]


def test_pages_of_a_pdf_are_images_of_their_own(shell, receipt: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    pages = [PIL.Image.open(receipt), PIL.Image.new("RGB", (40, 30), "white")]
    pages[0].convert("RGB").save(path, save_all=True, append_images=pages[1:])
    status, out, err = shell("read", path, "-f", "jsonl")
    first, second = map(json.loads, out.splitlines())
    assert (status, err) == (0, "")
    assert (first["image"], second["image"]) == (f"{path}#page=1", f"{path}#page=2")
    assert Page.from_dict(first["page"]).lines and not Page.from_dict(second["page"]).lines
    assert json.loads(shell("extract", path, "-t", "receipt")[1])["total"] == "4500"


def test_a_folder_is_no_image(shell, tmp_path: Path) -> None:
    status, out, err = shell("read", tmp_path)
    assert (status, out) == (3, "")
    assert err == f"docextract: {tmp_path}: Is a directory\n"
