"""The cloud as one ASGI application: nouns found by folder, the store opened and closed with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from cloud.background import running
from cloud.database.opening import database_of
from cloud.description import describe
from cloud.historian.base import Historian
from cloud.ingest.gathering import Gatherer
from cloud.ingest.straight import Straight
from cloud.instructions.bell import Bell
from cloud.latest import Latest
from cloud.live.contention import Contention
from cloud.migrations.running import migrate
from cloud.nouns import modules
from cloud.resident_reports.limits import Limits
from cloud.settings import Settings
from cloud.sites.known import KnownSites
from cloud.users.authentication import Authentication
from cloud.users.passwords import Passwords
from cloud.web import answers, health, metrics
from cloud.web.body_limit import BodyLimit
from cloud.web.headers import SecurityHeaders
from cloud.web.metrics import Measure
from cloud.web.origin import Origin
from cloud.web.pages import pages_router
from facility.clock import Clock, SystemClock

OpensHistorian = AbstractAsyncContextManager[Historian]


def create_app(settings: Settings, *, historian: OpensHistorian | None = None, clock: Clock | None = None) -> FastAPI:
    """The application; its life begins with the lifespan. Without a historian there are no old values."""
    time = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await migrate(settings.database_url, only_sqlite=True)
        async with AsyncExitStack() as stack:
            app.state.database = await stack.enter_async_context(database_of(settings.database_url))
            app.state.historian = await stack.enter_async_context(historian) if historian is not None else None
            app.state.authenticator = Authentication(app.state.database, time)
            app.state.sites = KnownSites(app.state.database)
            app.state.gatherer = Gatherer(app.state.database)
            app.state.passwords = Passwords()
            stack.callback(app.state.passwords.close)
            await stack.enter_async_context(running(app))
            yield

    app = FastAPI(
        title="Gatehouse",
        version="1",
        summary="The gateway between a building's plant rooms and the people who look after it",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.clock = time
    app.state.latest = Latest()
    app.state.bell = Bell()
    app.state.links = {}
    app.state.contention = Contention()
    app.state.resident_limits = Limits()
    _assemble(app, settings)
    return app


def _assemble(app: FastAPI, settings: Settings) -> None:
    for name in ("effects", "due"):
        for _ in modules(name):
            pass
    for noun in modules("endpoints"):
        # Not included: an inclusion builds every route anew at the first request, and looks each one up twice.
        app.router.routes.extend(noun.router.routes)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(pages_router(settings.dashboards))
    answers.install(app)
    describe(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Origin, settings=settings)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(Measure)
    app.add_middleware(Straight, settings=settings)
