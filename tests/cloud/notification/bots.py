"""A stand-in for the robots' services: it answers as they do, refusals inside HTTP 200 too, or misbehaves."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import Any, Literal

import uvicorn

Mode = Literal["ok", "refuse", "too_fast", "busy", "broken", "hang", "redirect", "endless"]
REFUSALS = {"/robot/send": {"errcode": 310000}, "/cgi-bin/webhook/send": {"errcode": 93000}}
TOO_FAST = {"/robot/send": {"errcode": 130101}, "/cgi-bin/webhook/send": {"errcode": 45009}}


@dataclass(frozen=True)
class Seen:
    """One request."""

    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Bots:
    """What it was asked, and how it answers: all paths alike unless `modes` says otherwise for one."""

    port: int
    mode: Mode = "ok"
    modes: dict[str, Mode] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def at(self, path: str) -> list[Seen]:
        """The requests to a path."""
        return [seen for seen in self.seen if seen.path.startswith(path)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.seen.append(Seen(scope["path"], scope["query_string"].decode(), headers, body))
        await self._answer(self.modes.get(scope["path"], self.mode), scope["path"], receive, send)

    async def _answer(self, mode: Mode, path: str, receive: Any, send: Any) -> None:
        status, headers, said = 200, [(b"content-type", b"application/json")], self._good(path)
        if mode == "refuse":
            said = REFUSALS.get(path, {"code": 19021})
        elif mode == "too_fast":
            said = TOO_FAST.get(path, {"code": 11232})
        elif mode == "busy":
            status, headers = 429, [(b"retry-after", b"20")]
        elif mode == "broken":
            status = 503
        elif mode == "redirect":
            status, headers = 302, [(b"location", b"/elsewhere")]
        elif mode == "hang":
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for _ in range(100 if mode == "endless" else 0):
            await send({"type": "http.response.body", "body": b" " * 4096, "more_body": True})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})

    @staticmethod
    def _good(path: str) -> dict[str, Any]:
        if path.startswith("/open-apis"):
            return {"code": 0, "msg": "success"}
        if path.endswith("gettoken"):
            return {"errcode": 0, "access_token": "token-1", "expires_in": 7200}
        return {"errcode": 0, "errmsg": "ok"}


@asynccontextmanager
async def answering() -> AsyncIterator[Bots]:
    """On a free port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        found = Bots(listening.getsockname()[1])
        config = uvicorn.Config(found, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not task.done()
            await asyncio.sleep(0.005)
        try:
            yield found
        finally:
            server.should_exit = True
            await task


@contextmanager
def answering_beside() -> Iterator[Bots]:
    """The same in a thread of its own, for a test that is no coroutine."""
    ready: Queue[Bots] = Queue()
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def serve() -> None:
        async with answering() as found:
            ready.put(found)
            await ending.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), name="bots")
    thread.start()
    try:
        yield ready.get(timeout=30)
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(30)
        loop.close()
