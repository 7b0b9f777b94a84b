"""The application, put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from docextract.pipeline import Extractor
from docextract.service import playground
from docextract.service.desk import Desk
from docextract.service.observation import Metrics, Observer
from docextract.service.problems import add_problem_handlers
from docextract.service.routes import operations, router
from docextract.service.settings import Settings


def create_app(settings: Settings | None = None, extractor: Extractor | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: Limits and keys; None for those of the environment.
        extractor: Does the work; None for one with the weights of the settings.

    Returns:
        An ASGI application. Its lifespan loads the weights, and at the end finishes what was taken.
    """
    # Whatever level the rest of the process logs at: Pillow's debug messages have the tags of photographs in them.
    logging.getLogger("PIL").setLevel(logging.INFO)
    settings = settings or Settings()
    desk = Desk(settings, extractor or Extractor(weights=settings.weights))
    # No pages of documentation: those of FastAPI load scripts from other hosts.
    app = FastAPI(
        title="docextract",
        version=version("docextract"),
        summary="Documents in, typed records out: every value with the ink that it was read from.",
        openapi_url=None,  # FastAPI's own route has no name in the metrics
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.desk = desk
    app.state.metrics = Metrics(desk.queue, desk.jobs)
    app.include_router(router)
    app.include_router(operations)
    app.include_router(playground.router)
    add_problem_handlers(app)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type"),
            expose_headers=("Location", "Retry-After"),
        )
    app.add_middleware(Observer, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    await desk.open()
    yield
    await desk.close()
