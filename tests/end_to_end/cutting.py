"""An HTTP proxy that cuts: the server has answered, and so has committed, but the client never hears of it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Self


class Cutting:
    """`async with Cutting(port, share) as proxy:` in front of a server on this machine; a share of POSTs is cut.

    A cut closes the client's connection after the server's whole answer has come, and passes none of it on.
    """

    def __init__(self, port: int, share: float, seed: int = 1) -> None:
        self._to = port
        self._share = share
        self._chance = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.posts = 0
        """Answered by the server."""
        self.cuts = 0
        self.statuses: dict[int, int] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request by request, over one connection to the server."""
        self._open.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                while await self._one(reader, writer, there, back):
                    pass
            finally:
                back.transport.abort()
        self._open.discard(writer)
        writer.transport.abort()

    async def _one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> bool:  # fmt: skip
        """Pass a request on and its answer back; False where the connection ends."""
        head, body = await message(reader)
        back.write(head + body)
        answer, said = await message(there)
        status = int(answer.split(b" ", 2)[1])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if head.startswith(b"POST"):
            self.posts += 1
            if self._chance.random() < self._share:
                self.cuts += 1
                return False
        writer.write(answer + said)
        await writer.drain()
        return True


async def message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of one HTTP/1.1 request or answer that says its length, or has no body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        assert not line.startswith(b"transfer-encoding"), "an answer in chunks: its length is not said"
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return head, await reader.readexactly(length)
