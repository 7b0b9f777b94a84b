from __future__ import annotations

import csv
import io
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from docextract.cli.documents import write_json
from docextract.records import Receipt

from ..test_vcard import parse_vcard

PRINTED = ("스타커피", "강남", "4,500")


def test_one_image_gives_its_record(shell, receipt: Path) -> None:
    status, out, err = shell("extract", receipt, "--template", "receipt")
    record = Receipt.model_validate_json(out)
    assert (status, err) == (0, "")
    assert record.total == Decimal(4500)
    assert record.merchant.name == "스타커피 강남점"
    assert record.evidence["total"].quad[0] == (360, 200)


def test_points_are_on_one_line_and_texts_as_they_are(shell, receipt: Path) -> None:
    _, out, _ = shell("extract", receipt, "--template", "receipt")
    assert not re.search(r"^\s*-?[\d.]+,?$", out, re.MULTILINE)
    text = "[\n  1,\n  2\n]"
    stream = io.StringIO()
    write_json([{"image": "a.png", "record": {"text": text, "quad": [[0.5, -1e-7], [2, 3]]}}], stream)
    assert json.loads(stream.getvalue()) == {"text": text, "quad": [[0.5, -1e-7], [2, 3]]}


def test_a_bad_image_among_others_is_reported_and_loses_nothing(shell, receipt: Path, broken: Path) -> None:
    status, out, err = shell("extract", receipt, broken, receipt, "-t", "receipt", "-f", "jsonl")
    first, second, third = map(json.loads, out.splitlines())
    assert status == 3
    assert first == third
    assert first["image"] == str(receipt) and first["record"]["total"] == "4500"
    assert second["image"] == str(broken) and second["error"]["code"] == "image_corrupt"
    assert err == f"docextract: {broken}: {second['error']['message']}\n"


def test_a_broken_plugin_is_told_and_loses_nothing(shell, receipt: Path, tmp_path: Path, monkeypatch) -> None:
    for name in ("pi_heif", "pillow_heif"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "pi_heif.py").write_text("raise ImportError('libheif.so.1: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    photo = tmp_path / "photo.heic"
    photo.write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    status, out, err = shell("extract", photo, receipt, "-t", "receipt")
    failed, found = json.loads(out)
    assert (status, found["record"]["total"]) == (3, "4500")
    assert failed["error"]["code"] == "format_unavailable"
    assert err == f"docextract: {photo}: {failed['error']['message']}\n"
    assert "libheif.so.1: cannot open shared object file" in err


def test_several_images_give_a_list(shell, receipt: Path, broken: Path) -> None:
    _, out, _ = shell("extract", receipt, broken, "-t", "receipt")
    record, error = json.loads(out)
    assert record["record"]["total"] == "4500"
    assert error["error"]["code"] == "image_corrupt"


def test_csv_has_a_row_an_image(shell, receipt: Path, broken: Path) -> None:
    status, out, _ = shell("extract", broken, receipt, "-t", "receipt", "-f", "csv")
    bad, good = csv.DictReader(io.StringIO(out))
    assert status == 3
    assert (bad["image"], bad["error"], bad["total"]) == (str(broken), "image_corrupt", "")
    assert (good["image"], good["error"], good["total"]) == (str(receipt), "", "4500")
    assert good["merchant.name"] == "스타커피 강남점"
    assert json.loads(good["items"]) == json.loads(shell("extract", receipt, "-t", "receipt")[1])["items"]
    assert "evidence" not in good


def test_a_document_without_its_required_fields_is_incomplete(shell, blank: Path, receipt: Path) -> None:
    status, out, err = shell("extract", blank, receipt, "-t", "receipt")
    assert (status, err) == (1, "")
    assert {"missing"} == {issue["code"] for issue in json.loads(out)[0]["record"]["issues"]}


def test_unreadable_outranks_incomplete(shell, blank: Path, broken: Path) -> None:
    assert shell("extract", broken, blank, "-t", "receipt")[0] == 3


def test_the_output_can_be_a_file(shell, receipt: Path, tmp_path: Path) -> None:
    status, out, _ = shell("extract", receipt, "-t", "receipt", "-o", tmp_path / "record.json")
    assert (status, out) == (0, "")
    assert Receipt.model_validate_json((tmp_path / "record.json").read_text(encoding="utf-8")).total == Decimal(4500)


@pytest.mark.parametrize("name", ["none/record.json", "."])
def test_an_output_that_cannot_be_written_is_wrong_usage(shell, receipt: Path, tmp_path: Path, name: str) -> None:
    status, out, err = shell("extract", receipt, "-t", "receipt", "-o", tmp_path / name)
    assert (status, out) == (2, "")
    assert err.startswith(f"docextract: {tmp_path / name}: ") and err.count("\n") == 1


def test_without_a_template_the_page_tells_its_kind(shell, receipt: Path, blank: Path) -> None:
    status, out, err = shell("extract", receipt, blank)
    found, failed = json.loads(out)
    assert found["record"]["template"] == "receipt" and found["record"]["total"] == "4500"
    assert (status, failed["error"]["code"]) == (3, "no_template_fits")
    assert "no template fits" in err


def test_an_unknown_template_names_the_nearest(shell, receipt: Path) -> None:
    status, out, err = shell("extract", receipt, "-t", "reciept")
    assert (status, out) == (4, "")
    assert err == "docextract: there is no template 'reciept'; did you mean 'receipt'?\n"


def test_a_mistake_in_a_template_is_told_with_its_place(shell, receipt: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("version: 1\nrecord: receipt\nfeilds: {}\n")
    status, out, err = shell("extract", receipt, "-t", tmp_path / "mine.yaml")
    assert (status, out) == (4, "")
    assert "mine.yaml:3:1: " in err and "feilds" in err


def test_messages_tell_nothing_of_what_was_read(shell, receipt: Path, blank: Path, broken: Path) -> None:
    _, _, err = shell("extract", receipt, blank, broken, "-t", "receipt")
    assert err and not any(text in err for text in PRINTED)


@pytest.mark.parametrize("args", [[], ["a.jpg", "-t", "receipt", "-f", "xml"], ["-t", "receipt"]])
def test_wrong_usage(shell, args: list[str]) -> None:
    status, out, err = shell("extract", *args)
    assert (status, out) == (2, "")
    assert err.startswith("usage: docextract extract")


def test_business_cards_as_vcards(shell, receipt: Path, broken: Path) -> None:
    status, out, _ = shell("extract", receipt, broken, "-f", "vcf")
    assert status == 3
    assert "FN" in [name for name, _, _ in parse_vcard(out)]


def test_nothing_but_a_business_card_has_a_vcard(shell, receipt: Path) -> None:
    status, out, err = shell("extract", receipt, "-t", "receipt", "-f", "vcf")
    assert (status, out) == (2, "") and "business cards" in err
