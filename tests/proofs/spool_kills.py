"""Kill -9 of a process that writes to the spool: an oracle compares what it was told with what is there."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from edge.spool import Quotas, Spool
from facility.clock import SystemClock
from facility.event import Lane
from tests.measure import Figure, measure
from tests.proofs._spool_child import ALL, Told, accepting, mark_unclean, numbers
from tests.proofs._spool_child import kill as kill_child


@dataclass(slots=True)
class Kills:
    """What the oracle counted over all kills."""

    accepted: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    failed_starts: int = 0
    worst: float = 0.0
    """Seconds until a killed spool was open again."""


async def kill(times: int, folder: Path, seed: int = 7) -> Kills:
    """Kill it again and again, at a random moment; look into the spool after each."""
    chance, path, found, told = random.Random(seed), folder / "spool.db", Kills(), Told()
    for _ in range(times):
        begun = told.last
        child = accepting(path, begun + 1)
        assert child.stdout is not None
        found.failed_starts += not child.stdout.readline().startswith("open")
        for _ in range(chance.randrange(1, 120)):
            told.hear(child.stdout.readline())
        for line in kill_child(child).splitlines():
            told.hear(line)
        await _look(path, begun, told, found)
        mark_unclean(path)
    return found


async def _look(path: Path, begun: int, told: Told, found: Kills) -> None:
    """Events since the last look, then all of it is delivered, so that each look sees only what is new."""
    opening = time.monotonic()
    quotas = Quotas(telemetry=32 << 20)
    async with Spool(path, SystemClock(), site="s", gateway="g", quotas=quotas) as spool:
        found.worst = max(found.worst, time.monotonic() - opening)
        found.failed_starts += spool.damaged is not None
        events = await numbers(spool)
        expected = range(begun + 1, told.last + 1)
        found.accepted += len(expected) + len(told.stored)
        found.stored += len(events)
        found.lost += len(set(expected) - set(events))
        found.doubled += len(events) - len(set(events))
        telemetry = await spool.oldest(Lane.TELEMETRY, *ALL)
        bodies = {r.seq: r.body.split() for r in telemetry}
        found.stored += len(bodies)
        found.lost += len(told.stored - set(bodies))
        found.altered += sum(len(words) != 500 or len(set(words)) != 1 for words in bodies.values())
        found.altered += spool.waiting()[Lane.DEAD].records
        told.last = max([told.last, *events])
        told.stored.clear()
        for lane in (Lane.LIFE, Lane.EVENT, Lane.TELEMETRY):
            await spool.delivered(lane, [r.seq for r in await spool.oldest(lane, *ALL)])


@measure(area="spool")
async def two_hundred_kills() -> list[Figure]:
    """200 kills -9."""
    with tempfile.TemporaryDirectory() as folder:
        k = await kill(200, Path(folder))
    how = f"200 kills -9 while it wrote; {k.accepted} accepted, {k.stored} there (what was being accepted may be too)"
    return [
        Figure.exactly("kills: accepted records lost", k.lost, "", 0, how),
        Figure.exactly("kills: records doubled", k.doubled, "", 0, how),
        Figure.exactly("kills: records altered", k.altered, "", 0, how),
        Figure.exactly("kills: starts that failed or met damage", k.failed_starts, "", 0, how),
        Figure.at_most("kills: spool open again, worst", k.worst, "s", 2, how),
    ]
