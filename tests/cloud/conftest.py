"""The cloud under test: a real server on a free port, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection

from cloud.app import OpensHistorian, create_app
from cloud.audit.store import SYSTEM
from cloud.database.base import Database
from cloud.gateways.registration import register
from cloud.migrations.running import migrate
from cloud.permissions import EVERYWHERE, Role
from cloud.serving import Server
from cloud.settings import Settings
from cloud.users.authentication import COOKIE
from cloud.users.store import add_user, open_session
from cloud.users.tokens import Grant, issue
from facility.clock import SystemClock
from tests.cloud.building import GATEWAY, SITE, Edge, inventory
from tests.cloud.samples import Samples

TRUST = httpx.create_ssl_context()
"""For all clients: each would read every authority anew, which takes longer than most requests."""


@dataclass
class House:
    """A running cloud and clients that speak to it."""

    app: FastAPI
    url: str
    settings: Settings
    samples: Samples
    server: Server

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, verify=TRUST, timeout=30, trust_env=False)

    async def token(self, role: Role, site: str = EVERYWHERE) -> str:
        grant = Grant(f"test-{role}", {site: (role,)})
        return await self.database.write(lambda c: issue(c, grant, by="test", at=SystemClock().now()))

    async def person(self, role: Role, site: str = EVERYWHERE) -> httpx.AsyncClient:
        """The client of somebody who has logged in, `test-<role>-person`."""
        name, now = f"test-{role}-person", SystemClock().now()

        def work(connection: Connection) -> str:
            user = add_user(connection, name, "no hash of any", {site: (role,)}, at=now)
            return open_session(connection, user, at=now)

        client = self.client()
        client.headers["Origin"] = self.url
        client.cookies.set(COOKIE, await self.database.write(work))
        return client

    async def gateway(self, site: str = SITE, id: str = GATEWAY) -> str:
        return await self.database.write(lambda c: register(c, site, id, by=SYSTEM, at=SystemClock().now()))


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[House]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(512)
    samples = Samples()
    app = create_app(settings, historian=cast("OpensHistorian", samples))
    config = uvicorn.Config(
        app, log_config=None, ws="websockets-sansio", ws_max_size=4 << 20, timeout_graceful_shutdown=1
    )
    server = Server(app, config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.005)
    try:
        yield House(app, f"http://127.0.0.1:{listening.getsockname()[1]}", settings, samples, server)
    finally:
        server.should_exit = True
        await task
        listening.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    asyncio.run(migrate(f"sqlite:///{folder / 'cloud.sqlite'}"))
    return folder / "cloud.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Both stores, empty, with their tables."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "cloud.sqlite")
        yield Settings(data=tmp_path)
        return
    postgres = request.getfixturevalue("postgres")
    tables = postgres.template("cloud", lambda template: asyncio.run(migrate(template)))
    url = postgres.lend(tables)
    yield Settings(data=tmp_path, database=url)
    postgres.give_back(tables, url)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def admin(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(await house.token(Role.ADMIN)) as client:
        yield client


@pytest.fixture
async def gateway(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A registered gateway's client, its inventory sent."""
    async with house.client(await house.gateway()) as client:
        answer = await client.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=inventory().body.encode())
        assert answer.status_code == 200, answer.text
        yield client


@pytest.fixture
def edge() -> Edge:
    return Edge(inventory(), uuid4())
