"""A fire behind a flood: from the answer of a poll to the event on disk, with thousands of alarms queued before it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine
from edge.points import point_table
from edge.recorder import Recorder
from edge.snapshot import Snapshot
from edge.spool import Spool
from edge.steady_clock import SteadyClock
from facility.batch import Batch
from facility.clock import ManualClock, SystemClock
from facility.inventory import Inventory
from facility.point import Kind
from tests.bench._measured import share
from tests.edge import building as b
from tests.measure import Figure, measure

BEFORE: Final = 5_000
UNITS: Final = 50
ROUNDS: Final = 40
LIFE: Final[dict[str, Any]] = {"class": "life_safety", "priority": 1, "latching": True, "per": "address"}


def estate() -> Inventory:
    """50 devices of 100 limits each, and a fire panel."""
    each = BEFORE // UNITS
    points = [b.point(f"p{i}") for i in range(each)]
    rules = [b.rule(f"high{i}", {"kind": "high", "point": f"p{i}", "limit": 10}) for i in range(each)]
    fire = b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, **LIFE)
    panel = b.equipment("panel", [b.point("fire", Kind.STATE, per="address")], [fire], line="fire", instances=["a1"])
    return b.inventory(*(b.equipment(f"e{i}", points, rules, unit=i) for i in range(UNITS)), panel)


@measure(area="edge")
async def fire_behind_a_flood() -> list[Figure]:  # noqa: PLR0915 - one round after the other
    """Each round: every limit of the estate is broken or mended in one moment, and the fire comes right behind."""
    inventory = estate()
    table, clock = point_table(inventory), ManualClock()
    steady, took, queued = SteadyClock(clock), [], 0
    snapshot = Snapshot(table, steady)
    engine = Engine(compile_rules(inventory, table), snapshot, steady)
    limits, fire = range(BEFORE), table.by_id["panel.a1.fire"]
    row = engine.find("panel", "fire")[0]
    with tempfile.TemporaryDirectory() as folder:
        async with Spool(
            Path(folder) / "spool.sqlite3", SystemClock(), site="riverside", gateway="riverside-1"
        ) as spool:
            recorder = Recorder(spool, inventory.revision)
            writing = asyncio.create_task(recorder.run())
            for number in range(ROUNDS):
                clock.advance(120)
                value = 11.0 if number % 2 == 0 else 9.0
                flood = _judged(engine, snapshot, b.samples(clock.wall, *((i, value) for i in limits)))
                queued = min(queued or BEFORE, len(flood.drafts))
                recorder.put(flood.drafts, flood.state)
                await asyncio.sleep(0)
                began = time.perf_counter()
                found = _judged(engine, snapshot, b.samples(clock.wall, (fire, 1.0)))
                done = recorder.put(found.drafts, found.state)
                assert done is not None
                await done
                took.append(time.perf_counter() - began)
                quiet = _judged(engine, snapshot, b.samples(clock.wall, (fire, 0.0)))
                recorder.put(quiet.drafts, quiet.state)
                if (reset := engine.reset(row)) is not None:
                    recorder.put(reset.drafts, reset.state)
                await recorder.drain()
            writing.cancel()
    how = f"{ROUNDS} fires, {queued:,} alarms queued before each; judged, written, synced to disk"
    return [
        Figure.noted("fire behind 5,000 alarms to disk, p50", 1e3 * share(took, 0.5), "ms", how),
        Figure.at_most("fire behind 5,000 alarms to disk, p99", 1e3 * share(took, 0.99), "ms", 200, how),
    ]


def _judged(engine: Engine, snapshot: Snapshot, batch: Batch) -> Any:
    snapshot.put(batch)
    return engine.detect(batch)
