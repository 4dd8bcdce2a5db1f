"""RTU and ASCII on anything that carries bytes: TCP, TLS, UDP, a serial port. One exchange at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

from drivers.modbus.transport.frames import Frames
from drivers.modbus.transport.wire import Lost, OnLost, Silent

MOST: Final = 4096
"""More unread bytes than this is noise: only the newest are looked at."""

BABBLE: Final = 100
"""So many silences are waited for before a request goes out all the same."""


class _Asked:
    """The request that is under way."""

    __slots__ = ("answer", "request", "unit")

    def __init__(self, unit: int, request: bytes, answer: asyncio.Future[bytes]) -> None:
        self.unit = unit
        self.request = request
        self.answer = answer


class Bus(asyncio.Protocol, asyncio.DatagramProtocol):
    """One connection or port. What comes while nobody waits is thrown away: it can only be late."""

    def __init__(self, frames: Frames, on_lost: OnLost, *, pause: float = 0.0) -> None:
        self.heard = 0
        self.refused = 0
        self.made = asyncio.Event()
        self._frames = frames
        self._on_lost = on_lost
        self._pause = pause
        """Seconds of silence that end a frame (3.5 characters)."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.BaseTransport | None = None
        self._send: Callable[[bytes], object] = bytes
        self._received = bytearray()
        self._asked: _Asked | None = None
        self._last = 0.0

    @property
    def alive(self) -> bool:
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send = getattr(transport, "sendto", None) or cast("asyncio.WriteTransport", transport).write
        self.made.set()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's signature
        self.data_received(data)

    def error_received(self, exc: Exception) -> None:
        if self._asked is not None and not self._asked.answer.done():
            self._asked.answer.set_exception(Silent(f"unit {self._asked.unit}: {exc}"))

    def data_received(self, data: bytes) -> None:
        self._last = self._loop.time()
        asked = self._asked
        if asked is None or asked.answer.done():
            self.refused += 1
            return
        self._received += data
        del self._received[:-MOST]
        before = len(self._received)
        found = self._frames.taken(self._received, asked.unit, asked.request)
        if found is None:
            self.refused += len(self._received) < before
            return
        self._received.clear()
        self.heard += 1
        asked.answer.set_result(found)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"the connection broke: {exc}" if exc else "the far end closed the connection")

    def _lose(self, why: str) -> None:
        if self._transport is None:
            return
        transport, self._transport = self._transport, None
        transport.close()
        if self._asked is not None and not self._asked.answer.done():
            self._asked.answer.set_exception(Lost(why))
        self._on_lost(self, why)

    async def exchange(self, unit: int, pdu: bytes, timeout: float) -> bytes:
        """Wait until the bus is quiet, send, wait for the answer that fits."""
        await self._quiet()
        if self._transport is None:
            raise Lost("the connection is closed")
        self._received.clear()
        asked = self._asked = _Asked(unit, pdu, self._loop.create_future())
        timer = self._loop.call_later(timeout, _expire, asked, timeout)
        try:
            self._send(self._frames.wrapped(unit, pdu))
            return await asked.answer
        finally:
            timer.cancel()
            self._asked = None

    async def _quiet(self) -> None:
        """Let a frame that is still coming in end; a babbling line is not waited for for ever."""
        for _ in range(BABBLE):
            rest = self._last + self._pause - self._loop.time()
            if rest <= 0:
                return
            await asyncio.sleep(rest)

    def close(self) -> None:
        """Close; whoever waits gets Lost."""
        self._lose("closed")


def _expire(asked: _Asked, timeout: float) -> None:
    if not asked.answer.done():
        asked.answer.set_exception(Silent(f"unit {asked.unit} gave no answer in {timeout:g} s"))
