import logging

import pytest

from drivers.base import Bound
from drivers.modbus.quirks import Quirks
from facility.clock import ManualClock
from facility.errors import ConfigError
from facility.quality import Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Device
from tests.drivers.modbus.lines import line


def at(registers: list[int], quirks: Quirks | None = None) -> list[Bound]:
    return [
        bound(i, {"table": "holding", "register": r, "type": "uint16"}, quirks=quirks) for i, r in enumerate(registers)
    ]


async def test_one_refused_register_costs_only_its_own_point(caplog: pytest.LogCaptureFixture) -> None:
    points = at(list(range(40)))
    clock = ManualClock()
    async with Device() as device:
        device.memory.cells["holding"] = {i: 100 + i for i in range(40)}
        device.memory.holes = {("holding", 17)}
        async with line(points, clock=clock, port=device.port) as asked:
            plan = asked.plan(points)
            with caplog.at_level(logging.WARNING):
                for _ in range(3):
                    device.memory.asked.clear()
                    batch = await asked.read(plan)
                    found = dict(
                        zip(
                            batch.point.tolist(),
                            zip(batch.value.tolist(), batch.reason.tolist(), strict=True),
                            strict=True,
                        )
                    )
                    assert found.pop(17)[1] == Reason.EXCEPTION_2
                    assert found == {i: (100.0 + i, 0) for i in range(40) if i != 17}
            assert device.memory.asked == [(1, "holding", 0, 17), (1, "holding", 18, 22)]
            assert [r.message.rpartition(": ")[2] for r in caplog.records] == ["[[holding, 17, 17]]"]
            device.memory.holes.clear()
            clock.advance(601)
            assert not (await asked.read(plan)).reason.any()


async def test_a_gap_that_the_device_refuses_is_never_crossed_again(caplog: pytest.LogCaptureFixture) -> None:
    points = at([0, 1, 30, 31])
    async with Device() as device, line(points, port=device.port) as asked:
        device.memory.holes = {("holding", 9)}
        plan = asked.plan(points)
        for _ in range(2):
            device.memory.asked.clear()
            assert not (await asked.read(plan)).reason.any()
        assert device.memory.asked == [(1, "holding", 0, 2), (1, "holding", 30, 2)]
        assert "forbidden: [[holding, 2, 29]]" in caplog.text


async def test_a_device_that_gives_short_answers_only_is_asked_for_less(caplog: pytest.LogCaptureFixture) -> None:
    points = at(list(range(100)))
    async with Device() as device, line(points, port=device.port) as asked:
        device.memory.most = 30
        plan = asked.plan(points)
        for _ in range(2):
            device.memory.asked.clear()
            assert not (await asked.read(plan)).reason.any()
        assert max(count for _, _, _, count in device.memory.asked) <= 30
        assert len(device.memory.asked) == 4
        assert "max_registers: 30" in caplog.text


async def test_a_unit_that_refuses_everything_is_not_searched_at_every_poll() -> None:
    points = at(list(range(20)))
    clock = ManualClock()
    async with Device() as device, line(points, clock=clock, port=device.port) as asked:
        device.memory.refuse_all = 2
        plan = asked.plan(points)
        assert set((await asked.read(plan)).reason.tolist()) == {Reason.EXCEPTION_2}
        device.memory.asked.clear()
        await asked.read(plan)
        assert len(device.memory.asked) == 1
        device.memory.refuse_all = 0
        assert not (await asked.read(plan)).reason.any()


def test_units_must_be_numbers_and_all_wrong_ones_are_named() -> None:
    points = [
        bound(0, {"table": "coil", "register": 0}, unit="pump-1"),
        bound(1, {"table": "coil", "register": 0}, unit=300),
    ]
    with pytest.raises(ConfigError, match=r"(?s)unit 'pump-1' is no Modbus unit.*unit 300"):
        line(points, port=1)
    with pytest.raises(ConfigError, match="unit 0"):
        line([bound(0, {"table": "coil", "register": 0}, unit=0)], port=1, framing="rtu")
