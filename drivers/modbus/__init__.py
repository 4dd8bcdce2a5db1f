"""Modbus over TCP, RTU (serial or through a converter), ASCII, UDP and TLS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from drivers.base import Bound, Health, Line, Misfit, Protocol
from drivers.modbus.address import Address
from drivers.modbus.connection import Connection, Framing
from drivers.modbus.quirks import Quirks
from facility.clock import Clock

if TYPE_CHECKING:
    from drivers.modbus.line import ModbusLine


def _line(name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health) -> Line:
    from drivers.modbus.line import ModbusLine

    line: ModbusLine = ModbusLine(name, connection, points, clock=clock, health=health)
    return line


def _misfits(connection: Connection, points: Sequence[Bound], /) -> Iterable[Misfit]:
    from drivers.modbus.fitting import misfits

    return misfits(connection, points)


def _bus(connection: Connection, /) -> bool:
    return connection.framing is not Framing.TCP


PROTOCOL = Protocol("modbus", Connection, Address, Quirks, _line, _misfits, asked=True, bus=_bus)
