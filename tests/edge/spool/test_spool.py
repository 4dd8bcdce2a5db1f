import asyncio
import itertools
import json
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from edge.spool import Quotas
from edge.spool.file import CHECKPOINT_AT, SpoolFile
from facility.clock import EARLIEST, ManualClock
from facility.errors import ConfigError, SpoolError
from facility.event import ClockState, ClockStepped, Event, Gap, Integrity, Lane
from tests.edge.spool.drafts import INVENTORY, a_spool, draft

ALL = (1000, 1 << 30)


async def test_accepted_events_are_stamped_and_offered_in_order(tmp_path: Path) -> None:
    clock = ManualClock()
    async with a_spool(tmp_path, clock) as spool:
        first = await spool.accept([draft(1), draft(2, Lane.LIFE), draft(3)], INVENTORY)
        second = await spool.accept([draft(4)], INVENTORY)
        records = await spool.oldest(Lane.EVENT, *ALL)
    assert [(e.lane, e.seq) for e in first] == [(Lane.EVENT, 1), (Lane.LIFE, 1), (Lane.EVENT, 2)]
    assert [Event.model_validate_json(r.body) for r in records] == [first[0], first[2], *second]
    assert [r.seq for r in records] == [1, 2, 3]
    assert len({e.id for e in first + second}) == 4
    assert all(e.id.version == 7 and e.recorded_at == clock.wall and e.spool == spool.spool_id for e in first)


async def test_what_is_accepted_is_there_after_a_restart_with_state_and_seq(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(1)], INVENTORY, {"inbox": b"7", "gone": b"x"})
        await spool.forget(["gone"])
        was = spool.spool_id
    async with a_spool(tmp_path) as spool:
        assert spool.spool_id == was
        assert spool.clean
        assert await spool.state() == {"inbox": b"7"}
        (event,) = await spool.accept([draft(2)], INVENTORY)
        assert event.seq == 2
        assert [r.seq for r in await spool.oldest(Lane.EVENT, *ALL)] == [1, 2]


async def test_seq_goes_on_although_everything_is_delivered(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(1)], INVENTORY)
        await spool.delivered(Lane.EVENT, [1])
    async with a_spool(tmp_path) as spool:
        assert await spool.oldest(Lane.EVENT, *ALL) == []
        assert (await spool.accept([draft(2)], INVENTORY))[0].seq == 2


async def test_delivered_is_not_offered_again_unless_asked_and_goes_with_a_commit(tmp_path: Path) -> None:
    clock = ManualClock()
    async with a_spool(tmp_path, clock) as spool:
        for n in range(3):
            await spool.store(b"line %d" % n, samples=1, start=n, end=n)
        await spool.delivered(Lane.TELEMETRY, [1, 2], keep=60.0)
        assert [r.seq for r in await spool.oldest(Lane.TELEMETRY, *ALL)] == [3]
        assert spool.waiting()[Lane.TELEMETRY].records == 1
        await spool.again(Lane.TELEMETRY)
        assert [r.seq for r in await spool.oldest(Lane.TELEMETRY, *ALL)] == [1, 2, 3]
        await spool.delivered(Lane.TELEMETRY, [1, 2, 3], keep=60.0)
        clock.advance(61)
        await spool.accept([draft(1)], INVENTORY)
        await spool.again(Lane.TELEMETRY)
        assert await spool.oldest(Lane.TELEMETRY, *ALL) == []


async def test_what_is_offered_from_memory_is_what_lies_on_disk_and_no_longer_than_it_is_the_only_one(
    tmp_path: Path,
) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.store(b"first", samples=7, start=1, end=2)
        (at_once,) = await spool.oldest(Lane.TELEMETRY, *ALL)
        await spool.store(b"second", samples=1, start=3, end=3)
        from_disk, second = await spool.oldest(Lane.TELEMETRY, *ALL)
        assert at_once == from_disk
        await spool.delivered(Lane.TELEMETRY, [2])
        assert await spool.oldest(Lane.TELEMETRY, *ALL) == [from_disk], "the newest is delivered, an older one is not"
        assert spool.waiting()[Lane.TELEMETRY].oldest == from_disk.at
        await spool.bury(from_disk, "refused")
        assert await spool.oldest(Lane.TELEMETRY, *ALL) == []
        await spool.store(b"third", samples=1, start=4, end=4)
        assert [r.body for r in await spool.oldest(Lane.TELEMETRY, *ALL)] == [b"third"]
        assert second.body == b"second"


async def test_out_of_order_delivery_keeps_what_lies_between(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(n) for n in range(4)], INVENTORY)
        await spool.delivered(Lane.EVENT, [3])
        await spool.delivered(Lane.EVENT, [1])
        assert [r.seq for r in await spool.oldest(Lane.EVENT, *ALL)] == [2, 4]
        assert [r.seq for r in await spool.oldest(Lane.EVENT, 1, 1 << 20)] == [2]
        assert spool.waiting()[Lane.EVENT].records == 2


async def test_oldest_is_bounded_in_bytes_but_never_empty(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        for n in range(4):
            await spool.store(b"x" * 100, samples=1, start=n, end=n)
        assert len(await spool.oldest(Lane.TELEMETRY, 10, 250)) == 2
        assert len(await spool.oldest(Lane.TELEMETRY, 10, 1)) == 1


async def test_concurrent_accepts_are_committed_together_and_stay_in_order(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        answers = await asyncio.gather(*(spool.accept([draft(n)], INVENTORY) for n in range(200)))
        assert [a[0].seq for a in answers] == list(range(1, 201))
        numbers = [
            e.data.seconds
            for e in (Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL))
            if isinstance(e.data, ClockStepped)
        ]
        assert numbers == list(range(200))


async def test_a_full_telemetry_lane_drops_its_oldest_and_says_so_and_no_event(tmp_path: Path) -> None:
    async with a_spool(tmp_path, quotas=Quotas(telemetry=6400)) as spool:
        await spool.accept([draft(1), draft(2, Lane.LIFE)], INVENTORY)
        for n in range(100):
            await spool.store(b"x" * 100, samples=10, start=n, end=n + 1)
        state = spool.waiting()
        kept = await spool.oldest(Lane.TELEMETRY, *ALL)
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        gaps = [e.data for e in events if isinstance(e.data, Gap)]
    assert sum(g.count for g in gaps) + 10 * len(kept) == 1000
    assert state[Lane.TELEMETRY].dropped + len(kept) == 100
    assert state[Lane.TELEMETRY].bytes <= 6400
    assert gaps[0].start == 0
    assert all(a.end <= b.start + 1 for a, b in itertools.pairwise(gaps))
    assert state[Lane.LIFE].records == 1
    assert len(events) == 1 + len(gaps)


async def test_a_gap_waits_for_the_first_inventory(tmp_path: Path) -> None:
    async with a_spool(tmp_path, quotas=Quotas(telemetry=100)) as spool:
        for n in range(3):
            await spool.store(b"x" * 60, samples=1, start=n, end=n)
        assert spool.waiting()[Lane.EVENT].records == 0
        (event,) = await spool.accept([draft(1)], INVENTORY)
        assert event.seq == 3
        assert [Event.model_validate_json(r.body).type for r in await spool.oldest(Lane.EVENT, *ALL)] == [
            "gap.recorded",
            "gap.recorded",
            "clock.stepped",
        ]


async def test_delivered_telemetry_makes_room_without_a_gap(tmp_path: Path) -> None:
    async with a_spool(tmp_path, quotas=Quotas(telemetry=1000)) as spool:
        for n in range(100):
            seq = await spool.store(b"x" * 100, samples=1, start=n, end=n)
            await spool.delivered(Lane.TELEMETRY, [seq], keep=60)
        assert spool.waiting()[Lane.TELEMETRY].dropped == 0


async def test_bury_moves_the_refused_part_and_tells_in_one_step(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(1)], INVENTORY)
        await spool.store(b"good\nbad\n", samples=2, start=5, end=6)
        (record,) = await spool.oldest(Lane.TELEMETRY, *ALL)
        await spool.bury(record, "field type conflict", b"bad\n", samples=1)
        await spool.bury(record, "twice changes nothing", b"bad\n", samples=1)
        (dead,) = await spool.oldest(Lane.DEAD, *ALL)
        assert (dead.body, dead.why, dead.samples) == (b"bad\n", "telemetry: field type conflict", 1)
        assert await spool.oldest(Lane.TELEMETRY, *ALL) == []
        last = Event.model_validate_json((await spool.oldest(Lane.EVENT, *ALL))[-1].body)
        assert last.type == "dead_letter.recorded"
        assert spool.waiting()[Lane.EVENT].records == 2


async def test_reopen_gives_undelivered_events_the_new_spool_id_once(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(1), draft(2, Lane.LIFE)], INVENTORY)
        was = spool.spool_id
        new = await spool.reopen(was)
        assert new != was
        assert await spool.reopen(was) == new
        records = [*await spool.oldest(Lane.LIFE, *ALL), *await spool.oldest(Lane.EVENT, *ALL)]
        events = [Event.model_validate_json(r.body) for r in records]
        assert {e.spool for e in events} == {new}
        assert [e.type for e in events] == ["clock.stepped", "clock.stepped", "integrity.found"]
    async with a_spool(tmp_path) as spool:
        assert spool.spool_id == new


async def test_wait_returns_when_the_lane_has_something(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        waiting = asyncio.create_task(spool.wait(Lane.LIFE))
        await spool.accept([draft(1)], INVENTORY)
        assert not waiting.done()
        await spool.accept([draft(2, Lane.LIFE)], INVENTORY)
        await asyncio.wait_for(waiting, 60)


async def test_the_clock_steps_back_and_recorded_times_do_not(tmp_path: Path) -> None:
    clock = ManualClock()
    async with a_spool(tmp_path, clock) as spool:
        times = []
        for step in (0, -7200, 0, 7300):
            clock.advance(1)
            clock.step(step)
            (event,) = await spool.accept([draft(step)], INVENTORY)
            times.append((event.recorded_at, event.clock))
        clock.wall = EARLIEST - 1
        (absurd,) = await spool.accept([draft(0)], INVENTORY)
    assert [state for _, state in times] == [
        ClockState.TRUSTED,
        ClockState.STEPPED_BACK,
        ClockState.STEPPED_BACK,
        ClockState.TRUSTED,
    ]
    assert [t for t, _ in times] == sorted(t for t, _ in times)
    assert times[2][0] - times[1][0] == 900_000_000
    assert (absurd.clock, absurd.recorded_at >= times[3][0]) == (ClockState.STEPPED_BACK, True)


async def test_a_second_process_is_refused_in_words(tmp_path: Path) -> None:
    async with a_spool(tmp_path):
        with pytest.raises(ConfigError, match="in use by another process"):
            async with a_spool(tmp_path):
                pass


async def test_an_unclean_end_is_remembered(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    async with spool:
        with sqlite3.connect(tmp_path / "spool.db") as reader:
            assert reader.execute("SELECT value FROM meta WHERE key = 'clean'").fetchone() == ("no",)
        reader.close()
        assert spool.clean


async def test_inventories_are_kept_as_long_as_an_event_names_them(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        await spool.keep_inventory("a", b"first")
        await spool.accept([draft(1)], "a")
        await spool.keep_inventory("b", b"second")
        await spool.keep_inventory("c", b"third")
        assert [await spool.inventory(r) for r in "abc"] == [b"first", None, b"third"]
        assert (await spool.oldest(Lane.EVENT, *ALL))[0].inventory == "a"


async def test_a_missing_file_is_reported_and_gets_a_new_id(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        was = spool.spool_id
    (tmp_path / "spool.db").unlink()
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(1)], INVENTORY)
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        assert isinstance(events[0].data, Integrity)
        assert spool.spool_id != was


async def test_after_closing_it_says_so(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        pass
    with pytest.raises(SpoolError, match="closed"):
        await spool.accept([draft(1)], INVENTORY)


async def test_the_file_is_for_its_owner_only_and_bodies_are_plain_events(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        (event,) = await spool.accept([draft(1)], INVENTORY)
        (record,) = await spool.oldest(Lane.EVENT, *ALL)
    assert (tmp_path / "spool.db").stat().st_mode & 0o077 == 0
    assert UUID(json.loads(record.body)["id"]) == event.id


async def test_a_log_that_was_folded_back_is_not_folded_again_at_each_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = list[int]()
    fold = SpoolFile.fold

    def counted(file: SpoolFile, *, everything: bool = False) -> None:
        fold(file, everything=everything)
        folded.append(Path(f"{file.path}-wal").stat().st_size)

    monkeypatch.setattr(SpoolFile, "fold", counted)
    counts = []
    async with a_spool(tmp_path) as spool:
        for _ in range(200):
            seq = await spool.store(bytes(100_000), samples=1, start=1, end=1)
            await spool.delivered(Lane.TELEMETRY, [seq])
            counts.append(len(folded))
    assert folded, "20 MB went through the log"
    assert 3 <= counts[-1] <= 6, "once every 4 MB"
    assert max(folded) < 2 * CHECKPOINT_AT
