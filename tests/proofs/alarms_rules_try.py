"""A normal day of the estate as the historian keeps it, once more through the rules: ISA-18.2's measures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from edge.points import PointTable, point_table
from edge.reporting import Reporting
from edge.trial.history import Recorded
from edge.trial.isa182 import measured
from edge.trial.replay import replayed
from facility.batch import Batch
from facility.clock import NS, from_iso
from facility.quality import Quality, Reason
from facility.resolve import read_site
from simulators.plant import Plant
from tests.measure import Figure, measure
from tests.simulators.conftest import ESTATE

STEP = 5.0
START, END = from_iso("2026-11-18T00:00:00+08:00"), from_iso("2026-11-19T00:00:00+08:00")


def recorded(plant: Plant, table: PointTable) -> Iterator[tuple[int, float, bool, int]]:
    """What the telemetry lane sends on in a day: changes beyond the deadband, heartbeats, quarter hours."""
    sampled, reporting = np.flatnonzero(table.sampled).astype(np.uint32), Reporting(table)
    for number in range(1, round((END - START) / NS / STEP)):
        now = START + round(number * STEP * NS)
        plant.advance(now, step=STEP)
        plant.drain()
        value = plant.values[sampled]
        absent = np.isnan(value)
        quality = np.where(absent, Quality.BAD, Quality.GOOD).astype(np.uint8)
        reason = np.where(absent, Reason.NOT_AVAILABLE, Reason.NONE).astype(np.uint8)
        sent = reporting.sent(Batch(sampled, value, quality, reason, np.full(len(sampled), now, np.int64), now))
        if sent is not None:
            good = sent.quality != Quality.BAD
            yield from zip(sent.point.tolist(), sent.value.tolist(), good.tolist(), sent.time.tolist(), strict=True)


@measure(area="alarms")
def rules_try() -> list[Figure]:
    """The figures that `gatehouse edge rules try` shows."""
    inventory = read_site(ESTATE).inventory
    rows = Recorded.of(recorded(Plant(inventory, start=START), point_table(inventory)))
    found = measured(replayed(inventory, rows, START, END, lambda _: None), inventory.timezone)
    how = f"the estate's Wednesday as the historian keeps it: {len(rows):,} samples; {found.alarms} alarms announced"
    return [
        Figure.at_most("tried: alarms in 10 min", found.per_ten_minutes, "", 1, how),
        Figure.at_most("tried: time in flood", 100 * found.flood, "%", 1, how),
        Figure.exactly("tried: chattering", len(found.chattering), "", 0, ", ".join(found.chattering) or how),
        Figure.at_most("tried: stale", len(found.stale), "", 4, ", ".join(found.stale) or how),
    ]
