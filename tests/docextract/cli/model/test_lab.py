"""From nothing to a model card by the commands that the documentation names, in miniature."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from docextract.cli import main
from docextract.cli.console import Exit
from ocr.errors import WeightsError
from ocr.language import LANGUAGE_FILE, LanguageModel
from ocr.model.characters import CHARACTERS_FILE
from ocr.reader import Reader
from ocr.weights import FOLDER

CONFIG = """
labelled = {labelled}
labelled_share = 0.5
size = 160
batch = 1
workers = 0
warmup = 1
evaluate_every = 100

[model]
widths = [8, 8, 16, 16]
fine_width = 8
neck_width = 16
decoder_width = 16
"""


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Two rendered pages laid out as labelled ones."""
    folder = tmp_path / "pages"
    argv = ["model", "synthesise", "-n", "2", "-o", str(folder), "--kind", "text", "--size", "128", "--korean", "0"]
    assert main(argv) == Exit.OK
    stems = sorted(path.stem for path in (folder / "boxes").glob("*.csv"))
    for split in ("train", "dev"):
        (folder / f"{split}.txt").write_text("\n".join(stems), encoding="utf-8")
    return folder


def test_train_resume_evaluate_and_card(labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, run, report = tmp_path / "tiny.toml", tmp_path / "run", tmp_path / "report.json"
    config.write_text(CONFIG.format(labelled=json.dumps(str(labelled))), encoding="utf-8")
    train = ["model", "train", "--config", str(config), "-o", str(run)]
    assert main([*train, "--steps", "1"]) == Exit.OK
    assert main([*train, "--steps", "2", "--resume"]) == Exit.OK
    assert [json.loads(row)["step"] for row in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()] == [1, 2]

    predictions = tmp_path / "predictions.json"
    evaluate = ["model", "evaluate", str(labelled), "--weights", str(run), "-o", str(report)]
    assert main([*evaluate, "--predictions", str(predictions)]) == Exit.OK
    scores = json.loads(report.read_text(encoding="utf-8"))["pages"]
    assert scores["pages"] == 2
    assert 0 <= scores["without case"]["words"] <= 1
    assert len(json.loads(predictions.read_text(encoding="utf-8"))) == 2

    capsys.readouterr()
    about = ["--date", "2020-02-02", "--machine", "a laptop", "--command", "docextract model evaluate"]
    assert main(["model", "card", str(report), "--weights", str(run), *about]) == Exit.OK
    card = capsys.readouterr().out
    assert "2 steps" in card and "a laptop" in card
    assert f"| without case, words | {scores['without case']['words']} |" in card


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("learning_rate = 1", []),
        ("size = ", []),
        ('corpora = "no/such/folder"', []),
        ("size = 96", ["--resume"]),
    ],
)
def test_wrong_settings_are_usage_errors(text: str, argv: list[str], tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text(text, encoding="utf-8")
    assert main(["model", "train", "--config", str(config), "-o", str(tmp_path / "run"), *argv]) == Exit.USAGE


def test_evaluating_nothing_is_a_usage_error() -> None:
    assert main(["model", "evaluate"]) == Exit.USAGE


def test_calibrating_the_confidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, card = tmp_path / "reliability.json", tmp_path / "report.json"
    assert main(["model", "calibrate", "--rendered", "1", "--threads", "1", "-o", str(report)]) == Exit.OK
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (
        found["rendered documents"]["values"] == sum(row["values"] for row in found["rendered documents"]["rows"]) > 10
    )
    card.write_text("{}", encoding="utf-8")
    about = ["--date", "2020-02-02", "--machine", "a laptop", "--command", "docextract model evaluate"]
    assert main(["model", "card", str(card), "--reliability", str(report), *about]) == Exit.OK
    assert "confidence of the values of rendered documents" in capsys.readouterr().out


def test_a_card_has_a_row_for_each_kind_of_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    kinds = {"passport": {"fields": 7, "fields, mild": 7}, "payment_card": {"fields": 4, "fields, bad": 4}}
    report.write_text(json.dumps({"fields of documents": kinds}), encoding="utf-8")
    about = ["--date", "2020-02-02", "--machine", "a laptop", "--command", "docextract model evaluate"]
    assert main(["model", "card", str(report), *about]) == Exit.OK
    rows = ["| | fields | fields, mild | fields, bad |", "|---|---|---|---|", "| passport | 7 | 7 |  |"]
    assert "\n".join([*rows, "| payment_card | 4 |  | 4 |"]) in capsys.readouterr().out


@pytest.mark.parametrize("text", ["[]", '{"pages": 2}', "{", "[" * 100_000])
def test_a_card_of_what_is_no_report_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    report = tmp_path / "report.json"
    report.write_text(text, encoding="utf-8")
    about = ["--date", "2020-02-02", "--machine", "a laptop", "--command", "docextract model evaluate"]
    assert main(["model", "card", str(report), *about]) == Exit.USAGE
    assert capsys.readouterr() == ("", f"docextract: {report} is not a report\n")


@pytest.mark.parametrize("option", ["--corpora", "--textures"])
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["model", "synthesise", "-n", "1", "-o", str(tmp_path / "pages"), option, "no/such/folder"])
    assert "there is no folder 'no/such/folder'" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


def test_calibrating_on_nothing_is_a_usage_error() -> None:
    assert main(["model", "calibrate"]) == Exit.USAGE


def test_a_language_model_is_read_beside_the_weights(labelled: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(FOLDER, weights)
    language = weights / LANGUAGE_FILE
    assert main(["model", "train-language", "--labelled", str(labelled), "-o", str(language)]) == Exit.OK
    assert len(LanguageModel.load(language)) > 10
    language.write_bytes(b"not a model")
    assert main(["model", "evaluate", str(labelled), "--weights", str(weights)]) == Exit.SETUP


@pytest.mark.parametrize("source", [[], ["--labelled", "no/such/folder"]])
def test_a_language_model_of_nothing_is_a_usage_error(source: list[str], tmp_path: Path) -> None:
    output = tmp_path / "language.safetensors"
    assert main(["model", "train-language", *source, "-o", str(output)]) == Exit.USAGE
    assert not output.exists()


def test_a_character_head_is_read_beside_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ocr.training.characters.STEPS", 20)
    weights = tmp_path / "weights"
    shutil.copytree(FOLDER, weights)
    characters = weights / CHARACTERS_FILE
    train = ["model", "train-characters", "--weights", str(weights), "--pages", "1", "--heldout", "1"]
    assert main([*train, "-o", str(characters)]) == Exit.OK
    report = json.loads(capsys.readouterr().out)
    assert report["with the head"]["english"]["characters"] > 50
    assert characters.stat().st_size < 200_000
    Reader(weights)
    characters.write_bytes(b"not a head")
    with pytest.raises(WeightsError):
        Reader(weights)


@pytest.mark.parametrize("wrong", [["--pages", "0"], ["--labelled", "0"], ["--labelled", "1.5"]])
def test_a_character_head_of_nothing_is_a_usage_error(wrong: list[str], tmp_path: Path) -> None:
    output = tmp_path / "characters.safetensors"
    assert main(["model", "train-characters", *wrong, "-o", str(output)]) == Exit.USAGE
    assert not output.exists()
