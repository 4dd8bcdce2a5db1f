"""Against servers that others wrote: pyModbusTCP, pymodbus over TCP, UDP, TLS and RTU, and a serial line by socat."""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer, ModbusTlsServer, ModbusUdpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from pyModbusTCP.server import ModbusServer  # type: ignore[import-untyped]

from drivers.base import Bound
from drivers.modbus.line import ModbusLine
from facility.errors import LineDown
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.lines import line, straight
from tests.services.certificates import Authority
from tests.services.fixtures import required
from tests.services.ports import free_port
from tests.services.server import demand

FLOATS = [1.5 * i - 20 for i in range(80)]


def devices() -> list[SimDevice]:
    words = [w for f in FLOATS for w in struct.unpack(">HH", struct.pack(">f", f))]

    def device(unit: int) -> SimDevice:
        return SimDevice(
            id=unit,
            simdata=(
                [SimData(0, values=[True, False, True, True] * 8, datatype=DataType.BITS)],
                [SimData(0, values=[False, True, True, False] * 8, datatype=DataType.BITS)],
                [SimData(0, values=[unit, 2, 3, 4, 5, 6, 7, 8], datatype=DataType.REGISTERS)],
                [SimData(0, values=words, datatype=DataType.REGISTERS)],
            ),
        )

    return [device(1), device(2)]


def points(unit: int = 1) -> list[Bound]:
    found = [bound(i, {"table": "input", "register": 2 * i, "type": "float32"}, unit=unit) for i in range(80)]
    found += [
        bound(80, {"table": "holding", "register": 0, "type": "uint16"}, unit=unit),
        bound(81, {"table": "holding", "register": 4, "type": "int32"}, unit=unit, writable=True),
        bound(82, {"table": "coil", "register": 2}, unit=unit, writable=True),
        bound(83, {"table": "discrete", "register": 3}, unit=unit),
    ]
    return found


WRITTEN: tuple[float, float] = (-70_000, 0)


async def up(asked: ModbusLine) -> None:
    """Until it is open: a port that was closed a moment ago may still be locked at the first try."""
    async with asyncio.timeout(60):
        while True:
            try:
                await asked.read(asked.plan(points(1)))
                return
            except LineDown:
                await asyncio.sleep(0.05)


async def exchanged(**connection: Any) -> tuple[float, float]:
    """Read two units, by both ways, and write on one: what is read are the values that the server was given; back
    comes what was written and read again.
    """
    async with line(points(), timeout=1, **connection) as asked:
        await up(asked)
        for unit in (1, 2):
            mine = points(unit)
            plan = asked.plan(mine)
            batch = await asked.read(plan)
            assert not batch.quality.any()
            if connection.get("framing", "rtu" if "serial" in connection else "tcp") == "tcp":
                assert (await straight(asked, plan)).value.tolist() == batch.value.tolist()
            found = dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True))
            assert [found[i] for i in range(80)] == FLOATS
            assert found[80] == unit
            assert found[81] == (5 << 16) + 6
            assert found[82] == 1
            assert found[83] == 0
        for at, value in zip((81, 82), WRITTEN, strict=True):
            assert await asked.write(points()[at], value) == value
        batch = await asked.read(asked.plan(points()))
        found = dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True))
        return found[81], found[82]


@contextlib.asynccontextmanager
async def serving(server: Any) -> AsyncIterator[None]:
    await server.serve_forever(background=True)
    try:
        yield
    finally:
        await server.shutdown()


async def test_pymodbus_tcp() -> None:
    port = free_port()
    async with serving(ModbusTcpServer(devices(), address=("127.0.0.1", port))):
        assert await exchanged(port=port) == WRITTEN


async def test_pymodbus_rtu_over_tcp() -> None:
    port = free_port()
    async with serving(ModbusTcpServer(devices(), framer=FramerType.RTU, address=("127.0.0.1", port))):
        assert await exchanged(port=port, framing="rtu") == WRITTEN


async def test_pymodbus_ascii_over_tcp() -> None:
    port = free_port()
    async with serving(ModbusTcpServer(devices(), framer=FramerType.ASCII, address=("127.0.0.1", port))):
        assert await exchanged(port=port, framing="ascii") == WRITTEN


async def test_pymodbus_udp() -> None:
    port = free_port()
    async with serving(ModbusUdpServer(devices(), address=("127.0.0.1", port))):
        assert await exchanged(port=port, transport="udp") == WRITTEN


async def test_pymodbus_tls_with_a_certificate_of_the_client(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    mine, theirs = authority.issue("edge"), authority.issue("device")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(theirs.certificate, theirs.key)
    context.verify_mode = ssl.CERT_REQUIRED
    port = free_port()
    server = ModbusTlsServer(devices(), framer=FramerType.SOCKET, address=("127.0.0.1", port), sslctx=context)
    async with serving(server):
        keys = {"ca": authority.certificate, "certificate": mine.certificate, "key": mine.key}
        assert await exchanged(port=port, transport="tls", **keys) == WRITTEN


@pytest.mark.parametrize("framing", ["rtu", "ascii"])
async def test_pymodbus_on_a_serial_line(framing: str, tmp_path: Path) -> None:
    ends = [tmp_path / "master", tmp_path / "slave"]
    with required():
        program = demand("socat", "socat")
    socat = await asyncio.create_subprocess_exec(program, *(f"pty,raw,echo=0,link={e}" for e in ends))
    try:
        async with asyncio.timeout(60):
            while not all(e.exists() for e in ends):
                await asyncio.sleep(0.01)
        framer = FramerType.RTU if framing == "rtu" else FramerType.ASCII
        server = ModbusSerialServer(devices(), framer=framer, port=str(ends[1]), baudrate=19200)
        async with serving(server):
            assert await exchanged(serial=str(ends[0]), framing=framing, baud=19200, parity="none") == WRITTEN
    finally:
        socat.terminate()
        await socat.wait()


async def test_pymodbustcp() -> None:
    port = free_port()
    server = ModbusServer("127.0.0.1", port, no_block=True)
    server.start()
    try:
        server.data_bank.set_input_registers(0, [w for f in FLOATS for w in struct.unpack(">HH", struct.pack(">f", f))])
        server.data_bank.set_coils(10, [True, False, True])
        mine = [
            *points()[:80],
            *(bound(80 + i, {"table": "coil", "register": 10 + i}, writable=True) for i in range(3)),
            bound(90, {"table": "holding", "register": 100, "type": "float64", "order": "CDAB"}, writable=True),
        ]
        async with line(mine, port=port) as asked:
            batch = await asked.read(asked.plan(mine))
            found = dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True))
            assert [found[i] for i in range(80)] == FLOATS
            assert [found[i] for i in range(80, 83)] == [1, 0, 1]
            assert await asked.write(mine[-1], 2.5) == 2.5
            big = struct.pack(">d", 2.5)
            assert server.data_bank.get_holding_registers(100, 4) == list(struct.unpack("<4H", big[::-1]))[:4]
            await asked.write(mine[81], 1)
            assert server.data_bank.get_coils(11) == [True]
    finally:
        server.stop()
