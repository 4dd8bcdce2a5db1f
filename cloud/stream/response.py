"""The HTTP answer that never ends: frames until the client leaves, is cut, or may no longer read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

END_SECONDS = 0.5


class EventStream(Response):
    """Sends each frame as it is; ends when `frames` does, the client leaves, or `cut` is set."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncIterator[bytes], cut: asyncio.Event) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._frames = frames
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        ways = [
            asyncio.create_task(self._send_all(send), name="stream to a page"),
            asyncio.create_task(_gone(receive), name="page gone"),
            asyncio.create_task(self._cut.wait(), name="page cut"),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        if self._cut.is_set():
            await _end(send)
            return
        for way in done:
            way.result()

    async def _send_all(self, send: Send) -> None:
        async for frame in self._frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await _end(send)


async def _end(send: Send) -> None:
    """In good order, unless the client reads nothing any more."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
