"""Documents of several pages: one record, a page at a time, within the same limits."""

from __future__ import annotations

import asyncio
import io
import logging
from itertools import cycle

import cv2
import numpy as np
import PIL.Image
import pytest

pytest.importorskip("pypdfium2")

from docextract.pipeline import Extractor
from docextract.records import Receipt
from docextract.service.schemas import examples
from docextract.typesetting import set_page
from ocr.document import Page
from ocr.imaging import load_image, load_pages
from ocr.pdf import DPI

from .conftest import SAMPLE, Serve, WaitingReader, run_out
from .test_jobs import finish

pytestmark = pytest.mark.anyio


def bind(*pictures: PIL.Image.Image) -> bytes:
    """Pictures as the pages of a PDF."""
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:], resolution=DPI)
    return stream.getvalue()


def bind_blank(*widths: int) -> bytes:
    """Blank pages of these widths in pixels."""
    return bind(*(PIL.Image.new("RGB", (width, 100), "white") for width in widths))


@pytest.fixture(scope="module")
def document() -> bytes:
    """The sample on two pages, cut above the first item."""
    picture = PIL.Image.open(SAMPLE).convert("RGB")
    width, height = picture.size
    return bind(picture.crop((0, 0, width, 330)), picture.crop((0, 330, width, height)))


async def test_the_pages_of_a_document_are_one_record(
    serve: Serve, document: bytes, reading_extractor: Extractor
) -> None:
    async with serve(deadline_s=600) as client:
        raw = await client.post("/v1/extract?template=receipt", content=document)
    assert raw.status_code == 200
    expected = reading_extractor.extract(document, template="receipt")
    assert Receipt.model_validate(raw.json()["record"]) == expected
    assert expected.total is not None and {evidence.page for evidence in expected.evidence.values()} == {0, 1}
    sizes = [(page["width"], page["height"]) for page in raw.json()["pages"]]
    assert sizes == [image.shape[1::-1] for image in load_pages(document)]
    assert raw.json().keys() == {"record", "pages"}
    assert examples()["extract"]["document"].keys() == raw.json().keys()
    assert len(examples()["extract"]["document"]["pages"]) == 2


async def test_the_pages_of_a_document_are_read(serve: Serve, document: bytes, reading_extractor: Extractor) -> None:
    async with serve(deadline_s=600) as client:
        answer = await client.post("/v1/read", content=document)
    assert answer.json() == {"pages": [page.export() for page in reading_extractor.read_pages(document)]}
    assert all(Page.from_dict(page).words for page in examples()["read"]["document"]["pages"])


class TwoPages(WaitingReader):
    """Reads the upper and the lower half of a card in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.go.set()
        self._halves = cycle(("HARVEST BANK\nPREMIUM", "4111 1111 1111 1111\nVALID THRU 08/27"))

    def read(self, image: object) -> Page:
        page = super().read(image)
        return page if page.width == 64 else set_page(next(self._halves))


async def test_jobs_and_templates_of_ones_own_take_documents(serve: Serve) -> None:
    form = {"image": ("scan.pdf", bind_blank(100, 100))}
    async with serve(TwoPages()) as client:
        named = await client.post("/v1/extract?template=payment_card", files=form)
        template = (await client.get("/v1/templates/payment_card")).text
        own = await client.post("/v1/extract", files=form, data={"template": template})
        job = (await client.post("/v1/jobs?template=payment_card", files=form)).headers["location"]
        assert await finish(client, job) == "done"
        result = await client.get(f"{job}/result")
    assert named.json() == result.json()
    assert own.json() == named.json() | {"record": named.json()["record"] | {"template": "template"}}
    assert named.json()["record"]["evidence"]["number"]["page"] == 1


async def test_a_document_of_one_page_is_an_image(serve: Serve, waiting_reader: WaitingReader) -> None:
    waiting_reader.go.set()
    async with serve(waiting_reader) as client:
        extracted = (await client.post("/v1/extract?template=receipt", content=bind_blank(200))).json()
        page = (await client.post("/v1/read", content=bind_blank(200))).json()
    assert extracted.keys() == {"record", "capture", "width", "height"}
    assert Page.from_dict(page).width == extracted["width"]


@pytest.mark.parametrize("path", ["/v1/extract?template=receipt", "/v1/read", "/v1/preview"])
async def test_pages_are_counted_before_the_first_is_read(
    serve: Serve, waiting_reader: WaitingReader, path: str
) -> None:
    async with serve(waiting_reader, page_limit=2) as client:
        answer = await client.post(path, content=bind_blank(100, 100, 100))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pages")
    assert (answer.json()["pages"], answer.json()["limit"]) == (3, 2)
    assert not waiting_reader.started.acquire(blocking=False)


class SteppingReader(WaitingReader):
    """Reads one page every time that it is let go, and keeps their widths."""

    def __init__(self) -> None:
        super().__init__()
        self.widths: list[int] = []

    def read(self, image: object) -> Page:
        page = super().read(image)
        self.widths.append(page.width)
        return page


async def test_a_long_document_keeps_nobody_from_a_short_one(serve: Serve, blank: bytes) -> None:
    reader = SteppingReader()
    async with serve(reader, workers=1) as client:
        long = asyncio.create_task(client.post("/v1/read", content=bind_blank(100, 101, 102)))
        await asyncio.to_thread(reader.started.acquire)
        short = asyncio.create_task(client.post("/v1/read", content=blank))
        while "docextract_queue_places_taken 2.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
        reader.go.set()
        assert [answer.status_code for answer in await asyncio.gather(long, short)] == [200, 200]
    width = load_image(blank).shape[1]
    assert reader.widths[1:] == pytest.approx([100, width, 101, 102], abs=1)


async def test_every_page_is_work_that_others_wait_for(serve: Serve) -> None:
    class Halting(WaitingReader):
        """Stops at every page but the first."""

        def read(self, image: object) -> Page:
            if isinstance(image, np.ndarray) and image.shape[1] in range(90, 110):
                return Page(image.shape[1], image.shape[0])
            return super().read(image)

    reader = Halting()
    async with serve(reader, workers=1) as client:
        asked = asyncio.create_task(client.post("/v1/read", content=bind_blank(100, *[200] * 9)))
        await asyncio.to_thread(reader.started.acquire)
        metrics = (await client.get("/metrics")).text
        assert "docextract_queue_places_taken 1.0" in metrics and "docextract_queue_pages 9.0" in metrics
        reader.go.set()
        assert len((await asked).json()["pages"]) == 10
        assert "docextract_queue_pages 0.0" in (await client.get("/metrics")).text


async def test_after_the_deadline_no_further_page_is_read(
    serve: Serve, waiting_reader: WaitingReader, clocks: list[asyncio.Timeout]
) -> None:
    async with serve(waiting_reader, workers=1) as client:
        late = asyncio.create_task(client.post("/v1/read", content=bind_blank(100, 100, 100)))
        await asyncio.to_thread(waiting_reader.started.acquire)
        run_out(clocks[0])
        assert ((await late).status_code, (await late).json()["code"]) == (503, "deadline_exceeded")
        assert "docextract_queue_places_taken 1.0" in (await client.get("/metrics")).text
        waiting_reader.go.set()
        while "docextract_queue_places_taken 0.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0.01)
        assert "docextract_queue_pages 0.0" in (await client.get("/metrics")).text
    assert not waiting_reader.started.acquire(blocking=False)


async def test_a_service_that_stops_finishes_the_document(serve: Serve, waiting_reader: WaitingReader) -> None:
    async with serve(waiting_reader) as client:
        asked = asyncio.create_task(client.post("/v1/read", content=bind_blank(100, 100, 100)))
        await asyncio.to_thread(waiting_reader.started.acquire)
    assert len((await asked).json()["pages"]) == 3


async def test_numbers_on_later_pages_are_masked_too(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(TwoPages()) as client:
        answer = await client.post("/v1/extract?template=payment_card", content=bind_blank(100, 100))
    assert answer.json()["record"]["number"].endswith("1111")
    assert "41111111" not in answer.text and "4111 1111" not in answer.text + caplog.text


async def test_pages_are_drawn_for_browsers(serve: Serve, sample: bytes, document: bytes) -> None:
    turned, plain = io.BytesIO(), PIL.Image.open(io.BytesIO(sample)).convert("RGB")
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    plain.save(turned, "TIFF", exif=exif)
    band = cv2.imencode(".png", np.zeros((1, 40_000, 3), np.uint8))[1].tobytes()
    async with serve() as client:
        second = await client.post("/v1/preview?page=2", content=document)
        photo = await client.post("/v1/preview", files={"image": turned.getvalue()})
        thin = await client.post("/v1/preview", content=band)
        for data, page in ((document, 3), (sample, 2)):
            beyond = await client.post(f"/v1/preview?page={page}", content=data)
            assert (beyond.status_code, beyond.json()["code"]) == (422, "invalid_request")
        for page in ("0", "-1", "two"):
            assert (await client.post(f"/v1/preview?page={page}", content=document)).status_code == 422
    assert second.headers["content-type"] == photo.headers["content-type"] == "image/jpeg"
    expected = list(load_pages(document))[1]
    picture = load_image(second.content)
    assert picture.shape[1] / picture.shape[0] == pytest.approx(expected.shape[1] / expected.shape[0], rel=0.01)
    assert np.abs(picture.mean((0, 1)) - expected.mean((0, 1))).max() < 2  # no channels swapped
    assert load_image(photo.content).shape == (plain.width, plain.height, 3)
    assert load_image(thin.content).shape == (1, 2000, 3)
