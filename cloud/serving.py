"""Serves the application: the port is taken first, the first secrets are printed once, one uvicorn worker runs."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import warnings
from typing import Final

import click
import uvicorn
from fastapi import FastAPI
from pydantic.warnings import UnsupportedFieldAttributeWarning

from cloud.alone import alone
from cloud.app import create_app
from cloud.database.opening import database_of
from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.opening import open_historian
from cloud.migrations.running import migrate
from cloud.settings import Settings
from cloud.users.first import ADMIN, first_admin
from cloud.users.passwords import Passwords
from facility.clock import SystemClock
from facility.errors import ConfigError

STOP_SECONDS = 5
SWITCH: Final = 0.001
"""Seconds after which a busy thread lets another go on: at Python's own 5 ms the writer waits longer than it writes."""


class Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for requests to finish: they would never."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own, after the streams have ended."""
        if (hub := getattr(self._app.state, "hub", None)) is not None:
            hub.end()
        await super().shutdown(sockets)


def serve(settings: Settings, influx: str | None, influx_database: str, influx_token: str | None) -> None:
    """Until SIGTERM or SIGINT; ConfigError where the folder or the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # FastAPI names whole bodies and questions by an alias where pydantic takes none: nothing that a reader could mend.
    warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
    target = InfluxSettings(influx, influx_database, influx_token) if influx else None
    with alone(settings.data):
        _serve(settings, target)


def _serve(settings: Settings, target: InfluxSettings | None) -> None:
    sys.setswitchinterval(SWITCH)
    listening = _listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    password = asyncio.run(_prepare(settings))
    if password is not None:
        click.echo(f"First start. Log in as {ADMIN} with this password, shown only now: {password}")
        click.echo(f"首次启动:用户 {ADMIN},密码仅显示这一次:{password}")
    app = create_app(settings, historian=open_historian(settings.data, SystemClock(), target))
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"Gatehouse is at http://{host}:{settings.port}")
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        ws_max_size=4 * 1024 * 1024,
        limit_concurrency=2000,
        h11_max_incomplete_event_size=64 * 1024,
    )
    Server(app, config).run(sockets=[listening])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigError(f"can't listen at {where} ({error.strerror}): choose another with --port") from error
    return listening


async def _prepare(settings: Settings) -> str | None:
    await migrate(settings.database_url, only_sqlite=True)
    async with database_of(settings.database_url) as database:
        return await first_admin(database, Passwords(), now=SystemClock().now())
