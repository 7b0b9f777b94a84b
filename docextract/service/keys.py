"""Who may come in."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from docextract.service.errors import UnauthorizedError

_BEARER = HTTPBearer(auto_error=False, description="An API key, where the service asks for one.")


def authorize(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
    """The digest of the caller's key; empty where no keys are set and everybody may come in.

    Keys are long and random, so that an unsalted SHA-256 of them can be neither guessed nor looked up.

    Raises:
        UnauthorizedError: The key is missing or unknown.
    """
    known: tuple[str, ...] = request.app.state.desk.settings.api_keys
    if not known:
        return ""
    digest = hashlib.sha256(credentials.credentials.encode()).hexdigest() if credentials else ""
    # Every key is compared, to the end: time does not tell which one came close.
    if not any([hmac.compare_digest(digest, key) for key in known]):
        raise UnauthorizedError
    return digest
