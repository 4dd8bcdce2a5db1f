from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from edge.poller import Poller
from facility.errors import LineDown, Refused, UnitSilent
from facility.event import LineLost, UnitLost, WriteDone
from facility.inventory import InventoryEquipment
from facility.quality import Quality, Reason
from tests.edge import building as b
from tests.edge.fakes import FakeLine, Lines, SpeakingLine, World, settled


def estate(units: int, line: str = "line-1") -> list[InventoryEquipment]:
    return [
        b.equipment(f"{line}-pump-{u}", [b.point("flow", deadband={"absolute": 0})], line=line, unit=u)
        for u in range(1, units + 1)
    ]


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
            assert task.cancelled()


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def answer() -> None:
        raise error

    return answer


async def test_every_unit_is_asked_at_once_and_then_once_a_period_in_few_ticks() -> None:
    world, lines = World(b.inventory(*estate(8))), Lines()
    async with polling(world, lines) as poller:
        line: FakeLine = lines.made["line-1"]
        assert sum(line.reads.values()) == 8
        line.reads.clear()
        await world.ticks.advance(10)
        assert set(line.reads.values()) <= {10, 11}
        assert all(u.missed == 0 for u in poller.units("line-1"))
        asked = []
        for _ in range(4):
            before = line.reads.copy()
            await world.ticks.advance(0.25)
            asked.append(sum((line.reads - before).values()))
        assert sorted(asked) == [0, 0, 0, 8], "all share one tick of four"


async def test_units_of_all_lines_share_a_tick_and_more_of_them_than_a_tick_takes_use_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("edge.poller.TOGETHER", 3)
    names = [f"line-{n}" for n in range(8)]
    world, lines = World(b.inventory(*(e for name in names for e in estate(1, name)))), Lines()
    async with polling(world, lines):
        asked = []
        for _ in range(8):
            before = sum(line.reads.total() for line in lines.made.values())
            await world.ticks.advance(0.25)
            asked.append(sum(line.reads.total() for line in lines.made.values()) - before)
        assert sorted(asked[:4]) == [0, 2, 3, 3]
        assert asked[:4] == asked[4:]


async def test_a_dead_unit_is_only_probed_with_back_off_and_its_line_loses_nothing() -> None:
    world, lines = World(b.inventory(*estate(3))), Lines()
    async with polling(world, lines) as poller:
        line: FakeLine = lines.made["line-1"]
        line.answers["2"] = raising(UnitSilent("no answer in 1 s"))
        line.reads.clear()
        await world.ticks.advance(120)
        assert line.reads["1"] >= 119
        assert line.reads["3"] >= 119
        assert line.reads["2"] == 1, "after the first failure only probes"
        assert line.probes["2"] == 5, "after 2, 4, 8, 16 and 32 s"
        assert world.snapshot.reason[1] == Reason.TIMEOUT
        assert world.spool.types().count("unit.lost") == 1
        assert poller.health["line-1"].lost_units == {"2": "no answer in 1 s"}
        del line.answers["2"]
        await world.ticks.advance(61)
        assert world.snapshot.quality[1] == Quality.GOOD
        assert world.spool.types().count("unit.back") == 1
        assert [d.data.rule for d in world.spool.drafts if d.data.type == "alarm.raised"] == ["unit_lost"]
        assert [d.data.rule for d in world.spool.drafts if d.data.type == "alarm.cleared"] == ["unit_lost"]


async def test_one_lost_answer_is_a_bad_sample_and_no_lost_unit() -> None:
    world, lines = World(b.inventory(*estate(1))), Lines()
    async with polling(world, lines):
        line: FakeLine = lines.made["line-1"]
        line.answers["1"] = raising(UnitSilent("once"))
        await world.ticks.advance(1)
        assert world.snapshot.quality[0] == Quality.BAD
        del line.answers["1"]
        await world.ticks.advance(4)
        assert world.snapshot.quality[0] == Quality.GOOD
        assert "unit.lost" not in world.spool.types()
        sent = np.concatenate([x.quality for x in world.telemetry.batches]).tolist()
        assert sent == [Quality.GOOD, Quality.BAD, Quality.GOOD]


async def test_a_lost_line_is_one_event_one_alarm_and_is_tried_every_two_seconds() -> None:
    world, lines = World(b.inventory(*estate(40), *estate(1, "line-2"))), Lines()
    async with polling(world, lines):
        line: FakeLine = lines.made["line-1"]
        for u in range(1, 41):
            line.answers[str(u)] = raising(LineDown("connection refused"))
        await world.ticks.advance(20)
        lost = [d for d in world.spool.drafts if isinstance(d.data, LineLost | UnitLost)]
        assert len(lost) == 1
        assert isinstance(lost[0].data, LineLost)
        assert len(lost[0].data.equipment) == 40
        raised = [d for d in world.spool.drafts if d.data.type == "alarm.raised"]
        assert [(d.equipment, d.instance) for d in raised] == [("riverside-1", "line-1")]
        assert (world.snapshot.reason[:40] == Reason.NOT_CONNECTED).all()
        assert world.snapshot.quality[40] == Quality.GOOD
        assert 9 <= sum(line.probes.values()) <= 11
        line.answers.clear()
        await world.ticks.advance(3.5)
        assert (world.snapshot.quality == Quality.GOOD).all()
        assert world.spool.types()[-2:] == ["line.back", "alarm.cleared"]


async def test_overload_is_counted_and_never_asks_a_unit_twice_at_a_time() -> None:
    world, lines = World(b.inventory(*estate(2))), Lines()
    async with polling(world, lines) as poller:
        line: FakeLine = lines.made["line-1"]

        async def slow() -> None:
            await world.ticks.until(world.manual.mono + 3_500_000_000)

        line.answers["1"] = slow
        tasks = set()
        for _ in range(60):
            await world.ticks.advance(1)
            tasks.add(len(asyncio.all_tasks()))
        slow_unit, other = poller.units("line-1")
        assert line.most_flying == 1
        assert slow_unit.missed >= 40
        assert other.missed == 0
        assert len(tasks) <= 2, "tasks don't grow"


def wishes(world: World) -> list[WriteDone]:
    return [d.data for d in world.spool.drafts if isinstance(d.data, WriteDone)]


async def test_a_write_goes_before_the_polls_and_leaves_an_event() -> None:
    world = World(b.inventory(b.equipment("pump-1", [b.point("speed", writable=True)])))
    lines = Lines()
    async with polling(world, lines) as poller:
        line: FakeLine = lines.made["line-1"]
        line.log.clear()
        point = lines.bound(world.inventory)[0].points[0]
        writing = asyncio.create_task(poller.write(point, 42.0, "user 7"))
        await settled()
        assert await writing == 42.0
        assert line.log[0] == "write pump-1.speed"
        assert wishes(world) == [
            WriteDone(point="pump-1.speed", value=42, before=line.value, read_back=42, by="user 7", outcome="done")
        ]


async def test_a_write_that_is_refused_fails_or_is_given_up_leaves_an_event_too() -> None:
    world = World(b.inventory(b.equipment("pump-1", [b.point("speed", writable=True)])))
    lines = Lines()
    async with polling(world, lines) as poller:
        line: FakeLine = lines.made["line-1"]
        point = lines.bound(world.inventory)[0].points[0]
        for error in (Refused("beyond its range"), UnitSilent("no answer")):
            line.write_fails = error
            with pytest.raises(type(error)):
                await poller.write(point, 1.0, "user 7")
            await world.ticks.advance(1)
        line.write_fails = None
        writing = asyncio.create_task(poller.write(point, 2.0, "user 7"))
        await asyncio.sleep(0)
        writing.cancel()
        await settled()
        assert [(w.outcome, w.why.partition(":")[0]) for w in wishes(world)] == [
            ("refused", "beyond its range"),
            ("failed", "no answer"),
            ("failed", "given up before its turn came"),
        ]
        assert line.writes == []


async def test_a_line_that_can_not_write_says_so() -> None:
    world, lines = World(b.inventory(*estate(1))), Lines(SpeakingLine)
    async with polling(world, lines) as poller:
        with pytest.raises(Refused, match=r"line-1-pump-1\.flow: the line line-1 can't write"):
            await poller.write(lines.bound(world.inventory)[0].points[0], 1.0, "user 7")
    assert [w.outcome for w in wishes(world)] == ["refused"]


async def test_a_driver_that_breaks_is_opened_anew_and_the_others_lose_nothing() -> None:
    world, lines = World(b.inventory(*estate(1), *estate(1, "line-2"))), Lines()
    async with polling(world, lines):
        first: FakeLine = lines.made["line-1"]
        first.answers["1"] = raising(ZeroDivisionError("a mistake in the driver"))
        await world.ticks.advance(1)
        assert "line.lost" in world.spool.types()
        await world.ticks.advance(4)
        assert lines.made["line-1"] is not first
        assert world.snapshot.quality[0] == Quality.GOOD
        assert lines.made["line-2"].reads["1"] >= 5


async def test_what_a_speaking_line_says_is_on_disk_before_it_is_acknowledged() -> None:
    high = b.rule("high", {"kind": "high", "point": "flow", "limit": 5})
    world = World(b.inventory(b.equipment("pump-1", [b.point("flow")], [high])))
    lines = Lines(SpeakingLine)
    async with polling(world, lines):
        line: SpeakingLine = lines.made["line-1"]
        await line.running.wait()
        world.spool.hold = asyncio.Event()
        saying = asyncio.create_task(line.say(b.samples(world.now, (0, 9.0))))
        await settled()
        assert not saying.done(), "the alarm is not on disk yet"
        world.spool.hold.set()
        await asyncio.wait_for(saying, 60)
        assert world.spool.types() == ["alarm.raised"]
        assert world.telemetry.within == [0.03]
        world.telemetry.durable = False
        saying = asyncio.create_task(line.say(b.samples(world.now, (0, 4.0))))
        await settled()
        assert not saying.done(), "the sample is not on disk yet"
        saying.cancel()


async def test_new_settings_open_only_the_lines_on_which_something_changed() -> None:
    world, lines = World(b.inventory(*estate(1), *estate(1, "line-2"))), Lines()
    async with polling(world, lines) as poller:
        await world.ticks.advance(1)
        first, second = lines.made["line-1"], lines.made["line-2"]
        one, two = lines.bound(world.inventory)
        changed = [replace(one, points=tuple(replace(p, period=5.0) for p in one.points)), two]
        assert await poller.rebind(changed) == ["line-1"]
        await settled()
        fresh: FakeLine = lines.made["line-1"]
        assert fresh is not first
        assert lines.made["line-2"] is second
        fresh.reads.clear()
        await world.ticks.advance(10)
        assert fresh.reads["1"] in (2, 3)
        assert "line.lost" not in world.spool.types(), "opening anew is no loss"


async def test_the_longest_back_off_and_the_tick_are_the_lines_own() -> None:
    world, lines = World(b.inventory(*estate(2))), Lines()
    bound = [replace(x, longest_backoff=5.0, tick=0.5) for x in lines.bound(world.inventory)]
    poller = Poller(bound, world.pipeline, world.clock, world.ticks)
    async with world:
        task = asyncio.create_task(poller.run())
        await settled()
        line: FakeLine = lines.made["line-1"]
        line.answers["2"] = raising(UnitSilent("no answer"))
        await world.ticks.advance(10)
        line.probes.clear()
        line.reads.clear()
        await world.ticks.advance(0.25)
        assert sum(line.reads.values()) in (0, 1), "two ticks a second, none in between"
        await world.ticks.advance(59.75)
        assert line.probes["2"] == 12
        assert line.reads["1"] == 60
        task.cancel()
        await asyncio.wait([task])
    assert "unit.lost" in world.spool.types()
