"""The cloud's write API on a real socket, over an embedded historian, with tokens of the test's own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.requests import HTTPConnection

from cloud.caller import Caller
from cloud.errors import Unauthenticated
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.endpoints import router
from cloud.permissions import EVERYWHERE, GATEWAY, Permission
from cloud.users.authentication import token_of

TOKENS = {
    "gateway": Caller("gateway", "g1", "riverside-1", {"riverside": GATEWAY}, "riverside", "riverside-1"),
    "admin": Caller("machine", "m1", "importer", {EVERYWHERE: frozenset({Permission.HISTORIAN_WRITE})}),
    "hillside": Caller("machine", "m2", "hillside", {"hillside": frozenset({Permission.HISTORIAN_WRITE})}),
    "viewer": Caller("user", "u1", "Li", {"riverside": frozenset({Permission.SERIES_READ})}),
}


class Tokens:
    """An Authenticator that knows four tokens."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        token = token_of(connection)
        if token is None:
            return None
        if token not in TOKENS:
            raise Unauthenticated("this token is unknown")
        return TOKENS[token]


@dataclass
class Served:
    """A running server; `historian` belongs to its loop, reach it with `run`."""

    url: str
    historian: EmbeddedHistorian
    loop: asyncio.AbstractEventLoop


def application(historian: EmbeddedHistorian) -> FastAPI:
    """The historian's endpoints alone."""
    app = FastAPI()
    app.include_router(router)
    app.state.historian = historian
    app.state.authenticator = Tokens()
    return app


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve from a thread, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ready = threading.Event()
    kept: list[Served] = []
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        async with EmbeddedHistorian(folder) as historian:
            config = uvicorn.Config(application(historian), log_level="warning", lifespan="off")
            servers.append(uvicorn.Server(config))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            kept.append(Served(url, historian, asyncio.get_running_loop()))
            ready.set()
            await servers[0].serve(sockets=[listener])

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield kept[0]
    finally:
        servers[0].should_exit = True
        thread.join(30)
        listener.close()
