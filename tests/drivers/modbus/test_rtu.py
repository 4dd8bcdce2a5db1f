import asyncio
import random
import struct
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import Bound
from drivers.modbus.transport.crc import crc16, lrc
from drivers.modbus.transport.frames import Ascii, Rtu
from facility.errors import LineDown, UnitSilent
from facility.quality import Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Device, crc
from tests.drivers.modbus.lines import line


@given(st.binary(max_size=300))
def test_the_crc_is_that_of_the_standard(data: bytes) -> None:
    assert crc16(data) == crc(data)


def test_frames_of_the_standard() -> None:
    request = bytes.fromhex("03 006B 0003")
    assert Rtu().wrapped(0x11, request) == bytes.fromhex("11 03 006B 0003 7687")
    assert Ascii().wrapped(0x11, request) == b":1103006B00037E\r\n"
    assert lrc(bytes.fromhex("1103006B0003")) == 0x7E


def right(unit: int, answer: bytes) -> bytes:
    body = bytes((unit,)) + answer
    return body + crc(body)


READ_2 = bytes.fromhex("03 0000 0002")


@given(
    st.binary(max_size=40), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.lists(st.integers(1, 30), max_size=20)
)
def test_an_answer_is_found_behind_noise_and_in_pieces(noise: bytes, a: int, b: int, cuts: list[int]) -> None:
    answer = bytes((3, 4)) + struct.pack(">HH", a, b)
    stream = noise + right(5, answer)
    received = bytearray()
    found = None
    cuts = [*cuts, len(stream)]
    for cut in cuts:
        received += stream[:cut]
        stream = stream[cut:]
        found = found or Rtu().taken(received, 5, READ_2)
    assert found == answer


@given(st.binary(min_size=1, max_size=60), st.data())
def test_noise_is_never_an_answer(noise: bytes, data: st.DataObject) -> None:
    answer = right(5, bytes((3, 4)) + b"\0\1\0\2")
    broken = bytearray(answer)
    at = data.draw(st.integers(0, len(broken) - 1))
    broken[at] ^= data.draw(st.integers(1, 255))
    assert Rtu().taken(bytearray(broken), 5, READ_2) is None
    assert Rtu().taken(bytearray(right(6, answer[1:-2])), 5, READ_2) is None
    assert Rtu().taken(bytearray(right(5, b"\x03\x02\0\1")), 5, READ_2) is None
    assert Rtu().taken(bytearray(right(5, b"\x04\x04\0\1\0\2")), 5, READ_2) is None


def test_ascii_takes_whole_right_lines_only() -> None:
    good = b":0503040001000271".replace(b"71", b"%02X" % lrc(bytes.fromhex("05030400010002"))) + b"\r\n"
    assert Ascii().taken(bytearray(b"xx\n:0503\r\n" + good), 5, READ_2) == bytes.fromhex("030400010002")
    assert Ascii().taken(bytearray(good[:-1]), 5, READ_2) is None
    assert Ascii().taken(bytearray(good.replace(b"0002", b"0003")), 5, READ_2) is None
    assert Ascii().taken(bytearray(b":zz\n:\n\xff\n"), 5, READ_2) is None


def points(n: int, unit: int = 1) -> list[Bound]:
    return [bound(i, {"table": "holding", "register": i, "type": "uint16"}, unit=unit) for i in range(n)]


async def test_rtu_over_tcp_reads_all_tables_and_exceptions() -> None:
    async with Device(rtu=True) as device:
        device.memory.put("holding", 0, struct.pack(">2H", 7, 8))
        device.memory.put("input", 0, struct.pack(">f", 1.5))
        device.memory.cells["coil"] = {1: 1}
        device.memory.cells["discrete"] = {9: 1}
        mine = [
            bound(0, {"table": "holding", "register": 1, "type": "uint16"}),
            bound(1, {"table": "input", "register": 0, "type": "float32"}),
            bound(2, {"table": "coil", "register": 1}),
            bound(3, {"table": "discrete", "register": 9}),
        ]
        async with line(mine, port=device.port, framing="rtu") as asked:
            plan = asked.plan(mine)
            assert all(r.bus_seconds > 0.01 for r in plan.requests)
            batch = await asked.read(plan)
            assert dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True)) == {0: 8, 1: 1.5, 2: 1, 3: 1}
            device.memory.refuse_all = 4
            assert set((await asked.read(plan)).reason.tolist()) == {Reason.EXCEPTION_4}


async def test_late_answers_never_become_wrong_values() -> None:
    """Every answer says which request it answers (register n holds n, a counter above it says when): none is stale."""
    chance = random.Random(11)
    wrong, good, silent = 0, 0, 0
    async with Device(rtu=True) as device:
        lateness = 0.0

        async def late(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
            await asyncio.sleep(lateness)
            yield right

        device.behave = late
        mine = [bound(i, {"table": "holding", "register": i, "type": "uint16"}) for i in range(40)]
        device.memory.put("holding", 0, struct.pack(">40H", *range(40)))
        async with line(mine, port=device.port, framing="rtu", timeout=0.01) as asked:
            plans = [asked.plan([p]) for p in mine]
            for _ in range(250):
                lateness = chance.choice((0, 0.004, 0.012, 0.018, 0.03))
                register = chance.randrange(40)
                try:
                    batch = await asked.read(plans[register])
                except UnitSilent:
                    silent += 1
                except LineDown:
                    continue
                else:
                    good += 1
                    wrong += batch.value.tolist() != [float(register)]
    assert silent > 20
    assert good > 20
    assert wrong == 0


async def test_a_timeout_of_one_unit_does_not_hold_up_the_other() -> None:
    async def only_unit_1(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if frame[0] == 1:
            yield right

    mine, dead = points(1), points(1, unit=2)
    async with Device(rtu=True) as device, line(mine, port=device.port, framing="rtu", timeout=1) as asked:
        device.behave = only_unit_1
        plan, other = asked.plan(mine), asked.plan(dead)
        with pytest.raises(UnitSilent):
            await asked.read(other)
        probing = asyncio.create_task(asked.probe(other))
        began = asyncio.get_running_loop().time()
        await asked.read(plan)
        assert asyncio.get_running_loop().time() - began < 0.85
        with pytest.raises(UnitSilent):
            await probing
