"""Modbus TCP frames on a stream: transaction ids, so that late and foreign answers are refused."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias, cast

from drivers.modbus.transport.deadlines import deadlines
from drivers.modbus.transport.wire import Lost, OnLost, Silent
from facility.errors import DeviceError

HEADER: Final = struct.Struct(">HHHB")
"""Transaction, protocol (0), length of what follows, unit: Modbus messaging on TCP/IP V1.0b §3.1.3."""
LARGEST: Final = 254
"""Unit and PDU: the largest length a frame may state."""
SMALLEST: Final = 2
MOST_WAITING: Final = 32
"""More requests than may be under way on a connection, and those that ran out of time beside them."""

Answered: TypeAlias = Callable[["bytes | DeviceError"], None]
"""Told once: the answer's PDU, or Silent or Lost."""


class Expected:
    """A request that waits for its answer; `done` is told once, with the answer or what came instead."""

    __slots__ = ("_done", "foreign", "open", "unit")

    def __init__(self, unit: int, done: Answered) -> None:
        self.unit = unit
        self.foreign = -1
        """The unit that answered in this one's place, -1: none."""
        self.open = True
        """Whether it still waits."""
        self._done = done

    def settle(self, answer: bytes | DeviceError) -> bool:
        """Tell who waits; False where nobody does any more."""
        if not self.open:
            return False
        self.open = False
        self._done(answer)
        return True

    def expire(self, timeout: float) -> None:
        """Its time is up."""
        other = "" if self.foreign < 0 else f"; unit {self.foreign} answered in its place"
        self.settle(Silent(f"unit {self.unit} gave no answer in {timeout:g} s{other}"))

    def give_up(self) -> None:
        """Nobody waits any more."""
        self.open = False


class Mbap(asyncio.BufferedProtocol):
    """One connection that speaks Modbus TCP; asyncio fills our own buffer, nothing is allocated to receive."""

    def __init__(self, on_lost: OnLost) -> None:
        self.heard = 0
        self.refused = 0
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | asyncio.DatagramTransport | None = None
        self._send: Callable[[bytes], object] = bytes
        self._buffer = bytearray(4096)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._waiting: dict[int, Expected] = {}
        self._transaction = 0
        self._deadlines = deadlines()

    @property
    def alive(self) -> bool:
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send = self._transport.write

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Take the whole frames out of the buffer; what remains moves to its front."""
        end = self._filled + nbytes
        at = 0
        view = self._view
        while end - at >= HEADER.size:
            transaction, protocol, length, unit = HEADER.unpack_from(self._buffer, at)
            if protocol != 0 or not SMALLEST <= length <= LARGEST:
                shown = self._buffer[at : min(end, at + 16)].hex(" ")
                self._garbled(f"what came is no Modbus TCP: {shown}")
                return
            after = at + 6 + length
            if after > end:
                break
            self.take(transaction, unit, bytes(view[at + HEADER.size : after]))
            at = after
        if at < end:
            self._buffer[: end - at] = self._buffer[at:end]
        self._filled = end - at

    def take(self, transaction: int, unit: int, answer: bytes) -> None:
        """Give an answer to the one who waits for it; refuse it where that is nobody."""
        expected = self._waiting.get(transaction)
        if expected is None:
            self.refused += 1
        elif expected.unit != unit:
            self.refused += 1
            expected.foreign = unit
        else:
            del self._waiting[transaction]
            if expected.open:
                self.heard += 1
                expected.settle(answer)
            else:
                self.refused += 1

    def silence(self, why: str) -> None:
        """Whoever waits will get no answer."""
        for expected in list(self._waiting.values()):
            expected.settle(Silent(f"unit {expected.unit}: {why}"))

    def eof_received(self) -> bool:
        return False

    def _garbled(self, why: str) -> None:
        """No frame can be found any more. Where one unit alone was asked it is to blame, not the line."""
        waiting = [expected for expected in self._waiting.values() if expected.open]
        if len(waiting) == 1:
            waiting[0].settle(Silent(f"unit {waiting[0].unit}: {why}"))
        self._lose(why)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"the connection broke: {exc}" if exc else "the device closed the connection")

    def _lose(self, why: str) -> None:
        if self._transport is None:
            return
        transport, self._transport = self._transport, None
        transport.abort()
        waiting, self._waiting = self._waiting, {}
        for expected in waiting.values():
            expected.settle(Lost(why))
        self._on_lost(self, why)

    def request(self, unit: int, pdu: bytes, timeout: float, done: Answered) -> Expected:
        """Send; `done` is told the answer, Silent or Lost, once. Several may be under way. Raises Lost if unsent."""
        if self._transport is None:
            raise Lost("the connection is closed")
        if len(self._waiting) > MOST_WAITING:
            self._forget()
        self._transaction = transaction = self._transaction + 1 & 0xFFFF
        expected = self._waiting[transaction] = Expected(unit, done)
        self._deadlines.add(expected, timeout)
        self._send(HEADER.pack(transaction, 0, len(pdu) + 1, unit) + pdu)
        return expected

    def _forget(self) -> None:
        """Drop what nobody waits for any more: its time ran out, or it was given up."""
        self._waiting = {t: e for t, e in self._waiting.items() if e.open}

    async def exchange(self, unit: int, pdu: bytes, timeout: float) -> bytes:
        """Send and wait; several may be under way."""
        answer: asyncio.Future[bytes] = self._loop.create_future()
        expected = self.request(unit, pdu, timeout, partial(_fulfil, answer))
        try:
            return await answer
        finally:
            expected.give_up()

    def close(self) -> None:
        """Close; whoever waits gets Lost."""
        self._lose("closed")


def _fulfil(future: asyncio.Future[bytes], answer: bytes | DeviceError) -> None:
    if future.done():
        return
    if isinstance(answer, bytes):
        future.set_result(answer)
    else:
        future.set_exception(answer)
