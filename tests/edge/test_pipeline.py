from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import numpy as np
import pytest

from edge.alarms.engine import Engine, Outcome
from edge.cards import Cards
from edge.notes import masked
from edge.snapshot import layers
from facility.batch import Batch, Note, Scalar, noted
from facility.clock import NS
from facility.equipment_type import System
from facility.errors import SpoolError
from facility.event import AccessDenied, AlarmRaised, ClockState, FireEvent, PatrolRead, TextChanged
from facility.inventory import InventoryEquipment
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.edge import building as b
from tests.edge.fakes import World, settled

HIGH = b.rule("high", {"kind": "high", "point": "flow", "limit": 5})


def pump() -> InventoryEquipment:
    return b.equipment("pump-1", [b.point("flow", valid={"low": 0, "high": 100}), b.point("model", Kind.TEXT)], [HIGH])


def gate(system: System = System.ACCESS, *points: str) -> InventoryEquipment:
    return b.equipment("gate-1", [b.point(p, Kind.EVENT) for p in points]).model_copy(update={"system": system})


async def told(world: World, batch: Batch) -> list[Any]:
    await world.pipeline.deliver_durably(batch)
    return [d.data for d in world.spool.drafts]


async def test_a_sample_goes_to_snapshot_telemetry_and_detection() -> None:
    async with World(b.inventory(pump())) as world:
        await world.pipeline.deliver_durably(b.samples(world.now, (0, 9.0)))
        assert world.snapshot.value[0] == 9.0
        assert world.telemetry.values(0) == [9.0]
        (draft,) = world.spool.drafts
        assert isinstance(draft.data, AlarmRaised)
        assert (draft.data.value, draft.data.limit, draft.at) == (9.0, 5.0, world.now)
        assert "alarm/pump-1.high" in world.spool.kept, "the state is in the same transaction"


class Broken:
    """Looks on, and fails."""

    def see(self, batch: Batch, engine: Engine) -> Outcome:
        raise KeyError("unforeseen")

    def tick(self, engine: Engine) -> Outcome:
        raise KeyError("unforeseen")


async def test_what_detection_finds_is_told_also_where_what_looks_on_fails() -> None:
    delayed = b.rule("low", {"kind": "low", "point": "flow", "limit": 2}, delay_on=5)
    item = b.equipment("pump-1", [b.point("flow")], [HIGH, delayed], stale_after=60.0)
    async with World(b.inventory(item)) as world:
        world.pipeline.let_look_on(Broken())
        with pytest.raises(KeyError):
            world.pipeline.take(b.samples(world.now, (0, 9.0)))
        with pytest.raises(KeyError):
            world.pipeline.take(b.samples(world.now, (0, 1.0)))
        world.manual.advance(6)
        with pytest.raises(KeyError):
            world.pipeline.tick()
        await settled()
        assert world.spool.types() == ["alarm.raised", "alarm.cleared", "alarm.raised"]


async def test_a_replayed_batch_reaches_telemetry_only() -> None:
    async with World(b.inventory(pump())) as world:
        await world.pipeline.deliver_durably(b.samples(world.now - 3600 * NS, (0, 9.0), replayed=True))
        assert world.telemetry.values(0) == [9.0]
        assert world.spool.drafts == []
        assert world.snapshot.quality[0] == Quality.BAD


async def test_every_sample_of_a_point_that_is_twice_in_a_batch_is_judged() -> None:
    async with World(b.inventory(pump())) as world:
        found = await told(world, b.samples(world.now, (0, 9.0), (0, 1.0), (0, 8.0)))
        assert [d.type for d in found] == ["alarm.raised", "alarm.cleared", "alarm.raised"]


def test_layers_keep_the_order_and_lose_nothing() -> None:
    batch = b.samples(0, (0, 1.0), (1, 2.0), (0, 3.0), (0, 4.0))
    assert [x.value.tolist() for x in layers(batch)] == [[1.0, 2.0], [3.0], [4.0]]


@pytest.mark.parametrize(
    ("value", "reason"), [(np.inf, Reason.UNDECODABLE), (np.nan, Reason.UNDECODABLE), (101.0, Reason.OUT_OF_RANGE)]
)
async def test_what_can_not_be_is_bad_and_raises_nothing(value: float, reason: Reason) -> None:
    async with World(b.inventory(pump())) as world:
        await world.pipeline.deliver_durably(b.samples(world.now, (0, value)))
        assert (world.snapshot.quality[0], world.snapshot.reason[0]) == (Quality.BAD, reason)
        assert world.spool.drafts == []


@pytest.mark.parametrize("off", [-60 * 365 * 86_400 * NS, 3 * 86_400 * NS])
async def test_an_absurd_device_time_is_replaced_and_flagged_and_still_alarms(off: int) -> None:
    async with World(b.inventory(pump())) as world:
        batch = b.samples(world.now, (0, 9.0))
        batch.time[:] += off
        await world.pipeline.deliver_durably(batch)
        assert world.snapshot.time[0] == world.now
        assert (world.snapshot.quality[0], world.snapshot.reason[0]) == (Quality.UNCERTAIN, Reason.CLOCK)
        assert world.spool.drafts[0].clock is ClockState.DEVICE_REPLACED


async def test_a_stale_point_is_bad_without_any_message() -> None:
    async with World(b.inventory(pump())) as world:
        await world.pipeline.deliver_durably(b.samples(world.now, (0, 1.0)))
        await world.ticks.advance(3)
        assert world.snapshot.quality[0] == Quality.GOOD
        await world.ticks.advance(0.25)
        assert (world.snapshot.quality[0], world.snapshot.reason[0]) == (Quality.BAD, Reason.STALE)
        assert [len(x) for x in world.telemetry.batches] == [1, 1], "said once"


async def test_a_changed_text_is_one_event_also_over_a_restart() -> None:
    async with World(b.inventory(pump())) as world:
        note = noted([Note(1, world.now, "CR 32-4")], world.now)
        assert await told(world, note) == [TextChanged(point="pump-1.model", text="CR 32-4")]
        assert len(await told(world, note)) == 1
        kept = dict(world.spool.kept)
    async with World(b.inventory(pump()), texts=kept) as again:
        assert await told(again, note) == []


@pytest.mark.parametrize("text", ["a\0b", "x" * 65_537, "\ud800"])
async def test_a_hostile_text_is_dropped_and_counted(text: str) -> None:
    async with World(b.inventory(pump())) as world:
        assert await told(world, noted([Note(1, world.now, text)], world.now)) == []
        assert world.pipeline.intake.refused == 1


async def test_a_card_number_is_hashed_before_it_touches_the_disk() -> None:
    async with World(b.inventory(gate(System.ACCESS, "denied")), Cards(b"site key")) as world:
        fields = {"card": "0004783921", "reason": "credential_expired", "direction": "in", "firmware": "1.2"}
        found = await told(world, noted([Note(0, world.now, fields)], world.now))
        digest = hmac.new(b"site key", b"0004783921", hashlib.sha256).hexdigest()
        assert found == [AccessDenied(reason="credential_expired", card=digest, last4="3921", direction="in")]
        assert "0004783921" not in str(world.spool.drafts)


async def test_without_a_key_only_the_last_four_digits_are_kept() -> None:
    async with World(b.inventory(gate(System.ACCESS, "granted")), Cards(None)) as world:
        (found,) = await told(world, noted([Note(0, world.now, {"card": "0004783921"})], world.now))
        assert (found.card, found.last4) == (None, "3921")


async def test_reads_and_fire_events_are_typed_by_system_and_point() -> None:
    async with World(b.inventory(gate(System.PATROL, "read"))) as world:
        fields: dict[str, Scalar] = {
            "tag": "04A1",
            "guard": "g-07",
            "reader_clock": "2026-11-21T08:00:00Z",
            "late_upload": False,
        }
        assert await told(world, noted([Note(0, world.now, fields)], world.now)) == [
            PatrolRead(tag="04A1", guard="g-07", reader_clock=1_795_248_000 * NS)
        ]
    async with World(b.inventory(gate(System.FIRE, "fire_event"))) as world:
        assert await told(world, noted([Note(0, world.now, {"state": "fire", "on": True})], world.now)) == [
            FireEvent(state="fire", on=True)
        ]


async def test_a_message_that_is_no_event_stops_nothing() -> None:
    async with World(b.inventory(gate(System.PATROL, "read", "else"))) as world:
        notes = [Note(1, world.now, {"x": 1}), Note(0, world.now, {"guard": "g"}), Note(0, world.now, {"tag": "t"})]
        assert await told(world, noted(notes, world.now)) == [PatrolRead(tag="t")]
        assert world.pipeline.notes.refused == 2


def test_plates_are_masked() -> None:
    assert masked("粤B12345") == "粤B***45"
    assert masked("1234") == "****"


async def test_polled_samples_do_not_wait_and_events_keep_their_order() -> None:
    async with World(b.inventory(pump())) as world:
        world.spool.hold = asyncio.Event()
        for value in (9.0, 1.0, 9.0):
            world.pipeline.put(b.samples(world.now, (0, value)))
        await settled()
        assert world.spool.drafts == []
        world.spool.hold.set()
        await asyncio.wait_for(world.recorder.drain(), 60)
        assert world.spool.types() == ["alarm.raised", "alarm.cleared", "alarm.raised"]
        assert world.spool.commits <= 2


async def test_a_disk_that_refuses_is_told_to_who_waits_and_ends_the_recorder() -> None:
    world = World(b.inventory(pump()))
    world.spool.fails = SpoolError("no space left on device")
    running = asyncio.create_task(world.recorder.run())
    with pytest.raises(SpoolError, match="no space"):
        await world.pipeline.deliver_durably(b.samples(world.now, (0, 9.0)))
    with pytest.raises(SpoolError):
        await asyncio.wait_for(running, 60)


async def test_a_step_of_the_wall_clock_is_told_and_time_never_runs_backwards() -> None:
    async with World(b.inventory(pump())) as world:
        before = world.clock.now()
        world.manual.step(-3600)
        await world.ticks.advance(1)
        assert world.clock.now() > before
        assert str(world.clock.state) == "stepped_back"
        (draft,) = world.spool.drafts
        assert draft.data.type == "clock.stepped"
        world.manual.step(3600)
        assert world.clock.now() == world.manual.wall
        assert str(world.clock.state) == "trusted"


async def test_what_comes_within_a_moment_is_one_batch_and_what_is_told_of_a_line_comes_after_it() -> None:
    async with World(b.inventory(pump(), b.equipment("pump-2", [b.point("flow")])), gather=0.005) as world:
        world.pipeline.put(b.samples(world.now, (0, 9.0)))
        world.pipeline.put(b.samples(world.now, (2, 3.0)))
        assert world.telemetry.batches == []
        waiting = asyncio.create_task(world.pipeline.deliver_durably(b.samples(world.now, (0, 1.0))))
        await asyncio.wait_for(waiting, 60)
        assert [x.point.tolist() for x in world.telemetry.batches] == [[0, 2, 0]]
        assert world.telemetry.within == [0.03]
        assert world.spool.types() == ["alarm.raised", "alarm.cleared"]
        world.pipeline.put(b.samples(world.now, (0, 4.0)))
        world.pipeline.take(b.samples(world.now, (0, None)))
        assert world.snapshot.quality[0] == Quality.BAD


@pytest.mark.parametrize("written", [False, True], ids=["while gathering", "while the disk writes"])
async def test_a_line_that_is_cancelled_takes_no_other_with_it_and_what_it_brought_is_kept(
    monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    async with World(b.inventory(pump()), gather=0.005) as world:
        begun, disk, accept = asyncio.Event(), asyncio.Event(), world.spool.accept

        async def slow(*what: Any) -> None:
            begun.set()
            await disk.wait()
            await accept(*what)

        monkeypatch.setattr(world.spool, "accept", slow)
        first = asyncio.create_task(world.pipeline.deliver_durably(b.samples(world.now, (0, 9.0))))
        second = asyncio.create_task(world.pipeline.deliver_durably(b.samples(world.now, (0, 1.0))))
        await asyncio.sleep(0)
        if written:
            await asyncio.wait_for(begun.wait(), 60)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        world.pipeline.flush()
        disk.set()
        await asyncio.wait_for(second, 60)
        assert first.cancelled()
        assert world.spool.types() == ["alarm.raised", "alarm.cleared"]
        assert world.telemetry.values(0) == [9.0, 1.0]
