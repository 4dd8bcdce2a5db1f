"""The one road of a write: who is let through, how often, in which order; and that nothing watched is ever written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import simulators
from drivers.base import Bound, Writes
from edge.binding import BoundLine, bind
from edge.poller import Poller
from facility.clock import SystemClock
from facility.errors import LineDown, Refused
from facility.event import WriteDone
from facility.point import WriteLimits
from facility.resolve import read_site
from tests.drivers.modbus.device import Device
from tests.edge import building as b
from tests.edge.fakes import FakeLine, Lines, World, WritingSpeakingLine, settled

ESTATE = Path(simulators.__file__).parent / "estate" / "site.yaml"
DRIVERS = Path(simulators.__file__).parents[1] / "drivers"


@asynccontextmanager
async def polling(world: World, lines: Lines) -> AsyncIterator[Poller]:
    poller = Poller(lines.bound(world.inventory), world.pipeline, world.clock, world.ticks)
    async with world:
        task = asyncio.create_task(poller.run())
        await settled()
        try:
            yield poller
        finally:
            task.cancel()
            await asyncio.wait([task])


def told(world: World) -> list[tuple[str, float, str]]:
    return [(d.data.point, d.data.value, d.data.outcome) for d in world.spool.drafts if isinstance(d.data, WriteDone)]


def writable(**more: Any) -> World:
    return World(b.inventory(b.equipment("pump-1", [b.point("speed", writable=True, **more)])))


async def test_a_point_is_written_once_in_its_pause() -> None:
    world, lines = writable(write=WriteLimits(pause=5)), Lines()
    async with polling(world, lines) as poller:
        point = lines.bound(world.inventory)[0].points[0]
        assert await poller.write(point, 1, "user 7") == 1
        await world.ticks.advance(4)
        with pytest.raises(Refused, match=r"pump-1\.speed: written just now; it may be written again in 1\.0 s"):
            await poller.write(point, 2, "user 7")
        await world.ticks.advance(1)
        assert await poller.write(point, 3, "user 7") == 3
        line: FakeLine = lines.made["line-1"]
        assert line.writes == [("pump-1.speed", 1), ("pump-1.speed", 3)]
    assert told(world) == [
        ("pump-1.speed", 1, "done"),
        ("pump-1.speed", 2, "refused"),
        ("pump-1.speed", 3, "done"),
    ]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (19, "beyond its writing range 20.0 … 50.0"),
        (50.5, "beyond its writing range"),
        (60, "beyond its valid range"),
        (20.25, "no whole step of 0.5 from 20; nearest 20"),
        (float("nan"), "nan is no value"),
    ],
)
async def test_only_whole_steps_within_the_range_reach_the_line(value: float, why: str) -> None:
    limits = WriteLimits.model_validate({"range": {"low": 20, "high": 50}, "step": 0.5})
    world, lines = writable(write=limits, valid={"low": 0, "high": 55}), Lines()
    async with polling(world, lines) as poller:
        point = lines.bound(world.inventory)[0].points[0]
        with pytest.raises(Refused, match=why):
            await poller.write(point, value, "user 7")
        assert await poller.write(point, 20.5, "user 7") == 20.5, "a refused write starts no pause"
        assert lines.made["line-1"].writes == [("pump-1.speed", 20.5)]
    assert [outcome for _, _, outcome in told(world)] == ["refused", "done"]


async def test_writes_to_a_line_that_speaks_are_done_one_at_a_time_and_told() -> None:
    points = [b.point(name, writable=True) for name in ("speed", "mode", "level")]
    world, lines = World(b.inventory(b.equipment("pump-1", points))), Lines(WritingSpeakingLine)
    async with polling(world, lines) as poller:
        line: WritingSpeakingLine = lines.made["line-1"]
        bound = lines.bound(world.inventory)[0].points
        first, second = (asyncio.create_task(poller.write(p, 1, "user 7")) for p in bound[:2])
        await settled()
        assert line.writes == [("pump-1.speed", 1)], "the second waits for the first"
        line.may.set()
        assert await first == await second == 1
        line.may.clear()
        third, fourth = (asyncio.create_task(poller.write(p, 1, "user 7")) for p in (bound[2], replace(bound[2])))
        await settled()
        with pytest.raises(Refused, match="written just now"):
            await fourth
    with pytest.raises(LineDown, match="broken off: look whether it is done"):
        await third
    assert [outcome for _, _, outcome in told(world)] == ["done", "done", "refused", "failed"]


def watched() -> Iterator[tuple[BoundLine, list[Bound]]]:
    """Each line of the estate with what is only ever watched on it, as if type and site both allowed to write it."""
    for line in bind(read_site(ESTATE), {}):
        never = [p for p in line.points if p.never_written]
        if never:
            yield line, [replace(p, writable=True, means=p.means.model_copy(update={"writable": True})) for p in never]


class Unheard:
    def line(self, *, up: bool, why: str = "") -> None:
        """Nobody listens."""

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        """Nobody listens."""


async def test_no_driver_writes_what_is_only_watched_whatever_the_site_says() -> None:
    tried: dict[str, int] = {}
    async with Device() as device:
        for found, points in watched():
            is_modbus = found.protocol.name == "modbus"
            moved = found.connection.model_copy(update={"port": device.port} if is_modbus else {})
            bound = replace(found, connection=moved)
            line = bound.open(SystemClock(), Unheard())
            assert isinstance(line, Writes)
            async with line:
                for point in points:
                    with pytest.raises(Refused, match="only ever watched"):
                        await line.write(point, 1)
            tried[bound.protocol.name] = tried.get(bound.protocol.name, 0) + len(points)
        assert device.memory.written == 0
        assert device.requests == 0
    assert tried["modbus"] > 900
    assert tried["opcua"] > 50


@pytest.mark.parametrize("kind", [FakeLine, WritingSpeakingLine])
async def test_nothing_that_is_only_watched_reaches_a_line_by_the_poller(kind: type[Any]) -> None:
    world = World(b.inventory(b.equipment("lift-1", [b.point("mode", writable=True)])))
    lines = Lines(kind)
    async with polling(world, lines) as poller:
        for point in lines.bound(world.inventory)[0].points:
            with pytest.raises(Refused, match="only ever watched"):
                await poller.write(replace(point, never_written=True), 1, "user 7")
        await settled()
        assert lines.made["line-1"].writes == []
    assert told(world) == [("lift-1.mode", 1, "refused")]


def test_the_estate_binds_every_type_that_is_never_written_as_such() -> None:
    site = read_site(ESTATE)
    never = {t.id for t in map(site.catalog.type, {e.type for e in site.inventory.equipment}) if t.writes == "never"}
    assert {"elevator", "fire_alarm_panel"} <= never
    of = {e.id: e.type for e in site.inventory.equipment}
    for line in bind(site, {}):
        for point in line.points:
            assert point.never_written == (of[point.equipment] in never), point.id
            assert not (point.never_written and point.writable), point.id


def test_what_writes_on_the_wire_is_called_in_one_place_of_each_driver() -> None:
    calls = {
        "pdu.write_pdu(": {"modbus/writing.py"},
        "line.tell(": {"modbus/writing.py"},
        "write_attributes(": {"opcua/writing.py"},
        "write_value(": set(),
        "_client.publish(": {"mqtt/client.py"},
    }
    sources = {p.relative_to(DRIVERS).as_posix(): p.read_text(encoding="utf-8") for p in DRIVERS.rglob("*.py")}
    assert {call: {name for name, text in sources.items() if call in text} for call in calls} == calls
