"""The shapes of answers, for OpenAPI."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from docextract.service.jobs import Status


class Sheet(BaseModel):
    """A page.

    Attributes:
        capture: What to do better in another photograph: `NO_DOCUMENT`, `TOO_SMALL`, `TOO_BLURRY`, `CUT_OFF:right`,
            `GLARE_OVER:number`; empty for a good one.
        width: Width of the upright image in pixels.
        height: Its height.
    """

    capture: list[str]
    width: int
    height: int


class Extraction(Sheet):
    """What an image says.

    Attributes:
        record: The record of the template, with `evidence` and `issues`; quads are in pixels of the upright image.
    """

    record: dict[str, Any]


class DocumentExtraction(BaseModel):
    """What a document of several pages says.

    Attributes:
        record: One record of all pages; `page` of each evidence counts them from 0, and its quads are in pixels of
            that page.
        pages: The pages.
    """

    record: dict[str, Any]
    pages: list[Sheet]


class TemplateNames(BaseModel):
    """Names that `template` can have.

    Attributes:
        templates: Kinds of documents, and their templates.
    """

    templates: list[str]


class JobStatus(BaseModel):
    """A job.

    Attributes:
        id: Its name, to ask for it.
        status: How far it is.
    """

    id: str
    status: Status


class Version(BaseModel):
    """Versions.

    Attributes:
        version: Of the package.
        schema_version: Of the JSON of pages and records.
    """

    version: str
    schema_version: int


class Health(BaseModel):
    """A sign of life.

    Attributes:
        status: "ok".
    """

    status: str = "ok"


@cache
def examples() -> dict[str, Any]:
    """Answers that the service gave for `samples/receipt-en.jpg` and for a PDF of it and a second page, shortened."""
    loaded: dict[str, Any] = json.loads((files("docextract.service") / "examples.json").read_bytes())
    return loaded
