"""The building's control on loopback: list, inject, clear, values; a token in a file of its owner guards it."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

from facility.errors import GatehouseError
from simulators.building import Building

TIMEOUT = 30.0
_MAX_BODY = 65_536
_Answer = Callable[[dict[str, Any]], Awaitable[Any]]


class Control:
    """One thread serves HTTP; every answer is made on the event loop."""

    def __init__(self, building: Building, port: int = 0) -> None:
        self._building = building
        self._port = port
        self.token = secrets.token_urlsafe(24)
        self._server: ThreadingHTTPServer | None = None
        self._answers: dict[tuple[str, str], _Answer] = {
            ("GET", "/faults"): self._faults,
            ("GET", "/values"): self._values,
            ("POST", "/inject"): self._inject,
            ("POST", "/clear"): self._clear,
        }

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port if self._server else self._port}"

    async def __aenter__(self) -> Self:
        known = {"answers": self._answers, "token": self.token, "loop": asyncio.get_running_loop()}
        handler = type("Handler", (_Handler,), known)
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.shutdown)
            self._server.server_close()

    async def _faults(self, _body: dict[str, Any]) -> Any:
        return {"items": self._building.active(), "known": self._building.faults()}

    async def _values(self, _body: dict[str, Any]) -> Any:
        return {"time": self._building.plant.time, "values": self._building.values()}

    async def _inject(self, body: dict[str, Any]) -> Any:
        arguments = {str(k): str(v) for k, v in dict(body.get("arguments", {})).items()}
        await self._building.inject(str(body["target"]), str(body["fault"]), arguments)
        return {"items": self._building.active()}

    async def _clear(self, body: dict[str, Any]) -> Any:
        fault = body.get("fault")
        await self._building.clear(str(body["target"]), None if fault is None else str(fault))
        return {"items": self._building.active()}


class _Handler(BaseHTTPRequestHandler):
    """Made anew for each request; what it needs stands on a subclass of its server."""

    answers: ClassVar[dict[tuple[str, str], _Answer]] = {}
    token: ClassVar[str] = ""
    loop: ClassVar[asyncio.AbstractEventLoop]

    def do_GET(self) -> None:
        self._serve("GET", {})

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > _MAX_BODY:
            self._reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "the body is too large"})
            return
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            self._reply(HTTPStatus.BAD_REQUEST, {"error": "the body is not JSON"})
            return
        self._serve("POST", body if isinstance(body, dict) else {})

    def _serve(self, method: str, body: dict[str, Any]) -> None:
        given = (self.headers.get("authorization") or "").removeprefix("Bearer ")
        answer = self.answers.get((method, self.path.split("?")[0]))
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            self._reply(HTTPStatus.UNAUTHORIZED, {"error": "the token in sim.json is needed"})
        elif answer is None:
            there = ", ".join(f"{m} {p}" for m, p in self.answers)
            self._reply(HTTPStatus.NOT_FOUND, {"error": f"there are: {there}"})
        else:
            self._answer(answer, body)

    def _answer(self, answer: _Answer, body: dict[str, Any]) -> None:
        try:
            future = asyncio.run_coroutine_threadsafe(_awaited(answer, body), self.loop)
            self._reply(HTTPStatus.OK, future.result(TIMEOUT))
        except KeyError as error:
            self._reply(HTTPStatus.BAD_REQUEST, {"error": f"{error.args[0]!r} is missing"})
        except (GatehouseError, ValueError) as error:
            self._reply(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _reply(self, status: HTTPStatus, body: Any) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library calls it so
        del format, args


async def _awaited(answer: _Answer, body: dict[str, Any]) -> Any:
    return await answer(body)
