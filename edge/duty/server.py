"""Listens on the site's network: TLS, few connections for each neighbour, a time limit for everything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from edge.duty.http import HEAD, BadRequest, Reply, Request, read_request
from facility.errors import ConfigError

TIMEOUT: Final = 15.0
"""Seconds for a request and its answer."""
IDLE: Final = 30.0
MOST: Final = 64
MOST_OF_ONE: Final = 16

log = logging.getLogger(__name__)

Answer = Callable[[Request], Awaitable[Reply]]


class Certificate:
    """A certificate that may be renewed on the disk while the server runs."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """ConfigError where the files can't be read or do not belong together."""
        self._files = (certificate, key)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._seen = self._stamp()
        self._load()

    def renew(self) -> None:
        """Take new files for connections from now on; a bad pair is logged, and the old one stays."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._load()
            log.info("duty page: the certificate was renewed")
        except ConfigError as error:
            log.warning("duty page: %s; the old certificate stays", error)

    def _load(self) -> None:
        certificate, key = self._files
        try:
            self.context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"can't use certificate {certificate} with key {key}: {error}") from error

    def _stamp(self) -> tuple[int, ...]:
        with contextlib.suppress(OSError):
            return tuple(f.stat().st_mtime_ns for f in self._files)
        return ()


def _no_password() -> str:
    """An encrypted key is refused, instead of asking for its password at a terminal."""
    return ""


class Server:
    """`async with` listens; OSError where the address is not there (yet)."""

    def __init__(self, address: str, port: int, certificate: Certificate | None, answer: Answer) -> None:
        self._address = address
        self._port = port
        self._certificate = certificate
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, str] = {}
        self._from: Counter[str] = Counter()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None  # noqa: S101 - after entering
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        tls = None if self._certificate is None else self._certificate.context
        more = {} if tls is None else {"ssl_handshake_timeout": 5.0}
        self._server = await asyncio.start_server(self._serve, self._address, self._port, limit=HEAD, ssl=tls, **more)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        peer = str((writer.get_extra_info("peername") or ("?",))[0])
        local = str((writer.get_extra_info("sockname") or ("?",))[0])
        if len(self._open) >= MOST or self._from[peer] >= MOST_OF_ONE:
            writer.transport.abort()
            return
        self._open[writer] = peer
        self._from[peer] += 1
        try:
            while await self._one(reader, writer, peer, local):
                pass
        except (OSError, TimeoutError, ssl.SSLError, asyncio.CancelledError):
            pass
        except Exception:
            log.exception("duty page: a connection of %s failed", peer)
        finally:
            del self._open[writer]
            self._from[peer] -= 1
            if not self._from[peer]:
                del self._from[peer]
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str, local: str) -> bool:
        """One request and its answer; False where the connection ends."""
        keep = True
        async with asyncio.timeout(IDLE):
            try:
                request = await read_request(reader, peer, local)
            except BadRequest as error:
                reply, keep = Reply(error.status), False
            else:
                if request is None:
                    return False
                keep = request.headers.get("connection", "").lower() != "close"
                reply = await self._answered(request)
        async with asyncio.timeout(TIMEOUT):
            writer.write(reply.text(keep=keep))
            await writer.drain()
        return keep

    async def _answered(self, request: Request) -> Reply:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._answer(request)
        except BadRequest as error:
            return Reply(error.status)
        except Exception:
            log.exception("duty page: %s %s failed", request.method, request.path)
            return Reply(HTTPStatus.INTERNAL_SERVER_ERROR)
