"""What polling and decoding cost: our transport, pymodbus under the same interface, and libmodbus in C, in one run."""

import asyncio
import os
import resource
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvloop
from pymodbus.client import AsyncModbusTcpClient

from drivers.base import Bound, Health
from drivers.modbus import PROTOCOL
from drivers.modbus.connection import Connection
from drivers.modbus.line import ModbusLine
from drivers.modbus.pdu import Ask
from edge.running import settle
from facility.clock import Clock
from tests.drivers.modbus.polled import Wire, polled
from tests.drivers.modbus.starving import on
from tests.measure import Figure, measure
from tests.services.libmodbus import Libmodbus, compiled

DEVICES, FLOATS, SECONDS = 100, 50, 20
MASTER = Path(__file__).parents[1] / "services" / "libmodbus_master.c"


class PymodbusLine(ModbusLine):
    """Our line with pymodbus in the place of our transport; planning, decoding and polling are the same."""

    def __init__(self, name: str, connection: Connection, points: Sequence[Bound], **world: Any) -> None:
        super().__init__(name, connection, points, **world)
        self._client = AsyncModbusTcpClient(connection.end[0], port=connection.end[1])
        self._health: Health = world["health"]

    async def __aenter__(self) -> Self:
        await self._client.connect()
        self._health.line(up=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    async def ask(self, asked: Ask, *, urgent: bool = False) -> bytes:
        answer = await self._client.read_input_registers(asked.first, count=asked.count, device_id=asked.unit)
        return struct.pack(f">{asked.count}H", *answer.registers)


def pymodbus_line(
    name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
) -> PymodbusLine:
    return PymodbusLine(name, connection, points, clock=clock, health=health)


def cpu() -> float:
    """User and system seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def poll(port: int, protocol: Any) -> tuple[float, int]:
    """CPU seconds and samples of polling alone, at the edge's default settings."""
    wires = [Wire(f"line-{i}", on(port), points=FLOATS, protocol=protocol) for i in range(DEVICES)]
    async with polled(*wires) as run:
        run.only_poll()
        async with asyncio.timeout(30):
            while run.samples < 2 * DEVICES * FLOATS:
                await asyncio.sleep(0.1)
        settle()
        before, samples = cpu(), run.samples
        await asyncio.sleep(SECONDS)
        return cpu() - before, run.samples - samples


def by_libmodbus(port: int) -> float:
    """CPU seconds of the C program for as many rounds."""
    command = [compiled(MASTER), str(port), str(DEVICES), str(FLOATS), str(SECONDS)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS + 30).stdout
    return float(said.split()[0])


@measure(area="drivers")
def poll_and_decode() -> list[Figure]:
    """One after the other, against one device in C that answers on all connections."""
    with Libmodbus() as device:
        ours, samples = uvloop.run(poll(device.port, PROTOCOL))
        theirs, their_samples = uvloop.run(poll(device.port, replace(PROTOCOL, line=pymodbus_line)))
        in_c = by_libmodbus(device.port)
    how = f"{DEVICES} devices × {FLOATS} float32 at 1 s, {SECONDS} s, default settings; load {os.getloadavg()[0]:.1f}"
    ours, theirs, in_c = ours / samples * 1e6, theirs / their_samples * 1e6, in_c / (DEVICES * FLOATS * SECONDS) * 1e6
    unit = "CPU s per million samples"
    return [
        Figure.at_most("poll and decode", ours, unit, 0.8, how),
        Figure.noted("the same with pymodbus as transport", theirs, unit, how),
        Figure.noted("the same by libmodbus in C, all at once", in_c, unit, how),
        Figure.noted("ours to pymodbus", ours / theirs, "ratio", how),
        Figure.noted("ours to libmodbus", ours / in_c, "ratio", how),
        Figure.at_least("samples polled", samples, "samples", 0.97 * DEVICES * FLOATS * SECONDS, how),
    ]
