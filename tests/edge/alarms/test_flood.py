"""Floods: what one cause brings about is one row, and a fire in the middle of it is another."""

from __future__ import annotations

import asyncio

import pytest

from edge.health import LineHealth
from facility.quality import Quality
from tests.edge import building as b
from tests.edge.alarms.flood import CAUSE, FIRE, RAW, flooded
from tests.edge.fakes import Lines, World


@pytest.mark.parametrize("seed", range(3))
def test_a_power_failure_is_one_row_and_the_fire_in_it_another(seed: int) -> None:
    told = flooded(seed)
    assert len(told.raised - {FIRE}) == RAW
    assert sorted(told.announced) == sorted([CAUSE, FIRE])
    assert next(name for name in told.announced if name != FIRE) == CAUSE
    assert CAUSE in told.causes


async def test_a_lost_line_with_forty_devices_is_one_alarm_and_forty_unknown() -> None:
    low = b.rule("low", {"kind": "low", "point": "level", "limit": 10})
    quiet = b.rule("quiet", {"kind": "no_data", "over": "20s"}, **{"class": "communication"})
    devices = [b.equipment(f"d{i}", [b.point("level")], [low, quiet], unit=i) for i in range(40)]
    async with World(b.inventory(*devices)) as world:
        for i in range(40):
            world.pipeline.take(b.samples(world.now, (i, 50.0)))
        points = Lines().bound(world.inventory)[0].points
        health = LineHealth("line-1", points, world.pipeline, world.clock)
        health.line(up=True)
        health.line(up=False, why="refused")
        for _ in range(240):
            world.manual.advance(0.25)
            world.pipeline.tick()
        shown = {world.engine.rows[row].id: str(alarm.told) for row, alarm in world.engine.live.items()}
        assert [name for name, told in shown.items() if told == "active"] == ["riverside-1.line-1.line_lost"]
        assert [f"d{i}.quiet" for i in range(40)] == [name for name, told in shown.items() if told == "suppressed"]
        assert (world.snapshot.quality == Quality.BAD).sum() == 40


async def test_a_hundred_triggers_at_once_are_one_alarm() -> None:
    high = b.rule("high", {"kind": "high", "point": "level", "limit": 10})
    async with World(b.inventory(b.equipment("tank", [b.point("level")], [high]))) as world:
        await asyncio.gather(*(world.pipeline.deliver_durably(b.samples(world.now, (0, 11.0 + i))) for i in range(100)))
        await world.recorder.drain()
        assert world.spool.types().count("alarm.raised") == 1
        assert len(world.engine.live) == 1
