from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np
import pytest

import docextract
from docextract import Extractor, Receipt, TemplateNotFoundError, TemplateSyntaxError
from docextract.schema.loading import find_template
from ocr.document import Page

Typeset = Callable[..., Page]
TEMPLATE = """\
version: 1
record: receipt
fields:
  total:
    type: money
    locate:
      - find: label
        labels: [{label}]
"""


class RecordedReader:
    """Gives back a page that was read before."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.images: list[object] = []

    def read(self, image: object) -> Page:
        self.images.append(image)
        return self.page


@pytest.fixture
def page(typeset: Typeset) -> Page:
    return typeset("BUNGA RAYA SDN BHD\n07/02/2023\nTOTAL   RM 9.00\nSUM   RM 8.00")


def test_an_image_is_read_and_extracted(page: Page) -> None:
    reader = RecordedReader(page)
    image = np.zeros((4, 4, 3), np.uint8)
    receipt = Extractor(reader).extract(image, template="receipt")
    (read,) = reader.images
    assert np.array_equal(read, image)  # type: ignore[arg-type]
    assert receipt == Extractor().extract_page(page, template="receipt")
    assert isinstance(receipt, Receipt) and str(receipt.total) == "9.00"


def test_a_wrong_template_costs_no_reading(page: Page) -> None:
    reader = RecordedReader(page)
    with pytest.raises(TemplateNotFoundError, match="did you mean 'receipt'"):
        Extractor(reader).extract(b"", template="recipt")
    assert not reader.images


def test_a_template_of_ones_own(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(TEMPLATE.format(label="sum"))
    record = Extractor().extract_page(page, str(path))
    assert isinstance(record, Receipt)
    assert (str(record.total), record.template, record.date) == ("8.00", "my", None)


def test_an_edited_template_is_loaded_anew(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("version: 1\nversion: 1\n")
    with pytest.raises(TemplateSyntaxError, match="twice"):
        Extractor().extract_page(page, path)
    path.write_text(TEMPLATE.format(label="total"))
    record = Extractor().extract_page(page, path)
    assert isinstance(record, Receipt) and str(record.total) == "9.00"


def test_threads_share_an_extractor(page: Page, extractor: Extractor) -> None:
    expected = extractor.extract_page(page, "receipt")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: extractor.extract_page(page, "receipt"), range(16))) == [expected] * 16


def test_first_calls_of_two_threads_share_a_reader(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    meeting = Barrier(2, timeout=5)

    class CountedReader(RecordedReader):
        def __init__(self, weights: object) -> None:
            super().__init__(page)
            made.append(self)

    class Meeting(Extractor):
        """Waits for another thread that makes an extractor too."""

        def __init__(self) -> None:
            with suppress(BrokenBarrierError):
                meeting.wait()
            super().__init__()

    monkeypatch.setattr("ocr.reader.Reader", CountedReader)
    monkeypatch.setattr("docextract.pipeline._DEFAULT", Extractor())
    monkeypatch.setattr("docextract.pipeline.Extractor", Meeting)
    image = np.zeros((4, 4, 3), np.uint8)
    with ThreadPoolExecutor(2) as pool:
        records = list(pool.map(lambda _: docextract.extract(image, "receipt"), range(2)))
    assert records[0] == records[1]
    assert len(made) == 1


@pytest.mark.parametrize(
    ("template", "kind"), [({"version": 1}, "dict"), (Receipt, "Receipt"), (b"receipt", "bytes"), (1, "int")]
)
def test_what_is_no_name_of_a_template_is_told(page: Page, template: object, kind: str) -> None:
    reader = RecordedReader(page)
    with pytest.raises(TypeError, match=f"by its name or the path of its YAML file, not as {kind}"):
        Extractor(reader).extract(np.zeros((4, 4, 3), np.uint8), template)  # type: ignore[call-overload]
    assert not reader.images


@pytest.mark.parametrize("template", ["a" * 5000 + ".yaml", "a\0.yaml", "https://example.org/receipt.yaml"])
def test_what_can_be_no_file_is_no_template(template: str) -> None:
    with pytest.raises(TemplateNotFoundError):
        Extractor().extract(np.zeros((4, 4, 3), np.uint8), template)


@pytest.mark.parametrize("reader", [5, "reader", object(), RecordedReader])
def test_what_cannot_read_is_no_reader(reader: Any) -> None:
    with pytest.raises(TypeError, match="a reader is an object with a method `read`"):
        Extractor(reader)


def test_what_is_no_page_is_told(page: Page, extractor: Extractor) -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    wrong: Any
    for wrong in (None, page.export(), "total 12.50"):
        for work in (
            partial(extractor.extract_page, wrong, "receipt"),
            partial(extractor.extract_page, wrong),
            partial(extractor.extract_pages, [page, wrong], "receipt"),
            partial(extractor.explain_page, wrong, "receipt"),
            partial(Extractor(RecordedReader(wrong)).extract, image, "receipt"),
        ):
            with pytest.raises(TypeError, match=f"a Page is needed, not {type(wrong).__name__};"):
                work()


def test_a_document_without_pages_is_told() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        Extractor().extract_pages([], "receipt")


def test_the_public_face() -> None:
    for name in docextract.__all__:
        assert getattr(docextract, name).__module__.startswith("docextract.")
    assert set(docextract.__all__) <= set(dir(docextract))
    with pytest.raises(AttributeError):
        docextract.nothing  # type: ignore[attr-defined] # noqa: B018


def test_records_name_the_template_that_was_asked_for(page: Page, extractor: Extractor) -> None:
    assert extractor.extract_page(page, "receipt").template == "receipt"
    assert extractor.extract_page(page, "receipt/generic").template == "receipt/generic"
    assert extractor.extract_page(page, find_template("receipt")).template == "generic"
