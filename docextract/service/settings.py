"""What a deployment decides, from arguments or from `DOCEXTRACT_*` in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ocr.imaging import PIXEL_LIMIT


def _split(value: object) -> object:
    """`a, b` of the environment as a list."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


KeyDigest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Settings(BaseSettings):
    """Settings of the service; `queue` is DOCEXTRACT_QUEUE in the environment, lists are separated by commas.

    Attributes:
        host: Address to listen at.
        port: Port to listen at.
        api_keys: SHA-256 of each key that lets a caller in, in lower case hex; without any, everybody is let in.
        origins: Origins whose pages may call the service from a browser (CORS), such as `https://app.example`.
        body_limit_bytes: The largest body of a request.
        pixel_limit: The most pixels of an image, width times height.
        page_limit: The most pages of a document.
        weights: Folder of the model's weights, instead of those of the package.
        workers: Threads that read pages.
        batch: Pages that are read together at most, where that many wait; 1 answers the first in line soonest.
        queue: Requests that may wait for them; more are turned away.
        deadline_s: Time that a request may take, its upload included.
        jobs: Jobs that are kept, finished ones whose result was not fetched included.
        job_ttl_s: Time that the result of a job is kept.
        drain_s: Time that results of jobs may still be fetched after the service was told to stop.
    """

    model_config = SettingsConfigDict(env_prefix="DOCEXTRACT_", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    api_keys: Annotated[tuple[KeyDigest, ...], NoDecode, BeforeValidator(_split)] = ()
    origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    body_limit_bytes: Annotated[int, Field(gt=0)] = 20 * 2**20
    pixel_limit: Annotated[int, Field(gt=0)] = PIXEL_LIMIT
    page_limit: Annotated[int, Field(gt=0)] = 20
    weights: Path | None = None
    workers: Annotated[int, Field(ge=1)] = 1
    batch: Annotated[int, Field(ge=1)] = 2
    queue: Annotated[int, Field(ge=0)] = 16
    deadline_s: Annotated[float, Field(gt=0)] = 30.0
    jobs: Annotated[int, Field(ge=0)] = 64
    job_ttl_s: Annotated[float, Field(gt=0)] = 600.0
    drain_s: Annotated[float, Field(ge=0)] = 30.0
