from __future__ import annotations

import copy
import pickle

import pytest

from ocr.errors import (
    FormatUnavailableError,
    ImageCorruptError,
    ImageTooLargeError,
    KernelsError,
    OcrError,
    TooManyPagesError,
)


@pytest.mark.parametrize(
    "error",
    [
        FormatUnavailableError("PDF", "pip install 'docextract[pdf]'"),
        ImageCorruptError("the image is empty"),
        ImageTooLargeError(10_000, 9_000, 64),
        KernelsError("no compiled kernels"),
        TooManyPagesError(120, 100),
    ],
)
def test_errors_travel_between_processes(error: OcrError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert (str(other), vars(other)) == (str(error), vars(error))
