"""Flipped bits and cut files: every start succeeds, and what is gone is counted."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from edge.spool import Spool
from facility.clock import SystemClock
from facility.errors import GatehouseError
from facility.event import ClockStepped, Event, Integrity, Lane
from tests.edge.spool.drafts import INVENTORY, draft
from tests.measure import Figure, measure
from tests.proofs._spool_child import ALL

RECORDS = 150
OWN = 10_000
FIRST = 12 << 12
"""Bytes of the pages in which the schema and the roots of all tables stand."""
PATIENCE = 20.0
"""Seconds in which a start must have succeeded."""


@dataclass(slots=True)
class Damage:
    """What was found over all turns."""

    turns: int = 0
    failed_starts: int = 0
    unsaid: int = 0
    """Turns in which something was gone and nothing said so."""
    gone: int = 0
    worst: int = 0
    """Records gone after one flipped bit."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A spool as it lies on disk after an orderly end, and after a kill with everything in its log."""

    ended: bytes
    killed: bytes
    log: bytes


def a_spool(folder: Path) -> Spool:
    return Spool(folder / "spool.db", SystemClock(), site="s", gateway="g")


async def whole(folder: Path) -> Whole:
    """Small records and such as need several pages."""
    async with a_spool(folder) as spool:
        for n in range(RECORDS):
            await spool.accept([draft(n)], INVENTORY, {"last": b"%d" % n})
            await spool.store(b"%d " % n * (3000 if n % 10 == 0 else 100), samples=1, start=n, end=n)
        killed, log = (folder / "spool.db").read_bytes(), (folder / "spool.db-wal").read_bytes()
    return Whole((folder / "spool.db").read_bytes(), killed, log)


def flipped(content: bytes, chance: random.Random, within: int | None = None) -> bytes:
    """One bit of it, or of its beginning."""
    hurt = bytearray(content)
    hurt[chance.randrange(within or len(hurt))] ^= 1 << chance.randrange(8)
    return bytes(hurt)


async def damage(flips: int, cuts: int, folder: Path, seed: int = 3) -> Damage:
    """Hurt a copy of the same spool in each turn: a bit of its pages, of its first ones, of its log; or cut it."""
    spool, chance, found = await whole(folder / "whole"), random.Random(seed), Damage()
    for turn in range(flips + cuts):
        hurt = folder / "hurt"
        hurt.mkdir()
        (hurt / "spool.db.lock").touch()
        file, log = spool.ended, b""
        if turn >= flips:
            file = file[: chance.randrange(len(file))]
        elif turn % 3 == 2:
            file, log = spool.killed, flipped(spool.log, chance)
        else:
            file = flipped(file, chance, FIRST if turn % 3 else None)
        (hurt / "spool.db").write_bytes(file)
        if log:
            (hurt / "spool.db-wal").write_bytes(log)
        gone = await _start(hurt, found)
        found.worst = max(found.worst, gone if turn < flips else 0)
        shutil.rmtree(hurt)
    return found


async def _start(folder: Path, found: Damage) -> int:
    """Records that are offered no more; a second start where the first met the damage while it ran."""
    found.turns += 1
    for _ in range(2):
        try:
            async with asyncio.timeout(PATIENCE), a_spool(folder) as spool:
                await spool.accept([draft(OWN)], INVENTORY)
                raw = await spool.oldest(Lane.EVENT, *ALL)
                telemetry = await spool.oldest(Lane.TELEMETRY, *ALL)
                events = [Event.model_validate_json(r.body) for r in raw]
                dead = spool.waiting()[Lane.DEAD].records
        except (GatehouseError, TimeoutError):
            continue
        own = sum(isinstance(e.data, ClockStepped) and e.data.seconds < OWN for e in events)
        gone = 2 * RECORDS - own - len(telemetry)
        said = dead or any(isinstance(e.data, Integrity) for e in events)
        found.unsaid += bool(gone and not said)
        found.gone += gone
        return gone
    found.failed_starts += 1
    return 0


@measure(area="spool")
async def flips_and_cuts() -> list[Figure]:
    """1,500 flipped bits, 200 cut files."""
    with tempfile.TemporaryDirectory() as folder:
        d = await damage(1500, 200, Path(folder))
    how = (
        f"{d.turns} damaged copies of a spool of {2 * RECORDS} records: a third of the flips anywhere in the file, a "
        f"third in its first pages, a third in the log of a killed one; {d.gone} records gone in all, each said"
    )
    return [
        Figure.exactly("damage: failed starts", d.failed_starts, "", 0, how),
        Figure.exactly("damage: losses that nothing tells of", d.unsaid, "", 0, how),
        Figure.at_most("damage: records gone after one flipped bit, worst", d.worst, "", 1, how),
    ]
