"""Answers on loopback: `/healthz` and `/metrics` to anyone on the machine, the rest to who knows the token."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from edge.status.door import FILE, HOST, TIMEOUT, Door
from edge.status.metrics import CONTENT_TYPE, metrics
from facility.errors import ConfigError
from facility.gateway_status import Status

SAFE: Final = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'\r\n"
)
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    code: str
    body: str
    type: str = JSON


class StatusServer:
    """GET only, one request a connection, Host checked. `port` 0: a free one; the folder's file says which."""

    def __init__(self, folder: Path, status: Callable[[], Status], port: int = 0) -> None:
        self._file = folder / FILE
        self._status = status
        self._port = port
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._answer, HOST, self._port, limit=16_384)
        except OSError as error:
            raise ConfigError(f"can't listen on {HOST}:{self._port} for the status: {error.strerror}") from error
        port = self._server.sockets[0].getsockname()[1]
        door = Door(port=port, pid=os.getpid(), token=self._token)
        self._file.unlink(missing_ok=True)
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(door.model_dump_json())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(TIMEOUT):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                reply = self._judged(head)
                body = reply.body.encode()
                text = f"HTTP/1.1 {reply.code}\r\nContent-Type: {reply.type}\r\nContent-Length: {len(body)}\r\n{SAFE}"
                writer.write(f"{text}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _judged(self, head: str) -> Reply:
        first, *rest = head.split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)}
        if headers.get("host", "").rpartition(":")[0] not in (HOST, "localhost"):
            return Reply("421 Misdirected Request", "{}")
        method, _, target = first.rpartition(" ")[0].partition(" ")
        if method != "GET":
            return Reply("405 Method Not Allowed", "{}")
        try:
            asked = urlsplit(target)
        except ValueError:
            return Reply("400 Bad Request", "{}")
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        return self._open(asked.path) or self._guarded(asked.path, query, headers)

    def _open(self, path: str) -> Reply | None:
        """What says nothing that a neighbour on the machine may not know."""
        if path == "/healthz":
            return health(self._status())
        if path == "/metrics":
            return Reply("200 OK", metrics(self._status()), CONTENT_TYPE)
        if path == "/status.css":
            from edge.status.page import STYLE

            return Reply("200 OK", STYLE, "text/css; charset=utf-8")
        return None

    def _guarded(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        said = headers.get("authorization", "").removeprefix("Bearer ") or (
            query.get("token", "") if path == "/" else ""
        )
        if not secrets.compare_digest(said.encode(), self._token.encode()):
            return Reply("401 Unauthorized", "{}")
        if path == "/status":
            return Reply("200 OK", self._status().model_dump_json())
        if path == "/":
            from edge.status.page import page

            wanted = query.get("lang") or headers.get("accept-language", "zh")
            document = page(self._status(), self._token, english=wanted.lower().startswith("en"))
            return Reply("200 OK", document, "text/html; charset=utf-8")
        return Reply("404 Not Found", "{}")


def health(status: Status) -> Reply:
    """503 where something serious is wrong; a line or an end that is away is `degraded`: the edge does its work."""
    serious = any(t.serious for t in status.troubles)
    word = "failing" if serious else "degraded" if status.troubles else "ok"
    body = json.dumps({"status": word, "troubles": len(status.troubles)})
    return Reply("503 Service Unavailable" if serious else "200 OK", body)
