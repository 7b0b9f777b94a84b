"""The API, version 1, and what operators ask for."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse

from docextract.errors import TemplateNotFoundError
from docextract.schema.json_schema import template_schema
from docextract.schema.loading import bundled_names, find_template
from docextract.service.desk import Desk
from docextract.service.errors import DrainingError
from docextract.service.keys import authorize
from docextract.service.problems import Problem
from docextract.service.schemas import (
    DocumentExtraction,
    Extraction,
    Health,
    JobStatus,
    TemplateNames,
    Version,
    examples,
)
from ocr.document import SCHEMA_VERSION


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


Desked = Annotated[Desk, Depends(_desk)]
Owner = Annotated[str, Depends(authorize)]
TemplateName = Annotated[
    str | None,
    Query(
        max_length=100,
        description="A kind of document or one of its templates; without one, the page tells its kind.",
        openapi_examples={"receipt": {"value": "receipt"}},
    ),
]
PageNumber = Annotated[int, Query(ge=1, le=10_000, description="The page, counted from 1.")]

_BINARY = {"type": "string", "format": "binary"}
_TEMPLATE = {
    "type": "string",
    "description": "In place of the query's: a name, or the YAML of one's own, as a text or a file",
}
_FORM = {"type": "object", "required": ["image"], "properties": {"image": _BINARY, "template": _TEMPLATE}}
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "image/*": {"schema": _BINARY},
            "application/pdf": {"schema": _BINARY},
        },
    }
}
_REASONS = {
    401: "No API key, or an unknown one",
    404: "There is no such template or job",
    409: "The job is not finished",
    413: "The body or the image is too large",
    415: "Not an image of a format that is read",
    422: "The request, the image or the template is broken, there are too many pages, or no template fits",
    503: "Too busy or about to stop; Retry-After says when to come back",
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"description": _REASONS[status], "content": content} for status in (401, 422, *statuses)}


def _examples(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"examples": {key: {"value": v} for key, v in examples()[name].items()}}}}


router = APIRouter(prefix="/v1", tags=["documents"])
operations = APIRouter(tags=["operations"])


@router.post(
    "/extract",
    response_model=Extraction | DocumentExtraction,
    openapi_extra=_UPLOAD,
    responses={200: _examples("extract"), **_problems(404, 413, 415, 503)},
)
async def extract(request: Request, desk: Desked, owner: Owner, template: TemplateName = None) -> Any:
    """Extract a typed record from an image, or one record from all pages of a document."""
    return await desk.answer(request, desk.extraction(template))


@router.post("/read", openapi_extra=_UPLOAD, responses={200: _examples("read"), **_problems(413, 415, 503)})
async def read(request: Request, desk: Desked, owner: Owner) -> dict[str, Any]:
    """Read an image: blocks, lines, words and characters, each with its place and confidence.

    A document of several pages has them in `pages`.
    """
    return await desk.answer(request, desk.read)


@router.post(
    "/preview",
    response_class=Response,
    openapi_extra=_UPLOAD,
    responses={200: {"content": {"image/jpeg": {"schema": _BINARY}}}, **_problems(413, 415, 503)},
)
async def preview(request: Request, desk: Desked, owner: Owner, page: PageNumber = 1) -> Response:
    """Draw a page upright, as its quads lie on it, for what a browser cannot show: PDF, TIFF, HEIC."""
    return Response(await desk.answer(request, desk.preview(page)), media_type="image/jpeg")


@router.get("/templates", responses=_problems())
async def templates(owner: Owner) -> TemplateNames:
    """List the templates."""
    return TemplateNames(templates=list(bundled_names()))


@router.get(
    "/templates/{name:path}",
    response_class=Response,
    responses={200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}, **_problems(404)},
)
async def template_source(name: str, owner: Owner) -> Response:
    """Show a template as it is written."""
    if name not in bundled_names():
        raise TemplateNotFoundError(name)
    return Response(find_template(name).read_bytes(), media_type="application/yaml")


@router.get("/template-schema", responses=_problems())
async def schema_of_templates(owner: Owner) -> dict[str, Any]:
    """JSON Schema of templates, for editors."""
    return template_schema()


@router.post("/jobs", status_code=202, openapi_extra=_UPLOAD, responses=_problems(404, 413, 503))
async def start_job(
    request: Request, response: Response, desk: Desked, owner: Owner, template: TemplateName = None
) -> JobStatus:
    """Extract without waiting: ask for the job's status, then fetch its result."""
    job = await desk.start_job(request, desk.extraction(template), owner)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"
    return JobStatus(id=job.id, status=job.status)


@router.get("/jobs/{job_id}", responses=_problems(404))
async def job_status(job_id: str, desk: Desked, owner: Owner) -> JobStatus:
    """Tell how far a job is."""
    return JobStatus(id=job_id, status=desk.jobs.find(job_id, owner).status)


@router.get(
    "/jobs/{job_id}/result",
    response_model=Extraction | DocumentExtraction,
    responses=_problems(404, 409, 413, 415),
)
async def job_result(job_id: str, desk: Desked, owner: Owner) -> Any:
    """Fetch a job's result, or the problem that it ran into. It is given out once."""
    return desk.jobs.pop_result(job_id, owner)


@operations.get("/healthz")
async def healthz() -> Health:
    """Tell that the process lives."""
    return Health()


@operations.get("/readyz", responses={503: _problems(503)[503]})
async def readyz(desk: Desked) -> Health:
    """Tell whether requests are taken."""
    if desk.queue.draining:
        raise DrainingError(desk.queue.retry_after_s)
    return Health()


@operations.get("/version")
async def versions() -> Version:
    """Tell the versions of the package and of its JSON."""
    return Version(version=version("docextract"), schema_version=SCHEMA_VERSION)


@operations.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """Describe the service for programs."""
    return JSONResponse(request.app.openapi())


@operations.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Numbers in Prometheus' format."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
