"""A backlog is drained while alarms go on: the alarms are not late, the memory is flat, the drain is quick."""

from __future__ import annotations

import asyncio
import gzip
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1
from edge.spool import Spool
from edge.uplink import Uplink
from facility.clock import SystemClock
from facility.event import ClockStepped, Draft, Lane
from tests.edge.building import equipment, inventory, point
from tests.edge.fake_cloud import FakeCloud
from tests.edge.fake_end import FakeEnd, Reply, Request
from tests.edge.until import until
from tests.measure import Figure, measure

SITE = inventory(equipment("pump-1", [point("flow")]))
DEVICES = 100
FIELDS = 20
"""2,000 points; at one record a second, the live rate that the drain is compared with."""


@dataclass(frozen=True, slots=True)
class Drained:
    """Records a second, seconds from accepting a live alarm to the cloud's having it (p99), growth of memory."""

    rate: float
    late: float
    alarms: int
    grown: int


async def _nothing() -> None:
    """No alarm is active."""


def _body(second: int, now: int) -> bytes:
    fields = ",".join(f"f{n}={second % 97 + n / 8}" for n in range(FIELDS))
    text = "".join(f"pump,equipment=p{n},site=s {fields} {now + second * 10**9}\n" for n in range(DEVICES))
    return gzip.compress(text.encode(), 1)


async def drain(records: int, folder: Path) -> Drained:
    """Fill the telemetry lane, then send it while a live alarm is accepted every 50 ms."""
    clock = SystemClock()
    taken = 0

    def answer(_request: Request) -> Reply:
        nonlocal taken
        taken += 1
        end.requests.clear()
        return Reply()

    with FakeEnd(answer) as end, FakeCloud() as cloud:
        async with Spool(folder / "s.db", clock, site="riverside", gateway="riverside-1") as spool:
            past = clock.now() - records * 10**9
            for second in range(records):
                await spool.store(_body(second, past), samples=DEVICES * FIELDS, start=past, end=past)
            v1 = InfluxV1(Endpoint("historian", end.url), "b", clock)
            uplink = Uplink(spool, Endpoint("cloud", cloud.url, lambda: "secret"), SITE, clock, _nothing)
            async with v1 as way, asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(uplink.run())]
                await spool.accept([_alarm(-1)], SITE.revision)
                await until(lambda: len(cloud.arrived) == 1, 30)
                memory = psutil.Process().memory_info().rss
                began = time.monotonic()
                running.append(tasks.create_task(Historian(spool, way, clock).run()))
                late, peak = await _alarms(spool, cloud)
                rate = records / (time.monotonic() - began)
                for task in running:
                    task.cancel()
    assert taken >= records
    return Drained(rate, sorted(late)[int(len(late) * 0.99)], len(late), peak - memory)


def _alarm(number: int) -> Draft:
    return Draft(data=ClockStepped(seconds=number), at=1_790_000_000 * 10**9, lane=Lane.LIFE)


async def _alarms(spool: Spool, cloud: FakeCloud) -> tuple[list[float], int]:
    late: list[float] = []
    peak = 0
    while spool.waiting()[Lane.TELEMETRY].records:
        before, began = len(cloud.arrived), time.monotonic()
        await spool.accept([_alarm(before)], SITE.revision)
        await until(lambda had=before: len(cloud.arrived) > had, 30)  # type: ignore[misc]
        late.append(time.monotonic() - began)
        peak = max(peak, psutil.Process().memory_info().rss)
        await asyncio.sleep(0.05)
    return late, peak


@measure(area="delivery")
async def drain_of_an_hour() -> list[Figure]:
    """3,600 records of 2,000 points."""
    with tempfile.TemporaryDirectory() as folder:
        found = await drain(3600, Path(folder))
    how = f"3,600 records of 2,000 points to an end on loopback, {found.alarms} live alarms on the way"
    return [
        Figure.at_least("drain against the live rate", found.rate, "×", 5, how),
        Figure.at_most("live alarm in the cloud during the drain, p99", found.late, "s", 2, how),
        Figure.at_most("memory grown while draining", found.grown / 2**20, "MB", 24, how),
    ]
