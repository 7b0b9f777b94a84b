"""The service as a deployment of Ray Serve: replicas spread over a cluster; extra `ray`.

serve run docextract.service.cluster:build replicas=4
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from docextract.service.app import create_app
from docextract.service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from ray.serve import Application

_MOST_REQUESTS = 1000  # far above a replica's places: it turns requests away itself, rather than let Ray keep them


class Scale(BaseModel):
    """How far the service is spread.

    Attributes:
        replicas: Processes, each with the weights, a queue and jobs of its own.
        cores: Cores of each, and threads that it spreads a page over.
    """

    replicas: Annotated[int, Field(ge=1)] = 1
    cores: Annotated[int, Field(ge=1)] = 1


def build(scale: Scale) -> Application:
    """The service for `ray.serve.run`; Ray's proxies listen in place of its own server.

    The settings of the environment hold for every replica, but those of host and port.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a Ray that is started here would call its makers
    from ray import serve

    settings = Settings()

    def app() -> FastAPI:  # Ray takes functions only; in its `runtime_env` the dashboard would show the keys' digests
        return create_app(settings)

    deployment = serve.deployment(
        serve.ingress(app)(),
        name="docextract",
        num_replicas=scale.replicas,
        ray_actor_options={"num_cpus": scale.cores},
        max_ongoing_requests=_MOST_REQUESTS,
        graceful_shutdown_timeout_s=settings.deadline_s + settings.drain_s,
    )
    return deployment.bind()
