"""Folders of images in, one file of records out; a run that was killed goes on where it was.

Every row is on disk, in a journal beside the output, before it counts as done. The output itself appears at once when
the last row is there, in the order of the images' names, so it is the same however often the run was interrupted.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.atomic import draft_of
from docextract.batch.extraction import Task, failed_row, open_extraction
from docextract.batch.journal import Journal, Row
from docextract.batch.output import check_output, read_output, write_output
from docextract.batch.workers import count_cores, map_unordered
from docextract.errors import BatchError
from docextract.failures import Failure
from ocr.errors import WeightsError

if TYPE_CHECKING:
    from docextract.schema.loading import LoadedTemplate

__all__ = ["Engine", "Summary", "extract_batch", "find_images"]

Work = Callable[[Task], Row]
Engine = Callable[[Callable[[], Work], Sequence[Task], int], Iterator[tuple[Task, Row | None]]]
"""Spreads work over processes or machines, as `docextract.batch.workers.map_unordered` does."""

_LOST = Failure("worker_died", "the process that worked on the image died, twice")


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the images of a batch.

    Attributes:
        images: How many there are.
        incomplete: Of how many a required field is missing.
        failed: Of how many there is no record.
        finished_before: Whether the output was there already, and was left as it is.
    """

    images: int
    incomplete: int
    failed: int
    finished_before: bool = False


def find_images(source: Path, output: Path) -> dict[str, Path]:
    """The files of a batch by name.

    Args:
        source: A folder, of which every file counts that is not hidden, by its path in the folder, links to folders
            not followed; or a text file with a path a line, which is the name as well.
        output: Where the rows will be; its files are no images, wherever they are.

    Raises:
        BatchError: The source is a file, but not a text.
        OSError: The source, or a folder in it, cannot be read.
    """
    if source.is_dir():
        folder, output = source.resolve(), output.parent.resolve() / output.name
        ours = {output, draft_of(output), journal_of(output)}
        paths = {path.relative_to(folder).as_posix(): path for path in _walk(folder) if path not in ours}
        return {_printable(name): source / name for name in sorted(paths) if paths[name].is_file()}
    text = source.read_text(encoding="utf-8-sig", errors="surrogateescape")  # Windows begins a text with a mark
    if "\0" in text:
        raise BatchError(f"{source} is neither a folder nor a UTF-8 text file with one path per line")
    return {_printable(line): Path(line) for line in filter(None, map(str.strip, text.split("\n")))}


def _walk(folder: Path) -> Iterator[Path]:
    """What is in a folder and in those below it, but for what is hidden and for links to folders.

    Raises:
        OSError: One of them cannot be looked into; `Path.rglob` would pass over it.
    """

    def stop(error: OSError) -> None:
        raise error

    for path, folders, files in os.walk(folder, onerror=stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(path, name) for name in files if not name.startswith("."))


def extract_batch(
    images: Mapping[str, Path],
    output: Path,
    template: str | None = None,
    *,
    weights: str | None = None,
    workers: int | None = None,
    engine: Engine = map_unordered,
    open_work: Callable[[str | None, str | None], Work] = open_extraction,
    progress: Callable[[int], object] = lambda done: None,
) -> Summary:
    """Extract a record from each image, or go on with what an interrupted call began.

    Args:
        images: Their files by name; `find_images` finds them.
        output: `.jsonl`, or `.parquet` with pyarrow.
        template: As for `docextract.extract`.
        weights: As for `docextract.Extractor`.
        workers: Processes; by default as many as there are cores.
        engine: What spreads the work.
        open_work: What makes a row of an image in a worker, given the template and the weights.
        progress: Called with the number of rows that are done: once at the start, then after each.

    Returns:
        What became of the images.

    Raises:
        BatchError: The output cannot be such a file, or is a finished one by another template or without some of the
            images; its journal is of another job; the template is changed meanwhile; or the workers die as they start.
        TemplateError: The template is not usable.
        WeightsError: The weights are not.
        OSError: The output cannot be written.
    """
    check_output(output)
    loaded = _load_template(template)
    job = _describe(template, loaded, weights)
    if output.exists() and not journal_of(output).exists():
        return _summarise_finished(images, output, template)
    with Journal(journal_of(output), job) as journal:
        waiting = [(name, path) for name, path in images.items() if name not in journal]
        progress(done := len(images) - len(waiting))
        for (name, _), row in engine(partial(open_work, template, weights), waiting, workers or count_cores()):
            if loaded is not None and not loaded.is_current():
                raise BatchError(
                    f"the template {template} was changed while the batch was running; change it back to go on, or "
                    f"remove {journal_of(output)} to start anew"
                )
            journal.append(row or failed_row(name, _LOST))
            progress(done := done + 1)
        write_output(lambda: journal.rows(images), output)
        summary = _summarise(map(_verdict, journal.rows(images)))
        journal.remove()
    return summary


def journal_of(output: Path) -> Path:
    """Where the rows of an output are until it is finished."""
    return output.with_name(f"{output.name}.journal")


def _load_template(template: str | None) -> LoadedTemplate | None:
    if template is None:
        return None
    from docextract.schema.loading import find_template, load_with_files  # workers need not wait for it

    return load_with_files(find_template(template))


def _describe(template: str | None, loaded: LoadedTemplate | None, weights: str | None) -> dict[str, str | None]:
    """What rows depend on besides the images; rows of another job must not be mixed with ours."""
    return {
        "docextract": version("docextract"),
        "template": template,
        "sha256": _digest(loaded.files if loaded is not None else ()),
        "weights": _digest_weights(Path(weights)) if weights is not None else None,
    }


def _digest_weights(folder: Path) -> str:
    try:
        return _digest(path for path in sorted(folder.glob("*")) if path.suffix in (".json", ".safetensors"))
    except OSError as error:
        raise WeightsError(f"the weights cannot be read: {error.strerror}") from error


def _digest(files: Iterable[Path]) -> str:
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _summarise_finished(images: Mapping[str, Path], output: Path, template: str | None) -> Summary:
    from docextract.schema.loading import template_name  # workers need not wait for it

    verdicts, templates = dict[str, str](), set[str]()
    try:
        for row in read_output(output):
            verdicts[row["image"]] = _verdict(row)
            templates.update([row["record"]["template"]] if "record" in row else ())
    except (LookupError, OSError, RecursionError, TypeError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's; pyarrow's, of a broken file, has none
            raise
        raise BatchError(f"{output} is not the output of a batch, and would be overwritten") from None
    if template is not None and (others := templates - {template_name(template)}):
        raise BatchError(f"{output} is finished, with the template {min(others)!r}; remove it to start anew")
    if absent := len(images.keys() - verdicts.keys()):
        raise BatchError(f"{output} is finished, without {absent} of {len(images)} images; remove it to start anew")
    return replace(_summarise(verdicts[name] for name in images), finished_before=True)


def _summarise(verdicts: Iterable[str]) -> Summary:
    counts = Counter(verdicts)
    return Summary(counts.total(), counts["incomplete"], counts["failed"])


def _verdict(row: Row) -> str:
    if "error" in row:
        return "failed"
    return "incomplete" if any(issue["code"] == "missing" for issue in row["record"]["issues"]) else "complete"


def _printable(name: str) -> str:
    """A file's name as text: bytes in it that are no UTF-8 are written as `backslashreplace` does."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
