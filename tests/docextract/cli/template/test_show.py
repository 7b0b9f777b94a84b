from __future__ import annotations

from docextract.schema.loading import bundled_names, find_template, load_template


def test_list_names_what_extract_takes(shell) -> None:
    status, out, err = shell("template", "list")
    assert (status, err) == (0, "")
    assert tuple(out.splitlines()) == bundled_names()


def test_show_prints_a_template_to_start_ones_own_from(shell, tmp_path) -> None:
    status, out, _ = shell("template", "show", "receipt")
    (tmp_path / "mine.yaml").write_text(out, encoding="utf-8")
    assert status == 0
    assert load_template(tmp_path / "mine.yaml") == load_template(find_template("receipt"))


def test_show_of_an_unknown_name(shell) -> None:
    status, out, err = shell("template", "show", "receit")
    assert (status, out) == (4, "")
    assert "did you mean 'receipt'?" in err
