import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator, Callable

import pytest

from drivers.base import Bound
from drivers.modbus.line import ModbusLine
from facility.errors import LineDown, UnitSilent
from facility.quality import Quality, Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import NOTHING, Device, rightly, silence
from tests.drivers.modbus.lines import Told, line


def registers(n: int = 3, unit: int = 1, start: int = 0) -> list[Bound]:
    return [bound(start + i, {"table": "holding", "register": i, "type": "uint16"}, unit=unit) for i in range(n)]


def filled(device: Device) -> Device:
    device.memory.put("holding", 0, struct.pack(">200H", *range(1000, 1200)))
    return device


async def values(asked: ModbusLine, points: list[Bound]) -> list[float]:
    batch = await asked.read(asked.plan(points))
    assert not batch.quality.any()
    return [float(v) for v in batch.value]


async def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_it_reads_and_says_that_the_line_is_up() -> None:
    told = Told()
    async with filled(Device()) as device, line(registers(), told, port=device.port) as asked:
        assert await values(asked, registers()) == [1000, 1001, 1002]
    assert told.lines == [(True, "")]


async def test_a_device_that_is_away_is_a_line_down_and_comes_back_by_itself() -> None:
    told = Told()
    async with filled(Device()) as device:
        await device.stop()
        async with line(registers(), told, port=device.port) as asked:
            for _ in range(3):
                with pytest.raises(LineDown, match=r"127\.0\.0\.1"):
                    await values(asked, registers())
            await device.start()
            began = time.monotonic()
            await until(lambda: told.lines[-1][0])
            assert await values(asked, registers()) == [1000, 1001, 1002]
            assert time.monotonic() - began < 15
    assert [up for up, _ in told.lines] == [False, True]
    assert "refused" in told.lines[0][1].lower() or "connect" in told.lines[0][1].lower()


async def test_between_two_tries_the_answer_is_immediate() -> None:
    async with Device() as device:
        await device.stop()
        async with line(registers(), port=device.port) as asked:
            plan = asked.plan(registers())
            with pytest.raises(LineDown):
                await asked.read(plan)
            took = []
            for _ in range(5):
                began = time.monotonic()
                with pytest.raises(LineDown):
                    await asked.read(plan)
                took.append(time.monotonic() - began)
            assert min(took) < 0.15


async def test_a_hang_up_between_polls_costs_no_poll_and_no_message() -> None:
    told = Told()
    async with filled(Device()) as device, line(registers(), told, port=device.port) as asked:
        for i in range(5):
            assert await values(asked, registers()) == [1000, 1001, 1002]
            device.hang_up()
            if i % 2:
                await asyncio.sleep(0.01)
    assert [up for up, _ in told.lines] == [True]


async def test_a_device_that_hangs_up_before_any_answer_is_down() -> None:
    told = Told()

    async def hang_up(_n: int, _frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        device.hang_up()
        for chunk in NOTHING:
            yield chunk

    async with Device() as device, line(registers(), told, port=device.port) as asked:
        device.behave = hang_up
        with pytest.raises(LineDown):
            await values(asked, registers())
        assert told.lines[-1][0] is False
        assert "before any answer" in told.lines[-1][1]
        assert device.connections < 5


async def test_a_silent_unit_leaves_the_others_of_its_line_alone() -> None:
    async def only_unit_1(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if frame[6] == 1:
            yield right

    points = [*registers(unit=1), *registers(unit=2, start=3)]
    async with filled(Device()) as device, line(points, port=device.port) as asked:
        device.behave = only_unit_1
        for _ in range(4):
            with pytest.raises(UnitSilent, match=r"unit 2 gave no answer in 0\.2 s"):
                await values(asked, points[3:])
            assert await values(asked, points[:3]) == [1000, 1001, 1002]
        assert device.connections == 1
        with pytest.raises(UnitSilent):
            await asked.probe(asked.plan(points[3:]))


async def test_the_probe_of_a_dead_unit_holds_the_line_for_a_quarter_of_its_time() -> None:
    async def only_unit_1(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if frame[6] == 1:
            yield right

    points = [*registers(unit=1), *registers(unit=2, start=3)]
    async with filled(Device()) as device, line(points, port=device.port, timeout=4) as asked:
        device.behave = only_unit_1
        plan, dead = asked.plan(points[:3]), asked.plan(points[3:])
        await asked.read(plan)
        probing = asyncio.create_task(asked.probe(dead))
        await until(lambda: device.requests == 2)
        began = time.monotonic()
        await asked.read(plan)
        assert 0.4 < time.monotonic() - began < 3.5
        assert not probing.done()
        device.behave = rightly
        await asked.read(plan)
        probing.cancel()
        await asyncio.wait([probing])
        assert await values(asked, points[3:]) == [1000, 1001, 1002]
        await asked.probe(dead)


async def test_a_late_answer_is_never_taken_for_the_next() -> None:
    late: list[bytes] = []

    async def one_behind(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        late.append(right)
        if len(late) > 1:
            yield late[-2]

    points = registers(2)
    async with filled(Device()) as device, line(points, port=device.port) as asked:
        device.behave = one_behind
        for i in range(2):
            with pytest.raises(UnitSilent):
                await values(asked, points[i : i + 1])


async def test_three_silences_in_a_row_open_a_new_connection() -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = silence
        plan = asked.plan(registers())
        for _ in range(3):
            with pytest.raises(UnitSilent):
                await asked.read(plan)
        await until(lambda: device.connections == 2)


async def test_the_answer_of_another_unit_is_refused_and_named() -> None:
    async def as_unit_9(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        yield right[:6] + b"\x09" + right[7:]

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = as_unit_9
        with pytest.raises(UnitSilent, match="unit 9 answered in its place"):
            await values(asked, registers())


@pytest.mark.parametrize(
    "body",
    [
        "04 06 0001 0002 0003",
        "03 04 0001 0002",
        "03 06 0001 0002",
        "03 08 0001 0002 0003 0004",
        "83",
        "83 00",
        "00",
        "8302 00",
    ],
)
async def test_an_answer_that_does_not_fit_is_undecodable(body: str) -> None:
    async def lie(_n: int, frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        answer = bytes.fromhex(body)
        yield frame[:4] + struct.pack(">HB", len(answer) + 1, 1) + answer

    async with Device() as device, line(registers(), port=device.port) as asked:
        device.behave = lie
        batch = await asked.read(asked.plan(registers()))
        assert batch.quality.tolist() == [Quality.BAD] * 3
        assert batch.reason.tolist() == [Reason.UNDECODABLE] * 3


@pytest.mark.parametrize("stream", ["ff" * 40, "0001 0000 ffff 01 03", "0001 0001 0006 01 030000", "0001 0000 0001 01"])
async def test_what_is_no_modbus_closes_the_connection(stream: str) -> None:
    async def babble(_n: int, _frame: bytes, _right: bytes) -> AsyncIterator[bytes]:
        yield bytes.fromhex(stream)

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = babble
        with pytest.raises(UnitSilent, match="no Modbus TCP"):
            await values(asked, registers())
        device.behave = rightly
        await until(lambda: device.connections > 1)
        assert await _at_last(asked, registers()) == [1000, 1001, 1002]


async def test_a_unit_that_babbles_is_to_blame_and_not_its_line() -> None:
    async def babble_as_one(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        yield bytes.fromhex("ff" * 40) if frame[6] == 1 else right

    babbler, neighbour = registers(), registers(unit=2, start=3)
    async with filled(Device()) as device, line([*babbler, *neighbour], port=device.port) as asked:
        device.behave = babble_as_one
        for _ in range(3):
            with pytest.raises(UnitSilent, match="unit 1: what came is no Modbus TCP"):
                await _at_last(asked, babbler)
            assert await _at_last(asked, neighbour) == [1000, 1001, 1002]


async def _at_last(asked: ModbusLine, points: list[Bound]) -> list[float]:
    deadline = time.monotonic() + 60
    while True:
        try:
            return await values(asked, points)
        except LineDown:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


async def test_an_answer_in_crumbs_is_put_together() -> None:
    async def crumbs(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        for byte in right:
            yield bytes((byte,))
            await asyncio.sleep(0)

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = crumbs
        assert await values(asked, registers()) == [1000, 1001, 1002]


async def test_the_first_of_two_equal_answers_counts() -> None:
    async def twice(_n: int, _frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        yield right + right

    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = twice
        for _ in range(3):
            assert await values(asked, registers()) == [1000, 1001, 1002]


@pytest.mark.parametrize(
    ("code", "reason"), [(1, Reason.EXCEPTION_1), (4, Reason.EXCEPTION_4), (6, Reason.EXCEPTION_6)]
)
async def test_an_exception_makes_the_block_bad(code: int, reason: Reason) -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.memory.refuse_all = code
        batch = await asked.read(asked.plan(registers()))
        assert batch.reason.tolist() == [reason] * 3


@pytest.mark.parametrize("code", [10, 11])
async def test_a_gateway_that_misses_the_unit_is_a_silent_unit(code: int) -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.memory.refuse_all = code
        with pytest.raises(UnitSilent, match=f"exception {code}"):
            await values(asked, registers())


async def test_a_block_that_is_never_answered_does_not_hide_the_others() -> None:
    async def not_from_100(_n: int, frame: bytes, right: bytes) -> AsyncIterator[bytes]:
        if frame[8:10] != b"\x00\x64":
            yield right

    points = [
        bound(0, {"table": "holding", "register": 0, "type": "uint16"}),
        bound(1, {"table": "holding", "register": 100, "type": "uint16"}),
    ]
    async with filled(Device()) as device, line(points, port=device.port, timeout=0.05) as asked:
        device.behave = not_from_100
        plan = asked.plan(list(reversed(points)))
        reasons = {}
        for _ in range(3):
            try:
                batch = await asked.read(plan)
            except UnitSilent:
                continue
            reasons = dict(zip(batch.point.tolist(), batch.reason.tolist(), strict=True))
        assert reasons == {0: Reason.NONE, 1: Reason.TIMEOUT}


class Slow:
    """Answers every request with 7, each 20 ms after it came, and counts how many wait at once."""

    def __init__(self) -> None:
        self.most = 0
        self._waiting = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks = []
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                frame = await reader.readexactly(12)
                tasks.append(asyncio.create_task(self._answer(frame, writer)))
        writer.close()

    async def _answer(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        self._waiting += 1
        self.most = max(self.most, self._waiting)
        await asyncio.sleep(0.02)
        self._waiting -= 1
        writer.write(frame[:4] + b"\x00\x05" + frame[6:8] + b"\x02\x00\x07")


@pytest.mark.parametrize("width", [1, 4])
async def test_one_request_is_in_flight_unless_pipelining_is_set(width: int) -> None:
    slow = Slow()
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    points = [p for u in range(1, 9) for p in registers(1, unit=u, start=u)]
    async with line(points, port=server.sockets[0].getsockname()[1], pipeline=width) as asked:
        batches = await asyncio.gather(*(asked.read(asked.plan([p])) for p in points))
        assert [b.value.tolist() for b in batches] == [[7.0]] * 8
    server.close()
    await server.wait_closed()
    assert slow.most == width


async def test_a_cancelled_read_leaves_the_line_usable() -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        device.behave = silence
        plan = asked.plan(registers())
        tasks = [asyncio.create_task(asked.read(plan)) for _ in range(3)]
        await until(lambda: device.requests == 1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        device.behave = rightly
        assert await values(asked, registers()) == [1000, 1001, 1002]


async def test_pauses_are_kept() -> None:
    async with (
        filled(Device()) as device,
        line(registers(), port=device.port, pause_after_connect=0.1, pause_between=0.05) as asked,
    ):
        plan = asked.plan(registers())
        began = time.monotonic()
        for _ in range(3):
            await asked.read(plan)
        assert time.monotonic() - began >= 0.2


async def test_cut_and_restored_many_times_nothing_is_left_over() -> None:
    async with filled(Device()) as device, line(registers(), port=device.port) as asked:
        assert await _at_last(asked, registers()) == [1000, 1001, 1002]
        tasks = len(asyncio.all_tasks())
        for _ in range(10):
            await device.stop()
            with pytest.raises(LineDown):
                await values(asked, registers())
            await device.start()
            assert await _at_last(asked, registers()) == [1000, 1001, 1002]
        assert len(asyncio.all_tasks()) <= tasks
