"""Refuses bodies over the limit of their path, said or unsaid in Content-Length."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.errors import TooLarge
from cloud.web.answers import answer_problem

DEFAULT: Final = 4 * 1024 * 1024
LARGER: Final = {"/inventory": 16 * 1024 * 1024, "/write": 32 * 1024 * 1024, "/photos": 12 * 1024 * 1024}
"""End of the path → bytes."""


class BodyLimit:
    """4 MiB, more for inventories, photos and line protocol."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((most for end, most in LARGER.items() if scope["path"].endswith(end)), DEFAULT)
        said = Headers(scope=scope).get("content-length", "0")
        refused = TooLarge(f"请求体超过 {limit} 字节,请分批发送 · the body is over {limit} bytes: send it in parts")
        if said.isdigit() and int(said) > limit:
            await answer_problem(refused)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise refused
            return message

        await self._app(scope, counted, send)
