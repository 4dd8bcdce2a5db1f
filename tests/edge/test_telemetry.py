import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from edge.spool import Record, Spool
from edge.telemetry import Telemetry
from facility.batch import Batch, good
from facility.clock import NS, ManualClock
from facility.errors import SpoolError
from facility.event import DeadLetter, Event, Lane
from tests.edge.building import equipment, inventory, point, samples
from tests.edge.line_parser import parse
from tests.edge.spool.drafts import INVENTORY, a_spool, draft

SITE = inventory(equipment("pump-1", [point("flow"), point("power")]))
T = ManualClock().wall


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    """An open spool that knows its inventory."""
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(0)], INVENTORY)
        yield spool


async def lane(spool: Spool, lane: Lane = Lane.TELEMETRY) -> list[Record]:
    """Everything in a lane."""
    return await spool.oldest(lane, 1000, 1 << 30)


async def test_batches_of_one_window_are_one_record_and_the_promise_is_kept_on_disk(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    running = asyncio.create_task(telemetry.run())
    promises = [telemetry.put(samples(T + n, (0, n), (1, n)), within=0.05) for n in range(10)]
    assert not any(p.done() for p in promises)
    await asyncio.wait_for(asyncio.gather(*promises), 60)
    (record,) = await lane(spool)
    assert (record.samples, record.start, record.end) == (20, T, T + 9)
    assert [line.time for line in parse(gzip.decompress(record.body))] == list(range(T, T + 10))
    running.cancel()


async def test_the_shortest_window_counts(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    running = asyncio.create_task(telemetry.run())
    slow = telemetry.put(samples(T, (0, 1.0)), within=3600.0)
    await asyncio.sleep(0)
    fast = telemetry.put(samples(T, (1, 1.0)), within=0.0)
    await asyncio.wait_for(asyncio.gather(slow, fast), 60)
    assert len(await lane(spool)) == 1
    running.cancel()


async def test_what_is_in_memory_is_on_disk_before_the_end(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    running = asyncio.create_task(telemetry.run())
    promise = telemetry.put(samples(T, (0, 1.0)), within=3600.0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await promise
    assert len(await lane(spool)) == 1


async def test_one_waiter_that_is_cancelled_takes_the_promise_from_nobody_else(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    first, second = telemetry.put(samples(T, (0, 1.0))), telemetry.put(samples(T, (1, 1.0)))
    first.cancel()
    await telemetry.drain()
    await asyncio.wait_for(second, 60)
    assert first.cancelled()


def poisoned() -> Batch:
    """One good sample among: not a number, infinite, 1970, 2100."""
    batch = good(np.zeros(5, np.uint32), np.array([1.0, np.nan, np.inf, 2.0, 3.0]), T)
    batch.time[3] = 5
    batch.time[4] = 4_102_444_800 * NS
    return batch


async def test_the_gate_refuses_with_a_reason_and_lets_the_others_pass(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    telemetry.put(poisoned())
    await telemetry.drain()
    (record,) = await lane(spool)
    assert [line.fields["flow"] for line in parse(gzip.decompress(record.body))] == [1.0]
    assert record.samples == 1
    dead = await lane(spool, Lane.DEAD)
    assert {d.why: d.samples for d in dead} == {
        "telemetry: the time is not within 2020 … now + 1 day": 2,
        "telemetry: the value is not finite": 2,
    }
    assert b"pump-1.flow nan" in dead[1].body
    told = [Event.model_validate_json(r.body).data for r in await lane(spool, Lane.EVENT)]
    assert sum(d.count for d in told if isinstance(d, DeadLetter)) == 4


async def test_a_device_that_always_sends_nonsense_is_told_once_a_minute_and_counted_in_full(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    running = asyncio.create_task(telemetry.run())
    for _ in range(5):
        await telemetry.put(poisoned(), within=0.0)
    assert len(await lane(spool, Lane.DEAD)) == 2
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sum(d.samples for d in await lane(spool, Lane.DEAD)) == 20
    assert sum(telemetry.refused.values()) == 20


async def test_only_nonsense_is_no_record(spool: Spool) -> None:
    telemetry = Telemetry(spool, SITE, ManualClock())
    promise = telemetry.put(samples(T, (0, float("nan"))))
    await telemetry.drain()
    await promise
    assert await lane(spool) == []


async def test_a_failed_disk_reaches_everybody_who_waits(tmp_path: Path) -> None:
    async with a_spool(tmp_path) as spool:
        pass
    telemetry = Telemetry(spool, SITE, ManualClock())
    promise = telemetry.put(samples(T, (0, 1.0)))
    with pytest.raises(SpoolError):
        await telemetry.drain()
    with pytest.raises(SpoolError):
        await promise
