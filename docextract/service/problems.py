"""Errors as problem details (RFC 9457), told apart by the `code` that our own errors have."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from docextract.errors import DocExtractError, NoTemplateFitsError, TemplateNotFoundError, TemplateSyntaxError
from docextract.service.errors import OverloadedError, ServiceError, UnauthorizedError
from ocr.errors import FormatBrokenError, ImageError, ImageFormatError, ImageTooLargeError, OcrError

_LOG = logging.getLogger("docextract.service")

_STATUS: dict[type[Exception], HTTPStatus] = {
    ImageFormatError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TemplateNotFoundError: HTTPStatus.NOT_FOUND,
    TemplateSyntaxError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoTemplateFitsError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Problem(BaseModel):
    """A problem; what an error knows besides (`line`, `nearest`, `limit_bytes`, ...) are further members.

    Attributes:
        type: A name of the kind of problem.
        title: The status in words.
        status: Status of HTTP.
        code: The same kind of problem, for programs.
        detail: What is wrong this time, for people.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str


def problem_response(status: int, code: str, detail: str, **members: object) -> JSONResponse:
    """A response of type application/problem+json."""
    problem = Problem(
        type=f"urn:docextract:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=int(status),
        code=code,
        detail=detail,
        **members,
    )
    return JSONResponse(problem.model_dump(), status, media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every expected exception into a problem."""
    app.add_exception_handler(OcrError, _of_ours)
    app.add_exception_handler(DocExtractError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def _of_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, (OcrError, DocExtractError))
    if isinstance(error, ServiceError):
        status = error.status
    else:
        found = (status for kind, status in _STATUS.items() if isinstance(error, kind))
        status = next(found, HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(error, FormatBrokenError):
        _LOG.error("%s", error)  # which library, and where, is for the operator and not for the caller
        return problem_response(status, error.code, f"what reads {error.format_name} cannot be loaded")
    members = {name: value for name, value in vars(error).items() if isinstance(value, (int, str))}
    response = problem_response(status, error.code, str(error), **members)
    if isinstance(error, OverloadedError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, UnauthorizedError):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # What was sent is not sent back.
    reasons = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", "; ".join(reasons))


def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    response = problem_response(error.status_code, phrase.lower().replace(" ", "_"), phrase)
    response.headers.update(error.headers or {})
    return response
