from __future__ import annotations

import json
import sys

import pytest

from docextract.typesetting import set_page
from ocr.errors import WeightsError

CARD = "HARVEST BANK\n4111 1111 1111 1111\nVALID THRU 08/27\nJANE Q DOE"
TICKET = """\
version: 1
fields:
  fine: {type: money, locate: [{find: label, labels: [fine]}, {find: any, weight: 0.4}]}
  paid: {type: money, locate: [{find: any, weight: 0.3}]}
  bail: {type: money, locate: [{find: label, weight: 0.1, labels: [bail]}]}
  issued: {type: date, locate: [{find: any}]}
"""
GARAGE = """\
version: 1
fields:
  owner: {type: email, locate: [{find: any}]}
tables:
  works:
    columns:
      task: {type: text, labels: [work done]}
      price: {type: money, labels: [price]}
      ready: {type: date, labels: [ready on]}
"""


@pytest.fixture
def page(tmp_path):
    def write(text):
        path = tmp_path / "page.json"
        path.write_text(json.dumps(set_page(text).export()))
        return path

    return write


def test_what_won_and_what_lost(shell, page, tmp_path) -> None:
    (tmp_path / "ticket.yaml").write_text(TICKET)
    status, out, err = shell("template", "explain", page("FINE   45.00\nBAIL   7.00"), "-t", tmp_path / "ticket.yaml")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "fine",
        "   1.00  45.00  by label 'FINE': chosen",
        "   0.40  7.00  by any: 45.00 is better",
        "paid",
        "   0.30  45.00  by any: its print is that of fine",
        "   0.30  7.00  by any: chosen",
        "bail",
        "   0.10  7.00  by label 'BAIL': its score is too low",
        "issued",
        "  no locator proposes anything",
    ]


def test_rows_of_tables(shell, page, tmp_path) -> None:
    (tmp_path / "garage.yaml").write_text(GARAGE)
    work = "WORK DONE     PRICE     READY ON\nBrake pads   120.00   2026-03-15\nOil change    45.50"
    status, out, _ = shell("template", "explain", page(work), "-t", tmp_path / "garage.yaml")
    assert status == 0
    assert out.splitlines() == [
        "owner",
        "  no locator proposes anything",
        "works",
        "  0: task Brake pads, price 120.00, ready 2026-03-15",
        "  1: task Oil change, price 45.50",
    ]
    _, out, _ = shell("template", "explain", page("Brake pads   120.00"), "-t", tmp_path / "garage.yaml")
    assert out.splitlines()[2:] == ["works", "  no header with its labels, or no value below it"]


def test_items_of_a_receipt(shell, page) -> None:
    _, out, _ = shell("template", "explain", page("CORNER SHOP\nTea   4.00\nTOTAL   4.00"), "-t", "receipt")
    assert out.splitlines()[-2:] == ["items", "  0: name Tea, total 4.00"]


def test_the_weights_are_those_asked_for(shell, receipt, monkeypatch) -> None:
    def open_reader(weights, *, device):
        raise WeightsError(f"{weights} on {device}")

    monkeypatch.setattr(sys.modules["ocr.reader"], "Reader", open_reader)
    asked = shell("template", "explain", receipt, "--template", "receipt", "--weights", "mine", "--device", "cpu")
    assert asked == (4, "", "docextract: mine on cpu\n")


def test_secrets_stay_masked(shell, page) -> None:
    status, out, _ = shell("template", "explain", page(CARD), "-t", "payment_card")
    assert status == 0
    assert "**** **** **** 1111  by any: chosen" in out
    assert "4111" not in out


def test_an_image_is_read(shell, receipt) -> None:
    status, out, _ = shell("template", "explain", receipt, "--template", "receipt")
    assert status == 0
    assert "4500  by label '합계': chosen" in out


@pytest.mark.parametrize(("text", "status"), [("{}", 2), ("[", 2), ("[" * 100_000, 2), (None, 2)])
def test_what_is_no_page(shell, tmp_path, text, status) -> None:
    path = tmp_path / "page.json"
    if text is not None:
        path.write_text(text)
    assert shell("template", "explain", path, "-t", "receipt")[0] == status


@pytest.mark.parametrize(("name", "reason"), [("broken.png", "the image is broken"), ("absent.png", "No such file")])
def test_an_image_that_cannot_be_read_is_named(shell, broken, tmp_path, name, reason) -> None:
    status, out, err = shell("template", "explain", tmp_path / name, "-t", "receipt")
    assert (status, out) == (3, "")
    assert err.startswith(f"docextract: {tmp_path / name}: {reason}") and err.count("\n") == 1
