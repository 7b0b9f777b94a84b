from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from docextract.errors import (
    BatchError,
    DocExtractError,
    DraftError,
    NoTemplateFitsError,
    RecordFormatError,
    SecretUnavailableError,
    TaggerUnavailableError,
    TemplateNotFoundError,
    TemplateSyntaxError,
    ValueFormatError,
)


@pytest.mark.parametrize(
    "error",
    [
        BatchError("the output must be named .jsonl"),
        DraftError({"total": "no label stands before or above its value"}),
        NoTemplateFitsError("receipt"),
        RecordFormatError("Receipt", (("total", "not a number"),)),
        SecretUnavailableError("card_number"),
        TaggerUnavailableError("no transformers"),
        TemplateNotFoundError("recipt", "receipt"),
        TemplateSyntaxError(Path("parking.yaml"), 4, 29, "the key 'requird' is unknown here"),
        ValueFormatError("money"),
    ],
)
def test_errors_travel_between_processes(error: DocExtractError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert (str(other), vars(other)) == (str(error), vars(error))
