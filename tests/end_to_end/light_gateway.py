"""A gateway without lines: a spool with a backlog, and the real senders to a real cloud, on the test's own loop."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from edge.backoff import Backoff, to_cloud
from edge.delivery import Link
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV2
from edge.spool import Spool
from edge.uplink import Uplink
from facility.alarm import AlarmClass, Priority
from facility.clock import NS, SystemClock
from facility.event import AlarmCleared, AlarmRaised, Draft, Lane
from facility.inventory import Inventory
from tests.edge.building import equipment, inventory, point, rule
from tests.end_to_end.lone_cloud import SITE

CLOCK: Final = SystemClock()
RULE: Final = "high"


def inventory_of(gateway: str, points: int) -> Inventory:
    """One pump of its own, `<gateway>-pump.p0` and so on, with a rule."""
    found = [point(f"p{n}") for n in range(points)]
    high = rule(RULE, {"kind": "high", "point": "p0", "limit": 5})
    pump = equipment(f"{gateway}-pump", found, [high])
    return inventory(pump).model_copy(update={"gateway": gateway, "site": SITE})


class LightGateway:
    """`async with gateway.opened():`, then fill it, then `sending` to any address of the cloud."""

    def __init__(self, gateway: str, token: str, folder: Path, points: int) -> None:
        self.id = gateway
        self.pump = f"{gateway}-pump"
        self.token = token
        """Read anew for each request, as from a file."""
        self.points = points
        self.inventory = inventory_of(gateway, points)
        self.links: tuple[Link, ...] = ()
        """How the cloud takes events and samples."""
        self.spool = Spool(folder / f"{gateway}.db", CLOCK, site=SITE, gateway=gateway)

    async def alarms(self, first: int, count: int) -> None:
        """So many events: an alarm that rises and clears by turns; its value tells which one it is."""
        drafts = []
        for number in range(first, first + count):
            at = CLOCK.now()
            data = AlarmCleared(rule=RULE) if number % 2 else raised(number)
            drafts.append(Draft(data=data, at=at, equipment=self.pump, lane=Lane.EVENT))
        await self.spool.accept(drafts, self.inventory.revision)

    async def samples(self, number: int, at: int) -> None:
        """One record: each point once, its value tells of which record and point it is."""
        fields = ",".join(f"p{n}={number}.{n:03}" for n in range(self.points))
        line = f"pump,equipment={self.pump},site={SITE} {fields} {at}\n"
        await self.spool.store(gzip.compress(line.encode(), 1), samples=self.points, start=at, end=at)

    def waits(self) -> int:
        """Records that are not delivered."""
        waiting = self.spool.waiting()
        return sum(waiting[lane].records for lane in (Lane.LIFE, Lane.EVENT, Lane.TELEMETRY))

    @asynccontextmanager
    async def sending(self, url: str, *, quick: bool = False) -> AsyncIterator[None]:
        """The lanes run; `quick`: with a back-off of milliseconds."""
        end = Endpoint("cloud", url, lambda: self.token)
        uplink = Uplink(self.spool, end, self.inventory, CLOCK, _nothing, hurried if quick else to_cloud)
        async with InfluxV2(end, "gatehouse", SITE, CLOCK) as way:
            historian = Historian(self.spool, way, CLOCK, backoff=hurried() if quick else None)
            self.links = (uplink.links[1], historian.link)
            tasks = [asyncio.create_task(uplink.run()), asyncio.create_task(historian.run())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.gather(*tasks, return_exceptions=True)

    async def drained(self, within: float) -> float:
        """Monotonic seconds when nothing waits any more; AssertionError where that is not in time."""
        deadline = time.monotonic() + within
        while self.waits():
            assert time.monotonic() < deadline, f"{self.id}: {self.spool.waiting()}"
            await asyncio.sleep(0.05)
        return time.monotonic()


def raised(number: int) -> AlarmRaised:
    """An alarm whose value is its number."""
    return AlarmRaised(
        rule=RULE,
        priority=Priority.MEDIUM,
        alarm_class=AlarmClass.EQUIPMENT,
        point="p0",
        value=float(number),
        limit=5.0,
    )


def hurried() -> Backoff:
    """Tries again after milliseconds: a proof can't wait for thousands of cuts."""
    return Backoff(0.002, 0.02)


async def _nothing() -> None:
    """No snapshot: all that the alarm does is in the lane."""


def past(number: int, count: int) -> int:
    """UTC ns of record `number` of a backlog of `count` seconds that ends now."""
    return (CLOCK.now() // NS - count + number) * NS
