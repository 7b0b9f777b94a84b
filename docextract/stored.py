"""Records from the JSON that they were written to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal, overload

from docextract.errors import RecordFormatError, TemplateNotFoundError
from docextract.records import (
    AlienRegistrationCard,
    BusinessCard,
    DriverLicence,
    IdentityCard,
    Passport,
    PaymentCard,
    Receipt,
    Record,
    ResidentCard,
)
from docextract.schema.loading import bundled_names, find_template, load_template, template_name
from docextract.schema.record_type import record_type


@overload
def load_record(data: str | bytes, template: Literal["receipt"]) -> Receipt: ...
@overload
def load_record(data: str | bytes, template: Literal["payment_card"]) -> PaymentCard: ...
@overload
def load_record(data: str | bytes, template: Literal["resident_card"]) -> ResidentCard: ...
@overload
def load_record(data: str | bytes, template: Literal["driver_licence"]) -> DriverLicence: ...
@overload
def load_record(data: str | bytes, template: Literal["alien_registration_card"]) -> AlienRegistrationCard: ...
@overload
def load_record(data: str | bytes, template: Literal["passport"]) -> Passport: ...
@overload
def load_record(data: str | bytes, template: Literal["identity_card"]) -> IdentityCard: ...
@overload
def load_record(data: str | bytes, template: Literal["business_card"]) -> BusinessCard: ...
@overload
def load_record(data: str | bytes, template: str | Path | None = None) -> Record: ...
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
    return _type_of(template).model_validate_json(data)


def _type_of(template: str | Path) -> type[Record]:
    return _bundled_type(template) if template in bundled_names() else _read_type(template)


@cache
def _bundled_type(name: str | Path) -> type[Record]:
    return _read_type(name)  # once: it takes some thousand times as long as to validate a record


def _read_type(template: str | Path) -> type[Record]:
    return record_type(template_name(template), load_template(find_template(template)))


def _named(data: str | bytes) -> str:
    """The name of the template in a record's JSON."""
    try:
        name = json.loads(data)["template"]
    except (ValueError, TypeError, KeyError, RecursionError):
        name = None
    if not isinstance(name, str):
        raise RecordFormatError("Record", (("template", "the JSON does not name the record's template"),))
    return name
