"""Batches as a whole: what is killed goes on, and the result is that of an undisturbed run."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import pyarrow
import pyarrow.parquet
import pytest

from docextract.atomic import draft_of
from docextract.batch import Summary, extract_batch, find_images
from docextract.errors import BatchError, TemplateNotFoundError
from ocr.errors import WeightsError

PROGRAM = """
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import batch_work
from docextract.batch import extract_batch, find_images
if __name__ == "__main__":
    output = Path(sys.argv[3])
    images = find_images(Path(sys.argv[2]), output)
    work = partial(batch_work.open_held_digests, Path(sys.argv[4]))
    extract_batch(images, output, workers=2, open_work=work)
"""

TEMPLATE = """\
version: 1
record: receipt
fields:
  total: {type: money, locate: [{find: label, labels: [total]}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "photos", 8)


def fill(folder: Path, count: int) -> Path:
    """Files whose order in the folder is not that of their names."""
    (folder / "2026").mkdir(parents=True)
    for k in random.Random(count).sample(range(count), count):
        kind = ("good", "blank", "bad", "2026/good")[k % 4]
        (folder / f"{kind}-{k:03d}.jpg").write_bytes(bytes([k]))
    (folder / ".hidden.jpg").write_bytes(b"")
    return folder


def run(folder: Path, output: Path, work: ModuleType, **options: object) -> Summary:
    images = find_images(folder, output)
    return extract_batch(images, output, "receipt", workers=2, open_work=work.open_digests, **options)  # type: ignore[arg-type]


def test_a_folder_becomes_lines_in_the_order_of_names(folder: Path, work: ModuleType) -> None:
    output = folder / "rows.jsonl"
    seen: list[int] = []
    assert run(folder, output, work, progress=seen.append) == Summary(images=8, incomplete=2, failed=2)
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["image"] for row in rows] == sorted(row["image"] for row in rows)
    assert rows[0]["image"] == "2026/good-003.jpg" and rows[0]["record"]["merchant"]["name"] == "스타커피"
    assert [row["error"]["code"] for row in rows if "bad" in row["image"]] == ["image_corrupt"] * 2
    assert seen == list(range(9))
    assert not [path for path in folder.iterdir() if path.name.startswith("rows") and path != output]


def test_parquet_has_a_column_a_value(folder: Path, work: ModuleType) -> None:
    output = folder / "rows.parquet"
    run(folder, output, work)
    table = pyarrow.parquet.read_table(output)
    assert table.column_names == ["image", "error", "record", "template", "digest", "merchant.name", "items", "date"]
    rows = table.to_pylist()
    assert len(rows) == 8 and all(row["date"] is None for row in rows)
    assert {row["merchant.name"] for row in rows} == {"스타커피", None}
    assert [row["error"] for row in rows if "bad" in row["image"]] == ["image_corrupt"] * 2
    assert json.loads(rows[0]["record"])["digest"] == rows[0]["digest"]


def test_killed_at_ten_random_moments_it_ends_like_an_undisturbed_run(tmp_path: Path, work: ModuleType) -> None:
    folder, marker = fill(tmp_path / "photos", 120), tmp_path / "let-go"
    (folder / "held.jpg").write_bytes(b"")  # so that no run comes to its end while it is to be killed
    undisturbed, output = tmp_path / "undisturbed.jsonl", tmp_path / "out.jsonl"
    run(folder, undisturbed, work)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(Path(__file__).parent), str(folder), str(output), str(marker)]
    moments = random.Random(7)
    journal, lines = output.with_name(output.name + ".journal"), []
    for _ in range(10):
        process = subprocess.Popen(command, process_group=0)
        wait_for_growth(journal, process, most=121)
        time.sleep(moments.uniform(0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        lines.append(count_lines(journal))
    assert lines == sorted(lines) and lines[0] > 1 and not output.exists()
    marker.touch()
    subprocess.run(command, check=True)
    assert output.read_bytes() == undisturbed.read_bytes()
    assert not journal.exists() and not draft_of(output).exists()


def wait_for_growth(journal: Path, process: subprocess.Popen[bytes], most: int) -> None:
    before = count_lines(journal)
    while count_lines(journal) <= min(max(before, 1), most - 1) and process.poll() is None:
        time.sleep(0.01)


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_killed_while_the_output_was_written_it_is_written_again(
    folder: Path, work: ModuleType, tmp_path: Path, suffix: str
) -> None:
    output, kept = folder / f"rows.{suffix}", tmp_path / "kept"
    journal = output.with_name(output.name + ".journal")
    summary = run(folder, output, work, progress=lambda done: done == 8 and shutil.copy(journal, kept))
    expected = output.read_bytes()
    for finished in (True, False):  # killed before the journal was removed, and before the draft got its name
        shutil.copy(kept, journal)
        draft_of(output).write_bytes(expected[:50])
        if not finished:
            output.unlink()
        assert run(folder, output, work) == summary
        assert output.read_bytes() == expected
        assert not journal.exists() and not draft_of(output).exists()


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_finished_batch_is_left_alone_and_tells_the_same(folder: Path, work: ModuleType, suffix: str) -> None:
    output = folder / f"rows.{suffix}"
    summary = run(folder, output, work)
    before, rows = output.stat(), output.read_bytes()
    assert run(folder, output, work) == replace(summary, finished_before=True)
    after = output.stat()
    assert (after.st_ino, after.st_mtime_ns, output.read_bytes()) == (before.st_ino, before.st_mtime_ns, rows)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_finished_batch_by_another_template_is_told(folder: Path, work: ModuleType, suffix: str) -> None:
    output = folder / f"rows.{suffix}"
    run(folder, output, work)
    rows = output.read_bytes()
    with pytest.raises(BatchError, match="is finished, with the template 'receipt'; remove it"):
        extract_batch(find_images(folder, output), output, "passport", open_work=work.open_digests)
    assert output.read_bytes() == rows


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_images_that_came_after_the_end_are_told(folder: Path, work: ModuleType, suffix: str) -> None:
    output = folder / f"rows.{suffix}"
    run(folder, output, work)
    (folder / "good-100.jpg").write_bytes(b"new")
    with pytest.raises(BatchError, match="finished, without 1 of 9 images"):
        run(folder, output, work)
    (folder / "good-100.jpg").unlink()
    (folder / "bad-002.jpg").unlink()
    summary = run(folder, output, work)
    assert (summary.images, summary.failed) == (7, 1)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]\n", b'{"image": "good-000.jpg"}\n', b'{"image": "a", "record": 1}\n']
)
def test_a_file_of_something_else_is_not_overwritten(folder: Path, work: ModuleType, suffix: str, data: bytes) -> None:
    output = folder / f"rows.{suffix}"
    output.write_bytes(data)
    with pytest.raises(BatchError):
        run(folder, output, work)
    assert output.read_bytes() == data


def test_parquet_of_something_else_is_not_overwritten(folder: Path, work: ModuleType) -> None:
    output = folder / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"image": ["good-000.jpg"]}), output)
    with pytest.raises(BatchError, match="not the output of a batch"):
        run(folder, output, work)


@pytest.mark.parametrize("edited", ["mine.yaml", "weights/config.json"])
def test_an_edited_template_or_other_weights_are_another_job(
    folder: Path, work: ModuleType, tmp_path: Path, edited: str
) -> None:
    template, weights, output = tmp_path / "mine.yaml", tmp_path / "weights", folder / "rows.jsonl"
    template.write_text(TEMPLATE)
    weights.mkdir()
    (weights / "config.json").write_text("{}")
    images = find_images(folder, output)
    start = partial(
        extract_batch, images, output, str(template), weights=str(weights), workers=1, open_work=work.open_digests
    )

    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(progress=stop)
    with (tmp_path / edited).open("a") as stream:
        stream.write("\n")
    with pytest.raises(BatchError, match="another template or weights"):
        start()


def test_a_template_that_is_edited_while_the_batch_runs_ends_it(folder: Path, work: ModuleType, tmp_path: Path) -> None:
    template, output = tmp_path / "mine.yaml", folder / "rows.jsonl"
    template.write_text(TEMPLATE)
    images = find_images(folder, output)
    start = partial(extract_batch, images, output, str(template), workers=1, open_work=work.open_digests)

    def edit(done: int) -> None:
        if done == 3:
            template.write_text(TEMPLATE.replace("[total]", "[sum]"))

    with pytest.raises(BatchError, match=r"mine\.yaml was changed while the batch was running"):
        start(progress=edit)
    assert not output.exists()
    template.write_text(TEMPLATE)
    seen: list[int] = []
    assert start(progress=seen.append).images == 8
    assert seen[0] == 3  # what was done by the template as it is again counts


def test_weights_that_cannot_be_read_are_told_as_such(
    folder: Path, work: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:  # root, whom tests may run as, is let in everywhere
        if path.suffix == ".json":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(WeightsError, match="the weights cannot be read: Permission denied"):
        run(folder, folder / "rows.jsonl", work, weights=str(tmp_path))
    assert not list(folder.glob("rows*"))


def test_broken_parquet_is_not_overwritten(folder: Path, work: ModuleType) -> None:
    output = folder / "rows.parquet"
    run(folder, output, work)
    data = output.read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")  # pyarrow calls it an OSError if that is broken
    output.write_bytes(data[:footer] + b"\xff" * (len(data) - 8 - footer) + data[-8:])
    with pytest.raises(BatchError, match="not the output of a batch"):
        run(folder, output, work)


def test_what_cannot_be_done_is_said_before_anything_starts(folder: Path, work: ModuleType) -> None:
    with pytest.raises(BatchError, match=r"\.jsonl or \.parquet"):
        run(folder, folder / "rows.csv", work)
    with pytest.raises(TemplateNotFoundError):
        extract_batch({}, folder / "rows.jsonl", "reciept", open_work=work.open_digests)
    assert not list(folder.glob("rows*"))


def test_names_that_are_no_text_are_named_all_the_same(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.jpg")
    (tmp_path / name).write_bytes(b"")
    (images,) = [find_images(tmp_path, tmp_path / "rows.jsonl")]
    assert images == {"\\xff\\xfe.jpg": tmp_path / name}


def test_the_output_is_no_image_however_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find_images(folder, folder / "rows.jsonl")
    for name in ("rows.jsonl", "rows.jsonl.journal", "rows.jsonl.draft"):
        (folder / name).write_bytes(b"")
    monkeypatch.chdir(folder)
    assert find_images(folder, Path("rows.jsonl")) == before
    assert find_images(Path(), folder / "rows.jsonl").keys() == before.keys()


def test_links_to_folders_lead_nowhere(tmp_path: Path) -> None:
    for folder in ("photos/2026", "photos/.thumbnails", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.jpg").write_bytes(b"")
    (tmp_path / "photos" / "loop").symlink_to(tmp_path / "photos")
    (tmp_path / "photos" / "away").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "photos" / "b.jpg").symlink_to(tmp_path / "elsewhere" / "a.jpg")
    (tmp_path / "photos" / "gone.jpg").symlink_to(tmp_path / "gone.jpg")
    assert list(find_images(tmp_path / "photos", tmp_path / "rows.jsonl")) == ["2026/a.jpg", "b.jpg"]


def test_a_folder_that_cannot_be_looked_into_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "2025").mkdir()
    (tmp_path / "a.jpg").write_bytes(b"")
    scan = os.scandir

    def refuse(path: Path | str) -> object:  # root, whom tests may run as, is let in everywhere
        if Path(path).name == "2025":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError):
        find_images(tmp_path, tmp_path / "rows.jsonl")


def test_a_list_of_paths_names_the_images(tmp_path: Path) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text("scans/b.jpg\n\nscans/영수증.jpg\n", encoding="utf-8")
    assert find_images(listing, tmp_path / "rows.jsonl") == {
        name: Path(name) for name in ("scans/b.jpg", "scans/영수증.jpg")
    }


def test_a_list_written_on_windows(tmp_path: Path) -> None:
    listing = tmp_path / "list.txt"
    listing.write_bytes("\ufeffscans/b.jpg\r\nscans/영수증.jpg\r\n".encode())
    assert list(find_images(listing, tmp_path / "rows.jsonl")) == ["scans/b.jpg", "scans/영수증.jpg"]


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0\0\x10JFIF\n", "a.jpg\n".encode("utf-16")])
def test_an_image_in_place_of_a_list_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(BatchError, match="neither a folder nor a UTF-8 text file"):
        find_images(tmp_path / "a.jpg", tmp_path / "rows.jsonl")
