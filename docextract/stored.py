"""Records from the JSON that they were written to."""

from __future__ import annotations

import json
from pathlib import Path

from docextract.errors import RecordFormatError, TemplateNotFoundError
from docextract.records import Record
from docextract.schema.loading import bundled_names, find_template, load_template, template_name
from docextract.schema.record_type import record_type


def load_record(data: str | bytes, template: str | Path | None = None) -> Record:
    """The record that `record.model_dump_json()` wrote, with its type, its evidence and its issues.

    Secrets come back as their masks; JSON never had more of them.

    Args:
        data: The JSON.
        template: As for `docextract.extract`: needed where the record was made by a template of one's own, since JSON
            has its name only. Otherwise it is the bundled one that the JSON names.

    Raises:
        RecordFormatError: The JSON is no record of that template.
        TemplateNotFoundError: There is no such template, or the JSON names none of the package.
        TemplateSyntaxError: The template has a mistake.
    """
    if template is None:
        template = _named(data)
        if template not in bundled_names():  # what a stranger wrote opens no files
            raise TemplateNotFoundError(template)
    made = record_type(template_name(template), load_template(find_template(template)))
    return made.model_validate_json(data)


def _named(data: str | bytes) -> str:
    """The name of the template in a record's JSON."""
    try:
        name = json.loads(data)["template"]
    except (ValueError, TypeError, KeyError, RecursionError):
        name = None
    if not isinstance(name, str):
        raise RecordFormatError("Record", (("template", "the JSON does not name the record's template"),))
    return name
