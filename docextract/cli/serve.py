"""`docextract serve`: the HTTP service."""

from __future__ import annotations

import argparse
import logging
import os
from importlib.util import find_spec

from docextract.cli.console import Exit, Subparsers, UsageError, tell
from docextract.cli.documents import add_weights_argument

_DESCRIPTION = """\
Serve extraction over HTTP, with a playground at /.

Further settings are taken from the environment, such as DOCEXTRACT_API_KEYS (SHA-256 of keys, separated by
commas) and DOCEXTRACT_DEADLINE_S; docs/service.md lists them.
"""

_EXTRA = ("fastapi", "prometheus_client", "pydantic_settings", "python_multipart", "starlette", "uvicorn")

_SETTINGS = ("host", "port", "workers", "weights")


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "serve",
        help="the HTTP service",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="address to listen at (default: DOCEXTRACT_HOST or 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at (default: DOCEXTRACT_PORT or 8000)")
    parser.add_argument("--workers", type=int, help="images read at the same time (default: DOCEXTRACT_WORKERS or 1)")
    add_weights_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Serve until told to stop."""
    for name in _EXTRA:
        if find_spec(name) is None:
            raise UsageError(f"{name} is missing; the service needs: pip install 'docextract[service]'")
    import pydantic

    from docextract.pipeline import Extractor
    from docextract.service import Settings, create_app
    from docextract.service.server import Server

    given = {name: value for name in _SETTINGS if (value := getattr(args, name)) is not None}
    try:
        settings = Settings(**given)
    except pydantic.ValidationError as error:
        reasons = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors(include_input=False))
        raise UsageError("; ".join(reasons)) from None
    # Workers share the cores; PyTorch looks at this when it is loaded, which is later.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // settings.workers)))
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.api_keys:
        tell(f"no API keys are set: whoever reaches {settings.host}:{settings.port} may use the service")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    extractor = Extractor(weights=settings.weights)
    extractor.load()  # the server would tell of damaged weights by a traceback
    try:
        Server(create_app(settings, extractor), settings).run()
    except SystemExit:  # it cannot listen there, and its log has said so
        return Exit.USAGE
    return Exit.OK
