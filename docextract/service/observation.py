"""What metrics and log tell about requests: how many, how long, with what status. Never what is in them."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Sized
from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docextract.service.problems import problem_response
from docextract.service.queue import WorkQueue

_LOG = logging.getLogger("docextract.service")
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Metrics:
    """Numbers for Prometheus.

    Args:
        queue: Its places are counted.
        jobs: They are counted.
    """

    def __init__(self, queue: WorkQueue, jobs: Sized) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self._requests = Counter("docextract_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "docextract_request_seconds", "Time to the answer.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        places = Gauge("docextract_queue_places_taken", "Requests that work or wait.", registry=self.registry)
        places.set_function(lambda: queue.taken)
        pages = Gauge(
            "docextract_queue_pages", "Pages that are read or wait, as far as counted.", registry=self.registry
        )
        pages.set_function(lambda: queue.steps)
        kept = Gauge("docextract_jobs", "Jobs that run or whose result was not fetched.", registry=self.registry)
        kept.set_function(lambda: len(jobs))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)


class Observer:
    """Outermost layer of the application: counts, logs, adds headers, and keeps unexpected errors to itself.

    Args:
        app: What is inside.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.monotonic(), 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except ClientDisconnect:
            status = 499  # as nginx calls a client that did not wait
        except Exception as error:
            # Neither the message nor the values of an error that nobody expected are known to be harmless.
            _LOG.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            if not status:
                await problem_response(500, "internal", "something went wrong")(scope, receive, send_observed)
        # The pattern of the path, not the path, and a method of HTTP: what callers make up must fill neither the log
        # nor the metrics.
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
        seconds = time.monotonic() - begin
        self._metrics.count(method, route, status, seconds)
        _LOG.info("%s %s %d %.3f s", method, route, status, seconds)
