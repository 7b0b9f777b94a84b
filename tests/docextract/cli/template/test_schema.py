from __future__ import annotations

import json

from docextract.schema.json_schema import template_schema


def test_the_schema_is_printed(shell) -> None:
    status, out, _ = shell("template", "schema")
    assert status == 0
    assert json.loads(out) == template_schema()
