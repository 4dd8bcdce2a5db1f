"""Flipped bits and cut files: every start succeeds, and what is gone is counted."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from edge.spool import Spool
from facility.clock import SystemClock
from facility.errors import SpoolError
from facility.event import ClockStepped, Event, Integrity, Lane
from tests.edge.spool.drafts import INVENTORY, draft
from tests.measure import Figure, measure
from tests.proofs._spool_child import ALL

RECORDS = 150
OWN = 10_000


@dataclass(slots=True)
class Damage:
    """What was found over all turns."""

    turns: int = 0
    failed_starts: int = 0
    unsaid: int = 0
    """Turns in which something was gone and nothing said so."""
    gone: int = 0
    worst: int = 0
    """Records gone after one flipped bit: about ten lie on a page, a whole lane hangs on its table's first one."""


def a_spool(folder: Path) -> Spool:
    return Spool(folder / "spool.db", SystemClock(), site="s", gateway="g")


async def damage(flips: int, cuts: int, folder: Path, seed: int = 3) -> Damage:
    """Hurt a copy of the same file in each turn."""
    whole = folder / "whole"
    async with a_spool(whole) as spool:
        for n in range(RECORDS):
            await spool.accept([draft(n)], INVENTORY)
            await spool.store(b"%d " % n * 100, samples=1, start=n, end=n)
    content, chance, found = (whole / "spool.db").read_bytes(), random.Random(seed), Damage()
    for turn in range(flips + cuts):
        hurt = bytearray(content)
        if turn < flips:
            hurt[chance.randrange(len(hurt))] ^= 1 << chance.randrange(8)
        else:
            del hurt[chance.randrange(len(hurt)) :]
        hurt_folder = folder / "hurt"
        hurt_folder.mkdir()
        (hurt_folder / "spool.db").write_bytes(hurt)
        (hurt_folder / "spool.db.lock").touch()
        gone = await _start(hurt_folder, found)
        found.worst = max(found.worst, gone if turn < flips else 0)
        shutil.rmtree(hurt_folder)
    return found


async def _start(folder: Path, found: Damage) -> int:
    """Records that are offered no more; a second start where the first met the damage while it ran."""
    found.turns += 1
    for _ in range(3):
        try:
            async with a_spool(folder) as spool:
                await spool.accept([draft(OWN)], INVENTORY)
                raw = await spool.oldest(Lane.EVENT, *ALL)
                telemetry = await spool.oldest(Lane.TELEMETRY, *ALL)
                events = [Event.model_validate_json(r.body) for r in raw]
                dead = spool.waiting()[Lane.DEAD].records
        except SpoolError:
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
    """1,000 flipped bits, 200 cut files."""
    with tempfile.TemporaryDirectory() as folder:
        d = await damage(1000, 200, Path(folder))
    how = f"{d.turns} damaged copies of a spool of {2 * RECORDS} records, {d.gone} records gone in all, each said"
    return [
        Figure.exactly("damage: failed starts", d.failed_starts, "", 0, how),
        Figure.exactly("damage: losses that nothing tells of", d.unsaid, "", 0, how),
        Figure.at_most("damage: records gone after one flipped bit, worst", d.worst, "", 64, how),
    ]
