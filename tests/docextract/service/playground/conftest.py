"""The playground in a real browser, with a reader that has every page by heart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from docextract.pipeline import Extractor
from docextract.service import Settings, create_app
from docextract.service.server import Server
from docextract.typesetting import set_page
from ocr import document

SAMPLE = Path(__file__).parents[4] / "samples" / "receipt-en.jpg"
CHROMIUM = shutil.which("chromium")

RECEIPT = """\
BUNGA <img src=x onerror=alert(1)> SDN BHD
NO 12, JALAN MAWAR, 43000 KAJANG
DATE: 25/12/2018
RICE 5KG        RM 24.90
SUBTOTAL        RM 24.90
TOTAL           RM 24.90
CASH            RM 30.00
CHANGE          RM  5.10"""

Visit = Callable[..., AbstractContextManager[Page]]


class RecordedReader:
    """Reads every image as the receipt above.

    But what is all red as its upper half, all blue as its lower half, and all green as what is no document.
    """

    def read(self, image: object) -> document.Page:
        assert isinstance(image, np.ndarray)
        red, green, blue = image.reshape(-1, 3).min(0) > image.reshape(-1, 3).mean()
        if green:
            return set_page("WET PAINT")
        upper, middle, lower = RECEIPT.partition("SUBTOTAL")
        return set_page(upper if red else middle + lower if blue else RECEIPT)


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    server = Server(create_app(settings, Extractor(RecordedReader())), settings)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=180_000)
        expect.set_options(timeout=60_000)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Visit:
    """`with visit() as page`: the playground; at the end, nothing went wrong in it and nobody else was asked."""

    @contextmanager
    def open_page(width: int = 1280, expected: tuple[str, ...] = (), **settings: object) -> Iterator[Page]:
        with running(Settings(port=0, **settings)) as address:  # type: ignore[arg-type]
            context = browser.new_context(viewport={"width": width, "height": 840}, has_touch=width < 800)
            context.set_default_timeout(60_000)
            page = context.new_page()
            complaints: list[str] = []
            asked: list[str] = []
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(address)
            yield page
            context.close()
        assert [c for c in complaints if not any(part in c for part in expected)] == []
        assert all(url.startswith((address, f"blob:{address}")) for url in asked)

    return open_page


def choose(page: Page) -> None:
    expect(page.locator("#template option[value=receipt]")).to_be_attached()
    page.set_input_files("#welcome .pick >> nth=0", SAMPLE)
    expect(page.locator("#found")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"{selector} is not come to")


def download(page: Page, button: str, path: Path) -> str:
    with page.expect_download() as started:
        page.click(button)
    started.value.save_as(path)
    return path.read_text(encoding="utf-8")
