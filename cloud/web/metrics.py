"""GET /metrics for Prometheus, and the measures of every request."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.caller import Allow, Caller
from cloud.permissions import Permission

REQUESTS = Counter("gatehouse_http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "gatehouse_http_seconds",
    "Seconds until the answer began",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
router = APIRouter(tags=["operation"])
PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip")


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One request whose answer began."""
    requests, observed = _measures(method, route, status)
    requests.inc()
    observed.observe(seconds)


@lru_cache(maxsize=2048)
def _measures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), SECONDS.labels(route)


class Measure:
    """Counts each request by its route's template, so that ids never become labels."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"].isalpha() else "other"
                route = getattr(scope.get("route"), "path", "other")
                count(method, route, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, measured)


async def _scraper(connection: HTTPConnection) -> Caller:
    """On this machine itself nobody need log in; from elsewhere, or through a proxy, a token is needed."""
    direct = connection.client is not None and connection.client.host in {"127.0.0.1", "::1"}
    if direct and not any(name in connection.headers for name in PROXIED) and "authorization" not in connection.headers:
        return Caller("machine", "loopback", "loopback")
    return await Allow(Permission.METRICS_READ)(connection)


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(_: Annotated[Caller, Depends(_scraper)]) -> Response:
    """In Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
