"""A device behind a line that speaks by itself is lost like one that is polled: one alarm, and back when it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from edge.alarms.memory import read_kept
from edge.poller import Poller
from edge.unit_silence import UnitSilence
from facility.batch import Batch, bad, good
from facility.event import UnitBack, UnitLost
from facility.inventory import InventoryEquipment
from facility.quality import Reason
from tests.edge import building as b
from tests.edge.fakes import FakeLine, Lines, SpeakingLine, World, settled

PATIENCE = 10
"""Seconds without a word; the alarm comes three later."""
LIFTS = (0, 1)
"""Rows: two units of one point each."""


def lifts() -> list[InventoryEquipment]:
    return [b.equipment(f"lift-{u}", [b.point("floor")], unit=u) for u in (1, 2)]


@asynccontextmanager
async def listening(world: World, kind: type = SpeakingLine) -> AsyncIterator[Poller]:
    lines = Lines(kind)
    bound = lines.bound(world.inventory)
    poller = Poller(bound, world.pipeline, world.clock, world.ticks)
    silence = UnitSilence(bound, poller, world.snapshot, world.clock, world.ticks)
    async with world:
        tasks = [asyncio.create_task(poller.run()), asyncio.create_task(silence.run())]
        await settled()
        poller.health["line-1"].line(up=True)
        try:
            yield poller
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


def says(world: World, *units: int) -> None:
    """These units speak."""
    rows = np.array(units, np.uint32)
    world.pipeline.take(good(rows, np.full(len(rows), 7.0), world.now))


def says_bad(world: World, unit: int) -> None:
    """The server says that it has lost this one."""
    batch: Batch = bad(np.array([unit], np.uint32), Reason.NOT_CONNECTED, world.now)
    world.pipeline.take(batch)


async def speak(world: World, seconds: float, *units: int, lost: tuple[int, ...] = ()) -> None:
    for _ in range(round(seconds)):
        says(world, *units)
        for unit in lost:
            says_bad(world, unit)
        await world.ticks.advance(1)


def standing(world: World) -> list[str]:
    return sorted(world.engine.rows[row].id for row in world.engine.live)


def told(world: World) -> list[tuple[str, tuple[str, ...]]]:
    return [(d.data.type, d.data.equipment) for d in world.spool.drafts if isinstance(d.data, UnitLost | UnitBack)]


@pytest.mark.parametrize("server_says_so", [True, False])
async def test_one_that_is_lost_is_one_alarm_until_it_speaks(server_says_so: bool) -> None:
    world = World(b.inventory(*lifts()))
    async with listening(world):
        await speak(world, PATIENCE + 5, *LIFTS)
        assert standing(world) == []
        await speak(world, 2 * PATIENCE + 6, 0, lost=(1,) if server_says_so else ())
        assert standing(world) == ["lift-2.unit_lost"]
        await speak(world, 3, *LIFTS)
        assert standing(world) == []
    assert told(world) == [("unit.lost", ("lift-2",)), ("unit.back", ("lift-2",))]


async def test_one_that_was_never_heard_is_lost_too() -> None:
    world = World(b.inventory(*lifts()))
    async with listening(world):
        await speak(world, PATIENCE - 1, 0)
        assert standing(world) == [], "it has its time"
        await speak(world, 9, 0)
        assert standing(world) == ["lift-2.unit_lost"]


async def test_a_lost_line_loses_no_units_and_its_units_have_their_time_when_it_is_back() -> None:
    world = World(b.inventory(*lifts()))
    async with listening(world) as poller:
        await speak(world, 3, *LIFTS)
        poller.health["line-1"].line(up=False, why="refused")
        await world.ticks.advance(3 * PATIENCE)
        assert standing(world) == ["riverside-1.line-1.line_lost"]
        poller.health["line-1"].line(up=True)
        await world.ticks.advance(PATIENCE - 1)
        await speak(world, 5, *LIFTS)
        assert standing(world) == []
    assert told(world) == []


async def test_after_a_restart_one_that_speaks_again_is_lost_no_more() -> None:
    before = World(b.inventory(*lifts()))
    async with listening(before):
        await speak(before, PATIENCE + 8, 0)
        assert standing(before) == ["lift-2.unit_lost"]
        await before.recorder.drain()
        kept = dict(before.spool.kept)
    world = World(b.inventory(*lifts()))
    world.pipeline.record(world.engine.restore(read_kept(kept)))
    async with listening(world):
        assert standing(world) == ["lift-2.unit_lost"]
        await speak(world, 3, *LIFTS)
        assert standing(world) == []


async def test_polled_units_are_their_pollers_business() -> None:
    world = World(b.inventory(*lifts()))
    async with listening(world, FakeLine) as poller:
        assert poller.speaking() == {}
        await world.ticks.advance(2 * PATIENCE)
        assert standing(world) == []
