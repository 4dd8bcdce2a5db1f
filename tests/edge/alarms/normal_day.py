"""The estate on a normal day, through the real engine: what its people would be told (ISA-18.2's measures)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import AlarmClass
from facility.batch import Batch
from facility.clock import NS, ManualClock, from_iso
from facility.event import AlarmCleared, AlarmRaised
from facility.inventory import Inventory
from facility.quality import Quality, Reason
from simulators.plant import Plant

STEP = 5.0


@dataclass
class Day:
    """What was told: (time, alarm) of each raise, and what is live at the end."""

    raised: list[tuple[int, str]] = field(default_factory=list)
    cleared: int = 0
    classes: Counter[AlarmClass] = field(default_factory=Counter)
    oldest: list[int] = field(default_factory=list)

    def take(self, out: Outcome) -> None:
        for draft in out.drafts:
            if isinstance(draft.data, AlarmRaised):
                self.raised.append((draft.at, f"{draft.equipment}.{draft.instance}.{draft.data.rule}"))
                assert draft.data.alarm_class is not None
                self.classes[draft.data.alarm_class] += 1
            self.cleared += isinstance(draft.data, AlarmCleared)

    def most_within(self, seconds: float) -> dict[str, int]:
        """The most raises of each alarm within any stretch of time."""
        times = defaultdict(list)
        for at, name in self.raised:
            times[name].append(at)
        return {name: max(sum(a <= t < a + seconds * NS for t in each) for a in each) for name, each in times.items()}


def lived(inventory: Inventory, begin: str, end: str, faults: Mapping[str, str] | None = None) -> Day:
    """The engine over a plant that moves: every point is sampled at each step, every message is handed on."""
    start = from_iso(f"{begin}:00+08:00")
    clock, table = ManualClock(start), point_table(inventory)
    steady = SteadyClock(clock)
    snapshot = Snapshot(table, steady)
    engine = Engine(compile_rules(inventory, table), snapshot, steady)
    assert not engine.compiled.unevaluated
    plant, day = Plant(inventory, start=start), Day()
    for target, fault in (faults or {}).items():
        plant.inject(target, fault)
    sampled = np.flatnonzero(table.sampled).astype(np.uint32)
    for _ in range(round((from_iso(f"{end}:00+08:00") - start) / NS / STEP)):
        clock.advance(STEP)
        now = steady.now()
        plant.advance(now, step=STEP)
        value = plant.values[sampled]
        absent = np.isnan(value)
        quality = np.where(absent, Quality.BAD, Quality.GOOD).astype(np.uint8)
        reason = np.where(absent, Reason.NOT_AVAILABLE, Reason.NONE).astype(np.uint8)
        batch = Batch(
            sampled, value, quality, reason, np.full(len(sampled), now, np.int64), now, notes=tuple(plant.drain())
        )
        snapshot.put(batch)
        day.take(engine.detect(batch))
        day.take(engine.tick())
    day.oldest = [now - a.at for a in engine.live.values()]
    return day
