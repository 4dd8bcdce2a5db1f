"""Polls without a task: they end as `read` ends, whatever the device does, and ask nothing twice."""

import asyncio
import struct
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from drivers.base import Answer, Bound
from drivers.modbus.quirks import Quirks
from facility.batch import Batch
from facility.errors import DeviceError, LineDown, UnitSilent
from facility.quality import Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Device, rightly, silence
from tests.drivers.modbus.lines import line, straight
from tests.drivers.modbus.test_tcp import filled, registers, until, values

FAR = [bound(i, {"table": "holding", "register": at, "type": "uint16"}) for i, at in enumerate((0, 1, 60, 61, 130))]


async def opened(asked: Any, points: list[Bound]) -> None:
    """The first answer is there, so the wire is open."""
    await values(asked, points)


async def test_it_reads_what_read_reads_block_after_block() -> None:
    async with filled(Device()) as device, line(FAR, port=device.port) as asked:
        plan = asked.plan(FAR)
        await asked.read(plan)
        batch = await straight(asked, plan)
        assert batch.value.tolist() == [1000, 1001, 1060, 1061, 1130]
        assert not batch.quality.any()
        assert [first for _, _, first, _ in device.memory.asked] == [0, 60, 130] * 2


async def test_it_is_not_open_without_a_wire_nor_with_pauses_between_requests() -> None:
    plan_for = registers()
    async with filled(Device()) as device:
        async with line(plan_for, port=device.port) as asked:
            assert not asked.start(asked.plan(plan_for), lambda _: None), "not connected yet"
        async with line(plan_for, port=device.port, pause_between=0.001) as asked:
            await opened(asked, plan_for)
            assert not asked.start(asked.plan(plan_for), lambda _: None)
        async with line(plan_for, port=device.port, framing="rtu") as asked:
            assert not asked.start(asked.plan(plan_for), lambda _: None)


async def test_a_silent_unit_is_asked_once() -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        device.behave = silence
        before = device.requests
        with pytest.raises(UnitSilent, match=r"unit 1 gave no answer in 0\.2 s"):
            await straight(asked, asked.plan(registers()))
        assert device.requests == before + 1


async def test_a_block_that_is_never_answered_costs_only_its_own_points_and_no_answer_is_asked_for_again() -> None:
    async def second_never(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if struct.unpack_from(">H", frame, 8) != (60,):
            yield right

    async with filled(Device()) as device, line(FAR, port=device.port) as asked:
        plan = asked.plan(FAR)
        await asked.read(plan)
        device.memory.asked.clear()
        device.behave = second_never
        batch = await straight(asked, plan)
        assert batch.value[batch.quality == 0].tolist() == [1000, 1001, 1130]
        assert set(batch.reason[batch.quality != 0].tolist()) == {Reason.TIMEOUT}
        assert [first for _, _, first, _ in device.memory.asked] == [0, 60, 130]


async def test_a_refused_register_is_found_and_the_way_is_straight_again() -> None:
    async with filled(Device()) as device, line(FAR, port=device.port) as asked:
        plan = asked.plan(FAR)
        await asked.read(plan)
        device.memory.holes.add(("holding", 61))
        device.memory.asked.clear()
        batch = await straight(asked, plan)
        assert batch.value[batch.quality == 0].tolist() == [1000, 1001, 1060, 1130]
        assert device.memory.asked[0][2] == 0
        assert [first for _, _, first, count in device.memory.asked if count == 2 and first == 0] == [0, 0]
        device.memory.asked.clear()
        batch = await straight(asked, plan)
        assert [(first, count) for _, _, first, count in device.memory.asked] == [(0, 2), (60, 1), (130, 1)]
        assert batch.reason[batch.quality != 0].tolist() == [Reason.EXCEPTION_2]


@pytest.mark.parametrize("code", [10, 11])
async def test_a_gateway_that_misses_the_unit_is_a_silent_unit(code: int) -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        device.memory.refuse_all = code
        with pytest.raises(UnitSilent, match=f"exception {code}"):
            await straight(asked, asked.plan(registers()))


async def test_a_late_answer_is_never_taken_for_the_next() -> None:
    async def late(n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if n % 2:
            await asyncio.sleep(0.25)
        yield right

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        plan = asked.plan(registers())
        device.behave = late
        with pytest.raises(UnitSilent):
            await straight(asked, plan)
        device.memory.put("holding", 0, struct.pack(">3H", 7, 8, 9))
        assert (await straight(asked, plan)).value.tolist() == [7, 8, 9]


async def test_a_hang_up_between_polls_costs_no_poll() -> None:
    async def hang_up(_n: int, _frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        device.behave = rightly
        device.hang_up()
        yield b""

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        device.behave = hang_up
        assert (await straight(asked, asked.plan(registers()))).value.tolist() == [1000, 1001, 1002]
        assert device.connections == 2


async def test_an_answer_that_does_not_fit_is_undecodable() -> None:
    async def shorter(_n: int, frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        yield frame[:4] + bytes.fromhex("0005 01 03 02 0001")

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        device.behave = shorter
        batch = await straight(asked, asked.plan(registers()))
        assert set(batch.reason.tolist()) == {Reason.UNDECODABLE}


async def test_units_of_a_line_take_turns() -> None:
    units = [registers(unit=u) for u in (1, 2, 3)]
    flying = most = 0

    async def counted(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        nonlocal flying, most
        flying, most = flying + 1, max(most, flying + 1)
        await asyncio.sleep(0.01)
        flying -= 1
        yield right

    async with filled(Device()) as device, line([p for u in units for p in u], port=device.port) as asked:
        await opened(asked, units[0])
        device.behave = counted
        found = await asyncio.gather(*(straight(asked, asked.plan(u)) for u in units))
        assert [b.value.tolist() for b in found] == [[1000, 1001, 1002]] * 3
        assert most == 1
        assert [unit for unit, *_ in device.memory.asked[1:]] == [1, 2, 3]


async def test_a_line_that_closes_tells_whoever_waits() -> None:
    came: asyncio.Future[Batch | Answer | Coroutine[Any, Any, Batch]] = asyncio.get_running_loop().create_future()
    async with filled(Device()) as device:
        async with line(registers(), port=device.port) as asked:
            await opened(asked, registers())
            device.behave = silence
            before = device.requests
            assert asked.start(asked.plan(registers()), came.set_result)
            await until(lambda: device.requests > before)
        rest = await came
    assert not isinstance(rest, Batch | Answer)
    with pytest.raises(LineDown, match="closed"):
        await rest


async def test_a_decoder_that_fails_is_told_where_read_would_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        await opened(asked, registers())
        plan = asked.plan(registers())

        def broken(*_: object) -> Batch:
            raise ZeroDivisionError("a mistake in the decoder")

        monkeypatch.setattr(plan.body, "plain_batch", broken)
        with pytest.raises(ZeroDivisionError):
            await straight(asked, plan)
        assert await values(asked, registers()) == [1000, 1001, 1002], "the line is free again"


async def test_the_longest_way_round_ends_as_read_ends() -> None:
    points = [bound(i, {"table": "holding", "register": 3 * i, "type": "uint16"}) for i in range(60)]
    quirks = Quirks(strategy="single")
    single = [bound(i, {"table": "holding", "register": 3 * i, "type": "uint16"}, quirks=quirks) for i in range(60)]
    async with filled(Device()) as device, line(points, port=device.port) as asked:
        await opened(asked, points)
        for way in (points, single):
            fresh = asked.plan(way)
            assert (await straight(asked, fresh)).value.tolist() == [1000 + 3 * i for i in range(60)]
        device.memory.refuse_all = 4
        with pytest.raises(AssertionError):
            assert not (await straight(asked, asked.plan(points))).quality.any()
        device.behave = silence
        with pytest.raises(DeviceError):
            await straight(asked, asked.plan(points))
