"""The way of a gateway's events past the framework: what it does for other requests costs more than an event does.

Host, size, token, headers, errors and measures are as on the long way; what is unlike a gateway goes there.
"""

from __future__ import annotations

import logging
import time
from typing import Final

from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud.errors import Problem
from cloud.ingest.endpoints import ALLOWED, PATH, PREFIX, post_events
from cloud.settings import Settings
from cloud.web.answers import answer_known
from cloud.web.body_limit import DEFAULT
from cloud.web.headers import SecurityHeaders
from cloud.web.metrics import count
from cloud.web.origin import Origin

_BEFORE, _AFTER = f"{PREFIX}{PATH}".split("{id}")
_KNOWN: Final = (Problem, DBAPIError, ClientDisconnect)
log = logging.getLogger(__name__)


class Straight:
    """Stands before everything else."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._origin = Origin(app, settings=settings)
        self._headers = SecurityHeaders(app, https=settings.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        id = self._gateway(scope)
        if not id:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = await _answered(Request(scope, receive, send), id)
        count("POST", f"{PREFIX}{PATH}", answer.status_code, time.perf_counter() - began)
        answer.raw_headers = self._headers.added_to(answer.raw_headers)
        await answer(scope, receive, send)

    def _gateway(self, scope: Scope) -> str:
        """Whose events these are; empty for the long way."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return ""
        path: str = scope["path"]
        if not path.endswith(_AFTER) or not path.startswith(_BEFORE) or scope.get("root_path"):
            return ""
        headers = Headers(scope=scope)
        size = headers.get("content-length", "")
        usual = size.isdecimal() and int(size) <= DEFAULT and "authorization" in headers and "cookie" not in headers
        id = path[len(_BEFORE) : -len(_AFTER)]
        return id if usual and "/" not in id and not self._origin.wrong(scope, headers) else ""


async def _answered(request: Request, id: str) -> Response:
    try:
        return await post_events(request, await ALLOWED(request), id)
    except Exception as error:  # the boundary of a request, where the framework's own stands on the long way
        if not isinstance(error, _KNOWN):
            log.exception("the events of gateway %s could not be taken", id)
        return await answer_known(request, error)
