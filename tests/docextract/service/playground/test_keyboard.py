"""The playground without a mouse, and what it tells those who do not see it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .conftest import SAMPLE, Visit, choose, tab_to

pytest.importorskip("playwright")

from playwright.sync_api import expect


def test_all_of_it_is_done_with_the_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    with visit() as page:
        status, lit = page.locator("#status"), page.locator("polygon.lit")
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        with page.expect_file_chooser() as chooser:  # from here on, since it takes a while until the browser knows
            tab_to(page, "#template")
            page.keyboard.type("Rec")
            expect(page.locator("#template")).to_have_value("receipt")
            tab_to(page, "#welcome .pick >> nth=0")
            page.keyboard.press("Enter")
        chooser.value.set_files(SAMPLE)
        expect(status).to_have_text(re.compile(r"^Receipt: \d+ values\."))
        expect(page.locator("#result")).to_be_focused()  # what was chosen with has gone
        page.keyboard.press("Tab")
        expect(page.locator("[name='merchant.name']")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("[name='merchant.address']")).to_be_focused()
        tab_to(page, "[name=total]")
        assert {polygon.get_attribute("data-path") for polygon in lit.all()} == {"total"}
        page.hover("polygon[data-path=date]")
        page.hover("header")
        assert {polygon.get_attribute("data-path") for polygon in lit.all()} == {"total"}
        page.keyboard.type("24")
        page.keyboard.press("Escape")
        expect(page.locator("[name=total]")).to_have_value("24.90")
        page.keyboard.type("5")
        tab_to(page, "#save-json")
        with page.expect_download() as started:
            page.keyboard.press("Enter")
        started.value.save_as(tmp_path / "record.json")
        assert json.loads((tmp_path / "record.json").read_bytes())["total"] == "24.905"


def test_the_editor_is_left_with_the_keyboard(visit: Visit) -> None:
    with visit(expected=("422",)) as page:
        choose(page)
        tab_to(page, "#edit")
        page.keyboard.press("Enter")
        source = page.locator("#source")
        expect(source).to_be_focused()
        page.keyboard.type("version: 1\nfields:\n  cash: {type: money, locate: [{find: label, labels: [cash]}]}\nite")
        expect(source).to_have_attribute("aria-activedescendant", "completion-0")
        expect(page.locator("#completion-0")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        expect(source).not_to_have_attribute("aria-activedescendant", re.compile(""))
        for key in ("Tab", "Escape", "Tab"):  # the first is written, the last goes on
            page.keyboard.press(key)
        expect(source).to_have_value(re.compile("items:   $"))
        expect(page.locator("#revert")).to_be_focused()
        tab_to(page, "#apply")
        page.keyboard.press("Enter")
        expect(source).to_be_focused()  # there is a mistake
        expect(source).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#status")).to_contain_text("Line 4, column")
        for key in ("Home", "Shift+End", "Delete", "Escape", "Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".field")).to_have_count(1)
        expect(source).not_to_have_attribute("aria-invalid", "true")
        tab_to(page, "[name=cash]")
        page.keyboard.type("31")
        page.keyboard.press("Enter")
        expect(page.locator("[name=cash]")).to_have_value("31")  # a form's only field would have sent it


def test_an_image_is_pasted(visit: Visit) -> None:
    with visit() as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        expect(page.locator("#template option[value=receipt]")).to_be_attached()
        page.evaluate(
            """async () => {
            const canvas = new OffscreenCanvas(300, 300);
            canvas.getContext("2d").fillRect(0, 0, 300, 300);
            const png = await canvas.convertToBlob();
            await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
        }"""
        )
        page.keyboard.press("Control+v")
        expect(page.locator("[name=total]")).to_have_value("24.90")
