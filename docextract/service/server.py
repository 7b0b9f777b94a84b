"""The server's process."""

from __future__ import annotations

import logging
import socket

import uvicorn
from fastapi import FastAPI

from docextract.service.desk import Desk
from docextract.service.settings import Settings


class Server(uvicorn.Server):
    """Told to stop, it first lets the work end and callers fetch the results of their jobs, then closes its doors.

    Args:
        app: From `create_app`.
        settings: Where to listen.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        # The application logs requests itself, without what callers wrote into their paths.
        super().__init__(
            uvicorn.Config(app, settings.host, settings.port, access_log=False, server_header=False, lifespan="on")
        )
        self._desk: Desk = app.state.desk

    async def on_tick(self, counter: int) -> bool:
        """Whether to leave the main loop, asked ten times a second."""
        return await super().on_tick(counter) and (self.force_exit or self._desk.is_drained())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the doors, and the application unless a second SIGINT cuts it off."""
        await super().shutdown(sockets)
        if self.force_exit:  # which was asked for, but would be logged as an error with its traceback
            logging.getLogger("uvicorn.error").disabled = True
