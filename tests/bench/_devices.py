"""A Modbus TCP server that answers every unit with floats that change at each request; a process of its own.

`python -m tests.bench._devices` prints its port and serves until it is ended. It shares nothing with drivers or
simulators: one prepared body per request, taken in turn.
"""

from __future__ import annotations

import asyncio
import resource
import struct

import numpy as np

FLOATS = 62
BODIES = 512
REQUEST = 12


def bodies() -> list[bytes]:
    """Big-endian float32 around 50; every value differs from that of the body before."""
    noise = np.random.default_rng(1)
    return [noise.normal(50, 5, FLOATS).astype(">f4").tobytes() for _ in range(BODIES)]


class Answers(asyncio.Protocol):
    """One connection."""

    def __init__(self, prepared: list[bytes]) -> None:
        self._prepared = prepared
        self._at = 0
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._held += data
        while len(self._held) >= REQUEST:
            frame, self._held = self._held[:REQUEST], self._held[REQUEST:]
            size = 2 * int.from_bytes(frame[10:12], "big")
            self._at = (self._at + 1) % BODIES
            head = frame[:4] + struct.pack(">HBBB", 3 + size, frame[6], frame[7], size)
            self._transport.write(head + self._prepared[self._at][:size])


async def main() -> None:
    """Serve on a free port, as many connections as the system allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    prepared = bodies()
    server = await asyncio.get_running_loop().create_server(lambda: Answers(prepared), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
