"""VictoriaMetrics answers before it is durable: killed right after its 204 again and again, it holds all at the end."""

from __future__ import annotations

import asyncio
import gzip
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1
from edge.spool import Spool
from facility.clock import NS, SystemClock
from facility.event import Lane
from tests.edge.spool.drafts import INVENTORY, draft
from tests.edge.until import until
from tests.measure import Figure, measure
from tests.services.victoria import Victoria

KILLS: Final = 12
CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Held:
    """Samples sent, and how many of them are not held with their value after all kills."""

    sent: int
    missing: int
    deliveries: int


async def kill_after_answers(server: Victoria, name: str, kills: int, folder: Path) -> Held:
    """A record every 20 ms; the server is killed within a second of an answer and started again, `kills` times."""
    chance, sent = random.Random(3), dict[int, int]()
    async with Spool(folder / "s.db", CLOCK, site="s", gateway="g") as spool:
        await spool.accept([draft(0)], INVENTORY)
        async with InfluxV1(Endpoint("historian", server.url), "b", CLOCK) as end:
            sender = Historian(spool, end, CLOCK, backoff=Backoff(0.05, 0.5))
            writing = asyncio.create_task(_write(spool, name, sent))
            running = asyncio.create_task(sender.run())
            for _ in range(kills):
                had = sender.sent
                await until(lambda had=had: sender.sent > had, 60)  # type: ignore[misc]
                await asyncio.sleep(chance.uniform(0.0, 1.0))
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            writing.cancel()
            await until(lambda: not sender._owed and not spool.waiting()[Lane.TELEMETRY].records, 120)
            running.cancel()
            await asyncio.gather(writing, running, return_exceptions=True)
    held = await asyncio.to_thread(_held, server, name)
    return Held(len(sent), sum(held.get(at) != value for at, value in sent.items()), sender.sent)


async def _write(spool: Spool, name: str, sent: dict[int, int]) -> None:
    """One sample a record, each a millisecond or more after the one before it, until cancelled."""
    while True:
        number, at = len(sent), time.time_ns() // 1_000_000
        body = gzip.compress(f"{name},equipment=p,site=s v={number} {at * 1_000_000}\n".encode(), 1)
        sent[at] = number
        await spool.store(body, samples=1, start=at * 1_000_000, end=at * 1_000_000)
        await asyncio.sleep(0.02)


def _held(server: Victoria, name: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for series in server.export(f"{name}_v"):
        times, values = series["timestamps"], series["values"]
        assert isinstance(times, list)
        assert isinstance(values, list)
        found |= dict(zip(times, map(int, values), strict=True))
    return found


@measure(area="delivery")
async def victoria_killed() -> list[Figure]:
    """Twelve kills."""
    with Victoria() as server, tempfile.TemporaryDirectory() as folder:
        began = CLOCK.monotonic()
        held = await kill_after_answers(server, "killed", KILLS, Path(folder))
        took = (CLOCK.monotonic() - began) / NS
    how = (
        f"{KILLS} kills -9 within a second of a 204 in {took:.0f} s; {held.sent} samples, {held.deliveries} deliveries"
    )
    return [
        Figure.exactly("victoria-metrics killed: samples missing afterwards", held.missing, "", 0, how),
        Figure.at_least("victoria-metrics killed: samples", held.sent, "", 100, how),
    ]
