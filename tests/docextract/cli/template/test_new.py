from __future__ import annotations

import json

import pytest

from docextract.typesetting import set_page


@pytest.fixture
def example(tmp_path):
    page, values = tmp_path / "pages" / "page.json", tmp_path / "values.json"
    page.parent.mkdir()
    page.write_text(json.dumps(set_page("Plate: 12GA3456\nFine   45.00").export()))
    values.write_text('{"plate": "12GA3456", "fine": 45.00}')
    return page, values


def test_a_draft_passes_its_own_tests(shell, example, tmp_path) -> None:
    draft = tmp_path / "ticket.yaml"
    assert shell("template", "new", *example, "-o", draft) == (0, "", "")
    assert shell("template", "test", draft) == (0, f"{draft}: 1: ok\n", "")


def test_the_page_of_an_image_is_kept_for_the_test(shell, receipt, tmp_path) -> None:
    (tmp_path / "values.json").write_text('{"total": "4500"}')
    draft = tmp_path / "mine" / "cafe.yaml"
    draft.parent.mkdir()
    assert shell("template", "new", receipt, tmp_path / "values.json", "-o", draft)[0] == 0
    assert (draft.parent / "cafe-receipt.json").is_file()
    assert shell("template", "test", draft)[0] == 0


def test_no_example_is_overwritten(shell, receipt, tmp_path) -> None:
    values = tmp_path / "cafe-receipt.json"  # as the page of the image would be named
    values.write_text('{"total": "4500"}')
    image = receipt.read_bytes()
    for output, taken in ((receipt, receipt), (values, values), (tmp_path / "cafe.yaml", values)):
        status, out, err = shell("template", "new", receipt, values, "-o", output)
        assert (status, out, err) == (2, "", f"docextract: {taken} is an input and would be overwritten\n")
    assert (receipt.read_bytes(), values.read_text()) == (image, '{"total": "4500"}')
    assert not (tmp_path / "cafe.yaml").exists()


@pytest.mark.parametrize("values", ["", "[]", '{"fine": [1]}', '{"fine": true}', "[" * 100_000])
def test_values_of_the_wrong_shape(shell, example, tmp_path, values) -> None:
    example[1].write_text(values)
    status, _, err = shell("template", "new", *example, "-o", tmp_path / "x.yaml")
    assert status == 2 and str(example[1]) in err


def test_a_page_without_values(shell, example, tmp_path) -> None:
    assert shell("template", "new", example[0], "-o", tmp_path / "x.yaml")[0] == 2


def test_a_value_that_is_not_on_the_page(shell, example, tmp_path) -> None:
    example[1].write_text('{"fine": "46.00"}')
    status, _, err = shell("template", "new", *example, "-o", tmp_path / "x.yaml")
    assert status == 4 and "no rule finds these fields in every example: fine" in err
    assert not (tmp_path / "x.yaml").exists()


def test_a_field_that_nothing_finds_is_left_out(shell, example, tmp_path) -> None:
    example[1].write_text('{"plate": "12GA3456", "fine": "46.00"}')
    draft = tmp_path / "x.yaml"
    status, out, err = shell("template", "new", *example, "-o", draft)
    assert (status, out) == (1, "")
    assert err.startswith("docextract: 'fine' is left out: 1 of the 5 characters of its value were read otherwise on")
    assert "  # 'fine' is left out: 1 of the 5" in draft.read_text()
    assert shell("template", "test", draft) == (0, f"{draft}: 1: ok\n", "")
