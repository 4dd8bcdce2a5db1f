"""Modbus TCP frames over UDP: one datagram one frame, with transaction ids."""

from __future__ import annotations

import asyncio
from typing import cast

from drivers.modbus.transport.mbap import HEADER, Mbap


class Datagrams(Mbap, asyncio.DatagramProtocol):
    """The same exchange as on a stream; a datagram that is no frame is dropped, and nothing is ever half a frame."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self._send = self._transport.sendto

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's signature
        if len(data) <= HEADER.size:
            self.refused += 1
            return
        transaction, protocol, length, unit = HEADER.unpack_from(data)
        if protocol != 0 or length + 6 != len(data):
            self.refused += 1
            return
        self.take(transaction, unit, data[HEADER.size :])

    def error_received(self, exc: Exception) -> None:
        self.silence(str(exc))
