import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.spool import Spool
from edge.uplink import Uplink
from facility.clock import ManualClock
from facility.event import AlarmSnapshot, ClockStepped, DeadLetter, Draft, Event, Lane
from tests.edge.building import equipment, inventory, point
from tests.edge.fake_cloud import FakeCloud
from tests.edge.fake_end import Reply, Request
from tests.edge.spool.drafts import draft
from tests.edge.until import until

SITE = inventory(equipment("pump-1", [point("flow")]))
OLDER = inventory(equipment("pump-0", [point("flow")]))
REV = SITE.revision


def a_spool(folder: Path) -> Spool:
    return Spool(folder / "spool.db", ManualClock(), site="riverside", gateway="riverside-1")


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with a_spool(tmp_path) as spool:
        yield spool


async def no_snapshot() -> None:
    """Nothing active, nothing said."""


@asynccontextmanager
async def sending(
    spool: Spool, cloud: FakeCloud, snapshot: Callable[[], Awaitable[None]] = no_snapshot
) -> AsyncIterator[Uplink]:
    uplink = Uplink(
        spool,
        Endpoint("cloud", cloud.url, lambda: "secret"),
        SITE,
        ManualClock(),
        snapshot,
        backoff=lambda: Backoff(0.01, 0.05),
    )
    running = asyncio.create_task(uplink.run())
    yield uplink
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def delivered(spool: Spool) -> Callable[[], bool]:
    return lambda: not any(spool.waiting()[lane].records for lane in (Lane.LIFE, Lane.EVENT))


def numbers(events: list[Event], lane: Lane = Lane.EVENT) -> list[float]:
    return [e.data.seconds for e in events if e.lane is lane and isinstance(e.data, ClockStepped)]


async def test_the_inventory_goes_first_and_events_in_order_lane_by_lane(spool: Spool) -> None:
    with FakeCloud() as cloud:
        await spool.accept([draft(n, lane) for n in range(500) for lane in (Lane.LIFE, Lane.EVENT)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
        assert cloud.inventories == [REV]
        assert numbers(cloud.arrived) == numbers(cloud.arrived, Lane.LIFE) == list(range(500))
        posts = [r for r in cloud.requests if r.method == "POST"]
        assert 6 <= len(posts) <= 8
        assert posts[0].path == "/api/v1/gateways/riverside-1/events"


async def test_the_inventory_is_not_sent_again_until_the_cloud_forgets_it(spool: Spool) -> None:
    with FakeCloud() as cloud:
        await spool.accept([draft(1)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
        await spool.accept([draft(2)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
        assert cloud.inventories == [REV]
        cloud.inventories.clear()
        await spool.accept([draft(3)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
        assert cloud.inventories == [REV]
    assert numbers(cloud.arrived) == [1, 2, 3]


async def test_a_cloud_that_forgets_the_inventory_is_told_again_while_nothing_waits(spool: Spool) -> None:
    with FakeCloud() as cloud:
        await spool.accept([draft(1)], REV)
        async with sending(spool, cloud) as uplink:
            await until(uplink.inventories.announced.is_set)
            assert cloud.inventories == [REV]
            await uplink.inventories.forgotten()
            await until(lambda: cloud.inventories == [REV, REV])
            await until(uplink.inventories.announced.is_set)


async def test_events_of_an_older_inventory_bring_it_along_and_the_current_stays_the_last(spool: Spool) -> None:
    await spool.keep_inventory(OLDER.revision, OLDER.body.encode())
    await spool.accept([draft(1)], OLDER.revision)
    await spool.accept([draft(2)], REV)
    with FakeCloud() as cloud:
        async with sending(spool, cloud):
            await until(delivered(spool))
    assert cloud.inventories == [OLDER.revision, REV]
    assert numbers(cloud.arrived) == [1, 2]


async def test_a_cloud_that_fails_in_every_way_loses_and_doubles_nothing(spool: Spool) -> None:
    script = [500, 503, 429, 401, 403, 404, 302, 409]

    def fails(request: Request) -> Reply | None:
        return Reply(script.pop(0), "no", {"Retry-After": "0"}) if script and request.method == "POST" else None

    cloud = FakeCloud()
    cloud.start()
    cloud.stop()
    cloud.before = fails
    await spool.accept([draft(n) for n in range(10)], REV)
    async with sending(spool, cloud) as uplink:
        await until(lambda: any(link.why for link in uplink.links))
        cloud.start()
        await until(delivered(spool))
        assert [link.why for link in uplink.links] == [None, None]
    cloud.stop()
    assert numbers(cloud.arrived) == list(range(10))
    assert spool.waiting()[Lane.DEAD].records == 0


async def test_cut_after_the_commit_has_its_effect_once(spool: Spool) -> None:
    times = iter(range(10_000))
    with FakeCloud() as cloud:
        cloud.after = lambda _request: Reply(cut=True) if next(times) % 3 else None
        async with sending(spool, cloud):
            for n in range(30):
                await spool.accept([draft(n)], REV)
                await asyncio.sleep(0)
            await until(delivered(spool), 30)
    assert numbers(cloud.arrived) == list(range(30))


async def test_a_rejected_event_is_buried_with_the_reason_and_stops_no_other(spool: Spool) -> None:
    with FakeCloud() as cloud:
        cloud.rejects = lambda e: "no such rule" if isinstance(e.data, ClockStepped) and e.data.seconds == 3 else None
        await spool.accept([draft(n) for n in range(6)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
    assert numbers(cloud.arrived) == [0, 1, 2, 4, 5]
    (dead,) = await spool.oldest(Lane.DEAD, 10, 1 << 20)
    assert dead.why == "event: no such rule"
    assert isinstance(cloud.arrived[-1].data, DeadLetter)


async def test_a_rejected_dead_letter_event_makes_no_further_one(spool: Spool) -> None:
    with FakeCloud() as cloud:
        cloud.rejects = lambda _event: "no"
        await spool.accept([draft(1)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
    assert spool.waiting()[Lane.DEAD].records == 2


async def test_one_event_that_spoils_the_request_is_found_by_halving(spool: Spool) -> None:
    with FakeCloud() as cloud:
        cloud.before = lambda r: Reply(422, "bad event") if b'"seconds":37.0' in r.body else None
        await spool.accept([draft(n) for n in range(100)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
    assert numbers(cloud.arrived) == [n for n in range(100) if n != 37]
    assert spool.waiting()[Lane.DEAD].records == 1


async def test_a_cloud_that_refuses_every_request_is_not_believed(spool: Spool) -> None:
    with FakeCloud() as cloud:
        cloud.before = lambda r: Reply(422, "new API") if r.method == "POST" else None
        await spool.accept([draft(n) for n in range(20)], REV)
        async with sending(spool, cloud) as uplink:
            await until(lambda: any("refuses everything" in str(link.why) for link in uplink.links))
            cloud.before = lambda _request: None
            await until(delivered(spool))
    assert numbers(cloud.arrived) == list(range(20))
    assert spool.waiting()[Lane.DEAD].records == 0


async def test_a_restored_spool_takes_a_new_id_and_no_new_alarm_is_taken_for_an_old_one(tmp_path: Path) -> None:
    with FakeCloud() as cloud:
        async with a_spool(tmp_path) as spool:
            await spool.accept([draft(0)], REV)
        shutil.copy(tmp_path / "spool.db", tmp_path / "copy")
        async with a_spool(tmp_path) as spool, sending(spool, cloud):
            await spool.accept([draft(1), draft(2)], REV)
            await until(delivered(spool))
        shutil.copy(tmp_path / "copy", tmp_path / "spool.db")
        async with a_spool(tmp_path) as spool, sending(spool, cloud):
            await spool.accept([draft(3), draft(4), draft(5)], REV)
            await until(delivered(spool))
    assert numbers(cloud.arrived) == [0, 1, 2, 5, 3, 4] or numbers(cloud.arrived) == [0, 1, 2, 3, 4, 5]
    assert len({e.spool for e in cloud.arrived}) == 2
    assert len({e.id for e in cloud.arrived}) == len(cloud.arrived)


async def test_a_snapshot_is_asked_for_after_the_backlog_at_start_and_after_an_outage(spool: Spool) -> None:
    async def snapshot() -> None:
        await spool.accept([Draft(data=AlarmSnapshot(alarms=()), at=1)], REV)

    with FakeCloud() as cloud:
        await spool.accept([draft(n) for n in range(5)], REV)
        async with sending(spool, cloud, snapshot) as uplink:
            await until(lambda: len(cloud.arrived) == 6)
            assert isinstance(cloud.arrived[5].data, AlarmSnapshot)
            await spool.accept([draft(6)], REV)
            await until(lambda: len(cloud.arrived) == 7)
            cloud.stop()
            await spool.accept([draft(7), draft(8)], REV)
            await until(lambda: any(link.why for link in uplink.links))
            cloud.start()
            await until(lambda: len(cloud.arrived) == 10)
    assert [e.type for e in cloud.arrived[7:]] == ["clock.stepped", "clock.stepped", "alarm.snapshot"]


async def test_a_nonsense_answer_keeps_everything(spool: Spool) -> None:
    answers = ['{"results": []}', "<html>", '{"results":[{"seq":9,"verdict":"accepted"}]}']
    with FakeCloud() as cloud:
        cloud.before = lambda r: Reply(200, answers.pop()) if answers and r.method == "POST" else None
        await spool.accept([draft(1)], REV)
        async with sending(spool, cloud):
            await until(delivered(spool))
    assert numbers(cloud.arrived) == [1]
