from __future__ import annotations

TWO_MISTAKES = """\
version: 1
fields:
  fine: {type: monney, locate: [{find: any}]}
  plate:
    type: text
    locate:
      - find: label
        lables: [plate]
"""


def test_a_good_template(shell) -> None:
    assert shell("template", "lint", "receipt", "passport/generic") == (0, "", "")


def test_every_mistake_of_every_file(shell, tmp_path) -> None:
    first, second, third = (tmp_path / f"{name}.yaml" for name in "abc")
    first.write_text(TWO_MISTAKES)
    second.write_text("version: 1\nversion: 1\n")
    third.write_text("version: 1\nrecord: receipt\nfields:\n  totl: {type: money, locate: [{find: any}]}\n")
    status, out, _ = shell("template", "lint", first, second, third)
    places = [line.split(": ")[0] for line in out.splitlines()]
    assert status == 4
    assert places == [f"{first}:3:10", f"{first}:7:9", f"{first}:8:9", f"{second}:2:1", f"{third}:4:3"]
    assert "the key 'lables' is unknown here" in out and "did you mean 'total'?" in out


def test_a_file_that_is_not_there(shell) -> None:
    status, out, err = shell("template", "lint", "none.yaml")
    assert (status, out) == (4, "")
    assert "there is no template 'none.yaml'" in err
