"""The service does what its OpenAPI document says, tried with requests made up from that document."""

from __future__ import annotations

import schemathesis
from hypothesis import Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from docextract.pipeline import Extractor
from docextract.service import Settings, create_app

from .conftest import WaitingReader

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


def test_the_service_does_what_it_says() -> None:
    reader = WaitingReader()
    reader.go.set()
    app = create_app(Settings(jobs=10_000, queue=10_000), Extractor(reader))
    operations = [found.ok() for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations()]
    assert len(operations) >= 10
    for operation in operations:

        @settings(max_examples=20, phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
        @given(case=operation.as_strategy())
        def answer_as_described(case: Case) -> None:
            case.call_and_validate(checks=CHECKS)

        answer_as_described()
