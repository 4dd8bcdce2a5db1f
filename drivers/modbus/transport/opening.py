"""How a line is opened: the right transport with the right framing on it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from drivers.modbus.connection import Connection, Framing, Transport
from drivers.modbus.transport.bus import Bus
from drivers.modbus.transport.datagram import Datagrams
from drivers.modbus.transport.frames import Ascii, Rtu
from drivers.modbus.transport.mbap import Mbap
from drivers.modbus.transport.wire import OnLost, Wire

if TYPE_CHECKING:
    import ssl


async def opened(connection: Connection, on_lost: OnLost) -> Wire:
    """An open wire. Raises OSError (also ssl.SSLError) or TimeoutError; takes no longer than connect_timeout."""
    async with asyncio.timeout(connection.connect_timeout):
        if connection.transport is Transport.SERIAL:
            return await _serial(connection, on_lost)
        if connection.transport is Transport.UDP:
            return await _udp(connection, on_lost)
        return await _stream(connection, on_lost)


async def _stream(connection: Connection, on_lost: OnLost) -> Wire:
    host, port = connection.end
    make = _maker(connection, on_lost)
    transport, wire = await asyncio.get_running_loop().create_connection(
        make, host, port, ssl=_security(connection), server_hostname=connection.server_name
    )
    _tune(transport)
    return wire


async def _udp(connection: Connection, on_lost: OnLost) -> Wire:
    wire = Datagrams(on_lost) if connection.framing is Framing.TCP else _bus(connection, on_lost)()
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: wire, remote_addr=connection.end)
    return wire


async def _serial(connection: Connection, on_lost: OnLost) -> Wire:
    from drivers.modbus.transport.serial_port import open_port

    wire = _bus(connection, on_lost)()
    await open_port(connection, wire)
    await wire.made.wait()
    return wire


def _maker(connection: Connection, on_lost: OnLost) -> Callable[[], Mbap | Bus]:
    return (lambda: Mbap(on_lost)) if connection.framing is Framing.TCP else _bus(connection, on_lost)


def _bus(connection: Connection, on_lost: OnLost) -> Callable[[], Bus]:
    frames = Rtu() if connection.framing is Framing.RTU else Ascii()
    pause = max(0.001_75, 3.5 * connection.character) if connection.serial else 0.0
    return lambda: Bus(frames, on_lost, pause=pause)


def _security(connection: Connection) -> ssl.SSLContext | None:
    if connection.transport is not Transport.TLS:
        return None
    import ssl

    context = ssl.create_default_context(cafile=connection.ca)
    if connection.certificate is not None:
        context.load_cert_chain(connection.certificate, connection.key)
    return context


def _tune(transport: asyncio.BaseTransport) -> None:
    """Small requests go at once, and a far end that vanished is noticed also while nobody asks."""
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
