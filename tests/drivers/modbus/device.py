"""A Modbus device written by hand: it answers rightly, and it lags, lies, truncates and dies when told."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Self

from drivers.modbus.pdu import Ask

TABLE = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}


@dataclass
class Memory:
    """Four tables of 65,536 cells, and what the device refuses."""

    cells: dict[str, dict[int, int]] = field(default_factory=lambda: {t: {} for t in TABLE.values()})
    holes: set[tuple[str, int]] = field(default_factory=set)
    most: int = 125
    asked: list[tuple[int, str, int, int]] = field(default_factory=list)
    written: int = 0
    """Requests of any other function than a read."""
    refuse_all: int = 0

    def put(self, table: str, first: int, big_endian: bytes) -> None:
        """Store registers."""
        for i, (word,) in enumerate(struct.iter_unpack(">H", big_endian)):
            self.cells[table][first + i] = word

    def answer(self, unit: int, request: bytes) -> bytes:
        """The PDU that a right device answers."""
        function = request[0]
        if function in TABLE:
            return self._read(unit, function, *struct.unpack(">HH", request[1:5]))
        self.written += 1
        return self._write(function, request)

    def _read(self, unit: int, function: int, first: int, count: int) -> bytes:
        table = TABLE[function]
        self.asked.append((unit, table, first, count))
        if self.refuse_all:
            return bytes((function | 0x80, self.refuse_all))
        if any((table, at) in self.holes for at in range(first, first + count)):
            return bytes((function | 0x80, 2))
        if function > 2 and count > self.most:
            return bytes((function | 0x80, 3))
        values = [self.cells[table].get(at, 0) for at in range(first, first + count)]
        if function > 2:
            return bytes((function, 2 * count)) + b"".join(v.to_bytes(2, "big") for v in values)
        packed = bytearray(-(-count // 8))
        for i, v in enumerate(values):
            packed[i // 8] |= bool(v) << (i % 8)
        return bytes((function, len(packed))) + bytes(packed)

    def _write(self, function: int, request: bytes) -> bytes:
        (first,) = struct.unpack_from(">H", request, 1)
        table = "coil" if function in (5, 15) else "holding"
        if (table, first) in self.holes:
            return bytes((function | 0x80, 2))
        if function == 5:
            self.cells[table][first] = int(request[3] == 0xFF)
        elif function == 15:
            self.cells[table][first] = request[6] & 1
        else:
            self.put(table, first, request[3:5] if function == 6 else request[6:])
        return request[:5]

    async def ask(self, asked: Ask) -> bytes:
        """As the line would ask: data bytes, or the driver's own exception."""
        from drivers.modbus import pdu

        return pdu.data(asked, self.answer(asked.unit, asked.pdu))


NOTHING: tuple[bytes, ...] = ()


def crc(frame: bytes) -> bytes:
    """CRC-16 bit by bit, as the Modbus serial line guide draws it."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value, low = value >> 1, value & 1
            if low:
                value ^= 0xA001
    return struct.pack("<H", value)


async def silence(_n: int, _frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
    """Never answer."""
    for chunk in NOTHING:
        yield chunk


async def rightly(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
    """Answer at once."""
    yield right


class Device:
    """Serves a Memory on loopback, as Modbus TCP or as RTU over TCP; `behave` may be changed at any time."""

    def __init__(self, memory: Memory | None = None, *, rtu: bool = False) -> None:
        self.memory = memory or Memory()
        self.rtu = rtu
        self.behave: Callable[[int, bytes, bytes], AsyncIterator[bytes]] = rightly
        self.connections = 0
        self.requests = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Die: close the door and every connection."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks)
            await self._server.wait_closed()
            self._server = None

    def hang_up(self) -> None:
        """Close all connections, as devices do with idle ones."""
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        try:
            while True:
                frame, unit, request = await self._request(reader)
                n, self.requests = self.requests, self.requests + 1
                right = self._framed(frame, unit, self.memory.answer(unit, request))
                async for chunk in self.behave(n, frame, right):
                    writer.write(chunk)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _request(self, reader: asyncio.StreamReader) -> tuple[bytes, int, bytes]:
        if not self.rtu:
            head = await reader.readexactly(7)
            body = await reader.readexactly(int.from_bytes(head[4:6], "big") - 1)
            return head + body, head[6], body
        head = await reader.readexactly(8)
        if head[1] in (15, 16):
            head += await reader.readexactly(head[6] + 1)
        assert crc(head[:-2]) == head[-2:]
        return head, head[0], head[1:-2]

    def _framed(self, frame: bytes, unit: int, answer: bytes) -> bytes:
        if self.rtu:
            body = bytes((unit,)) + answer
            return body + crc(body)
        return frame[:4] + struct.pack(">HB", len(answer) + 1, unit) + answer
