import math
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.modbus import encode
from drivers.modbus.address import Address, Order
from drivers.modbus.quirks import Quirks
from facility.errors import Refused, UnitSilent
from facility.point import Kind, Range
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Device
from tests.drivers.modbus.lines import line
from tests.drivers.modbus.test_decode import PACK, shuffled

HERE: dict[str, Any] = {"table": "holding", "register": 4}


async def written(address: dict[str, Any], value: float, device: Device, **more: Any) -> float:
    point = bound(0, address, writable=True, **more)
    async with line([point], port=device.port) as asked:
        return await asked.write(point, value)


@pytest.mark.parametrize(
    ("address", "value", "words"),
    [
        (HERE | {"type": "int16", "scale": 0.1}, -12.3, [0xFF85]),
        (HERE | {"type": "uint32", "order": "CDAB", "divisor": 100}, 655.37, [0x0001, 0x0001]),
        (HERE | {"type": "float32"}, 1.5, [0x3FC0, 0]),
        (HERE | {"type": "bcd16", "offset": -10}, 24, [0x0034]),
        (HERE | {"type": "uint16", "map": {7: 0, 9: 1}}, 1, [9]),
        (HERE | {"type": "mod10_48"}, -30_000_007, [0, 0xF448, 0xFFF9]),
        (HERE | {"type": "float32", "divisor": 10}, 0.15, [0x3FC0, 0]),
        (HERE | {"bit": 3}, 1, [0xA0F8]),
        (HERE | {"bit": 4}, 0, [0xA0E0]),
        (HERE | {"mask": 0x0F00}, 5, [0xA5F0]),
        (HERE | {"type": "uint8h"}, 1, [0x01F0]),
        (HERE | {"type": "uint8l", "order": "DCBA"}, 1, [0xA001]),
    ],
)
async def test_what_is_written_stands_there(address: dict[str, Any], value: float, words: list[int]) -> None:
    async with Device() as device:
        device.memory.cells["holding"][4] = 0xA0F0
        assert await written(address, value, device) == pytest.approx(value)
        assert [device.memory.cells["holding"].get(4 + i, 0) for i in range(len(words))] == words


async def test_a_coil_by_either_function() -> None:
    async with Device() as device:
        for single in (True, False):
            quirks = Quirks(function_single_write=single)
            assert await written({"table": "coil", "register": 9}, 1, device, quirks=quirks) == 1
            assert device.memory.cells["coil"][9] == 1
            assert await written({"table": "coil", "register": 9}, 0, device, quirks=quirks) == 0
            assert await written(HERE | {"type": "uint16"}, 5 + single, device, quirks=quirks) == 5 + single


@pytest.mark.parametrize(
    ("address", "value", "why"),
    [
        (HERE | {"type": "uint16"}, 65_536, "too large"),
        (HERE | {"type": "int16"}, math.nan, "no value"),
        (HERE | {"type": "uint16", "map": {7: 0}}, 1, "none of the values"),
        (HERE | {"mask": 0x0F00}, 16, "beyond 0 … 15"),
        (HERE | {"match": [3]}, 1, "can only be read"),
        (HERE | {"type": "mod10_32"}, 1e8, "beyond -99999999 … 99999999"),
        ({"table": "input", "register": 0, "type": "uint16"}, 1, "table input can only be read"),
        ({"table": "coil", "register": 0}, 2, "beyond 0 … 1"),
        (HERE | {"type": "bcd16"}, 10_000, "beyond 0 … 9999"),
        (HERE | {"type": "float32"}, 1e300, "too large"),
    ],
)
async def test_what_the_device_can_not_hold_is_refused_unsent(address: dict[str, Any], value: float, why: str) -> None:
    async with Device() as device:
        with pytest.raises(Refused, match=why):
            await written(address, value, device)
        assert device.memory.cells == {"coil": {}, "discrete": {}, "holding": {}, "input": {}}


async def test_only_writable_points_within_their_range_and_states() -> None:
    async with Device() as device:
        with pytest.raises(Refused, match="beyond its valid range"):
            await written(HERE | {"type": "uint16"}, 7, device, valid=Range(low=0, high=6))
        with pytest.raises(Refused, match="none of its states: 0 off, 1 on"):
            await written(HERE | {"type": "uint16"}, 2, device, kind=Kind.STATE)
        with pytest.raises(Refused, match="can only be read"):
            await written(HERE | {"names": {0: "fault"}}, 1, device, kind=Kind.TEXT)
        point = bound(0, HERE | {"type": "uint16"})
        async with line([point], port=device.port) as asked:
            with pytest.raises(Refused, match="not writable"):
                await asked.write(point, 1)
            watched = replace(bound(0, HERE | {"type": "uint16"}, writable=True), never_written=True)
            with pytest.raises(Refused, match="only ever watched"):
                await asked.write(watched, 1)
        assert device.requests == 0


async def test_a_device_that_says_no_or_forgets() -> None:
    async with Device() as device:
        device.memory.holes.add(("holding", 4))
        with pytest.raises(Refused, match="exception 2"):
            await written(HERE | {"type": "uint16"}, 1, device)
        device.memory.holes.clear()

        async def deaf(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
            device.memory.cells["holding"][4] = 3
            yield frame if frame[7] == 6 else right

        device.behave = deaf
        with pytest.raises(Refused, match="took 00 07, but 00 0"):
            await written(HERE | {"type": "uint16"}, 7, device)


async def test_a_write_whose_answer_is_lost_is_not_sent_again() -> None:
    async def lost(_n: int, _frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        device.hang_up()
        yield b""

    async with Device() as device:
        device.behave = lost
        with pytest.raises(Exception, match="closed the connection"):
            await written(HERE | {"type": "uint16"}, 7, device)
        assert device.requests == 1
        device.memory.refuse_all = 6


async def test_busy_may_be_tried_again() -> None:
    async def busy(_n: int, frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        yield frame[:4] + b"\x00\x03" + frame[6:7] + bytes((frame[7] | 0x80, 6))

    async with Device() as device:
        device.behave = busy
        with pytest.raises(UnitSilent, match="write it again"):
            await written(HERE | {"type": "uint16"}, 7, device)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_registers_are_what_struct_packs(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(PACK)))
    order = data.draw(st.sampled_from(["ABCD", "DCBA", "BADC", "CDAB"]))
    raw = data.draw(st.binary(min_size=struct.calcsize(PACK[type_]), max_size=struct.calcsize(PACK[type_])))
    (value,) = struct.unpack(">" + PACK[type_], raw)
    if not math.isfinite(value) or (type_ in ("int64", "uint64") and abs(value) > 1 << 53):
        return
    address = Address.model_validate({"table": "holding", "register": 0, "type": type_})
    assert encode.registers(address, Order(order), float(value), b"") == shuffled(
        struct.pack(">" + PACK[type_], value), order
    )
