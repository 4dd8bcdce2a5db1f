"""Against devices in C and JavaScript, on TCP and on a serial line, and a master in C that looks over our shoulder."""

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from drivers.base import Bound
from drivers.modbus.line import ModbusLine
from facility.errors import LineDown, UnitSilent
from facility.quality import Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.lines import line
from tests.services.fixtures import required
from tests.services.libmodbus import Libmodbus, LibmodbusOnSerial
from tests.services.modbus_serial import ModbusSerial
from tests.services.pymodbustcp import PyModbusTcp
from tests.services.serial_line import SerialLine
from tests.services.server import demand

FLOATS = [1.5 * i - 20 for i in range(80)]
HELD: dict[str, Any] = {"table": "holding", "register": 700, "type": "float32"}


def points() -> list[Bound]:
    return [
        *(bound(i, {"table": "input", "register": 2 * i, "type": "float32"}) for i in range(80)),
        *(bound(80 + i, {"table": "holding", "register": 40 * i, "type": "uint16"}) for i in range(5)),
        *(bound(90 + i, {"table": "coil", "register": i}) for i in range(6)),
        *(bound(100 + i, {"table": "discrete", "register": i}) for i in range(4)),
    ]


WRITTEN = [
    bound(0, HELD, writable=True),
    bound(1, {"table": "holding", "register": 710, "type": "int16"}, writable=True),
    bound(2, {"table": "coil", "register": 71}, writable=True),
]


async def values(asked: ModbusLine, mine: list[Bound]) -> dict[int, float]:
    batch = await asked.read(asked.plan(mine))
    assert not batch.quality.any()
    return dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True))


async def check(asked: ModbusLine) -> None:
    """Every table read, every way of writing used; the values are those that the device was given."""
    found = await values(asked, points())
    assert [found[i] for i in range(80)] == FLOATS
    assert [found[80 + i] for i in range(5)] == [40 * i for i in range(5)]
    assert [found[90 + i] for i in range(6)] == [1, 0, 0, 1, 0, 0]
    assert [found[100 + i] for i in range(4)] == [0, 1, 0, 1]
    for point, value in zip(WRITTEN, (-12.5, -300.0, 1.0), strict=True):
        assert await asked.write(point, value) == value
    assert list((await values(asked, WRITTEN)).values()) == [-12.5, -300, 1]


async def read_at_last(asked: ModbusLine, mine: list[Bound]) -> dict[int, float]:
    for _ in range(100):
        try:
            return await values(asked, mine)
        except LineDown:
            await asyncio.sleep(0.05)
    raise AssertionError("the line did not come back")


@pytest.mark.parametrize("device", [Libmodbus, ModbusSerial, PyModbusTcp])
async def test_read_write_and_reconnect_on_tcp(device: Callable[[], Libmodbus | ModbusSerial | PyModbusTcp]) -> None:
    with required():
        server = device()
    with server:
        async with line(points(), port=server.port, timeout=1) as asked:
            await check(asked)
            server.kill()
            with pytest.raises(LineDown):
                await values(asked, points())
            server.start()
            assert (await read_at_last(asked, points()))[79] == FLOATS[79]


async def test_read_write_and_another_unit_on_a_serial_line() -> None:
    with ExitStack() as stack:
        with required():
            wire = stack.enter_context(SerialLine())
            stack.enter_context(LibmodbusOnSerial(wire.far))
        other = [bound(0, {"table": "holding", "register": 0, "type": "uint16"}, unit=2)]
        async with line(points(), serial=str(wire.near), baud=19200, timeout=0.5) as asked:
            await check(asked)
            with pytest.raises(UnitSilent):
                await asked.read(asked.plan(other))
            assert (await values(asked, points()))[79] == FLOATS[79]


async def test_a_register_that_libmodbus_does_not_have_is_exception_2() -> None:
    with required():
        server = Libmodbus()
    mine = [bound(i, {"table": "holding", "register": 990 + 9 * i, "type": "uint16"}) for i in range(3)]
    with server:
        async with line(mine, port=server.port, timeout=1) as asked:
            batch = await asked.read(asked.plan(mine))
    assert dict(zip(batch.point.tolist(), batch.reason.tolist(), strict=True)) == {0: 0, 1: 0, 2: Reason.EXCEPTION_2}


async def test_what_we_write_another_master_reads_and_what_it_writes_we_read() -> None:
    with required():
        mbpoll, server = demand("mbpoll", "mbpoll"), Libmodbus()
    base = (mbpoll, "-m", "tcp", "-p", str(server.port), "-a", "1", "-q")
    with server:
        async with line(WRITTEN, port=server.port, timeout=1) as asked:
            await asked.write(WRITTEN[0], 231.75)
            read = (*base, "-1", "-t", "4:float", "-B", "-r", "701", "-c", "1", "127.0.0.1")
            assert "231.75" in subprocess.run(read, capture_output=True, text=True, check=True, timeout=10).stdout
            subprocess.run((*base, "-t", "4", "-r", "711", "127.0.0.1", "4711"), check=True, timeout=10)
            assert (await values(asked, WRITTEN))[1] == 4711
