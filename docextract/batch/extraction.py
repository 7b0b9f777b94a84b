"""What a worker does with an image of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from docextract.batch.journal import Row
from docextract.failures import Failure, attempt

Task = tuple[str, Path]
"""Name of an image within its batch, and where it is."""


def open_extraction(template: str | None, weights: str | None) -> Callable[[Task], Row]:
    """What makes rows of images: `{"image": ..., "record": ...}` or `{"image": ..., "error": {"code", "message"}}`.

    Args:
        template: As for `docextract.extract`.
        weights: As for `docextract.Extractor`.

    Raises:
        OcrError: The reader cannot be loaded.
    """
    from docextract.pipeline import Extractor

    extractor = Extractor(weights=weights)
    extractor.load()

    def extract(task: Task) -> Row:
        image, path = task
        try:
            result = attempt(lambda: extractor.extract(path, template))
        except Exception as error:  # a defect of ours in one image must not take thousands of others with it
            return failed_row(image, Failure("internal_error", f"unexpected {type(error).__name__}"))
        return (
            failed_row(image, result)
            if isinstance(result, Failure)
            else {"image": image, "record": result.model_dump(mode="json")}
        )

    return extract


def failed_row(image: str, failure: Failure) -> Row:
    """The row of an image that nothing came of."""
    return {"image": image, "error": asdict(failure)}
