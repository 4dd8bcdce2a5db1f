"""What the agent says of itself: JSON over HTTP on loopback, on a free port that is written in the data folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from facility.errors import GatehouseError
from facility.words import Frozen

FILE: Final = "status.json"
_HOST: Final = "127.0.0.1"
_TIMEOUT: Final = 5.0


class UnitStatus(Frozen):
    """One polled unit."""

    unit: str
    polls: int
    missed: int
    silent: bool


class LineStatus(Frozen):
    """One line. `state`: unknown, up or lost."""

    line: str
    protocol: str
    state: str
    why: str
    points: int
    units: tuple[UnitStatus, ...]
    lost_units: dict[str, str]


class LaneStatus(Frozen):
    """One lane of the spool."""

    lane: str
    records: int
    bytes: int


class Status(Frozen):
    """Everything that `edge status` shows. Times in UTC ns."""

    site: str
    gateway: str
    version: str
    inventory: str
    settings: int
    pid: int
    started: int
    now: int
    clock: str
    points: int
    qualities: dict[str, int]
    samples: int
    alarms: dict[str, int]
    """Live alarms by what is told of them."""
    lines: tuple[LineStatus, ...]
    lanes: tuple[LaneStatus, ...]
    ends: dict[str, str]
    """End → why it takes nothing now; empty: all is well."""


class Door(Frozen):
    """Where a running agent is asked: only who can read this file may."""

    port: int
    pid: int
    token: str


class StatusServer:
    """Answers `GET /status`; nothing else, and only to who knows the token of the file."""

    def __init__(self, folder: Path, status: Callable[[], Status]) -> None:
        self._file = folder / FILE
        self._status = status
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, _HOST, 0, limit=16_384)
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
            async with asyncio.timeout(_TIMEOUT):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                code, body = self._judged(head)
                text = f"HTTP/1.1 {code}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{text}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _judged(self, head: str) -> tuple[str, bytes]:
        first, *rest = head.split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)}
        if headers.get("host", "").rpartition(":")[0] not in (_HOST, "localhost"):
            return "421 Misdirected Request", b"{}"
        if not secrets.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self._token}".encode()):
            return "401 Unauthorized", b"{}"
        if not first.startswith("GET /status "):
            return "404 Not Found", b"{}"
        return "200 OK", self._status().model_dump_json().encode()


class NotRunning(GatehouseError):
    """No agent runs with this data folder."""


def ask_status(folder: Path) -> Status:
    """The status of the agent that runs with a data folder; NotRunning where there is none."""
    import http.client

    try:
        door = Door.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
        connection = http.client.HTTPConnection(_HOST, door.port, timeout=_TIMEOUT)
        try:
            connection.request("GET", "/status", headers={"Authorization": f"Bearer {door.token}"})
            answer = connection.getresponse()
            body: Any = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise NotRunning(f"port {door.port} answered {answer.status}: is it still the agent of {folder}?")
        return Status.model_validate(body)
    except FileNotFoundError:
        raise NotRunning(f"no agent runs with the data folder {folder}: start one with `gatehouse edge run`") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotRunning(f"the agent of {folder} does not answer ({error}); it may have been killed") from error
