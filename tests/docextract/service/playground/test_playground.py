"""What the playground shows and does, at the width of a desk and of a phone."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pytest

from docextract.service import Settings
from docextract.template_tests import run_tests
from ocr.imaging import load_pages

from .conftest import SAMPLE, Visit, choose, download, running

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def editing(browser: Browser) -> Iterator[Page]:
    """One page for all that leaves it as it is."""
    with running(Settings(port=0)) as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        yield page
        page.close()


def test_a_value_and_its_ink_light_up_together(visit: Visit) -> None:
    with visit() as page:
        choose(page)
        expect(page.locator("[name=total]")).to_have_value("24.90")
        expect(page.locator("[name='merchant.name']")).to_have_value("BUNGA <img src=x onerror=alert(1)> SDN BHD")
        page.hover("[name=total]")
        lit = page.locator("polygon.lit")
        assert {polygon.get_attribute("data-path") for polygon in lit.all()} == {"total"}
        page.hover("polygon[data-path=date]")
        expect(page.locator(".field.lit")).to_have_attribute("data-path", "date")
        page.hover("header")
        expect(page.locator(".lit")).to_have_count(0)


def test_a_corrected_record_is_downloaded(visit: Visit, tmp_path: Path) -> None:
    with visit() as page:
        choose(page)
        page.fill("[name='merchant.name']", "Bunga Raya")
        page.fill("[name=change]", "")
        record = json.loads(download(page, "#save-json", tmp_path / "record.json"))
    assert (record["merchant"]["name"], record["change"], record["total"]) == ("Bunga Raya", None, "24.90")
    assert record["evidence"]["merchant.name"]["value"].startswith("BUNGA")


def test_a_template_test_is_downloaded(visit: Visit, tmp_path: Path) -> None:
    with visit() as page:
        choose(page)
        page.fill("[name=total]", "24.95")
        yaml = download(page, "#save-test", tmp_path / "test.yaml")
    path = tmp_path / "mine.yaml"
    path.write_text(f"version: 1\nextends: receipt\n{yaml}", encoding="utf-8")
    verdict = list(run_tests(path))[-1]
    assert verdict.name == "from the playground"
    assert [(d.path, d.expected, d.found) for d in verdict.differences] == [("total", "24.95", "24.90")]


def test_a_template_is_edited_with_completions(visit: Visit) -> None:
    with visit(expected=("422",)) as page:
        choose(page)
        page.click("#edit")
        expect(page.locator("#editor")).to_be_visible()
        source = page.locator("#source")
        source.fill("version: 1\nfields:\n  cash:\n    ty")
        source.press("End")
        source.press("p")
        expect(page.locator("#completions b")).to_have_text(["type"])
        source.press("Enter")
        source.press("Control+Space")
        expect(page.locator("#completions b", has_text="money")).to_be_visible()
        source.press("Escape")
        source.press_sequentially("money\n    locate: [{find: label, la")
        expect(page.locator("#completions b")).to_have_text(["labels"])
        source.press("Tab")
        source.press_sequentially("[cash]}]")
        page.click("#apply")
        expect(page.locator("[name=cash]")).to_have_value("30.00")
        source.press_sequentially("\nwrong: 1")
        page.click("#apply")
        expect(page.locator("#mistake")).to_contain_text("Line 6, column 1: the key 'wrong' is unknown here")
        expect(page.locator("#message")).to_have_text("The template has a mistake.")
        page.click("#edit")
        expect(page.locator("#editor")).to_be_hidden()
        page.set_input_files("#another .pick", SAMPLE)
        expect(page.locator("#mistake")).to_be_visible()  # which is told in the editor
        expect(page.locator("#edit")).to_have_attribute("aria-expanded", "true")


def test_ones_own_template_is_a_choice(visit: Visit) -> None:
    with visit() as page:
        choose(page)
        chosen = page.locator("#template option:checked")
        page.select_option("#template", "receipt")
        page.click("#edit")
        expect(page.locator("#source")).to_have_value(re.compile("distractors"))
        page.fill("#source", "version: 1\nfields:\n  cash: {type: money, locate: [{find: label, labels: [cash]}]}")
        page.click("#apply")
        expect(page.locator(".field")).to_have_count(1)
        expect(chosen).to_have_text("Your own")
        page.click("#edit")
        choose(page)
        expect(page.locator(".field")).to_have_count(1)
        page.select_option("#template", "receipt")
        expect(page.locator("[name='merchant.name']")).to_be_visible()
        page.click("#edit")
        page.select_option("#template", "own")
        expect(page.locator("#source")).to_have_value(re.compile("cash"))
        expect(page.locator(".field")).to_have_count(1)
        page.click("#revert")
        expect(page.locator("[name='merchant.name']")).to_be_visible()
        expect(page.locator("#source")).to_have_value(re.compile("distractors"))
        expect(page.locator("#template")).to_have_value("receipt")
        expect(page.locator("#template option[value=own]")).to_have_count(0)


def test_the_editor_shows_where_the_template_begins(visit: Visit) -> None:
    with visit() as page:
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        page.select_option("#template", "receipt")
        page.click("#edit")
        expect(page.locator("#source")).to_be_focused()
        assert page.evaluate("[source.selectionStart, source.scrollTop]") == [0, 0]


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("fields:\n  a:\n    type: mo", ["money"]),
        ("fields:\n  a:\n    locate:\n      - fi", ["find"]),
        ("fields:\n  a:\n    locate:\n    - find: label\n      la", ["labels"]),
        ("fields:\n  a:\n    locate:\n      - find: pattern\n        pa", ["pattern"]),
        ("fields:\n  a:\n    locate: [{find: mrz, pa", ["part"]),
        ("fields:\n  a:\n    required: t", ["true"]),
        ("fields:\n  a: {type: text}\ni", ["items"]),
        ("match:\n  an", ["any"]),
        ("checks:\n  - name: a\n    eq", ["equals"]),
        ("nothing:\n  a", []),
    ],
)
def test_completions_know_where_they_are(editing: Page, written: str, offered: list[str]) -> None:
    script = """async (text) => {
        const { completionsAt } = await import("/editor.js");
        const schema = await (await fetch("/v1/template-schema")).json();
        return completionsAt(schema, text, text.length).offers.map(({ name }) => name);
    }"""
    assert editing.evaluate(script, written) == offered


def test_a_photograph_to_take_again_is_told(visit: Visit, blank: bytes) -> None:
    with visit() as page:
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        page.set_input_files("#welcome .pick >> nth=0", {"name": "a.png", "mimeType": "image/png", "buffer": blank})
        expect(page.locator("#found")).to_be_visible()
        expect(page.locator("#advice li")).not_to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("text/plain", b"", "the image is empty"),
        ("application/pdf", b"hello", "not a JPEG"),
        ("image/jpeg", SAMPLE.read_bytes()[:400], "broken or truncated"),
    ],
)
def test_what_is_no_image_is_told_and_another_can_be_chosen(visit: Visit, kind: str, data: bytes, told: str) -> None:
    with visit(expected=("415", "422")) as page:
        expect(page.locator("#template option[value=receipt]")).to_be_attached()  # which takes the message away
        page.set_input_files("#welcome .pick >> nth=0", {"name": "a", "mimeType": kind, "buffer": data})
        expect(page.locator(".message.problem")).to_contain_text(told)
        expect(page.locator("#picture")).to_be_hidden()
        choose(page)
        expect(page.locator("#picture")).to_be_visible()
        expect(page.locator(".message")).to_be_hidden()


def test_a_document_of_no_known_kind_leads_to_a_template_of_ones_own(visit: Visit, tmp_path: Path) -> None:
    PIL.Image.new("RGB", (300, 300), "lime").save(tmp_path / "sign.png")
    with visit(expected=("422",)) as page:
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        page.set_input_files("#welcome .pick >> nth=0", tmp_path / "sign.png")
        expect(page.locator(".message.problem")).to_contain_text("write a template")
        page.click("#edit")
        page.fill("#source", "version: 1\nfields:\n  paint: {type: text, locate: [{find: lines, start: PAINT}]}")
        page.click("#apply")
        expect(page.locator("#fields")).to_be_visible()
        expect(page.locator(".message.problem")).to_be_hidden()


def test_pages_are_turned(visit: Visit, tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    first, second = (PIL.Image.new("RGB", size) for size in ((300, 300), (150, 300)))
    first.save(tmp_path / "scan.pdf", save_all=True, append_images=[second])
    widths = [pixels.shape[1] for pixels in load_pages(tmp_path / "scan.pdf")]
    with visit() as page:
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        page.set_input_files("#welcome .pick >> nth=0", tmp_path / "scan.pdf")
        expect(page.locator("#pages")).to_contain_text("Page 1 of 2")
        picture = page.locator("#picture")
        expect(picture).to_have_js_property("naturalWidth", widths[0])
        expect(page.locator("polygon[data-path='merchant.name']").first).to_be_visible()
        expect(page.locator("polygon[data-path=total]").first).to_be_hidden()
        expect(page.locator("#previous")).to_be_disabled()
        page.click("#next")
        expect(picture).to_have_js_property("naturalWidth", widths[1])
        sheet, buttons = picture.bounding_box(), page.locator("#pages").bounding_box()
        assert sheet and buttons and sheet["y"] + sheet["height"] <= buttons["y"]
        expect(page.locator("polygon[data-path=total]").first).to_be_visible()
        expect(page.locator("polygon[data-path='merchant.name']").first).to_be_hidden()
        page.focus("[name='merchant.name']")
        expect(page.locator("#pages")).to_contain_text("Page 1 of 2")
        expect(picture).to_have_js_property("naturalWidth", widths[0])
        tests = download(page, "#save-test", tmp_path / "test.yaml")
        assert "BUNGA" in tests and "CHANGE" in tests
        page.screenshot(path=tmp_path / "pages.png")


def test_it_asks_for_the_key(visit: Visit) -> None:
    digest = hashlib.sha256(b"sesame").hexdigest()
    with visit(expected=("401",), api_keys=[digest]) as page:
        expect(page.locator("#key")).to_be_visible()
        page.fill("#key", "sesame")
        page.press("#key", "Enter")
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        expect(page.locator("#key")).to_be_hidden()
        choose(page)


def test_a_mistake_has_room_on_a_phone(visit: Visit) -> None:
    with visit(width=390, expected=("422",)) as page:
        choose(page)
        page.click("#edit")
        page.fill("#source", "version: 1\nwrong: 1")
        page.click("#apply")
        mistake = page.locator("#mistake")
        expect(mistake).to_contain_text("Line 2, column 1")
        text, apply = mistake.bounding_box(), page.locator("#apply").bounding_box()
        assert text and apply and text["width"] > 340 and text["y"] + text["height"] <= apply["y"]


def test_it_fits_a_phone(visit: Visit) -> None:
    with visit(width=390) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator("#welcome [capture]")).to_be_attached()
        expect(page.get_by_role("combobox", name="Template")).to_be_visible()
        choose(page)
        expect(page.get_by_role("textbox", name="Merchant name")).to_have_accessible_description(re.compile("read as"))
        page.tap("[name=total]")
        expect(page.locator("polygon[data-path=total]").first).to_have_class("lit")  # a tap is told a moment later
        assert {p.get_attribute("data-path") for p in page.locator("polygon.lit").all()} == {"total"}
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator("#picture")).to_be_in_viewport()
