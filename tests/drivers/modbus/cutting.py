"""Devices that are killed and started again, many times: how soon values are back, and what is left over."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tests.drivers.modbus.polled import Run, Wire, open_files, polled
from tests.drivers.modbus.starving import on, settled
from tests.services.libmodbus import Libmodbus, LibmodbusOnSerial
from tests.services.modbus_serial import ModbusSerial
from tests.services.pymodbustcp import PyModbusTcp
from tests.services.serial_line import SerialLine
from tests.services.server import Server

AWAY = (0.0, 0.7, 2.6, 4.2)
"""Seconds for which a device is away, in turn: from a blink to a line that is known to be lost."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One kind of device: the seconds from its start to good values, cut by cut."""

    peer: str
    back: list[float]


@dataclass(frozen=True, slots=True)
class Cuts:
    """All kinds, and how many tasks and file descriptors were more at the end than at the beginning."""

    peers: list[Cut]
    tasks: int
    files: int


async def cut_and_restore(times: int) -> Cuts:
    """Kill and restart each device `times` times, all kinds at once."""
    with ExitStack() as stack:
        tcp: list[Server] = [PyModbusTcp(), Libmodbus(), ModbusSerial()]
        serial = SerialLine()
        slave = LibmodbusOnSerial(serial.far)
        for server in (*tcp, serial, slave):
            stack.enter_context(server)
        wires = [Wire(type(s).__name__.lower(), on(s.port)) for s in tcp]
        wires.append(Wire("serial", {"serial": str(serial.near), "parity": "none", "baud": 19200}))
        async with polled(*wires) as run:
            await settled(run, [f"{w.name}-1" for w in wires])
            tasks, files = len(asyncio.all_tasks()), open_files()
            kinds = [*((s,) for s in tcp), (serial, slave)]
            jobs = [_one(run, w.name, servers, times) for w, servers in zip(wires, kinds, strict=True)]
            peers = await asyncio.gather(*jobs)
            await asyncio.sleep(1)
            return Cuts(peers, len(asyncio.all_tasks()) - tasks, open_files() - files)


async def _one(run: Run, name: str, servers: Sequence[Server], times: int) -> Cut:
    back = []
    for n in range(times):
        for server in reversed(servers):
            await asyncio.to_thread(server.kill)
        await asyncio.sleep(AWAY[n % len(AWAY)])
        for server in servers:
            await asyncio.to_thread(server.start)
        back.append(await run.back(f"{name}-1", 15))
    return Cut(name, back)
